// What a phone, the moderator or the screen does with a message.
#ifndef HEARING_H
#define HEARING_H
#include <stddef.h>

#include "crowd.h"

enum { VOTES_UNDER_WAY = 1 << 20 };

void hear(struct phone *phone, const char *text, size_t length);
#endif
