#include "config/zone_file.h"

#include <string.h>

#include "base/arena.h"
#include "config/zone_rule.h"

enum {
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,
    FIRST_RULED_YEAR = 1970, /* for a file with a rule and no transition */
    LAST_YEAR = 2100,
    COUNT_MAX = 100000,
    RULE_LENGTH_MAX = 200,
};

static const int32_t offset_max = 26 * 3600; /* RFC 8536 3.2: no zone is farther from UTC */

struct counts {
    size_t universal, standard, leaps, transitions, types, characters;
};

/* What remains to be read. */
struct cursor {
    const char *at;
    size_t left;
};

/* The next bytes, or NULL if there are not so many. */
static const char *take(struct cursor *cursor, size_t size)
{
    const char *start = cursor->at;

    if (size > cursor->left)
        return NULL;
    cursor->at += size;
    cursor->left -= size;
    return start;
}

static uint64_t big_endian(const char *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static bool take_header(struct cursor *cursor, struct counts *counts)
{
    const char *header = take(cursor, HEADER_SIZE);

    if (header == NULL || memcmp(header, "TZif", 4) != 0 || header[4] < '2')
        return false;
    size_t *const fields[] = {&counts->universal,   &counts->standard, &counts->leaps,
                              &counts->transitions, &counts->types,    &counts->characters};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        *fields[i] = (size_t)big_endian(header + 20 + 4 * i, 4);
        if (*fields[i] > COUNT_MAX)
            return false;
    }
    return counts->types > 0;
}

/* The first part of the file repeats the second with 32-bit times, for readers of version 1. */
static bool skip_old_part(struct cursor *cursor)
{
    struct counts c;

    return take_header(cursor, &c) && take(cursor, c.transitions * 5 + c.types * TYPE_SIZE + c.characters +
                                                       c.leaps * 8 + c.standard + c.universal) != NULL;
}

/* Begins a span; what begins at or before the last one takes its place, and an offset that goes on is no span. */
static void add_span(struct zone *zone, struct zone_span *spans, struct zone_span next)
{
    while (zone->count > 0 && next.from <= spans[zone->count - 1].from)
        zone->count--;
    if (zone->count == 0 || next.offset != spans[zone->count - 1].offset)
        spans[zone->count++] = next;
}

static bool type_offset(const char *types, size_t count, size_t type, int32_t *offset)
{
    if (type >= count)
        return false;
    *offset = (int32_t)(uint32_t)big_endian(types + type * TYPE_SIZE, 4);
    return *offset >= -offset_max && *offset <= offset_max;
}

static bool read_transitions(struct cursor *cursor, const struct counts *counts, struct zone *zone,
                             struct zone_span *spans)
{
    const char *times = take(cursor, counts->transitions * 8);
    const char *kinds = take(cursor, counts->transitions);
    const char *types = take(cursor, counts->types * TYPE_SIZE);

    if (times == NULL || kinds == NULL || types == NULL)
        return false;
    spans[0].from = MOMENT_NONE;
    zone->count = 1;
    if (!type_offset(types, counts->types, 0, &spans[0].offset))
        return false;
    for (size_t i = 0; i < counts->transitions; i++) {
        struct zone_span span = {.from = (moment_t)big_endian(times + 8 * i, 8)};
        if (!type_offset(types, counts->types, (unsigned char)kinds[i], &span.offset))
            return false;
        add_span(zone, spans, span);
    }
    return true;
}

/* The rule's text stands between two line ends; empty: no rule. */
static char *take_rule(struct cursor *cursor, struct arena *arena)
{
    const char *line = take(cursor, 1);
    const char *end = line == NULL || *line != '\n' ? NULL : memchr(cursor->at, '\n', cursor->left);

    if (end == NULL || end - cursor->at > RULE_LENGTH_MAX)
        return NULL;
    return arena_copy_n(arena, cursor->at, (size_t)(end - cursor->at));
}

/* From the year of the last listed transition on; what the list says has precedence. */
static void apply_rule(const struct zone_rule *rule, moment_t listed, struct zone *zone, struct zone_span *spans)
{
    int year = FIRST_RULED_YEAR, month, dom;
    const moment_t oldest = (moment_t)day_from_civil(FIRST_RULED_YEAR, 1, 1) * DAY_SECONDS;

    if (listed > oldest)
        day_to_civil((day_t)(listed / DAY_SECONDS), &year, &month, &dom);
    for (; year <= LAST_YEAR; year++) {
        struct zone_span pair[2];
        zone_rule_year(rule, year, pair);
        for (size_t i = 0; i < 2; i++)
            if (pair[i].from > listed)
                add_span(zone, spans, pair[i]);
    }
}

const struct zone *zone_file_read(const char *name, const char *bytes, size_t size, struct arena *arena)
{
    struct cursor cursor = {bytes, size};
    const moment_t last = (moment_t)day_from_civil(LAST_YEAR + 1, 1, 1) * DAY_SECONDS;
    struct counts counts;
    struct zone_rule rule = {.has_summer = false};

    if (!skip_old_part(&cursor) || !take_header(&cursor, &counts) || counts.leaps > 0)
        return NULL;
    size_t most = counts.transitions + 1 + 2 * (size_t)(LAST_YEAR + 1 - FIRST_RULED_YEAR);
    struct zone_span *spans = arena_array(arena, most, sizeof *spans);
    struct zone *zone = arena_alloc(arena, sizeof *zone);
    *zone = (struct zone){.name = arena_copy(arena, name), .spans = spans};
    const char *times = cursor.at;
    if (!read_transitions(&cursor, &counts, zone, spans) ||
        take(&cursor, counts.characters + counts.standard + counts.universal) == NULL)
        return NULL;
    const char *text = take_rule(&cursor, arena);
    if (text == NULL || (*text != '\0' && !zone_rule_parse(text, &rule)))
        return NULL;
    moment_t listed = MOMENT_NONE;
    if (counts.transitions > 0)
        listed = (moment_t)big_endian(times + 8 * (counts.transitions - 1), 8);
    if (rule.has_summer && listed < last)
        apply_rule(&rule, listed, zone, spans);
    return zone;
}
