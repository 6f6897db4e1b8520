/*
 * Facts: what people say through dunningctl.  Each is one short transaction of
 * its own; what follows from them only the engine writes (DESIGN 3).
 */
#ifndef STORE_FACTS_H
#define STORE_FACTS_H

#include "store/state.h"

/* Who says so, why ("" where nobody is asked), and when. */
struct said {
    const char *author, *reason;
    moment_t now;
};

/* hold->id is filled in. `customer` is the bill-to customer that is woken, "" for a policy. */
int facts_hold(struct state *state, struct hold *hold, const char *customer, struct err *err);
struct hold_aim {
    enum hold_scope scope;
    const char *target, *customer; /* customer as for facts_hold */
};
/* Releases all active holds with that scope and target; *released is their number. */
int facts_release(struct state *state, const struct hold_aim *aim, const struct said *said, size_t *released,
                  struct err *err);
/* ERR_REFUSED if it is not awaiting approval. */
int facts_approve(struct state *state, int64_t notice, bool approve, const struct said *said, struct err *err);
struct task_result {
    enum task_outcome outcome;
    day_t on; /* DAY_NONE: today */
};
int facts_task_done(struct state *state, int64_t task, const struct task_result *result, const struct said *said,
                    struct err *err);
/* An uncertain message turned out sent or not sent; ERR_REFUSED if it is not uncertain. */
int facts_settle(struct state *state, int64_t message, bool sent, const struct said *said, struct err *err);
struct optout_change {
    const char *channel, *address;
    bool add;
};
int facts_optout(struct state *state, const struct optout_change *change, const struct said *said, struct err *err);
/* RULES: `record`: a notice sent by hand counts for gap and ladder.  `step`: position set by hand. */
int facts_record(struct state *state, const struct record *record, const char *customer, const struct said *said,
                 struct err *err);

struct request_answer {
    bool done;
    bool ok;
    const char *text; /* findings, one a line */
};
/* A request to the engine ("reload", "approve-breaker", ...); it answers in the same row. */
int facts_request(struct state *state, const char *kind, const struct said *said, int64_t *id, struct err *err);
int facts_answer(struct state *state, int64_t id, struct arena *arena, struct request_answer *out, struct err *err);
/* Engine side. */
int facts_next_request(struct state *state, struct arena *arena, int64_t *id, const char **kind, struct err *err);
int facts_reply(struct state *state, int64_t id, bool ok, const char *text, struct err *err);

/* Rows for `list`; filters are "" or -1 for any. */
struct fact_filter {
    const char *customer, *policy, *step;
    int status;
    size_t limit;
};
int facts_notices(struct state *state, const struct fact_filter *filter, struct arena *arena, struct notice_list *out,
                  struct err *err);
int facts_messages(struct state *state, const struct fact_filter *filter, struct arena *arena, struct message_list *out,
                   struct err *err);
int facts_holds(struct state *state, const struct fact_filter *filter, struct arena *arena, struct hold_list *out,
                struct err *err);
int facts_tasks(struct state *state, const struct fact_filter *filter, struct arena *arena, struct task_list *out,
                struct err *err);
struct optout_row {
    const char *channel, *digest, *author, *reason;
    moment_t at;
};
int facts_optouts(struct state *state, struct arena *arena, struct optout_list *out, struct err *err);

/* Consistent copy (online backup), synced and verified by integrity_check; the target must not exist. */
int state_backup(struct state *state, const char *file, struct err *err);

#endif
