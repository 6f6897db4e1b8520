#include "lib_ledger.h"

#include <inttypes.h>
#include <string.h>

#include "lib_config.h"
#include "policy/decide.h"
#include "store/ledger_columns.h"

enum { SLICES = 50, NOW = 1796000000 };

static void check_text(const char *what, const char *text)
{
    REQUIRE(text != NULL, "%s is NULL", what);
    REQUIRE(strlen(text) <= LEDGER_TEXT_MAX, "%s has %zu bytes", what, strlen(text));
    fuzz_check_shown(what, text);
}

static bool in_calendar(day_t day)
{
    int year, month, dom;
    if (day == DAY_NONE)
        return true;
    day_to_civil(day, &year, &month, &dom);
    return year >= 1 && year <= 9999;
}

static void check_item(const struct item *item)
{
    check_text("an invoice's id", item->invoice_id);
    REQUIRE(item->invoice_id[0] != '\0', "an invoice without id");
    check_text("a number", item->number);
    check_text("a reference", item->reference);
    check_text("a policy", item->policy);
    REQUIRE(item->amount >= -MONEY_MAX && item->amount <= MONEY_MAX, "an amount of %" PRId64, item->amount);
    REQUIRE((int)item->kind >= 0 && item->kind <= ITEM_CHARGE, "no kind");
    REQUIRE((int)item->status >= 0 && item->status <= ITEM_WRITTEN_OFF, "no status");
    REQUIRE((int)item->method >= 0 && item->method <= METHOD_CARD, "no method");
    REQUIRE(in_calendar(item->due_on) && in_calendar(item->issued_on), "a day outside the calendar");
    REQUIRE(memchr(item->currency, '\0', sizeof item->currency) != NULL, "a currency without end");
}

static void check_dossier(const struct dossier *dossier)
{
    check_text("a customer's id", dossier->customer->id);
    check_text("a customer's name", dossier->customer->name);
    check_text("an email", dossier->customer->email);
    REQUIRE(dossier->member_count >= 1, "nobody");
    for (size_t i = 0; i < dossier->item_count; i++)
        check_item(&dossier->items[i]);
    for (size_t i = 0; i < dossier->payment_count; i++) {
        const struct payment *payment = &dossier->payments[i];
        check_text("a payment's id", payment->id);
        REQUIRE(payment->amount >= -MONEY_MAX && payment->amount <= MONEY_MAX, "a payment beyond the largest");
        REQUIRE((int)payment->status >= 0 && payment->status <= PAYMENT_REVERSED, "no status");
    }
    for (size_t i = 0; i < dossier->person_count; i++)
        REQUIRE((int)dossier->persons[i].role >= 0 && dossier->persons[i].role <= ROLE_LEGAL, "no role");
}

/* What was read decides like anything else, and nothing that is not positive is claimed. */
static void check_decision(const struct dossier *dossier, struct arena *arena)
{
    const struct conditions conditions = {.clock_ok = true};
    struct decision *decision = decide(dossier, &config_usual()->rulebook, &conditions, NOW, arena);
    REQUIRE(decision->verdict_count == dossier->item_count, "not one verdict for each item");
    for (size_t i = 0; i < decision->notice_count; i++)
        REQUIRE(decision->notices[i].total > 0, "a claim of %" PRId64, decision->notices[i].total);
}

static void read_slices(struct ledger *ledger, struct arena *arena)
{
    struct ledger_slice slice = {.after = "", .max = 7};
    struct err err = {0};
    for (int n = 0; n < SLICES; n++) {
        if (ledger_slice(ledger, arena, &slice, &err) != 0) {
            fuzz_check_err(&err);
            return;
        }
        for (size_t i = 0; i < slice.count; i++) {
            check_dossier(&slice.list[i]);
            check_decision(&slice.list[i], arena);
        }
        if (slice.count == 0)
            return;
        const char *last = slice.list[slice.count - 1].customer->id;
        REQUIRE(strcmp(last, slice.after) > 0, "a slice goes backwards");
        slice.after = last;
    }
}

static void read_changes(struct ledger *ledger, struct arena *arena)
{
    struct ledger_changes changes = {.max = 100};
    struct dossier *dossier;
    struct err err = {0};
    if (ledger_changes(ledger, arena, &changes, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    for (size_t i = 0; i < changes.count; i++) {
        err = (struct err){0};
        if (ledger_load(ledger, changes.customers[i], arena, &dossier, &err) == 0)
            check_dossier(dossier);
        else
            fuzz_check_err(&err);
    }
}

void ledger_read_all(struct ledger *ledger)
{
    struct arena *arena = arena_new(0);
    struct ledger_marks marks = {0};
    struct ledger_totals totals = {0};
    struct ledger_found found = {0};
    struct err err = {0};
    read_slices(ledger, arena);
    read_changes(ledger, arena);
    if (ledger_feed(ledger, arena, &marks, &err) == 0)
        for (size_t i = 0; i < marks.count; i++)
            check_text("an entity", marks.entities[i]);
    if (ledger_totals(ledger, &totals, &err) == 0)
        REQUIRE(totals.items >= 0 && totals.customers >= 0, "less than nothing");
    if (ledger_find(ledger, "I-1", arena, &found, &err) == 0)
        check_text("who was found", found.customer);
    arena_free(&arena);
}
