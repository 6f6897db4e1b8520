/*
 * A step of a policy and what belongs to it (DESIGN 6, RULES "Keys and columns that follow").
 */
#ifndef POLICY_STEP_H
#define POLICY_STEP_H

#include "base/money.h"
#include "base/parse.h"
#include "model/customer.h"
#include "model/notice.h"

enum anchor {
    ANCHOR_DUE,
    ANCHOR_DUE_EOM,
    ANCHOR_ISSUED,
    ANCHOR_SENT,
    ANCHOR_PREVIOUS,
    ANCHOR_DEADLINE,
    ANCHOR_REOPENED
};
extern const struct names anchor_names;

/* at = "previous + 10d" */
struct step_at {
    enum anchor anchor;
    int sign; /* +1 or -1; "due" alone is + 0d */
    struct duration offset;
};

/* One threshold per currency; a currency that is not listed has none. */
struct thresholds {
    const struct money *list;
    size_t count;
};
/* true and *minor if there is one for the currency. */
bool thresholds_find(const struct thresholds *thresholds, const char *currency, int64_t *minor);

struct words { /* a list of strings */
    const char *const *list;
    size_t count;
};
bool words_have(const struct words *words, const char *word);

struct condition { /* `when`; every part given must hold */
    bool set;
    struct thresholds balance_min, balance_max, item_min;
    struct duration age_min; /* since due */
    struct words has;        /* "email", "phone", "sms_consent", "pay_url", "document", "vat_id" */
};

enum approval_timeout { APPROVAL_WAIT, APPROVAL_APPROVE, APPROVAL_REJECT };
extern const struct names approval_timeout_names;

struct approval {
    bool required;
    struct thresholds over; /* required only for totals above; empty: always */
    struct duration timeout;
    enum approval_timeout on_timeout;
};

enum require { REQUIRE_FIRST, REQUIRE_ANY, REQUIRE_ALL };
extern const struct names require_names;

struct plan_terms {
    int instalments; /* 1 to 60, after the deposit */
    struct duration every, valid, grace;
    int32_t deposit_ppm; /* share of the total, parts per million */
    struct thresholds min_instalment;
    int max_instalments; /* 0: no limit */
};

enum fee_per { FEE_PER_NOTICE, FEE_PER_ITEM };
extern const struct names fee_per_names;
enum without_rate { WITHOUT_RATE_SEND, WITHOUT_RATE_WAIT };
extern const struct names without_rate_names;

/* By whose rules an item bears interest: one regime, or one for each country of the customer. */
struct country_regime {
    const char *country, *regime; /* country "" : of all others */
};

struct step {
    const char *name;
    struct words was;
    enum action action;
    struct step_at at;
    struct condition when;
    enum channel send[4]; /* in order; the first one carries */
    size_t send_count;
    enum channel fallback[4]; /* may end in CHANNEL_TASK */
    size_t fallback_count;
    enum require require;
    enum contact_role to[4], cc[4];
    size_t to_count, cc_count; /* to_count 0: billing */
    const char *template_name;
    struct duration deadline;
    struct approval approval;
    struct plan_terms plan; /* offer_plan */
    const char *agency;     /* handoff: a provider of channel agency; "" the first one */
    struct duration repeat_every;
    int repeat_times; /* further occurrences, 0: none */
    const char *task_title, *task_assignee;
    struct duration task_due;
    const char *sender, *reply_to; /* "" the business's */
    const struct country_regime *interest;
    size_t interest_count; /* 0: none */
    bool compensation;
    struct thresholds fee;
    enum fee_per fee_per;
    enum without_rate without_rate; /* what happens where a rate is not known */
    int line;                       /* in the file */
};

/* Name of the regime for a customer of that country, "" none. */
const char *step_regime(const struct step *step, const char *country);
/* True for steps before due: anchored to due, with a negative offset (RULES R10). */
bool step_is_before_due(const struct step *step);
bool step_goes_by(const struct step *step, enum channel channel); /* at once or as a fallback */

#endif
