// The server under test: a child process, started, watched, killed and started again.
#ifndef SERVER_H
#define SERVER_H
#include <stdint.h>

// Starts `command` with its output appended to `log`. It ends when this program ends, however that comes.
void server_start(char **command, const char *log);
// Returns once the port takes connections.
void server_ready(uint16_t port);
// SIGKILL, and gone when this returns.
void server_kill(void);
// Nanoseconds of processor time so far, all threads, user and system.
uint64_t server_cpu(void);
// The same, with those killed before.
uint64_t server_cpu_ever(void);
// Bytes of memory in use.
uint64_t server_memory(void);
// Dies with this sentence if the server has ended by itself.
void server_check(void);
#endif
