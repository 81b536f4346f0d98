// The load: starts a server, fills the room, takes the measures asked for, prints one JSON line per figure.
//
//   load --server floor|hub --phones N --port P [--key KEY] [--cpu C] [--only a,b] [--seconds S] [--quick]
//        [--tickets FILE] --log FILE -- COMMAND...
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "crowd.h"
#include "measures.h"
#include "secret.h"
#include "server.h"
#include "stage.h"

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "load (%s, %u phones): ", crowd.floor ? "floor" : "hub", crowd.phones);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

static const char *only = "push,votes,moment,storm,memory,projector,bytes";

static bool wants(const char *name) {
    size_t length = strlen(name);
    for (const char *at = only; (at = strstr(at, name)) != NULL; at += length)
        if ((at == only || at[-1] == ',') && (at[length] == 0 || at[length] == ',')) return true;
    return false;
}

static void prepare(int cpu) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (crowd.phones + 32 > limit.rlim_cur)
        fail("%u phones need %u descriptors; the limit is %lu (ulimit -n)", crowd.phones, crowd.phones + 32,
             (unsigned long)limit.rlim_cur);
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (cpu >= 0 && sched_setaffinity(0, sizeof set, &set) < 0) fail("core %d: %s", cpu, strerror(errno));
    prctl(PR_SET_TIMERSLACK, 1);  // 50 µs of slack would be a third of what is measured
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void stop(int number) {
    (void)number;
    server_kill();
    _Exit(1);
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"server", 1, NULL, 's'}, {"phones", 1, NULL, 'n'}, {"port", 1, NULL, 'p'}, {"key", 1, NULL, 'k'},
        {"cpu", 1, NULL, 'c'},    {"only", 1, NULL, 'o'},   {"log", 1, NULL, 'l'},  {"seconds", 1, NULL, 't'},
        {"quick", 0, NULL, 'q'},  {"tickets", 1, NULL, 'T'}, {0},
    };
    int cpu = -1;
    const char *tickets = NULL;
    crowd.moderator_key = "";
    effort = (struct effort){.pushes = 5, .moments = 3, .seconds = 3};
    for (int option; (option = getopt_long(count, arguments, "", options, NULL)) != -1;) {
        switch (option) {
        case 's': crowd.floor = strcmp(optarg, "floor") == 0; break;
        case 'n': crowd.phones = (unsigned)atoi(optarg); break;
        case 'p': crowd.port = (uint16_t)atoi(optarg); break;
        case 'k': crowd.moderator_key = optarg; break;
        case 'c': cpu = atoi(optarg); break;
        case 'o': only = optarg; break;
        case 'l': server_log = optarg; break;
        case 'T': tickets = optarg; break;
        case 't': effort.seconds = atof(optarg); break;
        case 'q': effort = (struct effort){.pushes = 3, .moments = 2, .seconds = 1}; break;
        default: return 64;
        }
    }
    server_command = arguments + optind;
    bool secret = wants("secret");
    if (crowd.phones == 0 || crowd.port == 0 || server_log == NULL || optind == count ||
        (secret && (tickets == NULL || strcmp(only, "secret") != 0))) {
        fprintf(stderr, "usage: see the first lines of load.c; Tests/Bench/run is what you want\n");
        return 64;
    }
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    server_start(server_command, server_log);
    server_ready(crowd.port);
    prepare(cpu);
    crowd_gather();
    if (secret) secret_prepare(tickets);
    others_begin();
    uint64_t memory = server_memory(), start = now_ns();
    stage_fill();
    figure(secret ? "secret_join_ms" : "join_ms", (double)(now_ns() - start) / 1e6);
    crowd_rest(200);
    if (wants("memory"))
        figure("memory_kb", ((double)server_memory() - (double)memory) / 1024 / crowd.total);
    if (wants("bytes") && !crowd.floor) measure_bytes();
    if (wants("push")) {
        stage_bring(QUESTION_PLAIN, false);
        stage_clear();
        stage_wait("clearing the question");
        measure_push();
    }
    if (wants("moment")) measure_moment();
    if (wants("projector") && !crowd.floor) measure_projector();
    if (wants("storm")) measure_storm();
    if (wants("votes")) {
        measure_open_loop(1000);
        measure_open_loop(5000);
        measure_open_loop(10000);
        measure_closed_loop();
    }
    if (secret) measure_secret();
    others_end();
    crowd_part();
    server_kill();
    return 0;
}
