// Latencies in nanoseconds, counted in the log-linear layout of HdrHistogram (Gil Tene; hdrhistogram.org): each power
// of two is cut into 1,024 equal steps, so that any value is off by less than 0.1 %. From 0 to 68 s.
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

enum { HISTOGRAM_STEPS = 1024, HISTOGRAM_OCTAVES = 26 };

struct histogram {
    uint64_t counts[HISTOGRAM_STEPS * (HISTOGRAM_OCTAVES + 1)];
    uint64_t total, highest;
};

void histogram_clear(struct histogram *h);
void histogram_add(struct histogram *h, uint64_t nanoseconds);
// The highest value of the step below which `percent` of all values lie; 0 if there is none.
uint64_t histogram_percentile(const struct histogram *h, double percent);
#endif
