#include "engine/report.h"

#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "model/notice.h"

static const char *notice_of(const struct event *event, struct arena *arena)
{
    return event->notice == 0 ? "" : notice_name(event->notice, arena_alloc(arena, NOTICE_TEXT_SIZE));
}

static const char *amount_of(const struct event *event, struct arena *arena)
{
    if (text_empty(event->currency))
        return "";
    return money_format(event->amount, event->currency, arena_alloc(arena, MONEY_TEXT_SIZE));
}

static const char *currency_of(const struct event *event, struct arena *arena)
{
    (void)arena;
    return event->currency;
}

static const char *reason_of(const struct event *event, struct arena *arena)
{
    (void)arena;
    return event->reason == REASON_NONE ? "" : names_word(&reason_names, (int)event->reason);
}

/* Masked once more: events hold the provider's own id, which may be somebody's number. */
static const char *id_of(const struct event *event, struct arena *arena)
{
    return text_empty(event->provider_id) ? "" : public_text(arena, event->provider_id, "");
}

static const char *text_of(const struct event *event, struct arena *arena)
{
    (void)arena;
    return event_text_is_typed(event->kind) ? "" : event->text;
}

/* The order is the grammar of dunningd-status-log(5).  A row without a function is a text at an offset. */
static const struct part {
    const char *key;   /* in the status log */
    const char *field; /* in the journal, NULL: only in the message */
    const char *(*value)(const struct event *event, struct arena *arena);
    size_t offset;
} parts[] = {
    {"notice", "DUNNING_NOTICE", notice_of, 0},
    {"customer", "DUNNING_CUSTOMER", NULL, offsetof(struct event, customer)},
    {"invoices", "DUNNING_INVOICES", NULL, offsetof(struct event, invoices)},
    {"policy", "DUNNING_POLICY", NULL, offsetof(struct event, policy)},
    {"step", "DUNNING_STEP", NULL, offsetof(struct event, step)},
    {"channel", "DUNNING_CHANNEL", NULL, offsetof(struct event, channel)},
    {"provider", "DUNNING_PROVIDER", NULL, offsetof(struct event, provider)},
    {"amount", NULL, amount_of, 0},
    {"currency", NULL, currency_of, 0},
    {"reason", "DUNNING_REASON", reason_of, 0},
    {"id", NULL, id_of, 0},
    {"text", NULL, text_of, 0},
    {"author", NULL, NULL, offsetof(struct event, author)},
};
enum { PART_NUMBER = sizeof parts / sizeof *parts };

static const char *part_value(const struct part *part, const struct event *event, struct arena *arena)
{
    const char *text;

    if (part->value)
        return part->value(event, arena);
    memcpy(&text, (const char *)event + part->offset, sizeof text);
    return text ? text : "";
}

const char *event_line(const struct event *event, struct arena *arena)
{
    struct text line;

    text_init(&line, arena);
    text_add(&line, names_word(&event_names, (int)event->kind));
    for (size_t i = 0; i < PART_NUMBER; i++)
        log_pair(&line, parts[i].key, part_value(&parts[i], event, arena));
    return line.data;
}

void status_line(struct text *out, moment_t at, const struct zone *zone, const char *line)
{
    char local[MOMENT_TEXT_SIZE];

    text_addf(out, "%s %s\n", zone_format(zone, at, local), line);
}

/* One field for each invoice, so that each can be asked for: journald keeps several of the same name. */
static size_t invoice_fields(const char *invoices, struct arena *arena, const char **list)
{
    size_t count = 0;

    while (!text_empty(invoices)) {
        int length = (int)strcspn(invoices, ",");
        list[count++] = arena_printf(arena, "DUNNING_INVOICE=%.*s", length, invoices);
        invoices += length;
        invoices += *invoices == ',' ? 1 : 0;
    }
    return count;
}

static size_t count_invoices(const char *invoices)
{
    size_t count = text_empty(invoices) ? 0 : 1;

    for (; invoices && *invoices != '\0'; invoices++)
        count += *invoices == ',' ? 1 : 0;
    return count;
}

size_t event_fields(const struct event *event, struct arena *arena, const char ***out)
{
    const char **list = arena_array(arena, PART_NUMBER + 1 + count_invoices(event->invoices), sizeof *list);
    size_t count = 0;

    list[count++] = arena_printf(arena, "DUNNING_EVENT=%s", names_word(&event_names, (int)event->kind));
    for (size_t i = 0; i < PART_NUMBER; i++) {
        const char *value = parts[i].field ? part_value(&parts[i], event, arena) : "";
        if (!text_empty(value))
            list[count++] = arena_printf(arena, "%s=%s", parts[i].field, value);
    }
    count += invoice_fields(event->invoices, arena, list + count);
    *out = list;
    return count;
}
