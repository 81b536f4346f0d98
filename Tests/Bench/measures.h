// The measures. Each leaves the room quiet: nothing under way, everybody connected.
#ifndef MEASURES_H
#define MEASURES_H
#include <stdbool.h>
#include <stdint.h>

struct effort {
    unsigned pushes, moments;  // samples of each
    double seconds;            // of each stretch of voting
};
extern struct effort effort;
extern char **server_command;
extern const char *server_log;

// One line of JSON on standard output.
void figure(const char *name, double value);

// Nanoseconds of processor time of the load itself.
uint64_t own_cpu(void);

// What else the machine did: call before and after everything.
void others_begin(void);
void others_end(void);

void measure_push(void);
void measure_moment(void);
void measure_projector(void);
void measure_storm(void);
void measure_open_loop(unsigned rate);
void measure_closed_loop(void);
void measure_bytes(void);
#endif
