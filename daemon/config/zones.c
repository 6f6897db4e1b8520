#include "config/zones.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

/* Names come from the ledger too, so what is not found is remembered only up to a bound. */
enum { SLOTS = 4096, UNKNOWN_MAX = 1024, NAME_LENGTH_MAX = 64 };

/* Before the first rule of any zone, and after the last day that anything is planned for. */
static const gint64 first_moment = G_GINT64_CONSTANT(-5364662400); /* 1800-01-01 */
static const gint64 last_moment = G_GINT64_CONSTANT(4133980800);   /* 2101-01-01 */

struct slot {
    const char *name;        /* NULL: free */
    const struct zone *zone; /* NULL: there is no such zone */
};

struct zones {
    struct arena *arena;
    struct slot slots[SLOTS];
    size_t known, unknown;
};

struct zones *zones_new(struct arena *arena)
{
    struct zones *zones = arena_alloc(arena, sizeof *zones);
    zones->arena = arena;
    return zones;
}

/* The shape of an IANA name: nothing that GLib would take for a rule or a path. */
static bool is_zone_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LENGTH_MAX || strspn(name, letters) != length)
        return false;
    if (!g_ascii_isupper(name[0]) || name[length - 1] == '/' || strstr(name, "//") != NULL)
        return false;
    return true;
}

/* GLib would also take a name for a rule, as in "ABC-1DEF"; only what tzdata has is a zone. */
static bool is_installed(const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder == NULL ? "/usr/share/zoneinfo" : folder, name);
    return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

/* The first moment in (low, high] whose interval is at least `interval`. */
static gint64 begin_of(GTimeZone *system, gint interval, gint64 low, gint64 high)
{
    while (high - low > 1) {
        gint64 middle = low + (high - low) / 2;
        if (g_time_zone_find_interval(system, G_TIME_TYPE_UNIVERSAL, middle) >= interval)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* All spans of constant offset; intervals that differ in their name alone are one. */
static struct zone *make_zone(struct arena *arena, const char *name, GTimeZone *system)
{
    gint first = g_time_zone_find_interval(system, G_TIME_TYPE_UNIVERSAL, first_moment);
    gint last = g_time_zone_find_interval(system, G_TIME_TYPE_UNIVERSAL, last_moment);
    struct zone_span *spans = arena_array(arena, (size_t)(last - first) + 1, sizeof *spans);
    size_t count = 1;
    gint64 from = first_moment;
    spans[0] = (struct zone_span){MOMENT_NONE, g_time_zone_get_offset(system, first)};
    for (gint interval = first + 1; interval <= last; interval++) {
        int32_t offset = g_time_zone_get_offset(system, interval);
        from = begin_of(system, interval, from, last_moment);
        if (offset != spans[count - 1].offset)
            spans[count++] = (struct zone_span){from, offset};
    }
    struct zone *zone = arena_alloc(arena, sizeof *zone);
    *zone = (struct zone){.name = arena_copy(arena, name), .spans = spans, .count = count};
    return zone;
}

static const struct zone *load_zone(struct arena *arena, const char *name)
{
    if (text_equal(name, "UTC"))
        return &zone_utc;
    GTimeZone *system = is_installed(name) ? g_time_zone_new_identifier(name) : NULL;
    if (system == NULL)
        return NULL;
    const struct zone *zone = make_zone(arena, name, system);
    g_time_zone_unref(system);
    return zone;
}

static struct slot *slot_of(struct zones *zones, const char *name)
{
    size_t at = g_str_hash(name) % SLOTS;
    while (zones->slots[at].name != NULL && !text_equal(zones->slots[at].name, name))
        at = (at + 1) % SLOTS;
    return &zones->slots[at];
}

const struct zone *zones_find(struct zones *zones, const char *name)
{
    if (!is_zone_name(name))
        return NULL;
    struct slot *slot = slot_of(zones, name);
    if (slot->name != NULL)
        return slot->zone;
    const struct zone *zone = load_zone(zones->arena, name);
    size_t *count = zone == NULL ? &zones->unknown : &zones->known;
    size_t limit = zone == NULL ? (size_t)UNKNOWN_MAX : (size_t)SLOTS / 2;
    if (*count >= limit)
        return zone;
    (*count)++;
    *slot = (struct slot){.name = arena_copy(zones->arena, name), .zone = zone};
    return zone;
}
