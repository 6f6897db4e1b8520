#include "config/suggest.h"

#include <string.h>

#include "base/text.h"
#include "config/option.h"

enum { LONGEST = 63, SHORT = 4 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of the table of distances from the two rows before it. */
static void next_row(const char *a, const char *b, size_t i, size_t (*rows)[LONGEST + 1])
{
    size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; b[j - 1] != '\0'; j++) {
        row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = least(row[j], above2[j - 2] + 1);
    }
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1] = {{0}}, from = strlen(a), to = strlen(b);
    if (from > LONGEST || to > LONGEST)
        return LONGEST + 1;
    for (size_t j = 0; j <= to; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= from; i++)
        next_row(a, b, i, rows);
    return rows[from % 3][to];
}

const char *suggest_option(const struct option_group *group, const char *key)
{
    size_t best = strlen(key) <= SHORT ? 2 : 3;
    const char *name = NULL;
    for (size_t i = 0; i < group->count; i++) {
        size_t distance = suggest_distance(key, group->options[i].name);
        if (distance < best) {
            best = distance;
            name = group->options[i].name;
        }
    }
    return name;
}
