/* show INVOICE */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/events.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/show.h"

static void add_item(struct session *session, struct page *page, const struct item *item, const struct verdict *verdict)
{
    const struct {
        const char *key, *label, *value;
    } facts[] = {
        {"reference", "reference", item->reference},
        {"po_number", "order", item->po_number},
        {"subject", "subject", item->subject},
        {"pay_url", "pay at", item->pay_url},
        {"document", "document", item->document},
        {"related_invoice", "belongs to", item->related_invoice},
        {"tags", "tags", item->tags},
        {"hold_reason", "held by ledger", item->hold_reason},
    };

    page_field(page, "invoice", NULL, cell_text(item->invoice_id));
    page_field(page, "line", item->line > 1 ? "line" : NULL, cell_number(item->line));
    page_field(page, "number", "number", cell_text(item->number));
    page_field(page, "customer", "customer", cell_text(item->customer_id));
    page_field(page, "entity", text_empty(item->entity) ? NULL : "entity", cell_text(item->entity));
    page_field(page, "item_kind", "kind", cell_word(&item_kind_names, (int)item->kind));
    page_field(page, "status", "status", cell_word(&item_status_names, (int)item->status));
    page_field(page, "payment_method", "paid by", cell_word(&payment_method_names, (int)item->method));
    page_field(page, "issued_on", "issued", cell_day(item->issued_on));
    page_field(page, "due_on", "due", cell_day(item->due_on));
    page_field(page, "amount", "amount", cell_money(item->amount, item->currency));
    page_field(page, "open", "open", cell_money(verdict->open, item->currency));
    page_field(page, "credited", "credits", cell_money(verdict->credited, item->currency));
    page_field(page, "net", "net", cell_money(verdict->open - verdict->credited, item->currency));
    page_field(page, "discount_amount", item->discount_on != DAY_NONE ? "discount" : NULL,
               cell_money(item->discount_amount, item->currency));
    page_field(page, "discount_on", item->discount_on != DAY_NONE ? "until" : NULL, cell_day(item->discount_on));
    page_field(page, "disputed_on", item->status == ITEM_DISPUTED ? "disputed" : NULL, cell_day(item->disputed_on));
    page_field(page, "hold_until", item->hold_until != DAY_NONE ? "held until" : NULL, cell_day(item->hold_until));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        page_field(page, facts[i].key, text_empty(facts[i].value) ? NULL : facts[i].label, cell_text(facts[i].value));
    page_field(page, "policy", "policy", cell_text(verdict->policy ? verdict->policy->name : ""));
    page_field(page, "state", "now", cell_text(arena_copy(session->arena, verdict_word(verdict))));
}

static void add_payments(struct page *page, const struct dossier *dossier, const struct item *item)
{
    static const struct column columns[] = {
        {"payment", "payment", false}, {"paid_on", "paid", false},      {"amount", "amount", true},
        {"status", "status", false},   {"reverses", "reverses", false}, {"reference", "reference", false},
    };
    struct table *table = page_table(page, "payments", "Payments", COLUMNS(columns), "none");

    for (size_t i = 0; i < dossier->payment_count; i++) {
        const struct payment *payment = &dossier->payments[i];
        if (!text_equal(payment->invoice_id, item->invoice_id) || (payment->line != 0 && payment->line != item->line))
            continue;
        TABLE_ROW(table, cell_text(payment->id), cell_day(payment->paid_on),
                  cell_money(payment->amount, payment->currency),
                  cell_word(&payment_status_names, (int)payment->status), cell_text(payment->reverses),
                  cell_text(payment->reference));
    }
}

static void add_record(struct session *session, struct table *table, const struct record *record)
{
    char name[NOTICE_TEXT_SIZE] = "";
    bool why = record->reason != REASON_NONE;

    if (record->notice != 0)
        notice_name(record->notice, name);
    TABLE_ROW(table, cell_number(record->episode), cell_text(record->step), cell_number(record->occurrence),
              cell_word(&record_status_names, (int)record->status), cell_day(record->on), cell_text(record->channel),
              cell_text(arena_copy(session->arena, name)), cell_day(record->deadline),
              cell_text(why ? names_word(&reason_names, (int)record->reason) : ""),
              cell_text(why ? reason_sentence(record->reason) : ""));
}

static void add_records(struct session *session, struct page *page, const struct dossier *dossier,
                        const struct item *item)
{
    static const struct column columns[] = {
        {"episode", "episode", true}, {"step", "step", false},
        {"occurrence", NULL, true},   {"status", "status", false},
        {"on", "on", false},          {"channel", "channel", false},
        {"notice", "notice", false},  {"deadline", "deadline", false},
        {"reason", NULL, false},      {NULL, "why", false},
    };
    struct table *table = page_table(page, "steps", "Steps", COLUMNS(columns), "none yet");

    for (size_t i = 0; i < dossier->record_count; i++) {
        const struct record *record = &dossier->records[i];
        if (record->line == item->line && text_equal(record->invoice_id, item->invoice_id))
            add_record(session, table, record);
    }
}

int show_invoice(struct session *session, const struct ref *ref, struct err *err)
{
    struct page *page = session->page;
    struct event_filter filter = events_all();
    struct explained known;

    if (ref_explain(session, ref->customer, MOMENT_NONE, &known, err) != 0)
        return -1;
    page_title(page, NULL,
               arena_printf(session->arena, "Invoice %s, customer %s, %s", ref->target, known.dossier->customer->id,
                            known.dossier->customer->name));
    page_field(page, "kind", NULL, cell_text("invoice"));
    for (size_t i = 0; i < known.decision->verdict_count; i++) {
        const struct verdict *verdict = &known.decision->verdicts[i];
        if (!ref_is_item(ref, verdict->item))
            continue;
        struct page *child = page_child(page, "lines");
        add_item(session, child, verdict->item, verdict);
        add_payments(child, known.dossier, verdict->item);
        add_records(session, child, known.dossier, verdict->item);
    }
    filter.invoice = ref->target;
    filter.customer = ref->customer;
    return events_show(session, page, &filter, err);
}
