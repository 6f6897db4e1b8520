#include "config/zones.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "config/zone_file.h"

/* Names come from the ledger too, so what is not found is remembered only up to a bound. */
enum { SLOTS = 4096, UNKNOWN_MAX = 1024, NAME_LENGTH_MAX = 64, FILE_MAX = 32768 };

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

/* The shape of an IANA name: nothing that is a path out of the folder. */
static bool is_zone_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LENGTH_MAX || strspn(name, letters) != length)
        return false;
    if (name[0] < 'A' || name[0] > 'Z' || name[length - 1] == '/' || strstr(name, "//") != NULL)
        return false;
    return true;
}

/* The file of tzdata; 0 if there is none or it is larger than any. */
static size_t read_file(const char *name, char *bytes, size_t room)
{
    const char *folder = getenv("TZDIR");
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder == NULL ? "/usr/share/zoneinfo" : folder, name);
    int fd = length > 0 && (size_t)length < sizeof path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    size_t size = 0;

    if (fd < 0)
        return 0;
    for (ssize_t n = 1; n > 0 && size<room; size += n> 0 ? (size_t)n : 0)
        n = read(fd, bytes + size, room - size);
    close(fd);
    return size < room ? size : 0;
}

static const struct zone *load_zone(struct arena *arena, const char *name)
{
    if (text_equal(name, "UTC"))
        return &zone_utc;
    char bytes[FILE_MAX];
    size_t size = read_file(name, bytes, sizeof bytes);
    return size == 0 ? NULL : zone_file_read(name, bytes, size, arena);
}

static struct slot *slot_of(struct zones *zones, const char *name)
{
    size_t at = digest_crc32(name, strlen(name)) % SLOTS;
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
