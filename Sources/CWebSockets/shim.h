#include <libwebsockets.h>
#include <pthread.h>
#include <sys/socket.h>

// Macros that Swift cannot import.
static const int PLENUM_LWS_PRE = LWS_PRE;
static const int PLENUM_KILL_ASYNC = LWS_TO_KILL_ASYNC;
static const int PLENUM_NO_LISTEN = CONTEXT_PORT_NO_LISTEN_SERVER;
static const uint64_t PLENUM_OPTION_LIBUV = LWS_SERVER_OPTION_LIBUV;
static const uint64_t PLENUM_OPTION_EXPLICIT_VHOSTS = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
static const uint64_t PLENUM_OPTION_TLS = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
static const uint64_t PLENUM_OPTION_NO_CA = LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
static const uint64_t PLENUM_OPTION_FALLBACK = LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG;

// libwebsockets sends a close frame for this write protocol, but its enum leaves the name out.
static const enum lws_write_protocol PLENUM_WRITE_CLOSE = (enum lws_write_protocol)4;

// Which thread is running. Not inlined and opaque to the optimizer: the compiler takes pthread_self() for a constant
// and would merge two calls on different threads.
static __attribute__((noinline)) uintptr_t plenum_thread(void) {
    __asm__ volatile("" ::: "memory");
    return (uintptr_t)pthread_self();
}

// glibc shows accept4 only to GNU sources.
extern int accept4(int, struct sockaddr *, socklen_t *, int);
static inline int plenum_accept(int socket) {
    return accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
