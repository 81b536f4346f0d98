// What travels: RFC 6455 frames of a client, and the messages of Sources/Wire/DESIGN.md as far as a crowd needs them.
#ifndef WIRE_H
#define WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { WIRE_HEADER = 8, WIRE_ID = 11, WIRE_DEVICE = 22, WIRE_VOTE = 1024 };

enum kind {
    KIND_OTHER, KIND_ACK, KIND_QUESTION, KIND_PHASE, KIND_IDLE, KIND_WELCOME, KIND_TALLY, KIND_DONE, KIND_KEYS,
    KIND_TOKEN, KIND_REFUSED, KIND_ERROR,
};

struct frame {
    unsigned opcode;
    const char *text;
    size_t length;
};

uint64_t random_bits(void);

// Frames `payload` for sending, masked with a fresh key; `out` has room for WIRE_HEADER more. Under 64 KB only.
size_t frame_put(char *out, unsigned opcode, const char *payload, size_t length);
// Reads one server frame. Bytes used; 0: more must come; -1: not a frame a server may send.
ssize_t frame_take(const char *bytes, size_t length, struct frame *frame);

enum kind kind_of(const char *text, size_t length);
// The number after `"name":`, or -1. `name` comes with its quotes and colon.
int64_t number_in(const char *text, size_t length, const char *name);

void put_id(char out[WIRE_ID], uint64_t bits);
bool take_id(const char text[WIRE_ID], uint64_t *bits);
void put_device(char out[WIRE_DEVICE], uint64_t high, uint64_t low);

// A vote in the spelling of our own page, framed: {"t":"vote","id":"…","q":3,"r":1,"n":1,"c":[2]}. A secret ballot has
// `seal` behind `c`: ,"w":1,"k":"…","a":"…","s":"…"
struct ballot {
    uint64_t id;
    unsigned question, round, counter, choice;
    const char *seal;
    size_t seal_length;
};
size_t put_vote(char out[WIRE_VOTE], const struct ballot *ballot);
#endif
