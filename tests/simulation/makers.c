/* Makes the world of a seed: who there is, what will happen, and what the sender will do. */
#include <stdio.h>
#include <string.h>

#include "config/zones.h"
#include "truth.h"

#define DAY ((int64_t)DAY_SECONDS)

uint32_t dice_roll(struct dice *dice, uint32_t sides)
{
    uint64_t x = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((x ^ (x >> 31)) >> 33) % sides;
}

bool dice_chance(struct dice *dice, uint32_t percent)
{
    return dice_roll(dice, 100) < percent;
}

static const char *const deed_words[DEED_COUNT] = {
    "a customer appears",
    "an invoice",
    "a credit note",
    "pays all of it",
    "pays a part",
    "pays on account",
    "takes a payment back",
    "disputes it",
    "agrees after all",
    "it is void",
    "it is due later",
    "its amount changes",
    "has another address",
    "moves",
    "held by the ledger",
    "is insolvent",
    "is solvent again",
    "customer on hold",
    "invoice on hold",
    "customer released",
    "invoice released",
    "opts out",
    "opts in",
    "has another policy",
    "a letter by hand",
    "the clerk visits",
    "reload",
    "the clock steps",
    "recover",
    "the machine restarts",
    "dunningd is stopped",
    "dunningd is killed",
    "the sender dies",
    "the sender is away",
    "the feed stands still",
};
static const char *const fate_words[FATE_COUNT] = {
    "accepted",      "refused",         "refused for now", "refused for now at the end",
    "misconfigured", "not handed over", "reply lost",      "dies before it asks",
    "dies asking",   "dies after yes",  "tells twice",     "asks twice",
};

const char *deed_word(enum deed_kind kind)
{
    return deed_words[kind];
}

const char *fate_word(enum fate_kind kind)
{
    return fate_words[kind];
}

/* ---- people and what they owe ---- */

static struct deed *add(struct world *world, enum deed_kind kind, int64_t t)
{
    static struct deed spare;
    struct deed *deed = world->deed_count < DEEDS_MAX ? &world->deeds[world->deed_count++] : &spare;

    *deed = (struct deed){.kind = kind, .t = t, .debtor = -1, .debt = -1};
    return deed;
}

/* Within the part of the world that is not quiet. */
static int64_t some_time(struct dice *dice)
{
    return (int64_t)dice_roll(dice, WORLD_DAYS - QUIET_DAYS) * DAY + dice_roll(dice, (uint32_t)DAY);
}

static void add_debtor(struct world *world, struct dice *dice)
{
    static const char *const zones[] = {"Europe/Berlin",    "America/New_York",  "Asia/Kolkata",
                                        "Pacific/Auckland", "America/Sao_Paulo", ""};
    static const char *const currencies[] = {"EUR", "EUR", "USD", "JPY", "BHD"};
    int index = world->debtor_count++;
    struct debtor *debtor = &world->debtors[index];

    snprintf(debtor->id, sizeof debtor->id, "C%d", index + 1);
    snprintf(debtor->email, sizeof debtor->email, "c%d@shop.invalid", index + 1);
    snprintf(debtor->phone, sizeof debtor->phone, "+4930555000%d", index + 1);
    debtor->zone_name = zones[dice_roll(dice, 6)];
    debtor->zone = zones_find(variant_config(0)->zones, debtor->zone_name);
    debtor->currency = currencies[dice_roll(dice, 5)];
    debtor->plan = (int)dice_roll(dice, PLANS);
    debtor->segment = debtor->plan == 0 ? "b2b" : "b2c";
    debtor->no_email = dice_chance(dice, 6);
    debtor->no_phone = dice_chance(dice, 30);
    add(world, DEED_DEBTOR, 0)->debtor = index;
}

static int64_t some_amount(const struct debtor *debtor, struct dice *dice)
{
    int64_t whole = dice_chance(dice, 15) ? 1 + dice_roll(dice, 30) : 50 + dice_roll(dice, 2000);

    return units(debtor->currency, (int)whole) + (dice_chance(dice, 50) ? dice_roll(dice, 100) : 0);
}

static int add_debt(struct world *world, int debtor, struct dice *dice, bool credit)
{
    int index = world->debt_count++;
    struct debt *debt = &world->debts[index];
    day_t first = (day_t)(WORLD_BEGIN / DAY_SECONDS);
    int64_t t = (int64_t)dice_roll(dice, WORLD_DAYS - QUIET_DAYS - 60) * DAY + dice_roll(dice, (uint32_t)DAY);
    struct deed *deed = add(world, credit ? DEED_CREDIT : DEED_DEBT, t);

    snprintf(debt->id, sizeof debt->id, "%c%d", credit ? 'K' : 'I', index + 1);
    debt->debtor = debtor;
    debt->amount = some_amount(&world->debtors[debtor], dice);
    debt->credit = credit;
    if (credit)
        debt->amount = -debt->amount / 2 - 1;
    debt->issued = first + (day_t)(t / DAY);
    debt->due = debt->issued + (day_t)dice_roll(dice, 40);
    debt->due_changed = MOMENT_NONE;
    debt->letters_before_due = 0;
    deed->debtor = debtor;
    deed->debt = index;
    return index;
}

static struct deed *about(struct world *world, enum deed_kind kind, int64_t t, int debt)
{
    struct deed *deed = add(world, kind, t);

    deed->debt = debt;
    deed->debtor = world->debts[debt].debtor;
    return deed;
}

static int64_t around_due(const struct debt *debt, struct dice *dice, int from, int days)
{
    int64_t day = debt->due + from + (int64_t)dice_roll(dice, (uint32_t)days) - WORLD_BEGIN / DAY_SECONDS;
    int64_t most = WORLD_DAYS - QUIET_DAYS - 1;

    return (day < 1 ? 1 : (day > most ? most : day)) * DAY + dice_roll(dice, (uint32_t)DAY);
}

static void add_payments(struct world *world, int index, struct dice *dice)
{
    const struct debt *debt = &world->debts[index];
    int64_t t = around_due(debt, dice, -10, 130);

    if (dice_chance(dice, 30))
        return;
    if (dice_chance(dice, 25)) {
        about(world, DEED_PAY_PART, t, index)->n = 1 + dice_roll(dice, 99);
        if (dice_chance(dice, 60))
            about(world, DEED_PAY, around_due(debt, dice, 30, 120), index);
    } else if (dice_chance(dice, 12)) {
        about(world, DEED_PAY_ON_ACCOUNT, t, index)->n = 20 + dice_roll(dice, 100);
    } else {
        about(world, DEED_PAY, t, index);
        if (dice_chance(dice, 10))
            about(world, DEED_UNPAY, t + (1 + (int64_t)dice_roll(dice, 40)) * DAY, index);
    }
}

static void add_quarrels(struct world *world, int index, struct dice *dice)
{
    const struct debt *debt = &world->debts[index];
    int64_t t = around_due(debt, dice, -5, 90);

    if (dice_chance(dice, 10)) {
        about(world, DEED_DISPUTE, t, index);
        if (dice_chance(dice, 70))
            about(world, DEED_AGREE, t + (1 + (int64_t)dice_roll(dice, 40)) * DAY, index);
    }
    if (dice_chance(dice, 6))
        about(world, DEED_RECORD, around_due(debt, dice, 3, 60), index);
    if (dice_chance(dice, 6))
        about(world, DEED_AMOUNT, around_due(debt, dice, -5, 90), index)->n = 10 + dice_roll(dice, 150);
    if (dice_chance(dice, 3))
        about(world, DEED_VOID, around_due(debt, dice, 0, 90), index);
    if (dice_chance(dice, 6))
        about(world, DEED_DUE_LATER, around_due(debt, dice, -5, 60), index)->n = 3 + dice_roll(dice, 30);
    if (dice_chance(dice, 10)) {
        t = around_due(debt, dice, -5, 90);
        about(world, DEED_HOLD_DEBT, t, index)->n = dice_chance(dice, 50) ? 1 + dice_roll(dice, 40) : 0;
        if (dice_chance(dice, 70))
            about(world, DEED_RELEASE_DEBT, t + (1 + (int64_t)dice_roll(dice, 30)) * DAY, index);
    }
}

static void add_changes(struct world *world, int index, struct dice *dice)
{
    static const enum deed_kind kinds[] = {DEED_ADDRESS, DEED_ZONE, DEED_LEDGER_HOLD, DEED_INSOLVENT};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!dice_chance(dice, 8))
            continue;
        struct deed *change = add(world, kinds[i], some_time(dice));
        change->debtor = index;
        change->n = dice_roll(dice, 40);
        if (kinds[i] != DEED_INSOLVENT || dice_chance(dice, 20))
            continue;
        int64_t later = change->t + (1 + (int64_t)dice_roll(dice, 60)) * DAY;
        add(world, DEED_SOLVENT, later)->debtor = index;
    }
}

static void add_debtors_deeds(struct world *world, int index, struct dice *dice)
{
    int64_t t = some_time(dice);

    if (dice_chance(dice, 12))
        add(world, DEED_POLICY, some_time(dice))->debtor = index;
    add_changes(world, index, dice);
    if (dice_chance(dice, 15)) {
        struct deed *hold = add(world, DEED_HOLD_DEBTOR, t);
        hold->debtor = index;
        hold->n = dice_chance(dice, 50) ? 1 + dice_roll(dice, 40) : 0;
        add(world, DEED_RELEASE_DEBTOR, t + (1 + (int64_t)dice_roll(dice, 50)) * DAY)->debtor = index;
    }
    if (dice_chance(dice, 12)) {
        struct deed *out = add(world, DEED_OPT_OUT, some_time(dice));
        out->debtor = index;
        out->n = dice_roll(dice, 2);
        if (dice_chance(dice, 50)) {
            struct deed *in = add(world, DEED_OPT_IN, out->t + (1 + (int64_t)dice_roll(dice, 60)) * DAY);
            in->debtor = index;
            in->n = out->n;
        }
    }
}

/* ---- the machine and the people around it ---- */

static void add_clock_step(struct world *world, struct dice *dice)
{
    static const int64_t steps[] = {-7200, -86400, 3600, 20 * 3600, 30 * 3600, 40 * 3600, 200 * 3600};
    struct deed *step = add(world, DEED_CLOCK, some_time(dice));

    step->n = steps[dice_roll(dice, sizeof steps / sizeof *steps)];
    int64_t back = step->t + 600 + dice_roll(dice, 4 * 86400);
    if (dice_chance(dice, 30))
        add(world, DEED_RECOVER, step->t + dice_roll(dice, 20000));
    add(world, DEED_CLOCK, back)->n = -step->n;
    add(world, DEED_RECOVER, back + 3600);
}

static void add_troubles(struct world *world, struct dice *dice)
{
    int much = dice_chance(dice, 50) ? 1 : 0;

    for (int i = (int)dice_roll(dice, 3); i > 0; i--)
        add(world, DEED_STOP, some_time(dice))->n =
            dice_chance(dice, 50) ? 60 + dice_roll(dice, 36000) : 86400 + dice_roll(dice, 35 * 86400);
    for (int i = (int)dice_roll(dice, 2 + 2 * (uint32_t)much); i > 0; i--) {
        struct deed *kill = add(world, DEED_KILL, some_time(dice));
        kill->n = dice_chance(dice, 80) ? dice_roll(dice, 60) : dice_roll(dice, 600);
        kill->m = dice_chance(dice, 70) ? 1 + dice_roll(dice, 120) : dice_roll(dice, 10 * 86400);
    }
    for (int i = (int)dice_roll(dice, 2); i > 0; i--)
        add(world, DEED_SENDER_DIES, some_time(dice));
    if (dice_chance(dice, 25))
        add(world, DEED_SENDER_AWAY, some_time(dice))->n = 60 + dice_roll(dice, 6 * 86400);
    if (dice_chance(dice, 35))
        add(world, DEED_FEED_STOPS, some_time(dice))->n = 86400 + dice_roll(dice, 20 * 86400);
    if (dice_chance(dice, 25))
        add_clock_step(world, dice);
    if (dice_chance(dice, 15))
        add(world, DEED_REBOOT, some_time(dice))->n = 60 + dice_roll(dice, 86400);
    for (int i = (int)dice_roll(dice, 3); i > 0; i--)
        add(world, DEED_RELOAD, some_time(dice))->n = dice_chance(dice, 70);
}

static void add_clerk(struct world *world, struct dice *dice)
{
    int64_t t = 0, every = 8 + dice_roll(dice, 20);

    while ((t += (1 + (int64_t)dice_roll(dice, (uint32_t)every * 2)) * DAY) < (WORLD_DAYS - QUIET_DAYS) * DAY)
        add(world, DEED_CLERK, t + 8 * 3600 + dice_roll(dice, 30000))->n = dice_roll(dice, 1 << 20);
    for (int i = 0; i < QUIET_DAYS - 30; i += 7)
        add(world, DEED_CLERK, (WORLD_DAYS - QUIET_DAYS + i) * DAY + 36000)->n = 1 << 20;
}

/* ---- the sender ---- */

static void make_fate(struct fate *fate, struct dice *dice, uint32_t trouble)
{
    static const enum deed_kind last_minute[] = {DEED_PAY,     DEED_PAY,         DEED_PAY_PART,    DEED_DISPUTE,
                                                 DEED_OPT_OUT, DEED_HOLD_DEBTOR, DEED_VOID,        DEED_HOLD_DEBT,
                                                 DEED_ADDRESS, DEED_AMOUNT,      DEED_LEDGER_HOLD, DEED_POLICY};

    *fate = (struct fate){.kind = FATE_ACCEPTED,
                          .arrives = dice_chance(dice, 50),
                          .deed = DEED_COUNT,
                          .late_deed = DEED_COUNT};
    if (dice_chance(dice, trouble))
        fate->kind = (enum fate_kind)dice_roll(dice, FATE_COUNT);
    if (dice_chance(dice, trouble / 2))
        fate->before_s = dice_chance(dice, 80) ? (int32_t)dice_roll(dice, 600) : (int32_t)dice_roll(dice, 3 * 86400);
    if (dice_chance(dice, trouble / 2))
        fate->outcome_s = dice_chance(dice, 80) ? (int32_t)dice_roll(dice, 600) : (int32_t)dice_roll(dice, 3 * 86400);
    if (dice_chance(dice, 8))
        fate->deed = last_minute[dice_roll(dice, sizeof last_minute / sizeof *last_minute)];
    if (dice_chance(dice, 3))
        fate->late_deed = last_minute[dice_roll(dice, 4)];
}

/* ---- all of it ---- */

static void sort_deeds(struct world *world)
{
    for (int i = 1; i < world->deed_count; i++)
        for (int j = i; j > 0 && world->deeds[j - 1].t > world->deeds[j].t; j--) {
            struct deed keep = world->deeds[j];

            world->deeds[j] = world->deeds[j - 1];
            world->deeds[j - 1] = keep;
        }
}

static int how_many_debtors(struct dice *dice)
{
    uint32_t x = dice_roll(dice, 100);

    return x < 60 ? 1 : (x < 85 ? 2 : (x < 95 ? 3 : 4 + (int)dice_roll(dice, DEBTORS_MAX - 3)));
}

void world_make(struct world *world, uint64_t seed)
{
    struct dice dice = {seed * UINT64_C(0x2545f4914f6cdd1d) + 7};
    uint32_t trouble = dice_chance(&dice, 30) ? 0 : dice_roll(&dice, 40);
    int debtors = how_many_debtors(&dice);

    memset(world, 0, sizeof *world);
    world->seed = seed;
    world->dice.state = seed ^ UINT64_C(0x5bd1e995);
    world->config = 2 * (int)dice_roll(&dice, CONFIGS / 2);
    for (int i = 0; i < debtors; i++)
        add_debtor(world, &dice);
    for (int i = 0; i < debtors; i++) {
        int debts = 1 + (int)dice_roll(&dice, debtors == 1 && dice_chance(&dice, 15) ? 20 : 5);

        for (int k = 0; k < debts && world->debt_count < DEBTS_MAX; k++) {
            int debt = add_debt(world, i, &dice, dice_chance(&dice, 7));
            if (!world->debts[debt].credit) {
                add_payments(world, debt, &dice);
                add_quarrels(world, debt, &dice);
            }
        }
        add_debtors_deeds(world, i, &dice);
    }
    if (dice_chance(&dice, 75))
        add_troubles(world, &dice);
    add_clerk(world, &dice);
    for (int i = 0; i < FATES_MAX; i++)
        make_fate(&world->fates[i], &dice, trouble);
    sort_deeds(world);
}
