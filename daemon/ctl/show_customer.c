/* show CUSTOMER */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/events.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/show.h"

/* One row per fact of the ledger; those without a value are left out for people. */
static void add_facts(struct page *page, const struct customer *customer)
{
    const struct {
        const char *key, *label, *value;
    } facts[] = {
        {"email", "email", customer->email},
        {"phone", "telephone", customer->phone},
        {"sms_consent", "SMS consent", customer->sms_consent},
        {"language", "language", customer->language},
        {"timezone", "time zone", customer->timezone},
        {"country", "country", customer->country},
        {"segment", "segment", customer->segment},
        {"policy", "policy", customer->policy},
        {"tags", "tags", customer->tags},
        {"terms", "terms", customer->terms},
        {"owner", "owner", customer->owner},
        {"street", "street", customer->street},
        {"postcode", "postcode", customer->postcode},
        {"city", "city", customer->city},
        {"address", "address", customer->address},
        {"vat_id", "VAT id", customer->vat_id},
        {"legal_form", "legal form", customer->legal_form},
    };

    page_field(page, "customer", "customer", cell_text(customer->id));
    page_field(page, "status", "status",
               cell_toned(cell_word(&customer_status_names, (int)customer->status),
                          customer->status == CUSTOMER_ACTIVE ? TONE_PLAIN : TONE_WARN));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        page_field(page, facts[i].key, text_empty(facts[i].value) ? NULL : facts[i].label, cell_text(facts[i].value));
    bool held = customer->hold_until != DAY_NONE || !text_empty(customer->hold_reason);
    page_field(page, "hold_until", held ? "held by ledger" : NULL,
               held && customer->hold_until == DAY_NONE ? cell_text("no end known") : cell_day(customer->hold_until));
    page_field(page, "hold_reason", held ? "because" : NULL, cell_text(customer->hold_reason));
}

static void add_members(struct page *page, const struct dossier *dossier)
{
    static const struct column columns[] = {{"customer", "customer", false}, {"name", "name", false}};
    struct table *table = page_table(page, "members", "Pays for", COLUMNS(columns), "");

    for (size_t i = 0; i < dossier->member_count; i++) {
        if (text_equal(dossier->members[i].id, dossier->customer->id))
            continue;
        TABLE_ROW(table, cell_text(dossier->members[i].id), cell_text(dossier->members[i].name));
    }
}

static void add_contacts(struct page *page, const struct dossier *dossier)
{
    static const struct column columns[] = {
        {"contact", "contact", false}, {"role", "role", false},       {"name", "name", false},
        {"email", "email", false},     {"phone", "telephone", false}, {"language", "language", false},
    };
    struct table *table = page_table(page, "contacts", "Contacts", COLUMNS(columns), "");

    for (size_t i = 0; i < dossier->person_count; i++) {
        const struct person *person = &dossier->persons[i];
        TABLE_ROW(table, cell_text(person->id), cell_word(&contact_role_names, (int)person->role),
                  cell_text(person->name), cell_text(person->email), cell_text(person->phone),
                  cell_text(person->language));
    }
}

static void add_suppressed(struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->optout_count; i++)
        page_linef(page, "opted out of %s", dossier->optouts[i].channel);
}

/* Invoices that are open; the others are a number. */
static void add_items(struct session *session, struct page *page, const struct decision *decision, const char *customer)
{
    struct table *table = items_table(page, "Open items");
    int64_t others = 0;

    for (size_t i = 0; i < decision->verdict_count; i++) {
        const struct verdict *verdict = &decision->verdicts[i];
        if (verdict->open > 0)
            items_add(session, table, verdict);
        else
            others++;
    }
    page_field(page, "other_items", NULL, cell_number(others));
    if (others > 0)
        page_linef(page, "and %s; dunningctl list items --customer %s --status all shows %s",
                   show_count(session->arena, others, "item that is paid, void or a credit",
                              "items that are paid, void or credits"),
                   customer, others == 1 ? "it" : "them");
}

static int add_state(struct session *session, struct page *page, const struct dossier *dossier, struct err *err)
{
    const struct fact_filter filter = {.customer = dossier->customer->id, .policy = "", .step = "", .status = -1};
    struct arena *arena = session->arena;
    struct notice_list notices;
    struct message_list messages;
    struct task_list tasks;

    if (facts_notices(session->state, &filter, arena, &notices, err) != 0 ||
        facts_messages(session->state, &filter, arena, &messages, err) != 0 ||
        facts_tasks(session->state, &filter, arena, &tasks, err) != 0)
        return -1;
    holds_table(page, dossier->holds, dossier->hold_count);
    notices_table(session, page, notices.list, notices.count);
    messages_table(session, page, messages.list, messages.count);
    tasks_table(page, tasks.list, tasks.count);
    return 0;
}

static const char *title_of(struct session *session, const struct ref *ref, const struct customer *customer)
{
    if (text_equal(ref->target, customer->id))
        return arena_printf(session->arena, "Customer %s, %s", customer->id, customer->name);
    return arena_printf(session->arena, "Customer %s, %s, who pays for %s", customer->id, customer->name, ref->target);
}

int show_customer(struct session *session, const struct ref *ref, struct err *err)
{
    struct page *page = session->page;
    struct event_filter filter = events_all();
    struct explained known;

    if (ref_explain(session, ref->customer, MOMENT_NONE, &known, err) != 0)
        return -1;
    const struct dossier *dossier = known.dossier;
    page_title(page, NULL, title_of(session, ref, dossier->customer));
    page_field(page, "kind", NULL, cell_text("customer"));
    page_field(page, "name", NULL, cell_text(dossier->customer->name));
    add_facts(page, dossier->customer);
    add_suppressed(page, dossier);
    add_members(page, dossier);
    add_contacts(page, dossier);
    accounts_add(session, accounts_table(page, "Accounts"), dossier, known.decision);
    add_items(session, page, known.decision, dossier->customer->id);
    if (session->state && add_state(session, page, dossier, err) != 0)
        return -1;
    filter.customer = dossier->customer->id;
    return events_show(session, page, &filter, err);
}
