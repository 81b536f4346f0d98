#define _GNU_SOURCE
#include "wire.h"

#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// SplitMix64 (Steele, Lea, Flood 2014), seeded by the kernel once: fresh ids and devices in every run.
uint64_t random_bits(void) {
    static uint64_t state;
    while (state == 0) {
        if (getrandom(&state, sizeof state, 0) != sizeof state) state = 0;
    }
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

size_t frame_put(char *out, unsigned opcode, const char *payload, size_t length) {
    size_t at = 2;
    out[0] = (char)(0x80 | opcode);
    if (length < 126) {
        out[1] = (char)(0x80 | length);
    } else {
        out[1] = (char)(0x80 | 126);
        out[2] = (char)(length >> 8);
        out[3] = (char)length;
        at = 4;
    }
    uint32_t key = (uint32_t)random_bits();
    uint64_t wide = (uint64_t)key << 32 | key;
    memcpy(out + at, &key, 4);
    at += 4;
    size_t done = 0;
    for (; done + 8 <= length; done += 8) {
        uint64_t chunk;
        memcpy(&chunk, payload + done, 8);
        chunk ^= wide;
        memcpy(out + at + done, &chunk, 8);
    }
    for (; done < length; done++) out[at + done] = (char)(payload[done] ^ ((const char *)&key)[done & 3]);
    return at + length;
}

ssize_t frame_take(const char *bytes, size_t length, struct frame *frame) {
    const unsigned char *b = (const unsigned char *)bytes;
    if (length < 2) return 0;
    size_t header = 2, size = b[1];
    if (size & 0x80 || size == 127 || (b[0] & 0x70) != 0 || (b[0] & 0x80) == 0) return -1;
    if (size == 126) {
        if (length < 4) return 0;
        size = (size_t)b[2] << 8 | b[3];
        header = 4;
    }
    if (length < header + size) return 0;
    frame->opcode = b[0] & 15;
    frame->text = bytes + header;
    frame->length = size;
    return (ssize_t)(header + size);
}

enum kind kind_of(const char *text, size_t length) {
    static const struct {
        const char *name;
        enum kind kind;
    } names[] = {
        {"ack", KIND_ACK},       {"question", KIND_QUESTION}, {"phase", KIND_PHASE},     {"idle", KIND_IDLE},
        {"tally", KIND_TALLY},   {"welcome", KIND_WELCOME},   {"done", KIND_DONE},       {"refused", KIND_REFUSED},
        {"error", KIND_ERROR},   {"keys", KIND_KEYS},         {"token", KIND_TOKEN},
    };
    if (length < 12 || memcmp(text, "{\"t\":\"", 6) != 0) return KIND_OTHER;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i].name);
        if (length > 6 + size && memcmp(text + 6, names[i].name, size) == 0 && text[6 + size] == '"')
            return names[i].kind;
    }
    return KIND_OTHER;
}

int64_t number_in(const char *text, size_t length, const char *name) {
    const char *found = memmem(text, length, name, strlen(name));
    if (found == NULL) return -1;
    int64_t value = 0;
    const char *digit = found + strlen(name);
    if (digit == text + length || *digit < '0' || *digit > '9') return -1;
    for (; digit < text + length && *digit >= '0' && *digit <= '9'; digit++) value = value * 10 + (*digit - '0');
    return value;
}

void put_id(char out[WIRE_ID], uint64_t bits) {
    for (int i = 0; i < 10; i++) out[i] = alphabet[bits >> (58 - 6 * i) & 63];
    out[10] = alphabet[(bits & 15) << 2];
}

bool take_id(const char text[WIRE_ID], uint64_t *bits) {
    static signed char values[256];
    if (values[0] == 0) {
        memset(values, -1, sizeof values);
        for (int i = 0; i < 64; i++) values[(unsigned char)alphabet[i]] = (signed char)i;
    }
    uint64_t value = 0;
    for (int i = 0; i < WIRE_ID; i++) {
        int digit = values[(unsigned char)text[i]];
        if (digit < 0) return false;
        value = i < 10 ? value << 6 | (unsigned)digit : value << 4 | (unsigned)digit >> 2;
    }
    *bits = value;
    return true;
}

void put_device(char out[WIRE_DEVICE], uint64_t high, uint64_t low) {
    unsigned __int128 bits = (unsigned __int128)high << 64 | low;
    for (int i = 0; i < 21; i++) out[i] = alphabet[(unsigned)(bits >> (122 - 6 * i)) & 63];
    out[21] = alphabet[(low & 3) << 4];
}

static char *put_text(char *out, const char *text, size_t length) {
    if (length > 0) memcpy(out, text, length);
    return out + length;
}

static char *put_number(char *out, unsigned value) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count > 0) *out++ = digits[--count];
    return out;
}

#define PUT(out, literal) put_text(out, literal, sizeof literal - 1)

size_t put_vote(char out[WIRE_VOTE], const struct ballot *ballot) {
    char text[WIRE_VOTE - WIRE_HEADER], *at = PUT(text, "{\"t\":\"vote\",\"id\":\"");
    put_id(at, ballot->id);
    at = PUT(at + WIRE_ID, "\",\"q\":");
    at = PUT(put_number(at, ballot->question), ",\"r\":");
    at = PUT(put_number(at, ballot->round), ",\"n\":");
    at = PUT(put_number(at, ballot->counter), ",\"c\":[");
    at = PUT(put_number(at, ballot->choice), "]");
    at = put_text(at, ballot->seal, ballot->seal_length);
    at = PUT(at, "}");
    return frame_put(out, 1, text, (size_t)(at - text));
}
