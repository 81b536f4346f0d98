#define _GNU_SOURCE
#include "crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hearing.h"

enum {
    EVENTS = 1024,
    BUFFER = 256 * 1024,
    SLOTS = 256,  // of 1 ms: the farthest retry is 150 ms away
    PHONES_PER_ADDRESS = 2000,  // of 28,232 ports: where few are free, connect() searches long for one
    RECEIVE_BUFFER = 8 * 1024,
};

struct crowd crowd;
static int epoll = -1;
static int32_t wheel[SLOTS];
static uint64_t wheel_tick;
static unsigned wheel_waiting;
static uint64_t devices;

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void crowd_gather(void) {
    crowd.total = crowd.phones + (crowd.floor ? 1 : 2);
    crowd.all = calloc(crowd.total, sizeof *crowd.all);
    crowd.votes = calloc(VOTES_UNDER_WAY, sizeof *crowd.votes);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (crowd.all == NULL || crowd.votes == NULL || epoll < 0) fail("no memory for %u phones", crowd.total);
    for (unsigned i = 0; i < crowd.total; i++) crowd.all[i].fd = -1;
    crowd.all[crowd.phones].role = ROLE_MODERATOR;
    if (!crowd.floor) crowd.all[crowd.phones + 1].role = ROLE_SCREEN;
    for (int i = 0; i < SLOTS; i++) wheel[i] = -1;
    crowd.tag = (uint32_t)random_bits() | 1;
    devices = random_bits();
}

static void leave(struct phone *phone) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};  // no TIME_WAIT: the ports are needed again at once
    if (phone->fd >= 0) {
        setsockopt(phone->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(phone->fd);
    }
    if (phone->place == PLACE_HERE && phone->role == ROLE_PHONE) crowd.here--;
    free(phone->rest);
    phone->rest = NULL;
    phone->kept = 0;
    phone->fd = -1;
    phone->place = PLACE_AWAY;
    phone->welcomed = phone->scene = false;
}

void crowd_part(void) {
    for (unsigned i = 0; i < crowd.total; i++) leave(&crowd.all[i]);
}

// The line is gone, or was not to be had. In a storm the phone tries again after 100 ms, give or take half of it.
static void lost(struct phone *phone, const char *how) {
    if (!crowd.storm) fail("phone %td lost its line (%s)", phone - crowd.all, how);
    leave(phone);
    uint64_t tick = now_ns() / 1000000 + 50 + random_bits() % 100;
    if (wheel_waiting++ == 0) wheel_tick = now_ns() / 1000000;
    phone->next = wheel[tick % SLOTS];
    wheel[tick % SLOTS] = (int32_t)(phone - crowd.all);
}

static void retry_due(void) {
    for (uint64_t tick = now_ns() / 1000000; wheel_waiting > 0 && wheel_tick <= tick; wheel_tick++) {
        int32_t index = wheel[wheel_tick % SLOTS];
        wheel[wheel_tick % SLOTS] = -1;
        while (index >= 0) {
            int32_t next = crowd.all[index].next;
            wheel_waiting--;
            crowd_connect((unsigned)index);
            index = next;
        }
    }
}

static void put(struct phone *phone, const char *bytes, size_t length) {
    if (send(phone->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length) return;
    if (crowd.storm) return;  // its end will be read
    fail("phone %td: the socket takes no more (%s)", phone - crowd.all, strerror(errno));
}

void crowd_say(struct phone *phone, const char *text, size_t length) {
    char frame[4096];
    if (length + WIRE_HEADER > sizeof frame) fail("a message of %zu bytes is too long", length);
    put(phone, frame, frame_put(frame, 1, text, length));
}

void crowd_vote(unsigned index, uint64_t intended) {
    struct phone *phone = &crowd.all[index];
    struct vote *vote = &crowd.votes[crowd.cast % VOTES_UNDER_WAY];
    if (vote->intended != 0) fail("%d votes are under way and not acknowledged", VOTES_UNDER_WAY);
    *vote = (struct vote){.intended = intended, .phone = index};
    struct ballot ballot = {
        .id = (uint64_t)crowd.tag << 32 | (uint32_t)crowd.cast, .question = crowd.question, .round = crowd.round,
        .counter = ++phone->counter, .choice = (unsigned)(crowd.cast % crowd.options)};
    if (crowd.seal != NULL) crowd.seal(index, &ballot);
    char frame[WIRE_VOTE];
    crowd.cast++;
    crowd.vote_bytes = (unsigned)put_vote(frame, &ballot);
    put(phone, frame, crowd.vote_bytes);
}

// The key is RFC 6455's sample: its answer is known, so a wrong one is seen without hashing.
static void ask_upgrade(struct phone *phone) {
    char request[256];
    int length = snprintf(request, sizeof request,
                          "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Protocol: plenum.1\r\n\r\n",
                          crowd.port);
    phone->place = PLACE_UPGRADING;
    put(phone, request, (size_t)length);
}

static void greet(struct phone *phone) {
    char text[256], device[WIRE_DEVICE + 1] = {0};
    int length = 0;
    switch ((enum role)phone->role) {
    case ROLE_PHONE:
        put_device(device, devices, (uint64_t)(phone - crowd.all) + 1);
        length = snprintf(text, sizeof text,
                          "{\"t\":\"hello\",\"as\":\"phone\",\"device\":\"%s\",\"lang\":\"en\",\"rev\":0%s%s%s}",
                          device, crowd.tickets == NULL ? "" : ",\"ticket\":\"",
                          crowd.tickets == NULL ? "" : crowd.tickets[phone - crowd.all],
                          crowd.tickets == NULL ? "" : "\"");
        break;
    case ROLE_MODERATOR:
        length = snprintf(text, sizeof text, "{\"t\":\"hello\",\"as\":\"moderator\",\"key\":\"%s\",\"lang\":\"en\"}",
                          crowd.moderator_key);
        break;
    case ROLE_SCREEN:
        length = snprintf(text, sizeof text,
                          "{\"t\":\"hello\",\"as\":\"screen\",\"key\":\"%s\",\"lang\":\"en\",\"rev\":0}",
                          crowd.screen_key);
        break;
    }
    phone->place = PLACE_GREETING;
    crowd_say(phone, text, (size_t)length);
}

void crowd_connect(unsigned index) {
    struct phone *phone = &crowd.all[index];
    phone->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (phone->fd < 0) fail("socket for phone %u: %s", index, strerror(errno));
    int one = 1, buffer = RECEIVE_BUFFER;
    setsockopt(phone->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(phone->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(phone->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK + index / PHONES_PER_ADDRESS)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(crowd.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (index >= PHONES_PER_ADDRESS && bind(phone->fd, (struct sockaddr *)&from, sizeof from) < 0)
        fail("source address for phone %u: %s", index, strerror(errno));
    phone->place = PLACE_CONNECTING;
    if (connect(phone->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        lost(phone, strerror(errno));
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = index};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, phone->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

// True once the head of a good answer has been taken; `*used` says how long it is.
static bool upgraded(struct phone *phone, char *bytes, size_t length, size_t *used) {
    char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) return false;
    *used = (size_t)(end + 4 - bytes);
    if (memcmp(bytes, "HTTP/1.1 101 ", 13) != 0 || memmem(bytes, *used, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28) == NULL)
        fail("phone %td: the upgrade was refused: %.*s", phone - crowd.all, (int)(*used - 4), bytes);
    return true;
}

static void take(struct phone *phone, struct frame *frame) {
    if (frame->opcode == 1) {
        hear(phone, frame->text, frame->length);
    } else if (frame->opcode == 9) {
        char pong[160];
        if (frame->length > 125) fail("a ping of %zu bytes", frame->length);
        put(phone, pong, frame_put(pong, 10, frame->text, frame->length));
    } else if (frame->opcode == 8 && frame->length >= 2) {
        if (!crowd.storm)
            fail("the server closed phone %td: %d %.*s", phone - crowd.all,
                 (unsigned char)frame->text[0] << 8 | (unsigned char)frame->text[1], (int)frame->length - 2,
                 frame->text + 2);
    }
}

static void readable(struct phone *phone) {
    static char buffer[BUFFER];
    if (phone->kept > 0) memcpy(buffer, phone->rest, phone->kept);
    ssize_t got = recv(phone->fd, buffer + phone->kept, sizeof buffer - phone->kept, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        lost(phone, got == 0 ? "closed by the server" : strerror(errno));
        return;
    }
    crowd.clock = now_ns();
    size_t length = phone->kept + (size_t)got, used = 0;
    if (phone->place == PLACE_UPGRADING && upgraded(phone, buffer, length, &used)) greet(phone);
    if (phone->place >= PLACE_GREETING) {
        struct frame frame;
        ssize_t size;
        while ((size = frame_take(buffer + used, length - used, &frame)) > 0) {
            used += (size_t)size;
            take(phone, &frame);
        }
        if (size < 0) fail("phone %td was sent something that is no server frame", phone - crowd.all);
    }
    free(phone->rest);
    phone->kept = (uint32_t)(length - used);
    phone->rest = phone->kept > 0 ? malloc(phone->kept) : NULL;
    if (phone->rest != NULL) memcpy(phone->rest, buffer + used, phone->kept);
}

void crowd_turn(uint64_t until) {
    static struct epoll_event events[EVENTS];
    uint64_t now = now_ns();
    if (wheel_waiting > 0 && until > now + 1000000) until = now + 1000000;
    uint64_t wait = until > now ? until - now : 0;
    struct timespec patience = {.tv_sec = (time_t)(wait / 1000000000), .tv_nsec = (long)(wait % 1000000000)};
    int ready = epoll_pwait2(epoll, events, EVENTS, &patience, NULL);
    for (int i = 0; i < ready; i++) {
        struct phone *phone = &crowd.all[events[i].data.u32];
        if (phone->fd < 0) continue;
        if (phone->place == PLACE_CONNECTING) {
            if (events[i].events & (EPOLLERR | EPOLLHUP)) {
                lost(phone, "connection refused");
                continue;
            }
            ask_upgrade(phone);
        }
        if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) readable(phone);
    }
    if (wheel_waiting > 0) retry_due();
}

void crowd_rest(unsigned milliseconds) {
    for (uint64_t end = now_ns() + milliseconds * 1000000ull; now_ns() < end;) crowd_turn(end);
}
