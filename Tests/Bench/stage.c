#include "stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crowd.h"
#include "server.h"

enum { OUTSTANDING = 256 };  // connections under way at once while the room fills: a calm arrival
enum state { READY, OPEN, CLOSED };

static struct {
    enum state state;
    unsigned round;
} questions[QUESTIONS + 1] = {{READY, 1}, {READY, 1}, {READY, 1}, {READY, 1}};
static unsigned active;
static uint64_t revision = 1;

void stage_until(const uint64_t *count, uint64_t wanted, const char *what) {
    uint64_t end = now_ns() + 60000000000;
    while (*count < wanted) {
        crowd_turn(now_ns() + 100000000);
        server_check();
        if (now_ns() > end) fail("%s: %" PRIu64 " of %" PRIu64 " after 60 s", what, *count, wanted);
    }
}

void stage_fill(void) {
    uint64_t end = now_ns() + 60000000000;
    unsigned next = 0, arrived = 0;
    while (arrived < crowd.total) {
        // The screen's key comes with the moderator's welcome.
        while (next < crowd.total && next - arrived < OUTSTANDING &&
               (crowd.all[next].role != ROLE_SCREEN || crowd.screen_key[0] != 0))
            crowd_connect(next++);
        crowd_turn(now_ns() + 10000000);
        while (arrived < next && crowd.all[arrived].place == PLACE_HERE) arrived++;
        if (now_ns() > end) fail("joining: %u of %u phones after 60 s", crowd.here, crowd.phones);
    }
}

static void expect(enum kind kind, const char *needle) {
    crowd.expected = kind;
    snprintf(crowd.needle, sizeof crowd.needle, "%s", needle);
    crowd.mark++;
    crowd.met = 0;
}

// To the hub the act; to the floor the frame that the act leads to.
static uint64_t act(const char *name, unsigned question, const char *frame) {
    char text[2048], id[WIRE_ID + 1] = {0};
    int length;
    crowd.act = random_bits();
    crowd.done = crowd.floor;
    put_id(id, crowd.act);
    if (crowd.floor) {
        length = snprintf(text, sizeof text, "{\"t\":\"do\",\"frame\":%s}", frame);
    } else if (question == 0) {
        length = snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"%s\",\"act\":\"%s\"}", id, name);
    } else {
        length = snprintf(text, sizeof text, "{\"t\":\"do\",\"id\":\"%s\",\"act\":\"%s\",\"q\":%u,\"r\":%u}", id, name,
                          question, questions[question].round);
    }
    revision++;
    uint64_t now = now_ns();
    crowd_say(&crowd.all[crowd.phones], text, (size_t)length);
    return now;
}

// The hub's own question frame for Tests/Bench/event.yaml, for the floor to send.
static const char *question_frame(unsigned question, unsigned round) {
    static char frame[1024];
    snprintf(frame, sizeof frame,
             "{\"t\":\"question\",\"rev\":%" PRIu64 ",\"q\":%u,\"r\":%u,\"nr\":%u,\"of\":3,\"state\":\"ready\","
             "\"kind\":\"single\",\"text\":\"From when should the night surcharge apply to a taxi ride?\","
             "\"detail\":\"It is 20 %% today, from midnight to four. The city would change it for two years.\","
             "\"opts\":[\"From 22:00\",\"From 23:00\",\"From midnight, as today\",\"No surcharge at all\"],"
             "\"min\":1,\"max\":1,\"change\":%s,\"live\":%s}",
             1764000000000 + revision, question, round, question, question == QUESTION_CHANGE ? "true" : "false",
             question == QUESTION_LIVE ? "true" : "false");
    return frame;
}

static const char *phase_frame(unsigned question, const char *state) {
    static char frame[128];
    snprintf(frame, sizeof frame,
             "{\"t\":\"phase\",\"rev\":%" PRIu64 ",\"q\":%u,\"r\":%u,\"state\":\"%s\"}", 1764000000000 + revision,
             question, questions[question].round, state);
    return frame;
}

static void expect_question(unsigned question, unsigned round) {
    char needle[64];
    snprintf(needle, sizeof needle, "\"q\":%u,\"r\":%u,", question, round);
    expect(KIND_QUESTION, needle);
}

static void expect_phase(unsigned question, const char *state) {
    char needle[64];
    snprintf(needle, sizeof needle, "\"q\":%u,\"r\":%u,\"state\":\"%s\"", question, questions[question].round, state);
    expect(KIND_PHASE, needle);
}

uint64_t stage_show(unsigned question) {
    active = question;
    expect_question(question, questions[question].round);
    return act("show", question, question_frame(question, questions[question].round));
}

uint64_t stage_clear(void) {
    active = 0;
    char frame[64];
    snprintf(frame, sizeof frame, "{\"t\":\"idle\",\"rev\":%" PRIu64 "}", 1764000000000 + revision);
    expect(KIND_IDLE, "idle");
    return act("clear", 0, frame);
}

uint64_t stage_open(void) {
    questions[active].state = OPEN;
    crowd.question = active;
    crowd.round = questions[active].round;
    crowd.options = OPTIONS;
    for (unsigned i = 0; i < crowd.phones; i++) crowd.all[i].counter = 0;
    expect_phase(active, "open");
    return act("open", active, phase_frame(active, "open"));
}

static void stage_close(void) {
    questions[active].state = CLOSED;
    expect_phase(active, "closed");
    act("close", active, phase_frame(active, "closed"));
    stage_wait("closing");
}

void stage_wait(const char *what) {
    uint64_t end = now_ns() + 60000000000;
    while (crowd.met < crowd.phones || !crowd.done) {
        crowd_turn(now_ns() + 100000000);
        server_check();
        if (now_ns() > end) fail("%s: heard by %u of %u phones after 60 s", what, crowd.met, crowd.phones);
    }
}

void stage_bring(unsigned question, bool open) {
    if (active != 0 && questions[active].state == OPEN) stage_close();
    if (active != question) {
        stage_show(question);
        stage_wait("showing a question");
    }
    if (questions[question].state == CLOSED) {
        expect_question(question, questions[question].round + 1);
        act("reset", question, question_frame(question, questions[question].round + 1));
        questions[question].round++;
        questions[question].state = READY;
        stage_wait("a new round");
    }
    if (!open) return;
    stage_open();
    stage_wait("opening");
}
