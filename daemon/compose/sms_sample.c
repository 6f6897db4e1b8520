#include "compose/sms_sample.h"

#include "base/arena.h"
#include "base/zone.h"
#include "policy/policy.h"

enum { AMOUNT = 123456, DAY = 20000, DAYS_TO_PAY = 14, NO_LIMIT = 1000 };

static const char currency[CURRENCY_SIZE] = "EUR";

static void put_currency(char out[CURRENCY_SIZE])
{
    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        out[i] = currency[i];
}

static struct item *make_items(int count, struct arena *arena)
{
    struct item *items = arena_array(arena, (size_t)count, sizeof *items);

    for (int i = 0; i < count; i++) {
        items[i] = item_blank;
        items[i].invoice_id = items[i].number = arena_printf(arena, "2026-%05d", 12345 + i);
        items[i].customer_id = "C-1";
        items[i].amount = AMOUNT;
        items[i].issued_on = DAY;
        items[i].due_on = DAY + DAYS_TO_PAY;
        put_currency(items[i].currency);
    }
    return items;
}

static struct notice_item *make_rows(const struct item *items, int count, const char *step, struct arena *arena)
{
    struct notice_item *rows = arena_array(arena, (size_t)count, sizeof *rows);

    for (int i = 0; i < count; i++)
        rows[i] = (struct notice_item){.invoice_id = items[i].invoice_id,
                                       .line = 1,
                                       .episode = 1,
                                       .occurrence = 1,
                                       .block = BLOCK_DUE,
                                       .step = step,
                                       .open = AMOUNT,
                                       .due_on = items[i].due_on,
                                       .carried_on = DAY_NONE,
                                       .deadline = DAY + DAYS_TO_PAY};
    return rows;
}

static struct notice make_notice(const struct sms_sample *sample, const struct item *items, struct arena *arena)
{
    struct notice notice = {.id = 123456,
                            .contact = 1,
                            .customer = "C-1",
                            .entity = "",
                            .policy = sample->policy->name,
                            .step = sample->step->name,
                            .template_name = sample->step->template_name,
                            .language = sample->language,
                            .group_invoice = "",
                            .action = sample->step->action,
                            .total = (int64_t)AMOUNT * sample->invoices,
                            .on = DAY,
                            .deadline = DAY + DAYS_TO_PAY,
                            .items = make_rows(items, sample->invoices, sample->step->name, arena),
                            .item_count = (size_t)sample->invoices};

    put_currency(notice.currency);
    return notice;
}

int sms_sample_measure(const struct sms_sample *sample, struct arena *arena, struct sms_measure *out)
{
    struct customer customer = customer_blank;
    struct item *items = make_items(sample->invoices, arena);
    const struct notice notice = make_notice(sample, items, arena);
    const struct message_plan message = {.channel = CHANNEL_SMS,
                                         .recipient = 1,
                                         .carries = true,
                                         .name = "",
                                         .address = "+4915112345678",
                                         .language = sample->language};
    const struct sms_rule rule = {.max_segments = NO_LIMIT, .transliterate = sample->transliterate};
    const struct dossier dossier = {.customer = &customer,
                                    .members = &customer,
                                    .member_count = 1,
                                    .items = items,
                                    .item_count = (size_t)sample->invoices};
    const struct render_input input = {.dossier = &dossier,
                                       .notice = &notice,
                                       .message = &message,
                                       .policy = sample->policy,
                                       .step = sample->step,
                                       .business = sample->business,
                                       .catalog = sample->catalog,
                                       .sms = &rule,
                                       .zone = &zone_utc,
                                       .revision = 1,
                                       .claimed_at = (moment_t)DAY * DAY_SECONDS,
                                       .message_domain = ""};
    struct rendered rendered;
    struct err ignored = {0};

    customer.id = "C-1";
    customer.name = "Twenty-Four Letters GmbH";
    customer.language = sample->language;
    if (render_message(&input, arena, &rendered, &ignored) != 0)
        return -1;
    *out = (struct sms_measure){rendered.coding, rendered.units, rendered.segments};
    return 0;
}
