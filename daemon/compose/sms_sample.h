/*
 * How long the SMS of a template gets, before there is anybody to send it to.
 */
#ifndef COMPOSE_SMS_SAMPLE_H
#define COMPOSE_SMS_SAMPLE_H

#include "compose/sms.h"

struct sms_sample {
    const struct policy *policy;
    const struct step *step;
    const struct business *business;
    const struct catalog *catalog;
    const char *language;
    bool transliterate;
    int invoices; /* that the notice is about, 1 to SMS_SAMPLE_MAX */
};
enum { SMS_SAMPLE_MAX = 4 }; /* of more than these, {{notice.numbers}} names three */

/*
 * Measures the text with figures of usual length: numbers of ten characters,
 * amounts of four digits, a customer's name of twenty-four.  -1: the template
 * cannot be rendered, which the check of the catalog tells.
 */
int sms_sample_measure(const struct sms_sample *sample, struct arena *arena, struct sms_measure *out);

#endif
