/*
 * Whose rights dunningctl works with (DESIGN 3).
 */
#ifndef CTL_RIGHTS_H
#define CTL_RIGHTS_H

#include <stdbool.h>

#include "base/err.h"

struct arena;

/* Will root become the owner of the directory? */
bool rights_will_change(const char *directory);

/*
 * Root becomes the owner of the directory, for good, unless root owns it or
 * it is not there.  *became tells whether it did.
 */
int rights_become_owner(const char *directory, bool *became, struct err *err);

/* The login behind sudo, else the user's own; free of control characters. */
const char *rights_author(struct arena *arena);

#endif
