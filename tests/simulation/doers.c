/* Deeds: each is done to the truth, and through the door that people or other programs have. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/zones.h"
#include "memory_vfs.h"
#include "stand_ins.h"
#include "store/facts.h"
#include "truth.h"

/* ---- the ledger, as any other program would write it ---- */

enum { WRITES_MAX = 16 };

/* Statements of this world's connection, found by the address of their text: triggers make them dear to prepare. */
static struct {
    const char *text;
    sqlite3_stmt *stmt;
} writes[WRITES_MAX];

void ledger_forget_writes(void)
{
    for (int i = 0; i < WRITES_MAX; i++) {
        sqlite3_finalize(writes[i].stmt);
        writes[i].stmt = NULL;
        writes[i].text = NULL;
    }
}

static sqlite3_stmt *prepared(struct world *world, const char *text)
{
    for (int i = 0; i < WRITES_MAX; i++) {
        if (writes[i].text == text)
            return writes[i].stmt;
        if (writes[i].text != NULL)
            continue;
        writes[i].text = text;
        if (sqlite3_prepare_v2(world->ledger->db, text, -1, &writes[i].stmt, NULL) != SQLITE_OK)
            writes[i].stmt = NULL;
        return writes[i].stmt;
    }
    return NULL;
}

/* Words end with NULL; a number among them is a word like any other, since the columns are strict and convert it. */
void ledger_write(struct world *world, const char *text, const char *const *words)
{
    sqlite3_stmt *stmt = prepared(world, text);

    for (int i = 0; stmt != NULL && words[i] != NULL; i++)
        sqlite3_bind_text(stmt, i + 1, words[i], -1, SQLITE_STATIC);
    if (stmt == NULL || sqlite3_step(stmt) != SQLITE_DONE)
        referee_wrong(world, "ledger", "%s: %s", text, sqlite3_errmsg(world->ledger->db));
    sqlite3_reset(stmt);
}

static const char *number(int64_t value, char text[24])
{
    snprintf(text, 24, "%" PRId64, value);
    return text;
}

day_t business_day(const struct world *world)
{
    return zone_day(business_zone(), wall_of(world), NULL);
}

static const char *stamp(const struct world *world, char text[MOMENT_TEXT_SIZE])
{
    return moment_format(wall_of(world), 0, text);
}

static void appear(struct world *world, const struct deed *deed)
{
    struct debtor *debtor = &world->debtors[deed->debtor];

    debtor->there = true;
    ledger_write(world,
                 "INSERT INTO customers(customer_id, name, email, phone, timezone, country, segment, sms_consent) "
                 "VALUES(?1, 'Name ' || ?1, ?2, ?3, ?4, 'DE', ?5, '2026-01-01 asked')",
                 WORDS(debtor->id, debtor->no_email ? "" : debtor->email, debtor->no_phone ? "" : debtor->phone,
                       debtor->zone_name, debtor->segment));
}

static void owe(struct world *world, const struct deed *deed)
{
    struct debt *debt = &world->debts[deed->debt];
    char issued[DAY_TEXT_SIZE], due[DAY_TEXT_SIZE], sum[24];
    int64_t amount = debt->amount + (world->plant == PLANT_OTHER_AMOUNT ? 100 : 0);

    debt->there = true;
    ledger_write(world,
                 "INSERT INTO invoices(invoice_id, customer_id, kind, issued_on, due_on, currency, amount) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, CAST(?7 AS INTEGER))",
                 WORDS(debt->id, world->debtors[debt->debtor].id, debt->credit ? "credit_note" : "invoice",
                       day_format(debt->issued, issued), day_format(debt->due, due),
                       world->debtors[debt->debtor].currency, number(amount, sum)));
}

static void pay(struct world *world, const struct deed *deed, int64_t amount, bool named)
{
    struct money_in *money = &world->moneys[world->money_count];
    const struct debtor *debtor = &world->debtors[deed->debtor];
    char on[DAY_TEXT_SIZE], sum[24];

    if (amount <= 0 || world->money_count == MONEYS_MAX || !world->debts[deed->debt].there)
        return;
    *money = (struct money_in){.debtor = deed->debtor,
                               .debt = named ? deed->debt : -1,
                               .amount = amount,
                               .status = PAYMENT_BOOKED,
                               .there = true};
    snprintf(money->id, sizeof money->id, "P%d", ++world->money_count % 1000);
    if (world->plant == PLANT_LOST_PAYMENT)
        return;
    ledger_write(world,
                 "INSERT INTO payments(payment_id, customer_id, invoice_id, paid_on, currency, amount) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, CAST(?6 AS INTEGER))",
                 WORDS(money->id, debtor->id, named ? world->debts[deed->debt].id : "",
                       day_format(business_day(world), on), debtor->currency, number(amount, sum)));
}

static int64_t rest_of(const struct world *world, int debt)
{
    return world->debts[debt].amount - paid_on_debt(world, debt);
}

static void pay_all(struct world *world, const struct deed *deed)
{
    pay(world, deed, rest_of(world, deed->debt), true);
}

static void pay_part(struct world *world, const struct deed *deed)
{
    int64_t part = deed->n > 0 ? deed->n : 30;

    pay(world, deed, rest_of(world, deed->debt) * part / 100, true);
}

static void pay_on_account(struct world *world, const struct deed *deed)
{
    pay(world, deed, world->debts[deed->debt].amount * deed->n / 100, false);
}

/* The newest payment that names it comes back. */
static void unpay(struct world *world, const struct deed *deed)
{
    char at[MOMENT_TEXT_SIZE];

    for (int i = world->money_count - 1; i >= 0; i--) {
        struct money_in *money = &world->moneys[i];

        if (!money->there || money->debt != deed->debt || money->status != PAYMENT_BOOKED)
            continue;
        money->status = PAYMENT_REVERSED;
        ledger_write(world, "UPDATE payments SET status = 'reversed', changed_at = ?1 WHERE payment_id = ?2",
                     WORDS(stamp(world, at), money->id));
        return;
    }
}

static void set_status(struct world *world, const struct deed *deed, enum item_status status)
{
    struct debt *debt = &world->debts[deed->debt];
    char on[DAY_TEXT_SIZE];

    if (!debt->there || debt->status == ITEM_VOID)
        return;
    debt->status = status;
    if (status == ITEM_DISPUTED && world->plant == PLANT_LOST_DISPUTE)
        return;
    ledger_write(world, "UPDATE invoices SET status = ?1, disputed_on = ?2 WHERE invoice_id = ?3",
                 WORDS(names_word(&item_status_names, (int)status), day_format(business_day(world), on), debt->id));
}

static void dispute(struct world *world, const struct deed *deed)
{
    set_status(world, deed, ITEM_DISPUTED);
}

static void agree(struct world *world, const struct deed *deed)
{
    if (world->debts[deed->debt].status == ITEM_DISPUTED)
        set_status(world, deed, ITEM_OPEN);
}

static void make_void(struct world *world, const struct deed *deed)
{
    set_status(world, deed, ITEM_VOID);
}

static void due_later(struct world *world, const struct deed *deed)
{
    struct debt *debt = &world->debts[deed->debt];
    char due[DAY_TEXT_SIZE];

    if (!debt->there)
        return;
    debt->due += (day_t)deed->n;
    debt->due_changed = wall_of(world);
    debt->letters_before_due = world->letter_count;
    ledger_write(world, "UPDATE invoices SET due_on = ?1 WHERE invoice_id = ?2",
                 WORDS(day_format(debt->due, due), debt->id));
}

/* ---- facts, as dunningctl writes them ---- */

static struct said said_now(const struct world *world)
{
    return (struct said){"jo", "said so", wall_of(world)};
}

static const char *target_of(const struct world *world, const struct deed *deed, bool of_debtor)
{
    return of_debtor ? world->debtors[deed->debtor].id : world->debts[deed->debt].id;
}

static void put_hold(struct world *world, const struct deed *deed, bool of_debtor)
{
    struct pause pause = {.of_debtor = of_debtor,
                          .target = of_debtor ? deed->debtor : deed->debt,
                          .start = wall_of(world),
                          .released = MOMENT_NONE,
                          .until = deed->n > 0 ? business_day(world) + (day_t)deed->n : DAY_NONE};
    struct hold hold = {.scope = of_debtor ? HOLD_CUSTOMER : HOLD_INVOICE,
                        .kind = HOLD_OPERATOR,
                        .target = target_of(world, deed, of_debtor),
                        .reason = "asked",
                        .author = "jo",
                        .start_at = pause.start,
                        .until = pause.until,
                        .released_at = MOMENT_NONE};
    struct err err = {0};

    if (world->pause_count == PAUSES_MAX)
        return;
    world->pauses[world->pause_count++] = pause;
    if (world->plant == PLANT_LOST_HOLD)
        return;
    if (facts_hold(world->books, &hold, world->debtors[deed->debtor].id, &err) != 0)
        referee_wrong(world, "door", "hold: %s", err.text);
}

static void release(struct world *world, const struct deed *deed, bool of_debtor)
{
    struct said said = said_now(world);
    struct err err = {0};
    size_t released;

    for (int i = 0; i < world->pause_count; i++) {
        struct pause *pause = &world->pauses[i];

        if (!pause->of_ledger && pause->of_debtor == of_debtor &&
            pause->target == (of_debtor ? deed->debtor : deed->debt) && pause->released == MOMENT_NONE)
            pause->released = said.now;
    }
    struct hold_aim aim = {of_debtor ? HOLD_CUSTOMER : HOLD_INVOICE, target_of(world, deed, of_debtor),
                           world->debtors[deed->debtor].id};
    if (facts_release(world->books, &aim, &said, &released, &err) != 0)
        referee_wrong(world, "door", "release: %s", err.text);
}

static void hold_debtor(struct world *world, const struct deed *deed)
{
    put_hold(world, deed, true);
}

static void hold_debt(struct world *world, const struct deed *deed)
{
    put_hold(world, deed, false);
}

static void release_debtor(struct world *world, const struct deed *deed)
{
    release(world, deed, true);
}

static void release_debt(struct world *world, const struct deed *deed)
{
    release(world, deed, false);
}

static void change_optout(struct world *world, const struct deed *deed, bool out)
{
    struct debtor *debtor = &world->debtors[deed->debtor];
    bool *refused = deed->n == 1 ? &debtor->phone_refused : &debtor->email_refused;
    struct optout_change change = {deed->n == 1 ? "sms" : "email", deed->n == 1 ? debtor->phone : debtor->email, out};
    struct said said = said_now(world);
    struct err err = {0};

    if (*refused == out)
        return;
    *refused = out;
    if (world->plant == PLANT_LOST_OPT_OUT)
        return;
    if (facts_optout(world->books, &change, &said, &err) != 0)
        referee_wrong(world, "door", "optout: %s", err.text);
}

static void opt_out(struct world *world, const struct deed *deed)
{
    change_optout(world, deed, true);
}

static void opt_in(struct world *world, const struct deed *deed)
{
    change_optout(world, deed, false);
}

static void clerk(struct world *world, const struct deed *deed)
{
    clerk_visits(world, deed->n);
}

static void ask_engine(struct world *world, const char *kind)
{
    struct said said = said_now(world);
    struct err err = {0};
    int64_t id;

    if (facts_request(world->books, kind, &said, &id, &err) != 0)
        referee_wrong(world, "door", "request: %s", err.text);
}

/* The files change, and dunningd is told; if it is not there, its next start finds them. */
static void reload(struct world *world, const struct deed *deed)
{
    (void)deed;
    around.config = variant_edited(around.config);
    if (world->up)
        ask_engine(world, "reload");
}

static void recover(struct world *world, const struct deed *deed)
{
    (void)deed;
    ask_engine(world, "recover");
}

/* ---- the machine ---- */

static void step_clock(struct world *world, const struct deed *deed)
{
    world->offset += deed->n;
    if (world->offset - world->ground > 36 * 3600)
        world->clock_wrong = true;
    else if (world->offset <= world->ground)
        world->clock_wrong = false;
}

static void stop_until(struct world *world, int64_t t)
{
    if (world->up_at < t)
        world->up_at = t;
}

static void stop(struct world *world, const struct deed *deed)
{
    stop_until(world, world->t + deed->n);
}

static void kill_engine(struct world *world, const struct deed *deed)
{
    life.left = deed->n;
    world->away_after_kill = deed->m;
}

static void reboot(struct world *world, const struct deed *deed)
{
    stop_until(world, world->t + deed->n);
    post_die(world);
    world->sender_back_at = world->t + deed->n;
    stand_in.boots++;
    stand_in.boot_ms = 0;
    world->clock_wrong = false;
    world->ground = world->offset;
}

static void sender_dies(struct world *world, const struct deed *deed)
{
    (void)deed;
    post_die(world);
    world->sender_back_at = world->t + 1;
}

static void sender_away(struct world *world, const struct deed *deed)
{
    post_die(world);
    world->sender_back_at = world->t + deed->n;
}

static void feed_stops(struct world *world, const struct deed *deed)
{
    world->feed_stopped_until = world->t + deed->n;
}

void feed_go_on(struct world *world)
{
    moment_t now = wall_of(world);
    char at[MOMENT_TEXT_SIZE];

    if (variants[world->config].max_age == 0 || world->t < world->feed_stopped_until ||
        (world->feed_mark != 0 && now - world->feed_mark < 20 * 3600))
        return;
    world->feed_mark = now;
    ledger_write(world,
                 "INSERT INTO feed(entity, complete_until) VALUES('', ?1) "
                 "ON CONFLICT DO UPDATE SET complete_until = excluded.complete_until",
                 WORDS(stamp(world, at)));
}

typedef void doer(struct world *world, const struct deed *deed);

static doer *const doers[DEED_COUNT] = {
    [DEED_DEBTOR] = appear,
    [DEED_DEBT] = owe,
    [DEED_CREDIT] = owe,
    [DEED_PAY] = pay_all,
    [DEED_PAY_PART] = pay_part,
    [DEED_PAY_ON_ACCOUNT] = pay_on_account,
    [DEED_UNPAY] = unpay,
    [DEED_DISPUTE] = dispute,
    [DEED_AGREE] = agree,
    [DEED_VOID] = make_void,
    [DEED_DUE_LATER] = due_later,
    [DEED_AMOUNT] = change_amount,
    [DEED_ADDRESS] = change_address,
    [DEED_ZONE] = change_zone,
    [DEED_LEDGER_HOLD] = hold_in_ledger,
    [DEED_INSOLVENT] = become_insolvent,
    [DEED_SOLVENT] = become_solvent,
    [DEED_HOLD_DEBTOR] = hold_debtor,
    [DEED_HOLD_DEBT] = hold_debt,
    [DEED_RELEASE_DEBTOR] = release_debtor,
    [DEED_RELEASE_DEBT] = release_debt,
    [DEED_OPT_OUT] = opt_out,
    [DEED_OPT_IN] = opt_in,
    [DEED_POLICY] = change_policy,
    [DEED_RECORD] = record_by_hand,
    [DEED_CLERK] = clerk,
    [DEED_RELOAD] = reload,
    [DEED_CLOCK] = step_clock,
    [DEED_RECOVER] = recover,
    [DEED_REBOOT] = reboot,
    [DEED_STOP] = stop,
    [DEED_KILL] = kill_engine,
    [DEED_SENDER_DIES] = sender_dies,
    [DEED_SENDER_AWAY] = sender_away,
    [DEED_FEED_STOPS] = feed_stops,
};

void deed_do(struct world *world, const struct deed *deed)
{
    bool running = life.running;
    char at[MOMENT_TEXT_SIZE];

    life.running = false;
    if (world->verbose)
        printf("%s %s%s%s%s%s (%lld)\n", moment_format(wall_of(world), 0, at), deed_word(deed->kind),
               deed->debtor >= 0 ? " " : "", deed->debtor >= 0 ? world->debtors[deed->debtor].id : "",
               deed->debt >= 0 ? " " : "", deed->debt >= 0 ? world->debts[deed->debt].id : "", (long long)deed->n);
    /* What was never there can have nothing done to it. */
    bool known =
        (deed->debtor < 0 || deed->kind == DEED_DEBTOR || world->debtors[deed->debtor].there) &&
        (deed->debt < 0 || deed->kind == DEED_DEBT || deed->kind == DEED_CREDIT || world->debts[deed->debt].there);
    if (known)
        doers[deed->kind](world, deed);
    life.running = running;
}
