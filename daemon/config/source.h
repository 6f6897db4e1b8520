/*
 * The source text of a configuration file, before any parser sees it.
 */
#ifndef CONFIG_SOURCE_H
#define CONFIG_SOURCE_H

#include "base/err.h"

#define SOURCE_MAX (1U << 20)

struct arena;

/*
 * The text of a regular file of at most SOURCE_MAX bytes, without a byte order
 * mark; must be UTF-8 without NUL.  NULL with a finding otherwise.
 */
char *source_read(const char *file, struct arena *arena, struct findings *findings);

/*
 * What libconfig 1.5 would do in silence or die of is found here: @include
 * (a directory there ends the process), numbers that wrap or are not exact,
 * escapes that cut a text short, nesting without end; and what it would only
 * call a syntax error.  Returns 0, or -1 with findings.
 */
int source_check(const char *file, const char *text, struct findings *findings);

#endif
