#include "compose/handoff.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

#define PACKAGE_VERSION 1

/* Counts what jansson refused: it takes no text that is not UTF-8. */
struct writer {
    const struct render_input *input;
    size_t refused;
};

static void put(struct writer *writer, json_t *object, const char *key, json_t *value)
{
    if (value == NULL || json_object_set_new(object, key, value) != 0)
        writer->refused++;
}

static void put_text(struct writer *writer, json_t *object, const char *key, const char *text)
{
    put(writer, object, key, json_string(text));
}

static void put_date(struct writer *writer, json_t *object, const char *key, day_t day)
{
    char text[DAY_TEXT_SIZE];

    put(writer, object, key, day == DAY_NONE ? json_null() : json_string(day_format(day, text)));
}

/* A decimal as a string: no reader may turn money into a binary fraction. */
static void put_money(struct writer *writer, json_t *object, const char *key, int64_t minor)
{
    char text[MONEY_TEXT_SIZE];

    put_text(writer, object, key, money_format(minor, writer->input->notice->currency, text));
}

static void push(struct writer *writer, json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0)
        writer->refused++;
}

struct pair {
    const char *key, *text;
};

static json_t *object_of(struct writer *writer, const struct pair *pairs, size_t count)
{
    json_t *object = json_object();

    for (size_t i = 0; i < count; i++)
        put_text(writer, object, pairs[i].key, pairs[i].text);
    return object;
}

static json_t *creditor_object(struct writer *writer)
{
    const struct business *business = writer->input->business;
    const struct pair pairs[] = {
        {"entity", business->entity},   {"name", business->name},     {"email", business->email},
        {"address", business->address}, {"phone", business->phone},   {"iban", business->iban},
        {"bic", business->bic},         {"vat_id", business->vat_id}, {"register_entry", business->register_entry},
    };

    return object_of(writer, pairs, sizeof pairs / sizeof pairs[0]);
}

static json_t *contacts_array(struct writer *writer)
{
    const struct dossier *dossier = writer->input->dossier;
    json_t *array = json_array();

    for (size_t i = 0; i < dossier->person_count; i++) {
        const struct person *person = &dossier->persons[i];
        const struct pair pairs[] = {{"role", names_word(&contact_role_names, (int)person->role)},
                                     {"name", person->name},
                                     {"email", person->email},
                                     {"phone", person->phone},
                                     {"language", person->language}};
        push(writer, array, object_of(writer, pairs, sizeof pairs / sizeof pairs[0]));
    }
    return array;
}

static json_t *debtor_object(struct writer *writer)
{
    const struct customer *customer = writer->input->dossier->customer;
    const struct pair pairs[] = {
        {"id", customer->id},
        {"type", text_equal(customer->segment, "b2c") ? "private" : "company"},
        {"name", customer->name},
        {"legal_form", customer->legal_form},
        {"vat_id", customer->vat_id},
        {"address", customer->address},
        {"street", customer->street},
        {"postcode", customer->postcode},
        {"city", customer->city},
        {"country", customer->country},
        {"language", customer->language},
        {"email", customer->email},
        {"phone", customer->phone},
    };
    json_t *object = object_of(writer, pairs, sizeof pairs / sizeof pairs[0]);

    put(writer, object, "contacts", contacts_array(writer));
    return object;
}

static bool is_of_item(const struct record *record, const struct notice_item *row)
{
    return record->line == row->line && record->episode == row->episode &&
           text_equal(record->invoice_id, row->invoice_id) &&
           (record->status == RECORD_ACCEPTED || record->status == RECORD_UNCERTAIN);
}

const struct record *handoff_default_notice(const struct dossier *dossier, const struct notice_item *row)
{
    for (size_t i = 0; i < dossier->record_count; i++) {
        if (is_of_item(&dossier->records[i], row) && dossier->records[i].first_notice_action)
            return &dossier->records[i];
    }
    return NULL;
}

static json_t *history_array(struct writer *writer, const struct notice_item *row)
{
    const struct dossier *dossier = writer->input->dossier;
    json_t *array = json_array();

    for (size_t i = 0; i < dossier->record_count; i++) {
        const struct record *record = &dossier->records[i];
        char name[NOTICE_TEXT_SIZE];
        if (!is_of_item(record, row))
            continue;
        json_t *object = json_object();
        put_date(writer, object, "on", record->on);
        put_text(writer, object, "step", record->step);
        put(writer, object, "formal", json_boolean(record->first_notice_action));
        put_text(writer, object, "channel", record->channel);
        put_text(writer, object, "status", names_word(&record_status_names, (int)record->status));
        put_date(writer, object, "deadline", record->deadline);
        put_text(writer, object, "notice", record->notice > 0 ? notice_name(record->notice, name) : "");
        push(writer, array, object);
    }
    return array;
}

static json_t *payments_array(struct writer *writer, const struct notice_item *row)
{
    const struct dossier *dossier = writer->input->dossier;
    json_t *array = json_array();

    for (size_t i = 0; i < dossier->payment_count; i++) {
        const struct payment *payment = &dossier->payments[i];
        if (!text_equal(payment->invoice_id, row->invoice_id) || (payment->line != 0 && payment->line != row->line) ||
            payment->status != PAYMENT_BOOKED)
            continue;
        json_t *object = json_object();
        put_text(writer, object, "id", payment->id);
        put_date(writer, object, "on", payment->paid_on);
        put_money(writer, object, "amount", payment->amount);
        put_text(writer, object, "reference", payment->reference);
        push(writer, array, object);
    }
    return array;
}

int64_t handoff_claim(const struct notice_item *row)
{
    return row->open - row->credited;
}

static void put_ledger(struct writer *writer, json_t *object, const struct notice_item *row, const struct item *item)
{
    put_text(writer, object, "number", item->number);
    put_text(writer, object, "kind", names_word(&item_kind_names, (int)item->kind));
    put_date(writer, object, "issued", item->issued_on);
    put_money(writer, object, "amount", item->amount);
    put_money(writer, object, "paid", item->amount - row->open);
    put_text(writer, object, "subject", item->subject);
    put_text(writer, object, "po_number", item->po_number);
    put_text(writer, object, "reference", item->reference);
    put_text(writer, object, "document", item->document);
}

static json_int_t days_late(const struct notice *notice, const struct notice_item *row)
{
    return row->due_on == DAY_NONE || notice->on < row->due_on ? 0 : notice->on - row->due_on;
}

static json_t *item_object(struct writer *writer, const struct notice_item *row)
{
    const struct dossier *dossier = writer->input->dossier;
    const struct item *item = dossier_item(dossier, row->invoice_id, row->line);
    const struct record *formal = handoff_default_notice(dossier, row);
    json_t *object = json_object();

    put_text(writer, object, "invoice_id", row->invoice_id);
    put(writer, object, "line", json_integer(row->line));
    if (item != NULL)
        put_ledger(writer, object, row, item);
    put_date(writer, object, "due", row->due_on);
    put(writer, object, "days_late", json_integer(days_late(writer->input->notice, row)));
    put_money(writer, object, "open", row->open);
    put_money(writer, object, "credited", row->credited);
    put_money(writer, object, "claim", handoff_claim(row));
    put_date(writer, object, "formal_notice_on", formal != NULL ? formal->on : DAY_NONE);
    put_date(writer, object, "formal_deadline", formal != NULL ? formal->deadline : DAY_NONE);
    put(writer, object, "payments", payments_array(writer, row));
    put(writer, object, "history", history_array(writer, row));
    return object;
}

static json_t *credits_array(struct writer *writer)
{
    const struct notice *notice = writer->input->notice;
    json_t *array = json_array();

    for (size_t i = 0; i < notice->credit_count; i++) {
        json_t *object = json_object();
        put_text(writer, object, "id", notice->credits[i].id);
        put_text(writer, object, "number", notice->credits[i].number);
        put_date(writer, object, "on", notice->credits[i].on);
        put_money(writer, object, "amount", notice->credits[i].amount);
        push(writer, array, object);
    }
    return array;
}

static bool is_of_account(const struct notice *notice, const struct notice_past *past)
{
    return past->id != notice->id && text_equal(past->entity, notice->entity) &&
           text_equal(past->currency, notice->currency) &&
           (past->status == NOTICE_ACCEPTED || past->status == NOTICE_UNCERTAIN);
}

static json_t *notices_array(struct writer *writer)
{
    const struct dossier *dossier = writer->input->dossier;
    json_t *array = json_array();

    for (size_t i = 0; i < dossier->past_count; i++) {
        const struct notice_past *past = &dossier->past[i];
        char name[NOTICE_TEXT_SIZE];
        if (!is_of_account(writer->input->notice, past))
            continue;
        json_t *object = json_object();
        put_text(writer, object, "id", notice_name(past->id, name));
        put_date(writer, object, "on", past->on);
        put_text(writer, object, "step", past->step);
        put_text(writer, object, "action", names_word(&action_names, (int)past->action));
        put_text(writer, object, "status", names_word(&notice_status_names, (int)past->status));
        put(writer, object, "by_hand", json_boolean(past->manual));
        push(writer, array, object);
    }
    return array;
}

static json_t *case_object(struct writer *writer)
{
    const struct notice *notice = writer->input->notice;
    char name[NOTICE_TEXT_SIZE];
    json_t *object = json_object();

    put_text(writer, object, "id", notice_name(notice->id, name));
    put_date(writer, object, "on", notice->on);
    put_text(writer, object, "policy", notice->policy);
    put_text(writer, object, "step", notice->step);
    put(writer, object, "revision", json_integer(writer->input->revision));
    return object;
}

static void put_items(struct writer *writer, json_t *root)
{
    const struct notice *notice = writer->input->notice;
    json_t *items = json_array();
    int64_t total = 0;

    for (size_t i = 0; i < notice->item_count; i++) {
        if (notice->items[i].block != BLOCK_DUE)
            continue;
        push(writer, items, item_object(writer, &notice->items[i]));
        total = money_add(total, handoff_claim(&notice->items[i]));
    }
    put_text(writer, root, "currency", notice->currency);
    put_money(writer, root, "total", total);
    put(writer, root, "items", items);
}

static json_t *package_object(struct writer *writer, const struct handoff *handoff)
{
    json_t *root = json_object();

    put_text(writer, root, "format", "dunningd-handoff");
    put(writer, root, "version", json_integer(PACKAGE_VERSION));
    put(writer, root, "case", case_object(writer));
    put(writer, root, "creditor", creditor_object(writer));
    put(writer, root, "debtor", debtor_object(writer));
    put_items(writer, root);
    put(writer, root, "credits", credits_array(writer));
    put(writer, root, "notices", notices_array(writer));
    put_text(writer, root, "title", handoff->title);
    put_text(writer, root, "note", handoff->note);
    return root;
}

int handoff_render(const struct handoff *handoff, struct arena *arena, const char **json, const char **csv,
                   struct err *err)
{
    struct writer writer = {.input = handoff->input};
    json_t *root = package_object(&writer, handoff);
    char *bytes = json_dumps(root, JSON_INDENT(2));

    json_decref(root);
    if (bytes == NULL || writer.refused > 0) {
        free(bytes);
        return err_set(err, ERR_REFUSED, "the ledger holds text about customer %s that is not UTF-8; correct it",
                       handoff->input->notice->customer);
    }
    *json = arena_printf(arena, "%s\n", bytes);
    *csv = handoff_csv(handoff->input, arena);
    free(bytes);
    return 0;
}
