/* What the reading functions of the state give: rows in the arena that they were given, list NULL where there is none.
 */
#ifndef STORE_STATE_LISTS_H
#define STORE_STATE_LISTS_H

#include <stddef.h>

#include "base/day.h"

/* What is due at a moment, and how much of it is taken at the most. */
struct due {
    moment_t now;
    size_t max;
};

struct id_list {
    const char **list;
    size_t count;
};
struct notice_list {
    struct notice *list;
    size_t count;
};
struct message_list {
    struct message *list;
    size_t count;
};
struct attempt_list {
    struct attempt *list;
    size_t count;
};
struct hold_list {
    struct hold *list;
    size_t count;
};
struct task_list {
    struct task *list;
    size_t count;
};
struct optout_list {
    struct optout_row *list;
    size_t count;
};

#endif
