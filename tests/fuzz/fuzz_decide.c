/*
 * Decisions over small worlds made of the bytes: invoices, payments, credits,
 * holds and a customer with any flaws, followed through a year by what each
 * decision leads to.
 */
#include <inttypes.h>
#include <string.h>

#include "lib_config.h"
#include "policy/decide.h"

enum { ITEMS = 6, PAYMENTS = 6, HOLDS = 3, ROUNDS = 24, START = 20780 };
static const char *const ids[] = {"I-1", "I-2", "I-3", "I-4", "I-5", "I-6"};
static const char *const currencies[] = {"EUR", "EUR", "EUR", "USD", "JPY", ""};

struct world {
    struct customer customer;
    struct item items[ITEMS];
    struct payment payments[PAYMENTS];
    struct hold holds[HOLDS];
    struct dossier dossier;
    moment_t now;
};

static int64_t amount(struct feed *feed)
{
    int64_t minor = (int64_t)feed_number(feed, 2) * 50;
    return feed_below(feed, 32) == 0 ? MONEY_MAX - minor : minor;
}

static day_t a_day(struct feed *feed)
{
    size_t shift = feed_below(feed, 128);
    return shift == 127 ? DAY_NONE : START - 60 + (day_t)shift;
}

static void make_item(struct feed *feed, struct item *item, size_t n)
{
    *item = item_blank;
    item->invoice_id = item->number = ids[n];
    item->customer_id = "C-1";
    item->amount = amount(feed);
    item->kind = (enum item_kind)feed_below(feed, ITEM_CHARGE + 1);
    if (item->kind == ITEM_CREDIT_NOTE)
        item->amount = -item->amount;
    item->status = feed_flag(feed) ? ITEM_OPEN : (enum item_status)feed_below(feed, ITEM_WRITTEN_OFF + 1);
    item->issued_on = START - 70;
    item->due_on = a_day(feed);
    item->hold_until = feed_flag(feed) ? DAY_NONE : a_day(feed);
    strcpy(item->currency, currencies[feed_below(feed, 6)]);
    item->inconsistent = feed_below(feed, 16) == 0;
    if (feed_below(feed, 8) == 0)
        item->disputed_amount = item->amount / 2;
}

static void make_payment(struct feed *feed, struct payment *payment, size_t n)
{
    static const char *const names[] = {"P-1", "P-2", "P-3", "P-4", "P-5", "P-6"};
    *payment = (struct payment){.id = names[n], .customer_id = "C-1", .entity = "", .reference = "", .reverses = ""};
    payment->invoice_id = feed_flag(feed) ? ids[feed_below(feed, ITEMS)] : "";
    payment->amount = feed_below(feed, 8) == 0 ? -amount(feed) : amount(feed);
    payment->paid_on = START - 60 + (day_t)n * 20;
    payment->changed_on = DAY_NONE;
    payment->status = (enum payment_status)feed_below(feed, PAYMENT_REVERSED + 1);
    strcpy(payment->currency, currencies[feed_below(feed, 6)]);
}

static void make_hold(struct feed *feed, struct hold *hold, size_t n)
{
    *hold = (struct hold){.id = (int64_t)n + 1, .reason = "asked", .author = "kim"};
    hold->scope = (enum hold_scope)feed_below(feed, HOLD_POLICY + 1);
    hold->kind = (enum hold_kind)feed_below(feed, HOLD_AGENCY + 1);
    hold->target = hold->scope == HOLD_INVOICE  ? ids[feed_below(feed, ITEMS)]
                   : hold->scope == HOLD_POLICY ? "standard"
                                                : "C-1";
    hold->start_at = (moment_t)(START - 60) * DAY_SECONDS;
    hold->until = a_day(feed);
    hold->released_at = feed_flag(feed) ? MOMENT_NONE : (moment_t)START * DAY_SECONDS;
}

static void make_world(struct feed *feed, struct world *world)
{
    struct dossier *dossier = &world->dossier;
    *world = (struct world){.customer = customer_blank, .now = (moment_t)START * DAY_SECONDS};
    world->customer.id = world->customer.name = "C-1";
    world->customer.email = feed_below(feed, 8) == 0 ? "" : "kim@mail.example";
    world->customer.phone = feed_flag(feed) ? "+491701234567" : "";
    world->customer.status = feed_below(feed, 8) == 0 ? CUSTOMER_INSOLVENT : CUSTOMER_ACTIVE;
    world->now += (moment_t)feed_number(feed, 3) / 8;
    dossier->customer = dossier->members = &world->customer;
    dossier->member_count = 1;
    dossier->items = world->items;
    dossier->payments = world->payments;
    dossier->holds = world->holds;
    dossier->item_count = feed_below(feed, ITEMS + 1);
    dossier->payment_count = feed_below(feed, PAYMENTS + 1);
    dossier->hold_count = feed_below(feed, HOLDS + 1);
    for (size_t i = 0; i < dossier->item_count; i++)
        make_item(feed, &world->items[i], i);
    for (size_t i = 0; i < dossier->payment_count; i++)
        make_payment(feed, &world->payments[i], i);
    for (size_t i = 0; i < dossier->hold_count; i++)
        make_hold(feed, &world->holds[i], i);
}

/* ---- what holds for every decision ---- */

/*
 * What is due and carried, each less what credits cover; before due only the
 * items that the notice is about.  The notice's own rows are the measure.
 */
static int64_t sum_rows(const struct notice *notice)
{
    int64_t sum = 0;
    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *row = &notice->items[i];
        bool counts = notice->before_due ? row->occurrence > 0 : row->block == BLOCK_DUE || row->block == BLOCK_CARRIED;
        REQUIRE(row->open >= 0 && row->credited >= 0 && row->credited <= row->open,
                "a row with %" PRId64 " of %" PRId64, row->credited, row->open);
        if (counts)
            sum += row->open - row->credited;
    }
    return sum;
}

/* By the ledger alone: may this invoice be claimed at all? */
static void check_claimable(const struct world *world, const struct notice_item *row)
{
    const char *currency = "";
    int64_t left = 0;
    for (size_t i = 0; i < world->dossier.item_count; i++) {
        const struct item *item = &world->items[i];
        if (strcmp(item->invoice_id, row->invoice_id) != 0)
            continue;
        REQUIRE(item->status != ITEM_VOID && item->status != ITEM_WRITTEN_OFF, "a void invoice is claimed");
        REQUIRE(item->kind != ITEM_CREDIT_NOTE, "a credit note is claimed");
        REQUIRE(!item->inconsistent, "an inconsistent invoice is claimed");
        left = item->amount;
        currency = item->currency;
    }
    for (size_t i = 0; i < world->dossier.payment_count; i++) {
        const struct payment *payment = &world->payments[i];
        if (strcmp(payment->invoice_id, row->invoice_id) == 0 && payment->status == PAYMENT_BOOKED &&
            strcmp(payment->currency, currency) == 0)
            left -= payment->amount;
    }
    REQUIRE(left > 0, "a paid invoice is claimed");
}

static void check_notice(const struct world *world, const struct notice *notice)
{
    int64_t total = notice->total + (fuzz_plant ? 1 : 0);
    REQUIRE(notice->action == ACTION_TASK || notice->total > 0, "a claim of %" PRId64, notice->total);
    REQUIRE(total == sum_rows(notice), "a total of %" PRId64 " over rows of %" PRId64, total, sum_rows(notice));
    for (size_t i = 0; i < notice->item_count; i++)
        if (notice->items[i].block == BLOCK_DUE)
            check_claimable(world, &notice->items[i]);
}

static bool same(const struct decision *a, const struct decision *b)
{
    if (a->notice_count != b->notice_count || a->passed_count != b->passed_count || a->task_count != b->task_count ||
        a->change_count != b->change_count || a->next_at != b->next_at || a->withdrawal_count != b->withdrawal_count)
        return false;
    for (size_t i = 0; i < a->notice_count; i++)
        if (a->notices[i].total != b->notices[i].total || strcmp(a->notices[i].step, b->notices[i].step) != 0)
            return false;
    for (size_t i = 0; i < a->verdict_count; i++)
        if (a->verdicts[i].reason != b->verdicts[i].reason || a->verdicts[i].until != b->verdicts[i].until)
            return false;
    return true;
}

static const struct decision *decide_twice(const struct world *world, const struct dossier *dossier,
                                           struct arena *arena)
{
    const struct conditions conditions = {.clock_ok = true}, explained = {.clock_ok = true, .explain = true};
    const struct rulebook *rulebook = &config_usual()->rulebook;
    const struct decision *first = decide(dossier, rulebook, &conditions, world->now, arena);
    const struct decision *second = decide(dossier, rulebook, &explained, world->now, arena);
    REQUIRE(same(first, second), "asked twice, or with an explanation, it decides otherwise");
    REQUIRE(first->verdict_count == dossier->item_count, "not one verdict for each item");
    REQUIRE(decision_acts(first) || first->next_at > world->now, "nothing to do, and to look again at once");
    for (size_t i = 0; i < first->notice_count; i++)
        check_notice(world, &first->notices[i]);
    return first;
}

static size_t count_contacts(const struct decision *decision)
{
    size_t count = 0;
    for (size_t i = 0; i < decision->notice_count; i++)
        count += decision->notices[i].action != ACTION_TASK;
    return count;
}

/* What was carried out is not asked for again at the same moment. */
static void follow(struct world *world, struct arena *arena)
{
    const struct dossier *dossier = &world->dossier;
    int64_t next_notice = 1;
    size_t contacts = 0;
    moment_t contacted = MOMENT_NONE;
    for (int round = 0; round < ROUNDS && world->now != MOMENT_NEVER; round++) {
        const struct decision *decision = decide_twice(world, dossier, arena);
        const struct future future = {&config_usual()->rulebook, world->now, &next_notice, arena};
        if (count_contacts(decision) > 0) {
            REQUIRE(contacted == MOMENT_NONE || world->now > contacted, "a second contact at the same moment");
            contacted = world->now;
            contacts += count_contacts(decision);
        }
        if (!decision_acts(decision))
            world->now = decision->next_at;
        dossier = dossier_after(dossier, decision, &future);
    }
    REQUIRE(contacts <= 3 * ITEMS * 3, "%zu contacts from three steps", contacts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct world *world = arena_alloc(arena, sizeof *world);
    make_world(&feed, world);
    follow(world, arena);
    arena_free(&arena);
    return 0;
}
