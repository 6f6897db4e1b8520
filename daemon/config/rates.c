#include "config/rates.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/rates_file.h"
#include "config/tables.h"

enum { HORIZON_DAYS = 60 };

struct collection {
    struct reader *reader;
    const char *path;
    struct series_keys *series;
    size_t series_count, series_capacity;
    struct regime *regimes;
    size_t regime_count, regime_capacity;
};

/* ---- series ---- */

static const char *table_of(const struct collection *all, const struct series_keys *keys)
{
    struct arena *arena = all->reader->arena;
    const char *name = keys->table[0] == '\0' ? arena_printf(arena, "%s.csv", keys->series.name) : keys->table;

    return arena_printf(arena, "%s/%s", all->path, name);
}

static void collect_series(struct collection *all, struct series_keys *keys)
{
    struct reader *reader = all->reader;

    for (size_t i = 0; i < all->series_count; i++) {
        if (!text_equal(all->series[i].series.name, keys->series.name))
            continue;
        findings_add(reader->findings, SEVERITY_ERROR, reader->file, keys->line,
                     "name: there is a series \"%s\" already; rename or remove one", keys->series.name);
        return;
    }
    if (all->series_count == all->series_capacity) {
        all->series_capacity = all->series_capacity == 0 ? 8 : 2 * all->series_capacity;
        all->series =
            arena_grow(reader->arena, all->series, all->series_count, all->series_capacity, sizeof *all->series);
    }
    keys->series.file = table_of(all, keys);
    rates_table_load(reader, &keys->series);
    all->series[all->series_count++] = *keys;
}

static struct series_keys *find_series(const struct collection *all, const char *name)
{
    for (size_t i = 0; i < all->series_count; i++)
        if (text_equal(all->series[i].series.name, name))
            return &all->series[i];
    return NULL;
}

/* One row against the other series on the same day, as far as that one speaks. */
static void compare_row(const struct collection *all, const struct series_keys *keys, const struct rate_row *row,
                        const struct series *other)
{
    char have[RATE_TEXT_SIZE], want[RATE_TEXT_SIZE], from[DAY_TEXT_SIZE];
    const struct rate_row *theirs;

    if (row->from < keys->equals.since || series_row(other, row->from, &theirs, NULL) != 0 ||
        row->rate == theirs->rate + keys->equals.plus)
        return;
    findings_add(all->reader->findings, SEVERITY_ERROR, keys->series.file, row->line,
                 "%s: %s has %s, but %s (line %d) comes to %s; one of the two is wrong", day_format(row->from, from),
                 keys->series.name, rate_format(row->rate, have), other->name, theirs->line,
                 rate_format(theirs->rate + keys->equals.plus, want));
}

static void check_equals(const struct collection *all, const struct series_keys *keys)
{
    if (keys->equals.series[0] == '\0')
        return;
    const struct series_keys *other = find_series(all, keys->equals.series);
    if (other == NULL) {
        findings_add(all->reader->findings, SEVERITY_ERROR, keys->series.file, 0,
                     "equals.series: there is no series \"%s\"; correct the name, or remove equals",
                     keys->equals.series);
        return;
    }
    for (size_t i = 0; i < keys->series.count; i++)
        compare_row(all, keys, &keys->series.rows[i], &other->series);
}

/* ---- regimes ---- */

static bool answers_to(const struct regime *regime, const char *name)
{
    return text_equal(regime->name, name) || words_have(&regime->aliases, name);
}

/* Blocks of one name are told apart by valid_from; an alias is nobody else's name. */
static bool clash(const struct regime *one, const struct regime *other)
{
    if (text_equal(one->name, other->name))
        return one->valid_from == other->valid_from;
    bool shared = answers_to(other, one->name);
    for (size_t i = 0; i < one->aliases.count; i++)
        shared = shared || answers_to(other, one->aliases.list[i]);
    return shared;
}

static void collect_regime(struct collection *all, const struct regime *regime)
{
    struct reader *reader = all->reader;

    for (size_t i = 0; i < all->regime_count; i++) {
        const struct regime *other = &all->regimes[i];
        if (!clash(regime, other))
            continue;
        findings_add(reader->findings, SEVERITY_ERROR, regime->file, regime->line,
                     "name: %s or one of its aliases is the regime in %s:%d already; rename one, or give it another "
                     "valid_from",
                     regime->name, other->file, other->line);
        return;
    }
    if (all->regime_count == all->regime_capacity) {
        all->regime_capacity = all->regime_capacity == 0 ? 16 : 2 * all->regime_capacity;
        all->regimes =
            arena_grow(reader->arena, all->regimes, all->regime_count, all->regime_capacity, sizeof *all->regimes);
    }
    all->regimes[all->regime_count++] = *regime;
}

static void link_regimes(struct collection *all, const struct rates *rates)
{
    for (size_t i = 0; i < all->regime_count; i++) {
        struct regime *regime = &all->regimes[i];
        regime->series = rates_series(rates, regime->series_name);
        if (regime->series == NULL && regime->series_name[0] != '\0')
            findings_add(all->reader->findings, SEVERITY_ERROR, regime->file, regime->line,
                         "series: there is no series \"%s\" for %s; correct the name, or add the series",
                         regime->series_name, regime->name);
    }
}

/* ---- the folder ---- */

/* A file with errors gives nothing: what could be said about half of one would only confuse. */
static void load_file(struct collection *all, const char *name)
{
    struct reader *reader = all->reader;
    struct rates_file file = {0};
    size_t errors = reader->findings->errors;
    config_t *document = reader_open(reader, name);

    if (document == NULL)
        return;
    reader_group(reader, config_root_setting(document), &group_rates_file, &file);
    reader_close(&document);
    if (reader->findings->errors > errors)
        return;
    for (size_t i = 0; i < file.series_count; i++)
        collect_series(all, &file.series[i]);
    for (size_t i = 0; i < file.regime_count; i++)
        collect_regime(all, &file.regimes[i]);
}

static void check_tables_are_used(const struct collection *all, const struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        const char *file = folder_file(folder, i, all->reader->findings->arena);
        bool used = !text_ends(file, ".csv");
        for (size_t j = 0; j < all->series_count && !used; j++)
            used = text_equal(all->series[j].series.file, file);
        if (!used)
            findings_add(all->reader->findings, SEVERITY_WARNING, file, 0,
                         "no series has this table; name it in a series, or remove the file");
    }
}

static const struct rates *finish(struct collection *all)
{
    struct rates *rates = arena_alloc(all->reader->arena, sizeof *rates);
    struct series *series = arena_array(all->reader->arena, all->series_count + 1, sizeof *series);

    for (size_t i = 0; i < all->series_count; i++)
        series[i] = all->series[i].series;
    *rates = (struct rates){series, all->series_count, all->regimes, all->regime_count};
    for (size_t i = 0; i < all->series_count; i++)
        check_equals(all, &all->series[i]);
    link_regimes(all, rates);
    return rates;
}

static const struct rates *load_folder(struct reader *reader, const char *path, bool optional)
{
    struct folder folder;
    struct collection all = {.reader = reader, .path = path};
    size_t errors = reader->findings->errors;

    if (!folder_read(path, optional, reader->arena, reader->findings, &folder))
        return NULL;
    for (size_t i = 0; i < folder.count; i++)
        if (text_ends(folder.names[i], ".conf"))
            load_file(&all, folder_file(&folder, i, reader->arena));
    if (reader->findings->errors == errors)
        check_tables_are_used(&all, &folder);
    return finish(&all);
}

void rates_load(struct reader *reader, const char *path)
{
    reader->config->rulebook.rates = load_folder(reader, path, true);
}

const struct rates *rates_read(const char *path, struct arena *arena, struct findings *findings)
{
    struct reader reader = {.arena = arena, .findings = findings, .file = path, .folder = path};
    size_t errors = findings->errors;
    const struct rates *rates = load_folder(&reader, arena_copy(arena, path), false);

    return findings->errors > errors ? NULL : rates;
}

/* ---- one key by itself ---- */

/* The line as a file would have it; texts get their quotes. */
static const char *line_of(const struct option *option, const char *value, struct arena *arena)
{
    bool bare = option->type == OPTION_BOOL || option->type == OPTION_INT;

    return arena_printf(arena, bare ? "%s = %s;\n" : "%s = \"%s\";\n", option->name, value);
}

static bool read_line(struct reader *reader, const struct option *option, const char *value, struct regime *regime)
{
    config_t document;
    size_t errors = reader->findings->errors;

    config_init(&document);
    if (config_read_string(&document, line_of(option, value, reader->arena)) == CONFIG_TRUE)
        reader_option(reader, option, config_lookup(&document, option->name), regime);
    else
        reader_error(reader, NULL, "%s: \"%s\" is not understood", option->name, value);
    config_destroy(&document);
    return reader->findings->errors == errors;
}

static bool is_changeable(const struct option *option)
{
    return option->type == OPTION_WORD || option->type == OPTION_BOOL || option->type == OPTION_INT ||
           option->type == OPTION_SPECIAL || text_equal(option->name, "series");
}

bool rates_change(const struct rates *rates, struct regime *regime, const char *key, const char *value,
                  struct findings *findings)
{
    struct reader reader = {.arena = findings->arena, .findings = findings, .file = regime->name, .folder = ""};
    const struct option *option = option_find(&group_regime, key);

    if (option == NULL || !is_changeable(option)) {
        findings_add(findings, SEVERITY_ERROR, regime->name, 0, "%s: there is no such key that could be set", key);
        return false;
    }
    if (strpbrk(value, "\"\\\n") != NULL) {
        findings_add(findings, SEVERITY_ERROR, regime->name, 0, "%s: a value has no quotes or backslashes", key);
        return false;
    }
    if (!read_line(&reader, option, value, regime))
        return false;
    regime->series = rates_series(rates, regime->series_name);
    if (regime->series == NULL && regime->series_name[0] != '\0')
        reader_error(&reader, NULL, "series: there is no series \"%s\"; correct the name", regime->series_name);
    return regime->series != NULL || regime->series_name[0] == '\0';
}

/* ---- horizon ---- */

static bool is_used(const struct rates *rates, const struct series *series)
{
    for (size_t i = 0; i < rates->regime_count; i++)
        if (rates->regimes[i].series == series)
            return true;
    return false;
}

static bool step_uses(const struct rates *rates, const struct step *step, const struct series *series)
{
    for (size_t i = 0; i < rates->regime_count; i++)
        for (size_t j = 0; j < step->interest_count; j++)
            if (rates->regimes[i].series == series && answers_to(&rates->regimes[i], step->interest[j].regime))
                return true;
    return false;
}

static bool policies_use(const struct rulebook *rulebook, const struct series *series)
{
    for (size_t i = 0; i < rulebook->policy_count; i++)
        for (size_t j = 0; j < rulebook->policies[i].step_count; j++)
            if (step_uses(rulebook->rates, &rulebook->policies[i].steps[j], series))
                return true;
    return false;
}

void rates_check_horizon(const struct rulebook *rulebook, day_t today, struct findings *findings)
{
    const struct rates *rates = rulebook->rates;

    for (size_t i = 0; rates != NULL && i < rates->series_count; i++) {
        const struct series *series = &rates->series[i];
        char end[DAY_TEXT_SIZE];
        day_format(series->expires, end);
        if (!is_used(rates, series) || series->expires - today >= HORIZON_DAYS)
            continue;
        if (series->expires < today)
            findings_add(findings, policies_use(rulebook, series) ? SEVERITY_WARNING : SEVERITY_NOTE, series->file, 0,
                         "the rates of %s ended on %s; add the later ones, until then nothing is computed from them",
                         series->name, end);
        else
            findings_add(findings, SEVERITY_NOTE, series->file, 0,
                         "the rates of %s end on %s; add the next one as soon as it is published", series->name, end);
    }
}
