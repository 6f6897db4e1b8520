#include "ctl/events.h"

#include "base/arena.h"
#include "base/text.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "engine/report.h"

struct event_filter events_all(void)
{
    return (struct event_filter){.customer = "", .invoice = "", .kind = -1, .since = MOMENT_NONE};
}

static void add_words(struct text *out, const char *before, const char *words)
{
    if (!text_empty(words))
        text_addf(out, "%s%s%s", out->length > 0 ? "; " : "", before, words);
}

/* As in the status log: an id of a provider's own making may be somebody's number. */
static const char *answer_of(struct arena *arena, const struct event *event)
{
    return public_text(arena, event->provider_id, "");
}

const char *events_words(struct arena *arena, const struct event *event)
{
    struct text out;

    text_init(&out, arena);
    add_words(&out, "", event->reason == REASON_NONE ? "" : reason_sentence(event->reason));
    add_words(&out, "", event->text);
    add_words(&out, "provider ", event->provider);
    add_words(&out, "answer ", answer_of(arena, event));
    add_words(&out, "by ", event->author);
    return out.data;
}

static struct cell money_of(const struct event *event)
{
    return text_empty(event->currency) ? cell_none() : cell_money(event->amount, event->currency);
}

static struct cell notice_of(struct session *session, int64_t id)
{
    return cell_text(id == 0 ? "" : notice_name(id, arena_alloc(session->arena, NOTICE_TEXT_SIZE)));
}

static struct cell message_of(struct session *session, int64_t id)
{
    return cell_text(id == 0 ? "" : message_name(id, arena_alloc(session->arena, MESSAGE_TEXT_SIZE)));
}

static struct cell reason_of(const struct event *event)
{
    return cell_text(event->reason == REASON_NONE ? "" : names_word(&reason_names, (int)event->reason));
}

/* The keys are the same in tables and streams; people see the headings only. */
enum event_column {
    AT,
    EVENT,
    NOTICE,
    INVOICES,
    STEP,
    CHANNEL,
    AMOUNT,
    WORDS,
    SEQ,
    MESSAGE,
    CUSTOMER,
    POLICY,
    PROVIDER,
    REASON,
    PROVIDER_ID,
    TEXT,
    AUTHOR,
    EVENT_COLUMNS
};

static const struct column columns[] = {
    [AT] = {"at", "when", false},
    [EVENT] = {"event", "event", false},
    [NOTICE] = {"notice", "notice", false},
    [INVOICES] = {"invoices", "invoices", false},
    [STEP] = {"step", "step", false},
    [CHANNEL] = {"channel", "channel", false},
    [AMOUNT] = {"amount", "amount", true},
    [WORDS] = {NULL, "what", false},
    [SEQ] = {"seq", NULL, true},
    [MESSAGE] = {"message", NULL, false},
    [CUSTOMER] = {"customer", NULL, false},
    [POLICY] = {"policy", NULL, false},
    [PROVIDER] = {"provider", NULL, false},
    [REASON] = {"reason", NULL, false},
    [PROVIDER_ID] = {"provider_id", NULL, false},
    [TEXT] = {"text", NULL, false},
    [AUTHOR] = {"author", NULL, false},
};
_Static_assert(sizeof columns / sizeof *columns == EVENT_COLUMNS, "one row for each column");

static void fill(struct session *session, struct cell row[EVENT_COLUMNS], const struct logged_event *logged)
{
    const struct event *event = &logged->event;

    row[AT] = cell_moment(event->at);
    row[EVENT] = cell_word(&event_names, (int)event->kind);
    row[NOTICE] = notice_of(session, event->notice);
    row[INVOICES] = cell_text(event->invoices);
    row[STEP] = cell_text(event->step);
    row[CHANNEL] = cell_text(event->channel);
    row[AMOUNT] = money_of(event);
    row[WORDS] = cell_text(events_words(session->arena, event));
    row[SEQ] = cell_number(logged->seq);
    row[MESSAGE] = message_of(session, event->message);
    row[CUSTOMER] = cell_text(event->customer);
    row[POLICY] = cell_text(event->policy);
    row[PROVIDER] = cell_text(event->provider);
    row[REASON] = reason_of(event);
    row[PROVIDER_ID] = cell_text(answer_of(session->arena, event));
    row[TEXT] = cell_text(event->text);
    row[AUTHOR] = cell_text(event->author);
}

/* As the status log: what a person typed may name anybody, and only who asks for one customer reads it. */
static void fill_public(struct session *session, struct cell row[EVENT_COLUMNS], const struct logged_event *logged)
{
    struct logged_event public = *logged;

    if (event_text_is_typed(public.event.kind))
    public.event.text = "";
    fill(session, row, &public);
}

void events_fields(struct session *session, struct page *page, const struct logged_event *logged)
{
    struct cell row[EVENT_COLUMNS];

    fill_public(session, row, logged);
    for (size_t i = 0; i < EVENT_COLUMNS; i++)
        if (columns[i].key)
            page_field(page, columns[i].key, NULL, row[i]);
}

typedef void fill_row(struct session *session, struct cell row[EVENT_COLUMNS], const struct logged_event *logged);

static int show(struct session *session, struct page *page, const struct event_filter *filter, fill_row *fill_with,
                struct err *err)
{
    struct event_list found = {NULL, 0};

    if (session->state && state_events(session->state, filter, session->arena, &found, err) != 0)
        return -1;
    struct table *table = page_table(page, "events", "History", COLUMNS(columns), "nothing has happened yet");
    for (size_t i = 0; i < found.count; i++)
        fill_with(session, table_row(table), &found.list[i]);
    return 0;
}

int events_show(struct session *session, struct page *page, const struct event_filter *filter, struct err *err)
{
    return show(session, page, filter, fill, err);
}

int events_log(struct session *session, struct page *page, const struct event_filter *filter, struct err *err)
{
    return show(session, page, filter, fill_public, err);
}
