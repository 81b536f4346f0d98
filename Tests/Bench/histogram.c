#include "histogram.h"

#include <string.h>

// The first 2,048 values have a step each; from there on each octave has 1,024.
static uint32_t step_of(uint64_t value) {
    int octave = 63 - __builtin_clzll(value | (HISTOGRAM_STEPS * 2 - 1)) - 10;
    if (octave >= HISTOGRAM_OCTAVES) return HISTOGRAM_STEPS * (HISTOGRAM_OCTAVES + 1) - 1;
    return (uint32_t)(octave * HISTOGRAM_STEPS + (int)(value >> octave));
}

static uint64_t top_of(uint32_t step) {
    if (step < HISTOGRAM_STEPS * 2) return step;
    uint32_t octave = step / HISTOGRAM_STEPS - 1;
    return ((uint64_t)(step - octave * HISTOGRAM_STEPS + 1) << octave) - 1;
}

void histogram_clear(struct histogram *h) { memset(h, 0, sizeof *h); }

void histogram_add(struct histogram *h, uint64_t nanoseconds) {
    h->counts[step_of(nanoseconds)]++;
    h->total++;
    if (nanoseconds > h->highest) h->highest = nanoseconds;
}

uint64_t histogram_percentile(const struct histogram *h, double percent) {
    if (h->total == 0) return 0;
    uint64_t wanted = (uint64_t)(percent / 100 * (double)h->total + 0.5), seen = 0;
    if (wanted < 1) wanted = 1;
    for (uint32_t step = 0; step < sizeof h->counts / sizeof *h->counts; step++) {
        seen += h->counts[step];
        if (seen >= wanted) return top_of(step) < h->highest ? top_of(step) : h->highest;
    }
    return h->highest;
}
