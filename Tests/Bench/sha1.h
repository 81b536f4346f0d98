// The answer to a WebSocket key: base64 of the SHA-1 of the key and a fixed GUID (RFC 6455 §4.2.2; SHA-1: RFC 3174,
// base64: RFC 4648 §4). The key is 24 characters, so the whole message is exactly 60 bytes and fills two blocks.
#ifndef SHA1_H
#define SHA1_H
#include <stdint.h>
#include <string.h>

static inline uint32_t rotate(uint32_t word, int by) { return word << by | word >> (32 - by); }

static inline void sha1_block(uint32_t state[5], const uint8_t block[64]) {
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 | (uint32_t)block[4 * t + 2] << 8 |
               block[4 * t + 3];
    for (int t = 16; t < 80; t++) w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (int t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? (b & c) | (~b & d)
                     : t < 40 ? b ^ c ^ d
                     : t < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        static const uint32_t k[4] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
        uint32_t next = rotate(a, 5) + f + e + w[t] + k[t / 20];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

// `key`: 24 characters. `accept` gets 28 characters and a final zero.
static inline void websocket_accept(const char *key, char accept[32]) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t message[128] = {0}, digest[21] = {0};
    memcpy(message, key, 24);
    memcpy(message + 24, guid, 36);
    message[60] = 0x80;
    message[126] = 60 * 8 >> 8;
    message[127] = 60 * 8 & 255;
    uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    sha1_block(state, message);
    sha1_block(state, message + 64);
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    for (int i = 0, out = 0; i < 21; i += 3) {
        uint32_t bits = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) accept[out++] = alphabet[bits >> shift & 63];
    }
    accept[27] = '=';
    accept[28] = 0;
}
#endif
