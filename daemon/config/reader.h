/*
 * The reader: walks a parsed file along the option tables and fills structs.
 * Whatever it does not like becomes a finding with file and line; it always
 * goes on to the end, so that one run names everything that is wrong.
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include <libconfig.h>

#include "base/err.h"
#include "config/option.h"

struct config;
struct presets;

struct reader {
    struct arena *arena; /* of all that is read */
    struct findings *findings;
    const char *file;        /* being read, as findings name it */
    const char *folder;      /* relative paths start here */
    struct config *config;   /* for special readers: what has been loaded so far */
    struct presets *presets; /* structs at their defaults, one per group, made when first needed */
};

/* Parses a file; NULL with findings if it is no valid file.  Close it when done. */
config_t *reader_open(struct reader *reader, const char *file);
void reader_close(config_t **document);

/* Fills target (group->size bytes) with the defaults, then with the keys of setting. */
void reader_group(struct reader *reader, config_setting_t *setting, const struct option_group *group, void *target);

/* Reads one setting by its option's type into target + offset. */
void reader_option(struct reader *reader, const struct option *option, config_setting_t *setting, void *target);

__attribute__((format(printf, 3, 4))) void reader_error(struct reader *reader, const config_setting_t *setting,
                                                        const char *format, ...);
__attribute__((format(printf, 3, 4))) void reader_warn(struct reader *reader, const config_setting_t *setting,
                                                       const char *format, ...);

/* A member for its line; the group itself where the member is not there. */
config_setting_t *reader_member(config_setting_t *group, const char *name);

/* A finding unless the text is "" or a bare email address. */
void reader_address(struct reader *reader, config_setting_t *group, const char *key, const char *address);

/* The key of a setting for messages; an element of a list has its list's. */
const char *reader_key(const config_setting_t *setting);

/* The text of a setting, NULL with a finding if it is none. */
const char *reader_text(struct reader *reader, config_setting_t *setting);
/* The texts of a list, "[...]" or "(...)"; false with a finding if it is none. */
bool reader_texts(struct reader *reader, config_setting_t *setting, const char *const **list, size_t *count);

/* A path as it stands, or behind the configuration's folder; "" stays "". */
const char *reader_path(const struct reader *reader, const char *path);

#endif
