#include "lib_ledger.h"

#include <inttypes.h>
#include <string.h>

#include "lib_books.h"
#include "lib_config.h"
#include "policy/decide.h"
#include "store/ledger_columns.h"

enum { SLICES = 50 };

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

/* ---- what a reader that does not look would have let through ---- */

static void spoil_item(struct item *item)
{
    if (fuzz_planted(LEDGER_AMOUNT))
        item->amount = MONEY_MAX + 1;
    if (fuzz_planted(LEDGER_DAY))
        item->due_on = INT32_MAX / 2;
    if (fuzz_planted(LEDGER_STATUS))
        item->status = (enum item_status)(ITEM_WRITTEN_OFF + 1);
    if (fuzz_planted(LEDGER_NO_ID))
        item->invoice_id = "";
}

static void spoil_dossier(struct dossier *dossier, struct arena *arena)
{
    char *text = arena_alloc(arena, LEDGER_TEXT_MAX + 2);
    memset(text, 'x', LEDGER_TEXT_MAX + 1);
    if (fuzz_planted(LEDGER_LONG))
        dossier->customer->name = text;
    if (fuzz_planted(LEDGER_CONTROL))
        dossier->customer->email = "a\r@b.example";
    if (fuzz_planted(LEDGER_NOBODY))
        dossier->member_count = 0;
    if (dossier->item_count > 0)
        spoil_item(&dossier->items[dossier->item_count - 1]);
}

static void spoil_decision(struct decision *decision)
{
    if (fuzz_planted(LEDGER_CLAIM) && decision->notice_count > 0)
        decision->notices[0].total = 0;
}

/* ---- the questions ---- */

/* What was read decides like anything else, and nothing that is not positive is claimed. */
static void check_decision(const struct dossier *dossier, struct arena *arena)
{
    const struct conditions conditions = {.clock_ok = true};
    struct decision *decision = decide(dossier, &config_usual()->rulebook, &conditions, BOOKS_NOW, arena);
    REQUIRE(decision->verdict_count == dossier->item_count, "not one verdict for each item");
    spoil_decision(decision);
    for (size_t i = 0; i < decision->notice_count; i++)
        REQUIRE(decision->notices[i].total > 0, "a claim of %" PRId64, decision->notices[i].total);
}

static int64_t check_slice(struct ledger_slice *slice, struct arena *arena)
{
    int64_t items = 0;
    for (size_t i = 0; i < slice->count; i++) {
        spoil_dossier(&slice->list[i], arena);
        check_dossier(&slice->list[i]);
        check_decision(&slice->list[i], arena);
        items += (int64_t)slice->list[i].item_count;
    }
    const char *last = fuzz_planted(LEDGER_BACKWARDS) ? slice->after : slice->list[slice->count - 1].customer->id;
    REQUIRE(strcmp(last, slice->after) > 0, "a slice goes backwards");
    slice->after = last;
    return items;
}

static int64_t read_slices(struct ledger *ledger, struct arena *arena)
{
    struct ledger_slice slice = {.after = "", .max = 7};
    struct err err = {0};
    int64_t items = 0;
    for (int n = 0; n < SLICES; n++) {
        if (ledger_slice(ledger, arena, &slice, &err) != 0) {
            fuzz_check_err(&err);
            return -1;
        }
        if (slice.count == 0)
            return items;
        items += check_slice(&slice, arena);
    }
    return items;
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

int64_t ledger_read_all(struct ledger *ledger)
{
    struct arena *arena = arena_new(0);
    struct ledger_marks marks = {0};
    struct ledger_totals totals = {0};
    struct ledger_found found = {0};
    struct err err = {0};
    int64_t items = read_slices(ledger, arena);
    read_changes(ledger, arena);
    if (ledger_feed(ledger, arena, &marks, &err) == 0)
        for (size_t i = 0; i < marks.count; i++)
            check_text("an entity", marks.entities[i]);
    if (ledger_totals(ledger, &totals, &err) == 0)
        REQUIRE(totals.items >= 0 && totals.customers - (fuzz_planted(LEDGER_LESS) ? totals.customers + 1 : 0) >= 0,
                "less than nothing");
    if (ledger_find(ledger, "I-1", arena, &found, &err) == 0)
        check_text("who was found", found.customer);
    arena_free(&arena);
    return items;
}
