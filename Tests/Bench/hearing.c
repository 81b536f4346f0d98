#define _GNU_SOURCE
#include "hearing.h"

#include <string.h>

// In place once welcomed and told what is on; the moderator hears no question, the floor says no welcome.
static void arrive(struct phone *phone) {
    bool scene = phone->scene || (phone->role == ROLE_MODERATOR && !crowd.floor);
    if (phone->place != PLACE_GREETING || !scene || !(phone->welcomed || crowd.floor)) return;
    phone->place = PLACE_HERE;
    if (phone->role != ROLE_PHONE) return;
    crowd.here++;
    crowd.last_here = crowd.clock;
}

static void meet(struct phone *phone, enum kind kind, const char *text, size_t length) {
    if (phone->role != ROLE_PHONE || kind != crowd.expected || phone->mark == crowd.mark) return;
    if (memmem(text, length, crowd.needle, strlen(crowd.needle)) == NULL) return;
    phone->mark = crowd.mark;
    crowd.met++;
    crowd.last_met = crowd.clock;
    if (crowd.answer) crowd_vote((unsigned)(phone - crowd.all), crowd.clock);
}

// An ack must be for a vote of this phone that is under way.
static void acknowledged(struct phone *phone, const char *text, size_t length) {
    uint64_t id = 0;
    if (length < 17 + WIRE_ID || !take_id(text + 17, &id)) fail("an ack without an id: %.*s", (int)length, text);
    struct vote *vote = &crowd.votes[(uint32_t)id % VOTES_UNDER_WAY];
    unsigned index = (unsigned)(phone - crowd.all);
    if (id >> 32 != crowd.tag || vote->intended == 0 || vote->phone != index)
        fail("phone %u got an ack for a vote that is not its own: %.*s", index, (int)length, text);
    uint64_t intended = vote->intended;
    vote->intended = 0;
    crowd.acked++;
    crowd.last_ack = crowd.clock;
    if (crowd.latencies != NULL) histogram_add(crowd.latencies, crowd.clock - intended);
    if (crowd.clock >= crowd.again_until) return;
    if (crowd.last_counter == 0 || phone->counter < crowd.last_counter) crowd_vote(index, crowd.clock);
    else crowd.spent = true;
}

// {"t":"welcome",…,"screen":"http://…/screen#k=KEY",…} tells the moderator the screen's key.
static void learn_screen_key(const char *text, size_t length) {
    const char *key = memmem(text, length, "#k=", 3);
    const char *end = key == NULL ? NULL : memchr(key, '"', (size_t)(text + length - key));
    if (end == NULL || end - key - 3 >= (ptrdiff_t)sizeof crowd.screen_key) fail("the moderator is told no key");
    memcpy(crowd.screen_key, key + 3, (size_t)(end - key - 3));
    crowd.screen_key[end - key - 3] = 0;
}

void hear(struct phone *phone, const char *text, size_t length) {
    enum kind kind = kind_of(text, length);
    crowd.bytes[kind] = (unsigned)(length + (length < 126 ? 2 : 4));
    if (crowd.overhear != NULL) crowd.overhear(phone, kind, text, length);
    switch (kind) {
    case KIND_ACK: acknowledged(phone, text, length); break;
    case KIND_QUESTION:
    case KIND_IDLE:
        phone->scene = true;
        arrive(phone);
        meet(phone, kind, text, length);
        break;
    case KIND_PHASE: meet(phone, kind, text, length); break;
    case KIND_WELCOME:
        phone->welcomed = true;
        if (phone->role == ROLE_MODERATOR) learn_screen_key(text, length);
        arrive(phone);
        break;
    case KIND_TALLY:
        if (phone->role == ROLE_SCREEN && crowd.tally != NULL) crowd.tally(number_in(text, length, "\"ballots\":"));
        break;
    case KIND_DONE: {
        uint64_t id = 0;
        if (length >= 18 + WIRE_ID && take_id(text + 18, &id) && id == crowd.act) crowd.done = true;
        break;
    }
    case KIND_REFUSED:
    case KIND_ERROR: fail("phone %td was told: %.*s", phone - crowd.all, (int)length, text);
    case KIND_KEYS:
    case KIND_TOKEN:
    case KIND_OTHER: break;
    }
}
