/*
 * Reads the CSV files of DUNNINGD_SHARED/vectors: a row is an array of fields.
 * A missing file fails the test in CI and skips it elsewhere.
 */
#ifndef COMPOSE_VECTORS_H
#define COMPOSE_VECTORS_H

#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"

#define FIELDS_MAX 16

struct vector {
    const char *field[FIELDS_MAX];
    size_t count;
};

static inline const char *vectors_text(struct arena *arena, const char *file)
{
    const char *shared = getenv("DUNNINGD_SHARED");
    const char *path = arena_printf(arena, "%s/%s", shared != NULL ? shared : "../shared", file);
    FILE *stream = fopen(path, "r");
    struct text text;
    char part[4096];

    if (stream == NULL) {
        if (getenv("CI") != NULL)
            fail_msg("%s is missing", path);
        print_message("skipped: %s is missing\n", path);
        skip();
    }
    text_init(&text, arena);
    for (size_t got; (got = fread(part, 1, sizeof part, stream)) > 0;)
        text_add_n(&text, part, got);
    fclose(stream);
    return text.data;
}

/* The next row, false at the end.  Quotes, doubled quotes and line ends inside quotes as in RFC 4180. */
static inline bool vectors_next(struct arena *arena, const char **at, struct vector *row)
{
    bool quoted = false;
    struct text field;

    if (**at == '\0')
        return false;
    *row = (struct vector){.count = 0};
    text_init(&field, arena);
    for (;; ++*at) {
        char c = **at;
        bool end = c == '\0' || (!quoted && c == '\n');
        if (end || (!quoted && c == ',')) {
            assert_true(row->count < FIELDS_MAX);
            row->field[row->count++] = field.data;
            text_init(&field, arena);
            if (end) {
                *at += c == '\n';
                return true;
            }
        } else if (c == '"' && quoted && (*at)[1] == '"') {
            text_add_char(&field, '"');
            ++*at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c != '\r' || quoted) {
            text_add_char(&field, c);
        }
    }
}

/* Published figures that others give differently are no oracle. */
static inline bool vectors_is_divergent(const struct vector *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (text_equal(row->field[i], "stated_public_divergent"))
            return true;
    }
    return false;
}

#endif
