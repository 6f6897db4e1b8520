/* show N-..., show M-... */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/events.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/show.h"

/* ---- parts of a notice ---- */

static void add_items(struct session *session, struct page *page, const char *title, const struct notice *notice)
{
    static const struct column columns[] = {
        {"invoice", NULL, false},
        {NULL, "invoice", false},
        {"line", NULL, true},
        {"block", "block", false},
        {"step", "step", false},
        {"due_on", "due", false},
        {"open", "open", true},
        {"credited", "credits", true},
        {"net", "net", true},
        {"deadline", "deadline", false},
        {"carried_on", "last notice", false},
    };
    struct table *table = page_table(page, "items", title, COLUMNS(columns), "none");

    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];
        TABLE_ROW(table, cell_text(item->invoice_id),
                  cell_text(item_name(session->arena, item->invoice_id, item->line)), cell_number(item->line),
                  cell_word(&block_names, (int)item->block), cell_text(item->step), cell_day(item->due_on),
                  cell_money(item->open, notice->currency), cell_money(item->credited, notice->currency),
                  cell_money(item->open - item->credited, notice->currency), cell_day(item->deadline),
                  cell_day(item->carried_on));
    }
}

static void add_credits(struct page *page, const struct notice *notice)
{
    static const struct column columns[] = {{"credit", "credit", false},
                                            {"number", NULL, false},
                                            {"on", "date", false},
                                            {"amount", "amount", true}};
    struct table *table = page_table(page, "credits", "Credits", COLUMNS(columns), "");

    for (size_t i = 0; i < notice->credit_count; i++) {
        TABLE_ROW(table, cell_text(notice->credits[i].id), cell_text(notice->credits[i].number),
                  cell_day(notice->credits[i].on), cell_money(notice->credits[i].amount, notice->currency));
    }
}

static void add_instalments(struct page *page, const struct notice *notice)
{
    static const struct column columns[] = {{"due_on", "due", false}, {"amount", "amount", true}};
    struct table *table = page_table(page, "instalments", "Instalments", COLUMNS(columns), "");

    for (size_t i = 0; i < notice->instalment_count; i++) {
        TABLE_ROW(table, cell_day(notice->instalments[i].due_on),
                  cell_money(notice->instalments[i].amount, notice->currency));
    }
}

/* Beside the debt: how much, for what, and how it was worked out. */
static void add_charges(struct page *page, const struct notice *notice)
{
    static const struct column columns[] = {
        {"kind", "charge", false},   {"invoice", "invoice", false}, {"line", NULL, true},
        {"step", "step", false},     {"regime", "rule", false},     {"from", "from", false},
        {"until", "until", false},   {"amount", "amount", true},    {"charged_by", NULL, true},
        {"derivation", NULL, false},
    };
    struct table *table = page_table(page, "charges", "Charges", COLUMNS(columns), "");

    for (size_t i = 0; i < notice->charge_count; i++) {
        const struct charge *charge = &notice->charges[i];
        TABLE_ROW(table, cell_word(&charge_kind_names, (int)charge->kind), cell_text(charge->invoice_id),
                  cell_number(charge->line), cell_text(charge->step), cell_text(charge->regime), cell_day(charge->from),
                  cell_day(charge->until), cell_money(charge->amount, notice->currency),
                  charge->notice == 0 ? cell_none() : cell_number(charge->notice), cell_text(charge->text));
    }
}

static void add_derivations(struct session *session, struct page *page, const struct notice *notice)
{
    for (size_t i = 0; i < notice->charge_count; i++) {
        char *lines = arena_copy(session->arena, notice->charges[i].text);
        if (text_empty(lines))
            continue;
        page_line(page, NULL,
                  arena_printf(session->arena, "%s %s:", names_word(&charge_kind_names, (int)notice->charges[i].kind),
                               notice->charges[i].invoice_id));
        for (const char *line; (line = strsep(&lines, "\n")) != NULL;)
            page_line(page, NULL, arena_printf(session->arena, "  %s", line));
    }
    if (notice->charge_count > 0)
        page_gap(page);
}

void show_notice_items(struct session *session, struct page *page, const char *title, const struct notice *notice)
{
    add_items(session, page, title, notice);
    add_credits(page, notice);
    add_charges(page, notice);
    add_derivations(session, page, notice);
    add_instalments(page, notice);
}

/* ---- attempts ---- */

static const enum tone attempt_tones[] = {
    [ATTEMPT_CLAIMED] = TONE_PLAIN,        [ATTEMPT_COMMITTING] = TONE_PLAIN,
    [ATTEMPT_ACCEPTED] = TONE_GOOD,        [ATTEMPT_REFUSED_FOR_NOW] = TONE_WARN,
    [ATTEMPT_REFUSED] = TONE_BAD,          [ATTEMPT_MISCONFIGURED] = TONE_BAD,
    [ATTEMPT_NOT_HANDED_OVER] = TONE_WARN, [ATTEMPT_GATE_NO] = TONE_WARN,
    [ATTEMPT_UNCERTAIN] = TONE_BAD,        [ATTEMPT_SENT] = TONE_GOOD,
    [ATTEMPT_NOT_SENT] = TONE_DIM,
};

static int add_attempts(struct session *session, struct page *page, int64_t message, struct err *err)
{
    static const struct column columns[] = {
        {"n", "attempt", true},
        {"status", "status", false},
        {"provider", "provider", false},
        {"claimed_at", "claimed", false},
        {"committed_at", "committed", false},
        {"done_at", "ended", false},
        {"phase", "phase", false},
        {"code", "code", true},
        {"provider_id", NULL, false},
        {"sha256", NULL, false},
        {"text", "answer", false},
    };
    struct attempt_list attempts;

    if (state_message_attempts(session->state, message, session->arena, &attempts, err) != 0)
        return -1;
    struct table *table = page_table(page, "attempts", "Attempts", COLUMNS(columns), "none yet");
    for (size_t i = 0; i < attempts.count; i++) {
        const struct attempt *attempt = &attempts.list[i];
        TABLE_ROW(table, cell_number(attempt->n),
                  cell_toned(cell_word(&attempt_status_names, (int)attempt->status), attempt_tones[attempt->status]),
                  cell_text(attempt->provider), cell_moment(attempt->claimed_at), cell_moment(attempt->committed_at),
                  cell_moment(attempt->done_at), cell_text(attempt->phase),
                  attempt->code == 0 ? cell_none() : cell_number(attempt->code), cell_text(attempt->provider_id),
                  cell_text(attempt->sha256), cell_text(attempt->text));
    }
    return 0;
}

static void add_recipient(struct session *session, struct page *page, const struct message *message)
{
    char name[MESSAGE_TEXT_SIZE];

    page_field(page, "message", "message", cell_text(arena_copy(session->arena, message_name(message->id, name))));
    page_field(page, "channel", "channel", cell_word(&channel_names, (int)message->channel));
    page_field(page, "name", "to", cell_text(message->name));
    page_field(page, "address", "address", cell_text(message->address));
    page_field(page, "language", "language", cell_text(message->language));
    page_field(page, "status", "status", cell_word(&message_status_names, (int)message->status));
    page_field(page, "revision", "revision", cell_number(message->revision));
    page_field(page, "message_id", text_empty(message->message_id) ? NULL : "Message-ID",
               cell_text(message->message_id));
    page_field(page, "rendered_on", NULL, cell_day(message->rendered_on));
    page_field(page, "next_try", message->status == MESSAGE_PLANNED && message->not_before > 0 ? "next try" : NULL,
               message->not_before > 0 ? cell_moment(message->not_before) : cell_none());
    if (message->status == MESSAGE_UNCERTAIN)
        page_linef(page,
                   "nobody can know from here whether it was sent; find out and say so: dunningctl settle %s "
                   "sent|not-sent --reason TEXT",
                   message_name(message->id, name));
}

/* ---- pages ---- */

static void add_notice(struct session *session, struct page *page, const struct notice *notice)
{
    char name[NOTICE_TEXT_SIZE];

    page_title(page, NULL,
               arena_printf(session->arena, "Notice %s to customer %s, step %s of policy %s",
                            notice_name(notice->id, name), notice->customer, notice->step, notice->policy));
    page_field(page, "kind", NULL, cell_text("notice"));
    page_field(page, "notice", NULL, cell_text(arena_copy(session->arena, notice_name(notice->id, name))));
    page_field(page, "customer", NULL, cell_text(notice->customer));
    page_field(page, "entity", text_empty(notice->entity) ? NULL : "entity", cell_text(notice->entity));
    page_field(page, "policy", NULL, cell_text(notice->policy));
    page_field(page, "step", NULL, cell_text(notice->step));
    page_field(page, "action", "action", cell_word(&action_names, (int)notice->action));
    page_field(page, "status", "status", cell_word(&notice_status_names, (int)notice->status));
    page_field(page, "on", "date", cell_day(notice->on));
    page_field(page, "total", "total",
               text_empty(notice->currency) ? cell_none() : cell_money(notice->total, notice->currency));
    page_field(page, "deadline", "deadline", cell_day(notice->deadline));
    page_field(page, "planned_at", "planned", cell_moment(notice->planned_at));
    page_field(page, "accepted_at", "accepted", cell_moment(notice->accepted_at));
    page_field(page, "language", "language", cell_text(notice->language));
    page_field(page, "template", "template", cell_text(notice->template_name));
    if (notice->status == NOTICE_AWAITING_APPROVAL)
        page_linef(page, "it waits for approval: dunningctl approve %s, or dunningctl reject %s --reason TEXT",
                   notice_name(notice->id, name), name);
}

int show_notice(struct session *session, const struct ref *ref, struct err *err)
{
    struct event_filter filter = events_all();
    struct page *page = session->page;
    struct message_list messages;
    struct notice *notice;

    if (state_notice(session->state, ref->number, session->arena, &notice, err) != 0 ||
        state_messages(session->state, ref->number, session->arena, &messages, err) != 0)
        return -1;
    add_notice(session, page, notice);
    show_notice_items(session, page, "Items", notice);
    page_children(page, "messages");
    for (size_t i = 0; i < messages.count; i++) {
        struct page *child = page_child(page, "messages");
        add_recipient(session, child, &messages.list[i]);
        if (add_attempts(session, child, messages.list[i].id, err) != 0)
            return -1;
    }
    filter.notice = ref->number;
    return events_show(session, page, &filter, err);
}

int show_message(struct session *session, const struct ref *ref, struct err *err)
{
    struct event_filter filter = events_all();
    struct page *page = session->page;
    char message_text[MESSAGE_TEXT_SIZE], notice_text[NOTICE_TEXT_SIZE];
    struct message *message;
    struct notice *notice;

    if (state_message(session->state, ref->number, session->arena, &message, err) != 0 ||
        state_notice(session->state, message->notice, session->arena, &notice, err) != 0)
        return -1;
    page_title(page, NULL,
               arena_printf(session->arena, "Message %s of notice %s to customer %s, step %s",
                            message_name(message->id, message_text), notice_name(notice->id, notice_text),
                            notice->customer, notice->step));
    page_field(page, "kind", NULL, cell_text("message"));
    page_field(page, "notice", NULL, cell_text(arena_copy(session->arena, notice_text)));
    page_field(page, "customer", NULL, cell_text(notice->customer));
    page_field(page, "step", NULL, cell_text(notice->step));
    add_recipient(session, page, message);
    if (add_attempts(session, page, message->id, err) != 0)
        return -1;
    filter.notice = notice->id;
    return events_show(session, page, &filter, err);
}
