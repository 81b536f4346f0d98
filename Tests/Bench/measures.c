#include "measures.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"
#include "server.h"
#include "stage.h"

struct effort effort;
char **server_command;
const char *server_log;

static struct histogram latencies;

void figure(const char *name, double value) {
    if (!__builtin_isfinite(value)) fail("%s: nothing was counted", name);
    printf("{\"server\":\"%s\",\"phones\":%u,\"figure\":\"%s\",\"value\":%.6g}\n", crowd.floor ? "floor" : "hub",
           crowd.phones, name, value);
    fflush(stdout);
}

// The load's own share of its core: near 1 it is the load that limits, not the server.
uint64_t own_cpu(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// Nanoseconds all cores have worked since the machine started (proc(5), /proc/stat: user nice system … irq softirq).
static uint64_t machine_cpu(void) {
    unsigned long user, nice, system, idle, wait, irq, soft;
    FILE *file = fopen("/proc/stat", "re");
    if (file == NULL ||
        fscanf(file, "cpu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle, &wait, &irq, &soft) != 7)
        fail("/proc/stat cannot be read");
    fclose(file);
    return (user + nice + system + irq + soft) * (1000000000ull / (unsigned long)sysconf(_SC_CLK_TCK));
}

static struct {
    uint64_t time, machine, server, own;
} before;

void others_begin(void) {
    before.time = now_ns();
    before.machine = machine_cpu();
    before.server = server_cpu_ever();
    before.own = own_cpu();
}

// How many cores other programs kept busy meanwhile: with more than a few percent, believe ratios, not milliseconds.
void others_end(void) {
    double ours = (double)(server_cpu_ever() - before.server + own_cpu() - before.own);
    double others = (double)(machine_cpu() - before.machine) - ours;
    figure("others_busy", others < 0 ? 0 : others / (double)(now_ns() - before.time));
}

// From the moderator's act to the last phone that has the question, and what the server worked for each frame.
void measure_push(void) {
    for (unsigned i = 0; i <= effort.pushes; i++) {
        uint64_t cpu = server_cpu();
        uint64_t start = stage_show(QUESTION_PLAIN);
        stage_wait("pushing a question");
        crowd_rest(20);
        if (i > 0) {  // the first warms up
            figure("push_ms", (double)(crowd.last_met - start) / 1e6);
            figure("push_cpu_us", (double)(server_cpu() - cpu) / 1e3 / crowd.phones);
        }
        stage_clear();
        stage_wait("clearing the question");
    }
}

// The whole moment: opened, all answer as soon as they hear of it, until the last ack.
void measure_moment(void) {
    for (unsigned i = 0; i <= effort.moments; i++) {
        stage_bring(QUESTION_PLAIN, false);
        crowd_rest(50);
        uint64_t cpu = server_cpu(), cast = crowd.cast;
        crowd.answer = true;
        uint64_t start = stage_open();
        stage_until(&crowd.acked, cast + crowd.phones, "everybody's votes");
        crowd.answer = false;
        stage_wait("opening");
        crowd_rest(20);
        if (i == 0) continue;
        figure("moment_ms", (double)(crowd.last_ack - start) / 1e6);
        figure("moment_cpu_us", (double)(server_cpu() - cpu) / 1e3 / crowd.phones);
    }
}

// Votes sent in their order, and how many of them the screen's tallies cover.
static uint64_t *sent;
static uint64_t sent_count, shown;

static void screen_shows(int64_t ballots) {
    for (; (int64_t)shown < ballots && shown < sent_count; shown++)
        histogram_add(&latencies, crowd.clock - sent[shown]);
}

// From a vote's intended sending to the first tally on the screen whose `ballots` covers it, at 5,000 votes/s.
void measure_projector(void) {
    enum { RATE = 5000, WANTED = 10000 };
    sent = calloc(crowd.phones, sizeof *sent);
    if (sent == NULL) fail("no memory");
    histogram_clear(&latencies);
    for (unsigned done = 0; done < WANTED; done += crowd.phones) {
        stage_bring(QUESTION_LIVE, true);
        crowd_rest(150);
        sent_count = shown = 0;
        crowd.tally = screen_shows;
        uint64_t start = now_ns();
        while (sent_count < crowd.phones) {
            uint64_t due = start + sent_count * 1000000000 / RATE;
            if (due > now_ns()) {
                crowd_turn(due);
                continue;
            }
            sent[sent_count] = due;
            crowd_vote((unsigned)sent_count++, due);
        }
        stage_until(&shown, sent_count, "votes on the screen");
        stage_until(&crowd.acked, crowd.cast, "acks of the votes for the screen");
        crowd.tally = NULL;
    }
    free(sent);
    figure("projector_p50_ms", (double)histogram_percentile(&latencies, 50) / 1e6);
    figure("projector_p99_ms", (double)histogram_percentile(&latencies, 99) / 1e6);
}

// Killed and started again at once; every phone tries again about every 100 ms. Until all have their state.
void measure_storm(void) {
    stage_bring(QUESTION_PLAIN, false);
    crowd.answer = true;
    uint64_t before = crowd.cast;
    stage_open();
    stage_until(&crowd.acked, before + crowd.phones, "everybody's votes");
    crowd.answer = false;
    stage_wait("opening");
    crowd_rest(100);
    crowd.storm = true;
    uint64_t start = now_ns();
    server_kill();
    server_start(server_command, server_log);
    uint64_t end = start + 60000000000;
    for (bool all = false; !all;) {
        crowd_turn(now_ns() + 10000000);
        server_check();
        all = crowd.here == crowd.phones && crowd.last_here > start;
        for (unsigned i = crowd.phones; all && i < crowd.total; i++) all = crowd.all[i].place == PLACE_HERE;
        if (now_ns() > end) fail("storm: %u of %u phones are back after 60 s", crowd.here, crowd.phones);
    }
    figure("storm_ms", (double)(crowd.last_here - start) / 1e6);
    figure("storm_cpu_ms", (double)server_cpu() / 1e6);
    crowd_rest(200);
    crowd.storm = false;
}

// A steady rate whatever the server does: latency counts from when each vote was meant to be sent.
void measure_open_loop(unsigned rate) {
    stage_bring(QUESTION_CHANGE, true);
    crowd_rest(200);
    histogram_clear(&latencies);
    crowd.latencies = &latencies;
    uint64_t votes = (uint64_t)(rate * effort.seconds), cpu = server_cpu(), start = now_ns();
    for (uint64_t i = 0; i < votes;) {
        uint64_t due = start + i * 1000000000 / rate;
        if (due > now_ns()) crowd_turn(due);
        else crowd_vote((unsigned)(i++ % crowd.phones), due);
        // Votes that are due must not keep the acks from being read.
        if (i % 64 == 0) crowd_turn(0);
    }
    stage_until(&crowd.acked, crowd.cast, "acks at a steady rate");
    crowd.latencies = NULL;
    cpu = server_cpu() - cpu;
    static const struct {
        const char *name;
        double percent;
    } points[] = {{"p50", 50}, {"p99", 99}, {"p999", 99.9}, {"max", 100}};
    char name[64];
    for (unsigned i = 0; i < sizeof points / sizeof *points; i++) {
        snprintf(name, sizeof name, "ack_%s_ms@%u", points[i].name, rate);
        figure(name, (double)histogram_percentile(&latencies, points[i].percent) / 1e6);
    }
    snprintf(name, sizeof name, "vote_cpu_us@%u", rate);
    figure(name, (double)cpu / 1e3 / (double)votes);
}

// Every phone votes again as soon as its last vote is acknowledged.
void measure_closed_loop(void) {
    stage_bring(QUESTION_CHANGE, true);
    crowd_rest(100);
    crowd.again_until = UINT64_MAX;
    for (unsigned i = 0; i < crowd.phones; i++) {
        crowd_vote(i, now_ns());
        if (i % 64 == 0) crowd_turn(0);
    }
    uint64_t warm = now_ns() + 500000000, end = warm + (uint64_t)(effort.seconds * 1e9);
    crowd.again_until = end;
    while (now_ns() < warm) crowd_turn(warm);
    uint64_t acked = crowd.acked, from = now_ns(), cpu = server_cpu(), own = own_cpu();
    while (now_ns() < end) crowd_turn(end);
    double votes = (double)(crowd.acked - acked), time = (double)(now_ns() - from);
    cpu = server_cpu() - cpu;
    own = own_cpu() - own;
    figure("votes_per_s", votes / time * 1e9);
    figure("vote_cpu_us@full", (double)cpu / 1e3 / votes);
    figure("server_busy", (double)cpu / time);
    figure("load_busy", (double)own / time);
    stage_until(&crowd.acked, crowd.cast, "the last acks");
    crowd.again_until = 0;
}

// What one phone receives and sends for one question, WebSocket headers included, TCP and IP not.
void measure_bytes(void) {
    stage_bring(QUESTION_PLAIN, false);
    uint64_t before = crowd.cast;
    crowd.answer = true;
    stage_open();
    stage_until(&crowd.acked, before + crowd.phones, "everybody's votes");
    crowd.answer = false;
    stage_wait("opening");
    figure("question_bytes", crowd.bytes[KIND_QUESTION]);
    figure("open_bytes", crowd.bytes[KIND_PHASE]);
    figure("vote_bytes", crowd.vote_bytes);
    figure("ack_bytes", crowd.bytes[KIND_ACK]);
    figure("question_vote_ack_bytes", crowd.bytes[KIND_QUESTION] + crowd.bytes[KIND_PHASE] + crowd.vote_bytes +
                                          crowd.bytes[KIND_ACK]);
}
