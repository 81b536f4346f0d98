// Many phones, a moderator and a screen on one thread and one epoll instance.
#ifndef CROWD_H
#define CROWD_H
#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "wire.h"

enum place { PLACE_AWAY, PLACE_CONNECTING, PLACE_UPGRADING, PLACE_GREETING, PLACE_HERE };
enum role { ROLE_PHONE, ROLE_MODERATOR, ROLE_SCREEN };

struct phone {
    int fd;
    uint32_t mark;     // the last expectation it met
    uint32_t counter;  // `n` of its last vote
    int32_t next;      // behind it in its slot of the retry wheel
    uint32_t kept;     // bytes of an unfinished frame, in `rest`
    uint8_t place, role;
    bool welcomed, scene;
    char *rest;
};

struct vote {
    uint64_t intended;  // 0: no vote of this number is under way
    uint32_t phone;
};

struct crowd {
    // Set once, before crowd_gather.
    unsigned phones;
    uint16_t port;
    bool floor;
    const char *moderator_key;
    char **tickets;  // one for each phone; NULL: phones have none

    struct phone *all;  // the phones, then the moderator, then the screen
    unsigned total;
    unsigned here;  // phones welcomed and told what is on
    uint64_t last_here;
    uint64_t clock;  // when the message being read came

    // What every phone should hear, and how many have.
    enum kind expected;
    char needle[64];
    uint32_t mark;
    unsigned met;
    uint64_t last_met;
    bool answer;  // each phone votes as soon as it has met the expectation

    // The moderator's act under way.
    uint64_t act;
    bool done;
    char screen_key[64];

    // Votes.
    struct vote *votes;
    uint32_t tag;
    uint64_t cast, acked, last_ack;
    unsigned question, round, options;
    uint64_t again_until;          // until then every ack is followed by the phone's next vote
    uint32_t last_counter;         // … up to this `n`; 0: without end
    bool spent;                    // a phone has come to it
    struct histogram *latencies;   // where acks are counted, from the intended time; may be NULL
    void (*tally)(int64_t ballots);  // what the screen is shown; may be NULL

    // Secret ballots, see secret.c; both NULL without.
    void (*seal)(unsigned index, struct ballot *ballot);  // chooses, signs
    void (*overhear)(struct phone *phone, enum kind kind, const char *text, size_t length);

    bool storm;  // lines may fall; phones come back by themselves every 100 ms or so
    unsigned bytes[KIND_ERROR + 1], vote_bytes;  // the last frame of each kind, header included
};

extern struct crowd crowd;

uint64_t now_ns(void);

// Prepares everybody, nobody connected yet.
void crowd_gather(void);
void crowd_connect(unsigned index);
// Handles what has come, waiting for it until `until` at most.
void crowd_turn(uint64_t until);
void crowd_rest(unsigned milliseconds);
// Every connection is reset; nobody comes back until crowd_connect.
void crowd_part(void);

void crowd_say(struct phone *phone, const char *text, size_t length);
// The phone votes; latency counts from `intended`.
void crowd_vote(unsigned index, uint64_t intended);

// Ends the program with a sentence. What went wrong on the way is told with it.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif
