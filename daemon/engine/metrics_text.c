/*
 * What the metrics are, and their file.  Names, units and types follow
 * Prometheus's conventions: base units, counters end in _total, moments are
 * seconds since 1970, and no label may take as many values as there are
 * customers.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/metrics.h"
#include "engine/metrics_words.h"

/* ---- samples ---- */

static void add_value(struct text *out, const char *name, int64_t value)
{
    text_addf(out, "dunningd_%s %" PRId64 "\n", name, value);
}

/* A value within quotes: backslash, quote and line feed are escaped. */
static void add_escaped(struct text *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n')
            text_add(out, "\\n");
        else
            text_addf(out, "%s%c", *value == '"' || *value == '\\' ? "\\" : "", *value);
    }
}

static void add_labelled(struct text *out, const char *name, const char *label, const char *word, int64_t value)
{
    text_addf(out, "dunningd_%s{%s=\"", name, label);
    add_escaped(out, word);
    text_addf(out, "\"} %" PRId64 "\n", value);
}

/* A moment that never was has no sample. */
static void add_moment(struct text *out, const char *name, moment_t at)
{
    if (at != MOMENT_NONE && at != MOMENT_NEVER)
        add_value(out, name, at);
}

/* ---- one function for each metric ---- */

static void add_build(struct text *out, const char *name, const struct metrics_scene *scene)
{
    (void)scene;
    add_labelled(out, name, "version", DUNNINGD_VERSION, 1);
}

static void add_running(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, scene->running);
}

static void add_started(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_moment(out, name, scene->started_at);
}

static void add_events(struct text *out, const char *name, const struct metrics_scene *scene)
{
    for (int i = 0; i < EVENT_COUNT; i++)
        add_labelled(out, name, "event", names_word(&event_names, i), scene->tally->events[i]);
}

static void add_attempts(struct text *out, const char *name, const struct metrics_scene *scene)
{
    for (size_t i = 0; i < scene->tally->way_count; i++) {
        const struct tally_way *way = &scene->tally->ways[i];
        for (int k = 0; k < TALLY_OUTCOMES; k++) {
            text_addf(out, "dunningd_%s{channel=\"%s\",provider=\"", name, way->channel);
            add_escaped(out, way->provider);
            text_addf(out, "\",outcome=\"%s\"} %" PRId64 "\n", names_word(&event_names, (int)tally_outcome_kinds[k]),
                      way->by_outcome[k]);
        }
    }
}

static void add_messages(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_labelled(out, name, "status", "planned", scene->counts->planned);
    add_labelled(out, name, "status", "in_flight", scene->counts->in_flight);
    add_labelled(out, name, "status", "uncertain", scene->counts->uncertain);
}

static void add_notices(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_labelled(out, name, "status", "awaiting_approval", scene->counts->awaiting_approval);
    add_labelled(out, name, "status", "failed", scene->counts->failed);
}

static void add_tasks(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, scene->counts->open_tasks);
}

static void add_holds(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, scene->counts->active_holds);
}

static void add_customers(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, scene->counts->customers_waiting);
}

static void add_oldest(struct text *out, const char *name, const struct metrics_scene *scene)
{
    if (scene->counts->planned > 0)
        add_moment(out, name, scene->counts->oldest_planned);
}

const char *const metrics_hindrances[] = {"clock", "feed_stale", "no_room", "breaker", "send_log", NULL};

static void add_blocked(struct text *out, const char *name, const struct metrics_scene *scene)
{
    for (const char *const *word = metrics_hindrances; *word; word++)
        add_labelled(out, name, "reason", *word, text_equal(scene->blocked, *word));
}

static void add_connected(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, scene->connected);
}

static void add_reload_good(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_value(out, name, !scene->tally->reload_failed);
}

static void add_reload_at(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_moment(out, name, scene->tally->reloaded_at);
}

static void add_accepted_at(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_moment(out, name, scene->tally->accepted_at);
}

static void add_next_look(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_moment(out, name, scene->next_look);
}

static void add_complete(struct text *out, const char *name, const struct metrics_scene *scene)
{
    for (size_t i = 0; i < scene->marks->count; i++)
        if (scene->marks->complete_until[i] != MOMENT_NONE)
            add_labelled(out, name, "entity", scene->marks->entities[i], scene->marks->complete_until[i]);
}

static void add_cache(struct text *out, const char *name, const struct metrics_scene *scene)
{
    add_labelled(out, name, "database", "state", scene->state_cache);
    add_labelled(out, name, "database", "ledger", scene->ledger_cache);
}

/* ---- the table ---- */

const struct metric_info metric_infos[] = {
    {"build_info", "gauge", "Version of the daemon that wrote this file; always 1.", add_build},
    {"running", "gauge", "1 while the daemon runs, 0 once it has stopped in good order.", add_running},
    {"start_time_seconds", "gauge", "When the daemon started.", add_started},
    {"events_total", "counter", "Events recorded, by kind.", add_events},
    {"attempts_total", "counter", "Attempts to hand over a message, by what became of them.", add_attempts},
    {"messages", "gauge", "Messages that are not at their end, by status.", add_messages},
    {"notices", "gauge", "Notices that wait for a person, by status.", add_notices},
    {"tasks_open", "gauge", "Tasks that a person has to do.", add_tasks},
    {"holds_active", "gauge", "Holds in force.", add_holds},
    {"customers_watched", "gauge", "Customers for whom something is to come.", add_customers},
    {"oldest_planned_timestamp_seconds", "gauge", "When the oldest notice that waits to be sent was planned.",
     add_oldest},
    {"sending_blocked", "gauge", "1 where nothing is sent for this reason.", add_blocked},
    {"sender_connected", "gauge", "1 while dunningd-send is connected.", add_connected},
    {"config_last_reload_successful", "gauge", "1 where the last reading of the configuration was a success.",
     add_reload_good},
    {"config_last_reload_success_timestamp_seconds", "gauge", "When the configuration in force was read.",
     add_reload_at},
    {"last_accepted_timestamp_seconds", "gauge", "When a provider last accepted a message.", add_accepted_at},
    {"next_look_timestamp_seconds", "gauge", "When the daemon next looks at a customer.", add_next_look},
    {"ledger_complete_until_timestamp_seconds", "gauge", "Up to when the payments of an entity are known.",
     add_complete},
    {"database_cache_bytes", "gauge", "Memory that holds pages of the databases.", add_cache},
};
const size_t metric_info_count = sizeof metric_infos / sizeof *metric_infos;

const char *metrics_text(const struct metrics_scene *scene, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0; i < metric_info_count; i++) {
        const struct metric_info *info = &metric_infos[i];

        text_addf(&out, "# HELP dunningd_%s %s\n# TYPE dunningd_%s %s\n", info->name, info->help, info->name,
                  info->type);
        info->add(&out, info->name, scene);
    }
    return out.data;
}
