/*
 * An item's history: a case once there is any, and one record per step of an
 * episode.  An item without history has neither (DESIGN 7.8).
 */
#ifndef MODEL_CASE_H
#define MODEL_CASE_H

#include "base/day.h"
#include "base/names.h"
#include "model/reason.h"

struct item_case {
    const char *invoice_id;
    int32_t line, episode; /* episodes count from 1 */
    moment_t settled_at;   /* MOMENT_NONE while open */
    day_t reopened_on;     /* start of an episode above 1, else DAY_NONE */
    moment_t held_since;   /* first moment a hold was seen, MOMENT_NONE if not held */
    day_t not_before;      /* RULES R28: earliest date of the next step after a release, DAY_NONE: none */
    enum reason hold_reason;
};

enum record_status {
    RECORD_PLANNED,  /* on a notice that is not yet accepted */
    RECORD_ACCEPTED, /* the step is reached (also by hand: channel letter, phone, ...) */
    RECORD_UNCERTAIN,
    RECORD_PASSED_OVER, /* final for this episode */
    RECORD_WITHDRAWN,   /* does not count any more */
    RECORD_BOUNCED      /* accepted first, then revoked (RULES R24); does not count */
};
extern const struct names record_status_names;

struct record {
    const char *invoice_id;
    int32_t line, episode, occurrence; /* occurrence counts from 1 */
    const char *step;                  /* the step's name at that time */
    const char *policy;
    enum record_status status;
    enum reason reason;       /* why passed over */
    moment_t at;              /* acceptance, pass-over or planning */
    day_t on;                 /* local date of `at` in the zone of the policy */
    day_t deadline;           /* printed on that notice and binding here, DAY_NONE: none */
    day_t due_on;             /* the item's due date then (RULES R38) */
    int64_t notice;           /* 0: by hand or passed over */
    bool first_notice_action; /* the step's action was `notice` */
    const char *channel;
};

#endif
