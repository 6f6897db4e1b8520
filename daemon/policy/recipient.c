/*
 * Whom a notice goes to: the first channel carries, further channels follow
 * its acceptance, fallbacks a refusal, and a person comes last (RULES R23-R25).
 */
#include <ctype.h>

#include "base/digest.h"
#include "base/text.h"
#include "policy/stages.h"

#define PER_CHANNEL_MAX 8
#define PLANS_MAX (8 * PER_CHANNEL_MAX + 1) /* four channels of send, four of fallback, a task */

struct writer {
    const struct desk *desk;
    struct notice *notice;
    const struct step *step;
    enum reason why; /* why the channel tried last reached nobody */
    bool later, fallback, carries;
};

static bool opted_out(const struct dossier *dossier, const char *channel, const char *address)
{
    char digest[SHA256_TEXT_SIZE];

    if (dossier->optout_count == 0)
        return false;
    digest_address(channel, address, digest);
    for (size_t i = 0; i < dossier->optout_count; i++)
        if (text_equal(dossier->optouts[i].channel, channel) && text_equal(dossier->optouts[i].digest, digest))
            return true;
    return false;
}

/* What may stand on an SMTP command line or in an SMS request; import is stricter, a foreign ledger may not be. */
static bool email_usable(const char *address)
{
    const char *at = NULL;

    for (const char *p = address; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == '"')
            return false;
        if (c == '@') {
            if (at != NULL)
                return false;
            at = p;
        }
    }
    return at != NULL && at != address && at[1] != '\0';
}

static bool phone_usable(const char *phone)
{
    int digits = 0;

    for (const char *p = phone; *p != '\0'; p++) {
        if (isdigit((unsigned char)*p) != 0)
            digits++;
        else if (*p != '+' && *p != ' ' && *p != '-' && *p != '(' && *p != ')' && *p != '/' && *p != '.')
            return false;
    }
    return digits >= 4 && digits <= 17;
}

static enum reason usable(const struct dossier *dossier, enum channel channel, const char *address, const char *consent)
{
    bool ok = channel == CHANNEL_EMAIL ? email_usable(address) : phone_usable(address);

    if (text_empty(address) || !ok)
        return REASON_NO_ADDRESS;
    if (channel == CHANNEL_SMS && text_empty(consent))
        return REASON_NO_CONSENT;
    if (opted_out(dossier, names_word(&channel_names, (int)channel), address))
        return REASON_OPTED_OUT;
    return REASON_NONE;
}

static struct message_plan *add_plan(struct writer *writer, enum channel channel, int recipient)
{
    struct message_plan *plan = &writer->notice->messages[writer->notice->message_count++];

    plan->channel = channel;
    plan->recipient = recipient;
    plan->carries = writer->carries;
    plan->later = writer->later;
    plan->fallback = writer->fallback;
    plan->name = plan->address = "";
    plan->language = writer->notice->language;
    return plan;
}

static bool has_role(const enum contact_role *roles, size_t count, enum contact_role role)
{
    for (size_t i = 0; i < count; i++)
        if (roles[i] == role)
            return true;
    return count == 0 && role == ROLE_BILLING;
}

static bool wanted(const struct writer *writer, const struct person *person)
{
    return (text_empty(person->entity) || text_equal(person->entity, writer->notice->entity)) &&
           (has_role(writer->step->to, writer->step->to_count, person->role) ||
            (writer->step->cc_count > 0 && has_role(writer->step->cc, writer->step->cc_count, person->role)));
}

static bool add_person(struct writer *writer, enum channel channel, int recipient, const struct person *person)
{
    const char *address = channel == CHANNEL_EMAIL ? person->email : person->phone;
    enum reason reason = usable(writer->desk->dossier, channel, address, person->sms_consent);
    struct message_plan *plan;

    if (reason != REASON_NONE) {
        writer->why = reason;
        return false;
    }
    plan = add_plan(writer, channel, recipient);
    plan->name = person->name;
    plan->address = address;
    if (!text_empty(person->language))
        plan->language = person->language;
    return true;
}

static bool any_wanted(const struct writer *writer)
{
    for (size_t i = 0; i < writer->desk->dossier->person_count; i++)
        if (wanted(writer, &writer->desk->dossier->persons[i]))
            return true;
    return false;
}

/* The customer row is the billing contact where the contacts table has nobody for the role. */
static int add_channel(struct writer *writer, enum channel channel)
{
    const struct dossier *dossier = writer->desk->dossier;
    struct person self = {"",
                          "",
                          "",
                          dossier->customer->name,
                          dossier->customer->email,
                          dossier->customer->phone,
                          "",
                          dossier->customer->sms_consent,
                          ROLE_BILLING,
                          true};
    int found = 0;

    writer->why = REASON_NO_ADDRESS;
    if (channel == CHANNEL_AGENCY) {
        add_plan(writer, channel, 1)->address = writer->step->agency;
        return 1;
    }
    if ((channel == CHANNEL_EMAIL && !writer->desk->rulebook->has_email) ||
        (channel == CHANNEL_SMS && !writer->desk->rulebook->has_sms))
        return 0;
    if (!any_wanted(writer))
        return add_person(writer, channel, 1, &self) ? 1 : 0;
    for (size_t i = 0; i < dossier->person_count && found < PER_CHANNEL_MAX; i++)
        if (wanted(writer, &dossier->persons[i]) && add_person(writer, channel, found + 1, &dossier->persons[i]))
            found++;
    return found;
}

/* Fallback channels in order; the first one goes at once where nobody was reached before it. */
static void add_fallbacks(struct writer *writer, bool reached)
{
    writer->carries = true;
    writer->fallback = true;
    for (size_t i = 0; i < writer->step->fallback_count; i++) {
        if (writer->step->fallback[i] == CHANNEL_TASK)
            continue;
        writer->later = reached;
        if (add_channel(writer, writer->step->fallback[i]) > 0)
            reached = true;
    }
}

static void add_sends(struct writer *writer, bool *reached, enum reason *why)
{
    *why = REASON_NONE;
    for (size_t i = 0; i < writer->step->send_count; i++) {
        bool further = i > 0 && writer->step->require == REQUIRE_FIRST;

        writer->carries = !further;
        writer->later = further;
        if (further && !*reached)
            break; /* the first channel carries; without it the fallback does */
        if (add_channel(writer, writer->step->send[i]) > 0)
            *reached = true;
        else if (!further)
            *why = writer->why;
    }
}

enum reason recipients_fill(const struct desk *desk, struct notice *notice, const struct step *step)
{
    struct writer writer = {desk, notice, step, REASON_NONE, false, false, true};
    struct step package = *step;
    bool reached = false;
    enum reason why;

    notice->messages = arena_array(desk->arena, PLANS_MAX, sizeof *notice->messages);
    notice->message_count = 0;
    if (step->action == ACTION_HANDOFF) {
        package.send[0] = CHANNEL_AGENCY;
        package.send_count = 1;
        package.fallback_count = 0;
        writer.step = &package;
    }
    add_sends(&writer, &reached, &why);
    add_fallbacks(&writer, reached);
    for (size_t i = 0; i < notice->message_count; i++)
        if (!notice->messages[i].later)
            return REASON_NONE;
    notice->message_count = 0;
    writer.later = false;
    add_plan(&writer, CHANNEL_TASK, 1);
    return why == REASON_NONE ? REASON_NO_ADDRESS : why;
}
