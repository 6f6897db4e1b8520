/*
 * setup: from the package as it is installed to a configuration of one's own.
 *
 *     what is there  ->  answers  ->  files  ->  written  ->  check, test, import, simulate
 *     (setup_now)       (setup_ask)  (setup_plan) (setup_write)  (setup_stage)
 *
 * Until the files are written nothing is changed; all of it runs with the
 * rights of the caller, and what opens databases is a process of its own,
 * which gives up root's rights as each verb does.
 */
#ifndef CTL_SETUP_H
#define CTL_SETUP_H

#include "ctl/session.h"
#include "model/provider.h"

#define SETUP_PROVIDER "smarthost"

/* In the order in which they are asked: a preset may depend on what was answered before. */
enum question_id {
    ASK_BUSINESS,
    ASK_EMAIL,
    ASK_RELAY,
    ASK_TLS,
    ASK_USER,
    ASK_PASSWORD,
    ASK_TIMEZONE,
    ASK_COUNTRY,
    ASK_LANGUAGE,
    ASK_POLICY,
    ASK_CUSTOMERS,
    ASK_INVOICES,
    ASK_PAYMENTS,
    ASK_TEST,
    QUESTION_COUNT
};

/* A policy that can be begun with. */
struct policy_source {
    const char *name, *file;
    const char *about; /* the first sentence of the comment at the head of its file; "" none */
    bool here;         /* in the configuration already */
};

struct setup {
    struct session *session;
    struct arena *arena;
    const char *file, *folder; /* dunningd.conf, absolute, and where it lies */
    const char *credentials;   /* the folder of credentials */
    const struct config *config;
    const struct provider *relay; /* the present one; NULL */
    const struct policy_source *policies;
    size_t policy_count;
    bool shipped;                    /* dunningd.conf is as it was installed: its business is an example */
    const char *now[QUESTION_COUNT]; /* what is in force; "" nothing */
    const char *answer[QUESTION_COUNT];
};

/* ---- setup_now.c ---- */
int setup_look(struct setup *setup, struct err *err);
bool setup_has_password(const struct setup *setup);
/* What the machine says; "" if it says nothing. */
const char *setup_system_timezone(struct arena *arena);
const char *setup_country_of(struct arena *arena, const char *timezone);
/* All policies of the package and of the configuration. */
void setup_find_policies(struct setup *setup);
const struct policy_source *setup_policy(const struct setup *setup, const char *name);
/* The folder of the policies that come with the package, or the one that --policies names. */
const char *setup_shipped_policies(const struct setup *setup);

/* ---- setup_ask.c ---- */
bool setup_can_ask(const struct session *session);
/* At the terminal, what no option has answered.  An interrupt is an error, and nothing has happened. */
int setup_ask(struct setup *setup, struct err *err);
int setup_confirm(struct setup *setup, const char *question, struct err *err);

/* ---- setup_plan.c ---- */
struct setup_file {
    const char *path, *text;
    bool secret; /* only for root */
    bool is_new; /* not there yet */
};

struct setup_plan {
    struct setup_file files[4]; /* in the order in which they are written: each state between is a right one */
    size_t count;
};
int setup_make_plan(const struct setup *setup, struct setup_plan *plan, struct err *err);
void setup_show_plan(const struct setup *setup, const struct setup_plan *plan, bool texts);

/* ---- setup_write.c ---- */
/* All files, and the record by which they are taken back.  *record is its name. */
int setup_write(const struct setup *setup, const struct setup_plan *plan, const char **record, struct err *err);

/* ---- setup_undo.c ---- */
/* Takes back what the newest record in a folder says; telling: says so file by file. */
int setup_undo(struct session *session, const char *folder, bool telling, struct err *err);

/* ---- setup_stage.c ---- */
/* Check, import, simulation and test message; the first failure of them. */
int setup_run_stages(const struct setup *setup, struct err *err);
void setup_tell_next(const struct setup *setup);

#endif
