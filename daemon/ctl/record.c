/* record, step: what was done without the daemon. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "config/zones.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

#define PROOF_MAX (32U << 20)
#define NOON 43200

/* One step, as it goes on record for each item of an invoice. */
struct by_hand {
    const char *step, *channel; /* channel "": set by hand */
    day_t on;
    const char *note;
};

/* ---- proof ---- */

/* The file's name and digest, so that the copy can be recognised. */
static int proof_of(struct session *session, const char **out, struct err *err)
{
    char hex[SHA256_TEXT_SIZE];
    unsigned char digest[SHA256_SIZE];

    *out = "";
    if (session->file_count == 0)
        return 0;
    const struct opened_file *file = &session->files[0];
    char *bytes = malloc(PROOF_MAX);
    size_t length = 0;
    ssize_t got = bytes ? 1 : -1;
    while (got > 0 && length < PROOF_MAX) {
        got = read(file->fd, bytes + length, PROOF_MAX - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (got == 0) {
        const char *slash = strrchr(file->name, '/');
        digest_sha256(bytes, length, digest);
        digest_hex(digest, sizeof digest, hex);
        *out = arena_printf(session->arena, "proof %s sha256=%s", slash ? slash + 1 : file->name, hex);
    }
    free(bytes);
    if (got == 0)
        return 0;
    return err_set(err, ERR_FAILED, "%s: cannot be read, or has more than 32 MiB", file->name);
}

static const char *note_with(struct session *session, const char *proof)
{
    const char *reason = session->arguments->text[OPTION_REASON];

    if (text_empty(proof) || text_empty(reason))
        return text_empty(proof) ? reason : proof;
    return arena_printf(session->arena, "%s; %s", reason, proof);
}

/* ---- one item ---- */

static const struct calendar *calendar_of(const struct session *session, const struct policy *policy,
                                          const struct customer *customer)
{
    const struct calendar *calendar = policy->calendar_of_customer
                                          ? rulebook_calendar(&session->config->rulebook, customer->country)
                                          : policy->calendar;

    return calendar ? calendar : &calendar_plain;
}

/* The deadline that a letter of that step grants, counted from its day. */
static day_t deadline_of(const struct session *session, const struct verdict *verdict, const struct step *step,
                         const struct dossier *dossier, day_t on)
{
    if (!step->deadline.set)
        return DAY_NONE;
    const struct calendar *calendar = calendar_of(session, verdict->policy, dossier->customer);
    return calendar_following(calendar, calendar_add(calendar, on, &step->deadline, 1));
}

static int refuse_step(const struct verdict *verdict, const struct by_hand *given, int step, struct err *err)
{
    const char *invoice = verdict->item->invoice_id;

    if (step < 0)
        return err_set(err, ERR_NOT_FOUND, "policy %s of invoice %s has no step %s; dunningctl explain %s lists them",
                       verdict->policy->name, invoice, given->step, invoice);
    if (given->on < verdict->item->issued_on)
        return err_set(err, ERR_REFUSED, "invoice %s was not issued yet on the day given; correct --on", invoice);
    if (verdict->reason == REASON_SETTLED || verdict->reason == REASON_VOID || verdict->reason == REASON_WRITTEN_OFF ||
        verdict->reason == REASON_CREDIT_NOTE)
        return err_set(err, ERR_REFUSED, "invoice %s: %s; no step is due for it", invoice,
                       reason_sentence(verdict->reason));
    if (step < verdict->position)
        return err_set(err, ERR_REFUSED, "invoice %s stands at step %s already; a ladder is never walked back", invoice,
                       verdict->policy->steps[verdict->position].name);
    return 0;
}

/* The noon of an earlier day; today it is now, so that it follows what was done before today. */
static moment_t moment_on(const struct session *session, day_t on)
{
    return on == session_today(session) ? session->now : zone_moment(session_zone(session), on, NOON);
}

static int put_record(struct session *session, const struct explained *known, const struct verdict *verdict,
                      const struct by_hand *given, struct err *err)
{
    const struct policy *policy = verdict->policy;

    if (!policy)
        return err_set(err, ERR_REFUSED, "invoice %s: %s; give it one first", verdict->item->invoice_id,
                       reason_sentence(REASON_NO_POLICY));
    int index = policy_step(policy, given->step);
    if (refuse_step(verdict, given, index, err) != 0)
        return -1;
    const struct step *step = &policy->steps[index];
    bool reached = !text_empty(given->channel);
    struct record record = {.invoice_id = verdict->item->invoice_id,
                            .line = verdict->item->line,
                            .episode = verdict->episode,
                            .policy = policy->name,
                            .step = step->name,
                            .occurrence = index == verdict->next ? verdict->occurrence : 1,
                            .status = RECORD_ACCEPTED,
                            .reason = REASON_NONE,
                            .on = given->on,
                            .due_on = verdict->item->due_on,
                            .deadline = DAY_NONE,
                            .channel = given->channel};
    record.at = reached ? moment_on(session, given->on) : session->now;
    if (reached) {
        record.deadline = deadline_of(session, verdict, step, known->dossier, given->on);
        record.first_notice_action = step->action == ACTION_NOTICE;
    }
    if (facts_record(session->state, &record, known->dossier->customer->id,
                     &(struct said){session->author, given->note, session->now}, err) != 0)
        return -1;
    struct page *page = page_child(session->page, "items");
    page_field(page, "invoice", NULL, cell_text(record.invoice_id));
    page_field(page, "line", NULL, cell_number(record.line));
    page_field(page, "step", NULL, cell_text(record.step));
    page_field(page, "deadline", NULL, cell_day(record.deadline));
    page_linef(page, reached ? "invoice %s stands at step %s since %s" : "invoice %s is set to step %s as of %s",
               record.invoice_id, record.step, show_day(session->arena, given->on));
    return 0;
}

/* ---- all items of an invoice, or none ---- */

static int put_all(struct session *session, const struct ref *ref, const struct by_hand *given, struct err *err)
{
    struct explained known;
    size_t done = 0;

    if (ref_explain(session, ref->customer, MOMENT_NONE, &known, err) != 0 || state_begin(session->state, err) != 0)
        return -1;
    for (size_t i = 0; i < known.decision->verdict_count; i++) {
        const struct verdict *verdict = &known.decision->verdicts[i];
        if (!ref_is_item(ref, verdict->item))
            continue;
        if (put_record(session, &known, verdict, given, err) != 0) {
            state_rollback(session->state);
            session->page = page_new(session->arena);
            return -1;
        }
        done++;
    }
    if (state_commit(session->state, err) != 0)
        return -1;
    return done > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "invoice %s has no such line", ref->target);
}

int verb_record(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    struct by_hand given = {arguments->text[OPTION_STEP], arguments->text[OPTION_CHANNEL],
                            arguments->time[OPTION_ON].day, ""};
    const char *proof;
    struct ref ref;

    if (given.on > session_today(session))
        return err_set(err, ERR_REFUSED, "--on %s lies in the future; give the day on which it was done",
                       arguments->text[OPTION_ON]);
    if (ref_find_invoice(session, arguments->words[0], &ref, err) != 0 || proof_of(session, &proof, err) != 0)
        return -1;
    given.note = note_with(session, proof);
    return put_all(session, &ref, &given, err);
}

int verb_step(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    struct by_hand given = {arguments->words[1], "", session_today(session), arguments->text[OPTION_REASON]};
    struct ref ref;

    if (ref_find_invoice(session, arguments->words[0], &ref, err) != 0)
        return -1;
    return put_all(session, &ref, &given, err);
}
