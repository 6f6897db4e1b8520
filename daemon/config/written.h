/*
 * What was written in the files of a configuration, setting by setting, and
 * what is written otherwise in another one.  For the report of a reload: it
 * sees every key, since it does not know any of them.
 */
#ifndef CONFIG_WRITTEN_H
#define CONFIG_WRITTEN_H

#include <stddef.h>

struct arena;
struct reader;
struct config_setting_t;

struct written {
    const char *where; /* "policy standard", "policy standard: step formal", "provider smarthost", "template
                          de/formal.txt"; "" */
    const char *key;   /* "at", "window.from", "limits.per_hour"; "" of a whole file */
    const char *value; /* as in a file: "\"previous + 10d\""; of a whole file its checksum */
};

struct written_list {
    struct written *list;
    size_t count, capacity;
};

/* Adds all settings of a parsed file to the reader's configuration. */
void written_settings(struct reader *reader, struct config_setting_t *root);
/* Adds a file that is text, as one setting. */
void written_text(struct reader *reader, const char *kind, const char *name, const char *text);

/* SHA-256 of all of it, in hex. */
const char *written_digest(const struct written_list *written, struct arena *arena);

/* Sentences such as `policy standard: step formal: at is now "previous + 14d", was "previous + 10d"`. */
struct written_changes {
    const char **list;
    size_t count, capacity;
};
/* Values of providers and of the business, and what looks like an address, are not shown. */
struct written_changes written_compare(const struct written_list *before, const struct written_list *after,
                                       struct arena *arena);

#endif
