#include "model/outcome.h"

static const char *const outcome_class_words[] = {"accepted",        "refused", "refused_for_now", "misconfigured",
                                                  "not_handed_over", "gate_no", "uncertain"};
const struct names outcome_class_names = {outcome_class_words,
                                          sizeof outcome_class_words / sizeof *outcome_class_words};
_Static_assert(sizeof outcome_class_words / sizeof *outcome_class_words == OUTCOME_UNCERTAIN + 1,
               "one word for each value");

static const char *const message_status_words[] = {"planned",   "in_flight", "accepted",  "refused",
                                                   "uncertain", "withdrawn", "superseded"};
const struct names message_status_names = {message_status_words,
                                           sizeof message_status_words / sizeof *message_status_words};
_Static_assert(sizeof message_status_words / sizeof *message_status_words == MESSAGE_SUPERSEDED + 1,
               "one word for each value");

static const char *const attempt_status_words[] = {"claimed",   "committing",    "accepted",        "refused_for_now",
                                                   "refused",   "misconfigured", "not_handed_over", "gate_no",
                                                   "uncertain", "sent",          "not_sent"};
const struct names attempt_status_names = {attempt_status_words,
                                           sizeof attempt_status_words / sizeof *attempt_status_words};
_Static_assert(sizeof attempt_status_words / sizeof *attempt_status_words == ATTEMPT_NOT_SENT + 1,
               "one word for each value");

bool attempt_is_open(enum attempt_status status)
{
    switch (status) {
    case ATTEMPT_CLAIMED:
    case ATTEMPT_COMMITTING:
    case ATTEMPT_UNCERTAIN:
        return true;
    case ATTEMPT_ACCEPTED:
    case ATTEMPT_REFUSED_FOR_NOW:
    case ATTEMPT_REFUSED:
    case ATTEMPT_MISCONFIGURED:
    case ATTEMPT_NOT_HANDED_OVER:
    case ATTEMPT_GATE_NO:
    case ATTEMPT_SENT:
    case ATTEMPT_NOT_SENT:
        break;
    }
    return false;
}
