/*
 * One load of the whole configuration: dunningd.conf, policies, providers,
 * calendars, rates, templates and zones.  Everything in it is constant after the load
 * and freed at once.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/err.h"
#include "compose/render.h"
#include "model/provider.h"
#include "policy/rulebook.h"

struct written_list;
struct zones;

enum breaker_kind { BREAKER_OFF, BREAKER_TIMES };

struct limits {
    int per_hour, per_day; /* messages, 0: no limit */
    int per_customer_per_day, per_customer_per_week;
    int32_t breaker_tenths; /* "3x" = 30; 0: off */
    int breaker_floor;
    int32_t ramp_s; /* 0: off */
};

struct settings {
    const char *file; /* absolute */
    const char *timezone, *language, *country;
    int32_t poll_interval_s;
    const char *ledger_driver, *ledger_path;
    struct duration ledger_max_age; /* not set: "never" */
    const char *ledger_calendar;    /* "" : plain */
    const char *state_driver, *state_directory;
    const char *witness; /* path of the send log */
    const char *policies_dir, *providers_dir, *templates_dir, *calendars_dir, *rates_dir;
    const char *credentials_dir; /* for a sender started by hand; "" : $CREDENTIALS_DIRECTORY */
    const char *const *email, *const *sms, *const *agency; /* provider names in order */
    size_t email_count, sms_count, agency_count;
    const char *status_log;    /* "" none */
    const char *sender_socket; /* "" : fork the sender */
    struct limits limits;
    struct sms_rule sms_rule;
    int sender_connections;
    const char *summary_at; /* "HH:MM", "" none */
    const char *metrics;    /* file for Prometheus, "" none */
    bool allow_inline_secrets;
    const char *role;           /* first_party, third_party */
    const char *message_domain; /* right side of Message-IDs */
    int32_t reconcile_s;
};

struct config {
    struct arena *arena;
    struct settings settings;
    struct rulebook rulebook;
    const struct provider *providers;
    size_t provider_count;
    struct catalog *catalog;
    struct zones *zones;
    const char *const *languages; /* folders of templates */
    size_t language_count;
    struct written_list *written; /* what stood in the files, for comparing */
};

/*
 * Loads and checks all.  Findings are added whatever the result; returns -1 if
 * there is an error among them (then *out is NULL).  A missing file is a
 * finding too.  generation becomes rulebook.generation.
 */
int config_load(const char *file, int64_t generation, struct config **out, struct findings *findings);
void config_free(struct config **config);

/* Warns of calendars in use whose newest closed day is less than 60 days after today. */
void config_check_horizon(const struct config *config, day_t today, struct findings *findings);

const struct provider *config_provider(const struct config *config, const char *name);
/* Providers of a channel in order; *count may be 0. */
const char *const *config_channel(const struct config *config, enum channel channel, size_t *count);

#endif
