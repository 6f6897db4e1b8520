#include "world.h"

#include <stdio.h>
#include <string.h>

uint32_t roll(struct dice *dice, uint32_t sides)
{
    uint64_t x = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((x ^ (x >> 31)) >> 33) % sides;
}

bool chance(struct dice *dice, uint32_t percent)
{
    return roll(dice, 100) < percent;
}

/* ---- policies ---- */

static const struct money minimum_list[] = {{1000, "EUR"}};
static const struct money big_list[] = {{50000, "EUR"}};

#define DAYS(n)           \
    {                     \
        n, UNIT_DAY, true \
    }
#define OPEN_DAYS(n)               \
    {                              \
        n, UNIT_BUSINESS_DAY, true \
    }
#define AT(anchor, sign, span) \
    {                          \
        anchor, sign, span     \
    }
#define BY_EMAIL                                                                                                 \
    .send = {CHANNEL_EMAIL}, .send_count = 1, .agency = "", .task_title = "", .task_assignee = "", .sender = "", \
    .reply_to = "", .template_name = "t"

static const struct step long_steps[] = {
    {.name = "courtesy", .action = ACTION_REMIND, .at = AT(ANCHOR_DUE, -1, DAYS(3)), BY_EMAIL},
    {.name = "reminder", .action = ACTION_REMIND, .at = AT(ANCHOR_DUE, 1, OPEN_DAYS(5)), BY_EMAIL},
    {.name = "formal", .action = ACTION_NOTICE, .at = AT(ANCHOR_PREVIOUS, 1, DAYS(10)), .deadline = DAYS(14), BY_EMAIL},
    {.name = "plan",
     .action = ACTION_OFFER_PLAN,
     .at = AT(ANCHOR_DEADLINE, 1, OPEN_DAYS(3)),
     .when = {.set = true, .balance_min = {big_list, 1}},
     .plan = {.instalments = 3, .every = {1, UNIT_MONTH, true}, .valid = DAYS(10), .deposit_ppm = 200000},
     BY_EMAIL},
    {.name = "agency", .action = ACTION_HANDOFF, .at = AT(ANCHOR_PREVIOUS, 1, DAYS(14)), BY_EMAIL},
};
static const struct step short_steps[] = {
    {.name = "reminder",
     .action = ACTION_REMIND,
     .at = AT(ANCHOR_DUE, 1, DAYS(3)),
     BY_EMAIL,
     .repeat_every = {1, UNIT_MONTH, true},
     .repeat_times = 2},
    {.name = "formal", .action = ACTION_NOTICE, .at = AT(ANCHOR_DUE, 1, DAYS(40)), .deadline = DAYS(7), BY_EMAIL},
    {.name = "final", .action = ACTION_NOTICE, .at = AT(ANCHOR_DEADLINE, 1, DAYS(10)), .deadline = DAYS(10), BY_EMAIL},
};
static const struct step plain_steps[] = {
    {.name = "s1", .action = ACTION_REMIND, .at = AT(ANCHOR_DUE, 1, DAYS(3)), BY_EMAIL},
    {.name = "s2", .action = ACTION_REMIND, .at = AT(ANCHOR_DUE, 1, DAYS(10)), BY_EMAIL},
    {.name = "s3", .action = ACTION_NOTICE, .at = AT(ANCHOR_DUE, 1, DAYS(30)), .deadline = DAYS(10), BY_EMAIL},
};

static day_t closed_days[64];
static struct calendar holidays = {
    .name = "xx", .weekend = (1U << SATURDAY) | (1U << SUNDAY), .closed = closed_days, .horizon = DAY_NONE, .file = ""};

/* A holiday every 23 days or so, the same in all worlds. */
static void make_holidays(void)
{
    if (holidays.closed_count > 0)
        return;
    for (size_t i = 0; i < 64; i++)
        closed_days[i] = day_from_civil(2025, 1, 1) + (day_t)(i * 23);
    holidays.closed_count = 64;
}

static void choose_steps(struct policy *policy, struct dice *dice)
{
    static const struct {
        const struct step *steps;
        size_t count;
    } choices[] = {{long_steps, 5}, {short_steps, 3}, {plain_steps, 3}};
    uint32_t which = roll(dice, 3);

    policy->step_count = choices[which].count;
    memcpy(policy->steps, choices[which].steps, policy->step_count * sizeof *policy->steps);
}

static struct policy *make_policy(struct world *world)
{
    struct dice *dice = &world->dice;
    struct policy *policy = arena_alloc(world->arena, sizeof *policy);

    policy->name = policy->file = "p";
    policy->enabled = true;
    policy->on_reopened = "";
    policy->start = DAY_NONE;
    policy->steps = arena_array(world->arena, 8, sizeof *policy->steps);
    choose_steps(policy, dice);
    policy->group = chance(dice, 75) ? GROUP_CUSTOMER : GROUP_INVOICE;
    if (chance(dice, 60))
        policy->calendar = &holidays;
    if (chance(dice, 60))
        policy->window = (struct window){true, 0x1f, 8 * 3600, 18 * 3600};
    if (chance(dice, 60))
        policy->settlement_lag = (struct duration)OPEN_DAYS(2);
    if (chance(dice, 70))
        policy->min_gap = (struct duration)DAYS(7);
    if (chance(dice, 60))
        policy->minimum = (struct thresholds){minimum_list, 1};
    policy->entry = chance(dice, 80) ? ENTRY_FIRST : ENTRY_BY_AGE;
    policy->after_handoff = chance(dice, 50) ? AFTER_HANDOFF_HOLD : AFTER_HANDOFF_CONTINUE;
    return policy;
}

/* ---- zones ---- */

static const struct zone_span berlin_spans[] = {
    {MOMENT_NONE, 3600}, {1743296400, 7200}, {1761440400, 3600}, {1774746000, 7200},
    {1792890000, 3600},  {1806195600, 7200}, {1824944400, 3600},
};
static const struct zone berlin = {"Europe/Berlin", berlin_spans, 7};
static const struct zone_span sydney_spans[] = {
    {MOMENT_NONE, 39600}, {1743868800, 36000}, {1759593600, 39600}, {1775318400, 36000},
    {1791043200, 39600},  {1806768000, 36000}, {1822492800, 39600},
};
static const struct zone sydney = {"Australia/Sydney", sydney_spans, 7};

/* ---- the ledger ---- */

static char names[ITEMS_MAX][4];
static char payment_names[PAYMENTS_MAX][4];

static void make_item(struct world *world, day_t from)
{
    size_t index = world->item_count++;
    struct item *item = &world->items[index];
    struct dice *dice = &world->dice;

    *item = item_blank;
    snprintf(names[index], sizeof names[index], "I%02u", (unsigned)index % 100);
    item->invoice_id = item->number = names[index];
    item->customer_id = "C";
    memcpy(item->currency, "EUR", CURRENCY_SIZE);
    item->issued_on = from + (day_t)roll(dice, 400);
    item->due_on = item->issued_on + (day_t)roll(dice, 40);
    item->amount = chance(dice, 20) ? 100 + roll(dice, 2000) : 5000 + roll(dice, 200000);
    if (chance(dice, 12)) {
        item->kind = ITEM_CREDIT_NOTE;
        item->amount = -item->amount;
    }
}

static void add_payment(struct world *world, const char *invoice, day_t on, int64_t amount)
{
    size_t index = world->payment_count;
    struct payment *payment = &world->payments[index];

    if (index == PAYMENTS_MAX || amount == 0)
        return;
    world->payment_count++;
    memset(payment, 0, sizeof *payment);
    snprintf(payment_names[index], sizeof payment_names[index], "P%02u", (unsigned)index % 100);
    payment->id = payment_names[index];
    payment->customer_id = "C";
    payment->entity = payment->reverses = payment->reference = "";
    payment->invoice_id = invoice;
    payment->amount = amount;
    payment->paid_on = on;
    payment->changed_on = DAY_NONE;
    memcpy(payment->currency, "EUR", CURRENCY_SIZE);
}

static void make_payments(struct world *world, const struct item *item)
{
    struct dice *dice = &world->dice;
    day_t on = item->due_on + (day_t)roll(dice, 120) - 10;
    int64_t part = chance(dice, 35) ? item->amount * (int64_t)(1 + roll(dice, 99)) / 100 : item->amount;

    if (item->kind == ITEM_CREDIT_NOTE || chance(dice, 30))
        return;
    add_payment(world, chance(dice, 15) ? "" : item->invoice_id, on, part);
    if (part < item->amount && chance(dice, 50))
        add_payment(world, item->invoice_id, on + (day_t)roll(dice, 90), item->amount - part);
    else if (part == item->amount && chance(dice, 12))
        add_payment(world, item->invoice_id, on + (day_t)roll(dice, 60), -part);
}

static void add_deed(struct world *world, enum deed_kind kind, moment_t at, int target)
{
    if (world->deed_count < DEEDS_MAX)
        world->deeds[world->deed_count++] = (struct deed){kind, at, target, false};
}

static moment_t some_moment(struct dice *dice, day_t from)
{
    return (moment_t)(from + (day_t)roll(dice, 650)) * DAY_SECONDS + roll(dice, DAY_SECONDS);
}

static void make_deeds(struct world *world, day_t from)
{
    struct dice *dice = &world->dice;

    for (size_t i = 0; i < world->item_count; i++) {
        moment_t at = some_moment(dice, from);

        if (world->items[i].kind == ITEM_CREDIT_NOTE)
            continue;
        if (chance(dice, 15)) {
            add_deed(world, DEED_DISPUTE, at, (int)i);
            if (chance(dice, 70))
                add_deed(world, DEED_UNDISPUTE, at + (moment_t)roll(dice, 60) * DAY_SECONDS, (int)i);
        }
        if (chance(dice, 4))
            add_deed(world, DEED_VOID, some_moment(dice, from), (int)i);
        if (chance(dice, 8))
            add_deed(world, DEED_DUE_LATER, some_moment(dice, from), (int)i);
        if (chance(dice, 15))
            add_deed(world, DEED_HOLD, some_moment(dice, from), (int)i);
    }
    if (chance(dice, 25))
        add_deed(world, DEED_HOLD, some_moment(dice, from), -1);
    for (int i = 0; i < 3; i++)
        if (chance(dice, 30))
            add_deed(world, DEED_RELEASE, some_moment(dice, from), i);
    if (chance(dice, 20))
        add_deed(world, DEED_UNPAY, some_moment(dice, from), (int)roll(dice, PAYMENTS_MAX));
}

static void sort_payments(struct world *world)
{
    for (size_t i = 1; i < world->payment_count; i++)
        for (size_t j = i; j > 0 && world->payments[j - 1].paid_on > world->payments[j].paid_on; j--) {
            struct payment keep = world->payments[j];

            world->payments[j] = world->payments[j - 1];
            world->payments[j - 1] = keep;
        }
}

static void make_customer(struct world *world)
{
    world->customer = customer_blank;
    world->customer.id = "C";
    world->customer.name = "Somebody";
    world->customer.email = "c@example.invalid";
    world->customer.language = "en";
    world->customer.country = "DE";
    world->customer.segment = "b2b";
}

static void make_dossier(struct world *world)
{
    struct dossier *dossier = arena_alloc(world->arena, sizeof *dossier);

    dossier->customer = dossier->members = &world->customer;
    dossier->member_count = 1;
    dossier->items = world->items;
    dossier->item_count = world->item_count;
    dossier->payments = world->payments;
    dossier->payment_count = world->payment_count;
    dossier->zone = chance(&world->dice, 20) ? &sydney : NULL;
    dossier->holds = world->holds;
    world->dossier = dossier;
}

void world_make(struct world *world, uint64_t seed, struct arena *arena)
{
    static const struct business business = {.entity = "", .name = "Example", .email = "a@example.invalid"};
    day_t from = day_from_civil(2025, 3, 1);
    size_t items;

    memset(world, 0, sizeof *world);
    world->seed = seed;
    world->dice.state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    world->arena = arena;
    make_holidays();
    world->policy = make_policy(world);
    world->rulebook = (struct rulebook){
        .policies = world->policy,
        .policy_count = 1,
        .zone = &berlin,
        .businesses = &business,
        .business_count = 1,
        .language = "en",
        .country = "DE",
        .per_customer_per_day = 1,
        .has_email = true,
        .has_agency = true,
    };
    world->faults = chance(&world->dice, 50);
    items = 1 + roll(&world->dice, 10);
    for (size_t i = 0; i < items; i++)
        make_item(world, from);
    for (size_t i = 0; i < items; i++)
        make_payments(world, &world->items[i]);
    sort_payments(world);
    make_deeds(world, from);
    make_customer(world);
    make_dossier(world);
    world->sends = arena_array(arena, SENDS_MAX, sizeof *world->sends);
}

/* ---- deeds ---- */

static void do_hold(struct world *world, const struct deed *deed)
{
    struct hold *hold;

    if (world->hold_count == HOLDS_MAX)
        return;
    hold = &world->holds[world->hold_count++];
    memset(hold, 0, sizeof *hold);
    hold->scope = deed->target < 0 ? HOLD_CUSTOMER : HOLD_INVOICE;
    hold->target = deed->target < 0 ? "C" : world->items[deed->target].invoice_id;
    hold->reason = hold->author = "";
    hold->start_at = deed->at;
    hold->until = chance(&world->dice, 50) ? (day_t)(deed->at / DAY_SECONDS) + (day_t)roll(&world->dice, 60) : DAY_NONE;
    hold->released_at = MOMENT_NONE;
    world->dossier->hold_count = world->hold_count;
}

static void do_unpay(struct world *world, const struct deed *deed)
{
    struct dossier *dossier = world->dossier;
    size_t index = (size_t)deed->target;

    if (index >= dossier->payment_count)
        return;
    memmove(&dossier->payments[index], &dossier->payments[index + 1],
            (dossier->payment_count - index - 1) * sizeof *dossier->payments);
    world->payment_count = --dossier->payment_count;
}

void world_do(struct world *world, const struct deed *deed)
{
    struct item *item = deed->target >= 0 && deed->target < (int)world->item_count ? &world->items[deed->target] : NULL;

    switch (deed->kind) {
    case DEED_DISPUTE:
        item->status = ITEM_DISPUTED;
        break;
    case DEED_UNDISPUTE:
        if (item->status == ITEM_DISPUTED)
            item->status = ITEM_OPEN;
        break;
    case DEED_VOID:
        item->status = ITEM_VOID;
        break;
    case DEED_DUE_LATER:
        item->due_on += 20;
        break;
    case DEED_HOLD:
        do_hold(world, deed);
        break;
    case DEED_RELEASE:
        if (deed->target < (int)world->hold_count && world->holds[deed->target].released_at == MOMENT_NONE)
            world->holds[deed->target].released_at = deed->at;
        break;
    case DEED_UNPAY:
        do_unpay(world, deed);
        break;
    case DEED_COUNT:
        break;
    }
}
