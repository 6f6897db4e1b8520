/* preview: the exact bytes that would be sent. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/render.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/show.h"
#include "ctl/verbs.h"

/* ---- for programs ---- */

static void add_parts(struct page *page, const struct rendered *rendered, enum channel channel)
{
    const struct {
        const char *key, *value;
        enum channel channel;
    } parts[] = {
        {"message_id", rendered->message_id, CHANNEL_EMAIL},
        {"from", rendered->from_address, CHANNEL_EMAIL},
        {"subject", rendered->subject, CHANNEL_EMAIL},
        {"text", rendered->text, CHANNEL_EMAIL},
        {"html", rendered->html, CHANNEL_EMAIL},
        {"mail", rendered->mail, CHANNEL_EMAIL},
        {"sms", rendered->sms, CHANNEL_SMS},
        {"package_json", rendered->package_json, CHANNEL_AGENCY},
        {"package_csv", rendered->package_csv, CHANNEL_AGENCY},
    };

    page_field(page, "to", NULL, cell_text(rendered->to_address));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].channel == channel)
            page_field(page, parts[i].key, NULL, cell_text(parts[i].value));
    if (channel == CHANNEL_SMS) {
        page_field(page, "segments", NULL, cell_number(rendered->segments));
        page_field(page, "units", NULL, cell_number(rendered->units));
        page_field(page, "coding", NULL, cell_text(rendered->coding == SMS_GSM7 ? "gsm7" : "ucs2"));
    }
}

static void add_notice(struct session *session, const struct previewed *previewed)
{
    const struct notice *notice = previewed->notice;
    struct page *page = session->page;

    page_field(page, "at", NULL, cell_moment(notice->planned_at));
    page_field(page, "customer", NULL, cell_text(notice->customer));
    page_field(page, "policy", NULL, cell_text(notice->policy));
    page_field(page, "step", NULL, cell_text(notice->step));
    page_field(page, "action", NULL, cell_word(&action_names, (int)notice->action));
    page_field(page, "channel", NULL, cell_word(&channel_names, (int)previewed->message->channel));
    page_field(page, "total", NULL, cell_money(notice->total, notice->currency));
    page_field(page, "deadline", NULL, cell_day(notice->deadline));
    page_field(page, "needs_approval", NULL, cell_bool(notice->needs_approval));
    add_parts(page, previewed->rendered, previewed->message->channel);
    show_notice_items(session, page, "Items", notice);
}

/* ---- for people: the bytes themselves, what they are on standard error ---- */

static int write_bytes(struct session *session, const char *bytes, size_t length, struct err *err)
{
    if (fwrite(bytes, 1, length, session->out) == length && fflush(session->out) == 0)
        return 0;
    return err_set(err, ERR_FAILED, "cannot write to standard output");
}

static int write_message(struct session *session, const struct previewed *previewed, struct err *err)
{
    const struct rendered *rendered = previewed->rendered;

    switch (previewed->message->channel) {
    case CHANNEL_EMAIL:
        return write_bytes(session, rendered->mail, rendered->mail_length, err);
    case CHANNEL_SMS:
        return write_bytes(session, rendered->sms, strlen(rendered->sms), err);
    case CHANNEL_AGENCY:
        return write_bytes(session, rendered->package_json, strlen(rendered->package_json), err);
    case CHANNEL_TASK:
    case CHANNEL_LETTER:
    case CHANNEL_PHONE:
        break;
    }
    return 0;
}

static void say_what(struct session *session, const struct previewed *previewed)
{
    const struct notice *notice = previewed->notice;
    struct arena *arena = session->arena;

    fflush(session->out);
    if (!session->terminal)
        return;
    if (previewed->message->channel != CHANNEL_EMAIL)
        fputc('\n', session->out);
    fprintf(stderr, "-- step %s of %s by %s to customer %s, %s, %s; nothing was sent\n", notice->step, notice->policy,
            names_word(&channel_names, (int)previewed->message->channel), notice->customer,
            show_moment(arena, session_zone(session), notice->planned_at),
            show_money(arena, notice->total, notice->currency));
}

int verb_preview(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    int channel = arguments->given[OPTION_CHANNEL] ? names_find(&channel_names, arguments->text[OPTION_CHANNEL]) : -1;
    struct previewed previewed;
    struct ref ref;

    if (ref_find(session, arguments->words[0], &ref, err) != 0)
        return -1;
    const struct books books = session_books(session);
    const struct preview_wanted wanted = {ref.customer, ref.kind == REF_INVOICE ? ref.target : "",
                                          arguments->text[OPTION_STEP], channel};
    if (preview(&books, &wanted, &previewed, err) != 0)
        return -1;
    if (arguments->given[OPTION_JSON]) {
        add_notice(session, &previewed);
        return 0;
    }
    if (write_message(session, &previewed, err) != 0)
        return -1;
    say_what(session, &previewed);
    return 0;
}
