/*
 * From a notice to what leaves the house: mail bytes, SMS text, or the
 * package for an agency.  Pure: boundary, Date and Message-ID come from the
 * key, the revision and the claim time (DESIGN 7.2).
 */
#ifndef COMPOSE_RENDER_H
#define COMPOSE_RENDER_H

#include "base/err.h"
#include "compose/catalog.h"
#include "model/business.h"
#include "model/dossier.h"

/* What an SMS may cost, as `sms` of dunningd.conf says. */
struct sms_rule {
    int max_segments;
    bool transliterate; /* nearest forms for what is outside GSM 03.38, where that is all it takes */
};

struct render_input {
    const struct dossier *dossier;
    const struct notice *notice; /* as restated now */
    const struct message_plan *message;
    const struct policy *policy;
    const struct step *step;
    const struct business *business;
    const struct catalog *catalog;
    const struct sms_rule *sms;
    const struct zone *zone;       /* of the customer; for Date and written dates */
    const char *const *references; /* Message-IDs of earlier notices of the episode, oldest first */
    size_t reference_count;
    int revision; /* from 1 */
    moment_t claimed_at;
    const char *message_domain; /* right side of the Message-ID */
};

enum sms_coding { SMS_GSM7, SMS_UCS2 };

struct rendered {
    const char *subject;
    /* email */
    const char *mail; /* RFC 5322 bytes, CRLF lines only, 7 bit, closed by CRLF */
    size_t mail_length;
    const char *message_id; /* with angle brackets */
    const char *from_address, *to_address;
    const char *text, *html; /* parts before encoding; html "" if none */
    /* sms */
    const char *sms; /* UTF-8 */
    enum sms_coding coding;
    int segments, units; /* units: septets, or 16-bit units of UCS-2 */
    /* agency */
    const char *package_json, *package_csv;
};

/* Renders for message->channel.  ERR_CONFIG: the template is missing or asks for what is not there. */
int render_message(const struct render_input *input, struct arena *arena, struct rendered *out, struct err *err);

/* The values a template sees; also printed in dunning-template(5). */
struct value *render_values(const struct render_input *input, struct arena *arena);

/* One row per name that templates may use: dotted name, whether it is a section, and a sentence. */
struct template_name {
    const char *name;
    bool section;
    const char *sentence;
};
extern const struct template_name template_name_table[];
extern const size_t template_name_count;

/* The ending of the part that a channel needs and the set does not have; NULL: it has what the channel needs. */
const char *template_set_lacks(const struct template_set *set, enum channel channel);

/* Amounts and dates as a person of that language writes them (ICU). */
const char *format_amount(struct arena *arena, const char *language, int64_t minor, const char *currency);
const char *format_date(struct arena *arena, const char *language, day_t day); /* long: "24 November 2026" */

#endif
