/*
 * The options of all verbs: each name once, with what it takes; what it means
 * is said by the verb.
 */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum option_id {
    OPTION_CONFIG,
    OPTION_JSON,
    OPTION_HELP, /* of every verb */
    OPTION_ACCEPT_DROP_HISTORY,
    OPTION_ANYWAY,
    OPTION_AS_OF,
    OPTION_AT,
    OPTION_BUSINESS,
    OPTION_CHANNEL,
    OPTION_CHECK,
    OPTION_COMPLETE_UNTIL,
    OPTION_COUNTRY,
    OPTION_COSTS,
    OPTION_CURRENCY,
    OPTION_CUSTOMER,
    OPTION_CUSTOMERS,
    OPTION_DATE_FORMAT,
    OPTION_DAYS,
    OPTION_DECIMAL_COMMA,
    OPTION_DRY_RUN,
    OPTION_EMAIL,
    OPTION_ENABLE,
    OPTION_DUE,
    OPTION_EVENT,
    OPTION_FOLLOW,
    OPTION_FORMAT,
    OPTION_FROM,
    OPTION_IGNORE_COLUMNS,
    OPTION_INVOICE,
    OPTION_INVOICES,
    OPTION_KEEP,
    OPTION_LANGUAGE,
    OPTION_LIMIT,
    OPTION_MAP,
    OPTION_ON,
    OPTION_OUTCOME,
    OPTION_PASSWORD_FILE,
    OPTION_PAYMENTS,
    OPTION_POLICIES,
    OPTION_POLICY,
    OPTION_PROOF,
    OPTION_QUICK,
    OPTION_RATE,
    OPTION_RATES,
    OPTION_REASON,
    OPTION_RELAY,
    OPTION_REGIME,
    OPTION_SET,
    OPTION_SINCE,
    OPTION_STATUS,
    OPTION_STEP,
    OPTION_TEST,
    OPTION_TIMEZONE,
    OPTION_TLS,
    OPTION_UNDO,
    OPTION_UNTIL,
    OPTION_USER,
    OPTION_COUNT
};

/* How a value is checked while the line is read. */
enum option_kind { KIND_FLAG, KIND_TEXT, KIND_DATE, KIND_TIME, KIND_NUMBER, KIND_MAP, KIND_SET };

struct option_name {
    const char *name;
    enum option_kind kind;
};
extern const struct option_name option_names[OPTION_COUNT];

/* An option of one verb.  A list ends where sentence is NULL. */
struct command_option {
    enum option_id id;
    const char *argument; /* "DATE", or the words that may be given: "letter|phone"; "" for a flag */
    const char *sentence;
    bool required;
};

#endif
