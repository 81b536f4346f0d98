// The floor: the least a WebSocket server on Linux can do. Nothing a server written with care does can be much faster.
//
//   floor PORT
//
// One thread, one epoll instance, 127.0.0.1 only. It upgrades (RFC 6455 §4.2), answers `hello` with the frame of the
// moment, `vote` with `{"t":"ack","id":…}` (it reads the framing and the id, nothing else, and stores nothing), and
// takes a new frame for everybody from `{"t":"do","frame":{…}}`, framed once and written to each socket in turn.
// A socket that does not take a frame whole is closed: the floor has no queues.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sha1.h"

enum { EVENTS = 1024, BUFFER = 64 * 1024, LONGEST = 4096, FRAME = 2048 };

struct connection {
    bool upgraded;
    uint32_t kept;  // bytes of an unfinished request or frame, in `rest`
    char *rest;
};

static struct connection *connections;  // by descriptor
static int highest = -1, ceiling, epoll = -1;
static char frame[FRAME];
static size_t frame_length;

static void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

// The header of an unmasked text frame (RFC 6455 §5.2); payloads here are under 64 KB.
static size_t put_header(char *out, size_t length) {
    out[0] = (char)0x81;
    if (length < 126) {
        out[1] = (char)length;
        return 2;
    }
    out[1] = 126;
    out[2] = (char)(length >> 8);
    out[3] = (char)length;
    return 4;
}

static void set_frame(const char *text, size_t length) {
    if (length > FRAME - 4) return;
    size_t header = put_header(frame, length);
    memcpy(frame + header, text, length);
    frame_length = header + length;
}

static void drop(int fd) {
    free(connections[fd].rest);
    connections[fd] = (struct connection){0};
    close(fd);
}

static bool put(int fd, const char *bytes, size_t length) {
    if (send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length) return true;
    drop(fd);
    return false;
}

static void broadcast(void) {
    for (int fd = 0; fd <= highest; fd++)
        if (connections[fd].upgraded) put(fd, frame, frame_length);
}

// Answers a GET that asks for an upgrade. False: the connection is gone.
static bool upgrade(int fd, const char *request, size_t length) {
    static const char name[] = "Sec-WebSocket-Key: ";
    const char *key = memmem(request, length, name, sizeof name - 1);
    if (key == NULL || (size_t)(request + length - key) < sizeof name - 1 + 24) {
        drop(fd);
        return false;
    }
    char accept[32], reply[256];
    websocket_accept(key + sizeof name - 1, accept);
    int size = snprintf(reply, sizeof reply,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: plenum.1\r\n\r\n",
                        accept);
    connections[fd].upgraded = true;
    return put(fd, reply, (size_t)size);
}

static void unmask(char *bytes, size_t length, const char *key) {
    uint32_t word;
    memcpy(&word, key, 4);
    uint64_t wide = (uint64_t)word << 32 | word;
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        uint64_t chunk;
        memcpy(&chunk, bytes + at, 8);
        chunk ^= wide;
        memcpy(bytes + at, &chunk, 8);
    }
    for (; at < length; at++) bytes[at] ^= key[at & 3];
}

// Takes whole frames from `bytes`; acks of one read leave in one write. Returns how much was used, -1 if it is gone.
static ssize_t take_frames(int fd, char *bytes, size_t length) {
    static char acks[BUFFER];
    static const char before[] = "{\"t\":\"ack\",\"id\":\"";
    enum { BEFORE = sizeof before - 1, ID_AT = 18, ID = 11, ACK = BEFORE + ID + 2 };
    size_t used = 0, acks_length = 0;
    while (length - used >= 6) {
        char *at = bytes + used;
        size_t header = 2, size = (unsigned char)at[1] & 127;
        if (size == 126) {
            size = (size_t)(unsigned char)at[2] << 8 | (unsigned char)at[3];
            header = 4;
        }
        if (((unsigned char)at[1] & 128) == 0 || (at[0] & 15) == 8 || size > LONGEST) {
            drop(fd);
            return -1;
        }
        if (length - used < header + 4 + size) break;
        char *text = at + header + 4;
        unmask(text, size, at + header);
        used += header + 4 + size;
        if ((at[0] & 15) != 1 || size < ID_AT + ID) continue;
        switch (text[6]) {
        case 'v':
            if (acks_length + ACK + 2 > sizeof acks) break;
            acks_length += put_header(acks + acks_length, ACK);
            memcpy(acks + acks_length, before, BEFORE);
            memcpy(acks + acks_length + BEFORE, text + ID_AT, ID);
            memcpy(acks + acks_length + BEFORE + ID, "\"}", 2);
            acks_length += ACK;
            break;
        case 'h':
            if (!put(fd, frame, frame_length)) return -1;
            break;
        case 'd':
            set_frame(text + ID_AT, size - ID_AT - 1);  // {"t":"do","frame": is 18 bytes, } the last
            broadcast();
            if (!connections[fd].upgraded) return -1;
            break;
        }
    }
    if (acks_length > 0 && !put(fd, acks, acks_length)) return -1;
    return (ssize_t)used;
}

static void keep(int fd, const char *bytes, size_t length) {
    struct connection *c = &connections[fd];
    char *rest = length > 0 ? malloc(length) : NULL;
    if (rest != NULL) memcpy(rest, bytes, length);
    free(c->rest);
    c->rest = rest;
    c->kept = rest != NULL ? (uint32_t)length : 0;
}

static void readable(int fd) {
    static char buffer[BUFFER];
    struct connection *c = &connections[fd];
    if (c->kept > 0) memcpy(buffer, c->rest, c->kept);
    ssize_t got = recv(fd, buffer + c->kept, sizeof buffer - c->kept, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        drop(fd);
        return;
    }
    size_t length = c->kept + (size_t)got, used = 0;
    if (!c->upgraded) {
        char *end = memmem(buffer, length, "\r\n\r\n", 4);
        if (end == NULL && length > LONGEST) {
            drop(fd);
            return;
        }
        if (end != NULL) {
            used = (size_t)(end + 4 - buffer);
            if (!upgrade(fd, buffer, used)) return;
        }
    }
    if (c->upgraded) {
        ssize_t more = take_frames(fd, buffer + used, length - used);
        if (more < 0) return;
        used += (size_t)more;
    }
    if (c->kept > 0 || used < length) keep(fd, buffer + used, length - used);
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (fd >= ceiling) {
            close(fd);
            continue;
        }
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd] = (struct connection){0};
        if (fd > highest) highest = fd;
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) drop(fd);
    }
}

static int listen_on(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    if (listen(fd, 8192) < 0) die("listen");
    return fd;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: floor PORT\n");
        return 64;
    }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) die("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ceiling = limit.rlim_cur > 1000000 ? 1000000 : (int)limit.rlim_cur;
    connections = calloc((size_t)ceiling, sizeof *connections);
    if (connections == NULL) die("memory");
    static const char first[] = "{\"t\":\"idle\",\"rev\":1}";
    set_frame(first, sizeof first - 1);
    int listener = listen_on((uint16_t)atoi(arguments[1]));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all(listener);
            else readable(events[i].data.fd);
        }
    }
}
