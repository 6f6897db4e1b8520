/*
 * How an attempt ended and what state that leaves (DESIGN 7).
 */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>

#include "base/names.h"

/* Class of a provider's answer; the result of wire/classify. */
enum outcome_class {
    OUTCOME_ACCEPTED,        /* the provider said yes */
    OUTCOME_REFUSED,         /* said no to this message or recipient, for good */
    OUTCOME_REFUSED_FOR_NOW, /* said no for now, or was never asked to the end */
    OUTCOME_MISCONFIGURED,   /* credentials, TLS, URL: stop the provider, keep the message */
    OUTCOME_NOT_HANDED_OVER, /* `yes` was given but the last bytes never left */
    OUTCOME_GATE_NO,         /* the commit point said no */
    OUTCOME_UNCERTAIN        /* nobody can know from here */
};
extern const struct names outcome_class_names;

enum message_status {
    MESSAGE_PLANNED,
    MESSAGE_IN_FLIGHT,
    MESSAGE_ACCEPTED,
    MESSAGE_REFUSED,
    MESSAGE_UNCERTAIN,
    MESSAGE_WITHDRAWN,
    MESSAGE_SUPERSEDED
};
extern const struct names message_status_names;

enum attempt_status {
    ATTEMPT_CLAIMED,
    ATTEMPT_COMMITTING,
    ATTEMPT_ACCEPTED,
    ATTEMPT_REFUSED_FOR_NOW,
    ATTEMPT_REFUSED,
    ATTEMPT_MISCONFIGURED,
    ATTEMPT_NOT_HANDED_OVER,
    ATTEMPT_GATE_NO,
    ATTEMPT_UNCERTAIN,
    ATTEMPT_SENT,    /* a person or evidence settled an uncertain one as sent */
    ATTEMPT_NOT_SENT /* ... as not sent */
};
extern const struct names attempt_status_names;

/* Whether it is not known yet how the attempt ended. */
bool attempt_is_open(enum attempt_status status);

#endif
