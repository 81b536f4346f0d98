// The event as the moderator drives it, with every step waited for until all phones have heard of it.
#ifndef STAGE_H
#define STAGE_H
#include <stdbool.h>
#include <stdint.h>

// Tests/Bench/event.yaml: 1 is the ordinary question, 2 can be changed, 3 shows running results.
enum { QUESTION_PLAIN = 1, QUESTION_CHANGE = 2, QUESTION_LIVE = 3, QUESTIONS = 3, OPTIONS = 4 };

// Everybody connects, is welcomed and told what is on.
void stage_fill(void);
// The question is active, in a round without votes, and open if `open`.
void stage_bring(unsigned question, bool open);
// One act each. They return when the moderator's act is sent, with the time; stage_wait waits for its effect.
uint64_t stage_show(unsigned question);
uint64_t stage_clear(void);
uint64_t stage_open(void);
// Until every phone has heard of the last act and the moderator knows it is done.
void stage_wait(const char *what);
// Until `*count` is `wanted`; dies naming `what` if that takes longer than 60 s.
void stage_until(const uint64_t *count, uint64_t wanted, const char *what);
#endif
