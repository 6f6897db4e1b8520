/*
 * What every unit test includes: cmocka in the order it wants its headers, and
 * checks that name the row of the table that failed.
 */
#ifndef FAKE_TEST_H
#define FAKE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static inline void expect_true(const char *remark, bool condition)
{
    if (!condition)
        fail_msg("%s", remark);
}

static inline void expect_int(const char *remark, intmax_t got, intmax_t want)
{
    if (got != want)
        fail_msg("%s: got %" PRIdMAX ", want %" PRIdMAX, remark, got, want);
}

static inline void expect_text(const char *remark, const char *got, const char *want)
{
    if (strcmp(got, want) != 0)
        fail_msg("%s: got \"%s\", want \"%s\"", remark, got, want);
}

/* True if got holds want somewhere; for sentences of which only a part matters. */
static inline void expect_part(const char *remark, const char *got, const char *want)
{
    if (strstr(got, want) == NULL)
        fail_msg("%s: got \"%s\", want a text with \"%s\"", remark, got, want);
}

#endif
