#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"

static pid_t server;
static uint64_t cpu_of_killed;

void server_start(char **command, const char *log) {
    pid_t parent = getpid();
    server = fork();
    if (server < 0) fail("fork: %s", strerror(errno));
    if (server > 0) {
        static int registered;
        if (!registered++) atexit(server_kill);
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int nothing = open("/dev/null", O_RDONLY);
    if (file < 0 || nothing < 0) _exit(1);
    dup2(nothing, 0);
    dup2(file, 1);
    dup2(file, 2);
    execvp(command[0], command);
    fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
    _exit(127);
}

void server_check(void) {
    int status;
    if (server <= 0 || waitpid(server, &status, WNOHANG) != server) return;
    server = 0;
    fail("the server ended by itself (%s %d)", WIFEXITED(status) ? "exit code" : "signal",
         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

void server_ready(uint16_t port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (uint64_t end = now_ns() + 30000000000; now_ns() < end;) {
        server_check();
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int status = connect(fd, (struct sockaddr *)&to, sizeof to);
        close(fd);
        if (status == 0) return;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    fail("the server takes no connection on port %u within 30 s", port);
}

static bool read_cpu(uint64_t *nanoseconds) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(server, &clock) != 0 || clock_gettime(clock, &time) != 0) return false;
    *nanoseconds = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
    return true;
}

void server_kill(void) {
    if (server <= 0) return;
    uint64_t cpu = 0;
    if (read_cpu(&cpu)) cpu_of_killed += cpu;
    kill(server, SIGKILL);
    while (waitpid(server, NULL, 0) < 0 && errno == EINTR) {}
    server = 0;
}

uint64_t server_cpu(void) {
    uint64_t cpu = 0;
    if (!read_cpu(&cpu)) {
        server_check();
        fail("the server's processor time cannot be read");
    }
    return cpu;
}

uint64_t server_cpu_ever(void) { return cpu_of_killed + server_cpu(); }

uint64_t server_memory(void) {
    char path[64];
    unsigned long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)server);
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%lu %lu", &size, &resident) != 2) fail("%s cannot be read", path);
    fclose(file);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
