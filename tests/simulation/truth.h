/*
 * What is true in a simulated world, whatever the engine believes: who owes
 * what, what was said, what was sent and whether it arrived.  The referee goes
 * by this alone.
 */
#ifndef SIMULATION_TRUTH_H
#define SIMULATION_TRUTH_H

#include "engine/engine.h"
#include "store/ledger_writer.h"
#include "variants.h"

enum {
    DEBTORS_MAX = 6,
    DEBTS_MAX = 32,
    MONEYS_MAX = 96,
    PAUSES_MAX = 48,
    DEEDS_MAX = 320,
    FATES_MAX = 400,
    LETTERS_MAX = 512,
    ROWS_MAX = 32,
    PARCELS_MAX = 64,
    WORLD_DAYS = 765, /* the last ones of them quiet */
    QUIET_DAYS = 65
};
#define WORLD_BEGIN INT64_C(1796083200) /* 2026-12-01 */

struct dice {
    uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t sides); /* 0 .. sides - 1 */
bool dice_chance(struct dice *dice, uint32_t percent);

struct debtor {
    char id[16], email[40], phone[32];
    const char *zone_name, *segment, *currency;
    const struct zone *zone;
    int addresses; /* how many he has had after the first one */
    int plan;      /* index into the variant's plans */
    bool there, no_email, no_phone, email_refused, phone_refused;
};

struct debt {
    char id[16];
    int debtor;
    int64_t amount;
    day_t issued, due;
    moment_t due_changed;   /* MOMENT_NONE: never */
    int letters_before_due; /* how many letters there were at that time, whatever the clock said of it */
    enum item_status status;
    bool credit, there;
};

struct money_in {
    char id[16];
    int debtor, debt; /* debt -1: on account */
    int64_t amount;
    enum payment_status status;
    bool there;
};

struct pause {
    bool of_debtor, of_ledger; /* of_ledger: nobody can release it but the business's own books */
    int target;
    moment_t start, released; /* MOMENT_NONE: not released */
    day_t until;              /* DAY_NONE: open */
};

enum deed_kind {
    DEED_DEBTOR,
    DEED_DEBT,
    DEED_CREDIT,
    DEED_PAY,
    DEED_PAY_PART,
    DEED_PAY_ON_ACCOUNT,
    DEED_UNPAY,
    DEED_DISPUTE,
    DEED_AGREE,
    DEED_VOID,
    DEED_DUE_LATER,
    DEED_AMOUNT,
    DEED_ADDRESS,
    DEED_ZONE,
    DEED_LEDGER_HOLD,
    DEED_INSOLVENT,
    DEED_SOLVENT,
    DEED_HOLD_DEBTOR,
    DEED_HOLD_DEBT,
    DEED_RELEASE_DEBTOR,
    DEED_RELEASE_DEBT,
    DEED_OPT_OUT,
    DEED_OPT_IN,
    DEED_POLICY,
    DEED_RECORD,
    DEED_CLERK,
    DEED_RELOAD,
    DEED_CLOCK,
    DEED_RECOVER,
    DEED_REBOOT,
    DEED_STOP,
    DEED_KILL,
    DEED_SENDER_DIES,
    DEED_SENDER_AWAY,
    DEED_FEED_STOPS,
    DEED_COUNT
};

/* One thing that happens; `off` when it was taken out to make the story shorter. */
struct deed {
    enum deed_kind kind;
    int64_t t; /* seconds since the world began */
    int debtor, debt;
    int64_t n, m;
    bool off, done;
};

/* What becomes of the next request that the sender is given. */
enum fate_kind {
    FATE_ACCEPTED,
    FATE_REFUSED,
    FATE_FOR_NOW,
    FATE_FOR_NOW_LATE, /* refused for now after the end of the mail */
    FATE_MISCONFIGURED,
    FATE_NOT_HANDED_OVER,
    FATE_LOST,        /* the reply is lost: uncertain */
    FATE_DIES_BEFORE, /* the sender ends before it asks, */
    FATE_DIES_ASKING, /* ... with its ask on the way, */
    FATE_DIES_AFTER,  /* ... with a `yes` in hand */
    FATE_TWICE,       /* the outcome is told twice */
    FATE_ASKS_TWICE,
    FATE_COUNT
};
struct fate {
    enum fate_kind kind;
    bool arrives;                /* where nobody can know: it did arrive */
    int32_t before_s, outcome_s; /* how long until it asks, and until it knows */
    enum deed_kind deed;         /* done between submit and ask, DEED_COUNT: nothing */
    enum deed_kind late_deed;    /* done between `yes` and the outcome */
    bool off;
};

/* A row of a letter: the step that it records for a debt. */
struct row {
    int debt, step, occurrence, episode;
    int64_t open, credited;
    day_t deadline, due;
    bool recorded, carried;
    char step_name[24];
};

enum letter_end { LETTER_FLIES, LETTER_ARRIVED, LETTER_UNKNOWN, LETTER_FAILED };

/* A message that had its `yes`. */
struct letter {
    int64_t attempt, message, notice, contact;
    int debtor;
    moment_t at;
    moment_t made; /* when its deadline was worked out: by hand, long before it reached anybody */
    day_t on;      /* local date */
    char channel[8], step[24], action[12], address[48], group[8];
    int step_index, revision;
    bool before_due, further; /* further: a channel that follows the acceptance of the first */
    int64_t total;
    day_t deadline;
    size_t count;
    struct row rows[ROWS_MAX];
    enum letter_end end; /* what is true */
    bool told;           /* what the engine can know of it */
    bool uncertain;      /* the engine was left in doubt at some time */
    bool drop;           /* put into a folder, where the same file again changes nothing */
};

/* A request in the sender's hands. */
struct parcel {
    bool used, asked, yes, finished, told, hidden;
    int64_t attempt;
    uint64_t token;
    struct fate fate;
    enum outcome_class class;
    moment_t ask_at, outcome_at; /* seconds since the world began */
    int letter;                  /* index, -1 */
    void *bytes;
    size_t length;
    char provider[16];
    bool drop; /* goes into a folder */
};

/* What stood in a message's bytes the first time. */
struct seen_bytes {
    int64_t message;
    uint64_t hash;
};

/* A lie that the referee has to see; see plants.c. */
enum plant {
    PLANT_NONE,
    PLANT_GATE,
    PLANT_TWICE,
    PLANT_LOST_PAYMENT,
    PLANT_LOST_HOLD,
    PLANT_LOST_DISPUTE,
    PLANT_LOST_OPT_OUT,
    PLANT_LOST_LETTER,
    PLANT_LOST_POLICY,
    PLANT_WRONG_SETTLE,
    PLANT_OTHER_AMOUNT,
    PLANT_BYTES,
    PLANT_HOUR,
    PLANT_HOLIDAY,
    PLANT_CAP,
    PLANT_RECORD,
    PLANT_WITNESS,
    PLANT_DOUBT,
    PLANT_ASLEEP,
    PLANT_FORGOTTEN,
    PLANT_CLOCK,
    PLANT_CLAIMED,
    PLANT_ORDER,
    PLANT_COUNT
};

struct world {
    uint64_t seed;
    struct dice dice; /* for what is chosen on the way */
    struct debtor debtors[DEBTORS_MAX];
    struct debt debts[DEBTS_MAX];
    struct money_in moneys[MONEYS_MAX];
    struct pause pauses[PAUSES_MAX];
    struct deed deeds[DEEDS_MAX];
    struct fate fates[FATES_MAX];
    int debtor_count, debt_count, money_count, pause_count, deed_count, fate_next;
    int config;
    enum plant plant;
    /* time */
    int64_t t, offset; /* the clock shows WORLD_BEGIN + t + offset */
    moment_t highest;  /* that the clock has shown while it was believed */
    bool clock_wrong;  /* it leapt further than anybody may believe, and nobody has said that it is right */
    int64_t recovered; /* requests of that kind that were answered */
    int64_t ground;    /* offset that is believed */
    int64_t feed_stopped_until;
    moment_t feed_mark;
    /* the engine and who speaks with it */
    struct engine *engine;
    struct state *books; /* a connection as dunningctl has one */
    struct ledger_writer *ledger;
    bool up;
    int64_t up_at, away_after_kill, sender_back_at,
        trouble_at; /* when it comes back; the last time that something was out of order */
    struct parcel parcels[PARCELS_MAX];
    /* what was sent */
    struct letter letters[LETTERS_MAX];
    int letter_count;
    struct {
        int64_t notice, total;
        bool yes;
    } approvals[LETTERS_MAX];
    int approval_count;
    struct seen_bytes seen[LETTERS_MAX];
    int seen_count;
    /* what came of it */
    bool verbose, broken;
    char rule[8], what[400];
    int64_t turns, starts, kills, sends, gate_noes;
};

/* ---- makers.c ---- */
void world_make(struct world *world, uint64_t seed);
const char *deed_word(enum deed_kind kind);
const char *fate_word(enum fate_kind kind);

/* ---- doers.c ---- */
/* Carries a deed out on the truth and through the doors that people have. */
void deed_do(struct world *world, const struct deed *deed);
/* As any other program writes it: words for the places of a constant text, NULL at the end. */
void ledger_write(struct world *world, const char *text, const char *const *words);
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
/* The business's date. */
day_t business_day(const struct world *world);
/* Before the connection is closed. */
void ledger_forget_writes(void);
/* The feed's daily mark. */
void feed_go_on(struct world *world);

/* ---- changes.c: what the business's own books say of a debtor or a debt, said anew ---- */
void change_amount(struct world *world, const struct deed *deed);
void change_address(struct world *world, const struct deed *deed);
void change_zone(struct world *world, const struct deed *deed);
void change_policy(struct world *world, const struct deed *deed);
void hold_in_ledger(struct world *world, const struct deed *deed);
void become_insolvent(struct world *world, const struct deed *deed);
void become_solvent(struct world *world, const struct deed *deed);

/* ---- clerk.c ---- */
void clerk_visits(struct world *world, int64_t n);

/* ---- post.c ---- */
void post_connect(struct world *world);       /* the engine has connected */
bool post_work(struct world *world);          /* reads and answers; true if anything was done */
void post_lost(struct world *world);          /* the engine's end is closed */
void post_die(struct world *world);           /* the sender ends */
int64_t post_next(const struct world *world); /* when it will do something by itself, INT64_MAX: never */

/* ---- box.c: the folder of the drop provider ---- */
void box_clear(void);
/* Puts what a request holds there: 201 written, 200 it was there, 409 another one was. */
int box_put(const void *bytes, size_t length);

/* ---- by_hand.c ---- */
/* A person writes to the debtor and says so. */
void record_by_hand(struct world *world, const struct deed *deed);

/* ---- referee.c and its neighbours ---- */
void referee_yes(struct world *world, struct parcel *parcel); /* `yes` has arrived at the sender */
void referee_bytes(struct world *world, const struct parcel *parcel, int64_t message);
void referee_rest(struct world *world); /* the engine is at rest */
void referee_end(struct world *world);
void referee_approved(struct world *world, int64_t notice, bool yes, int64_t total);
void referee_by_hand(struct world *world, int64_t notice); /* a person reached the customer instead */
bool books_letter(struct world *world, int64_t attempt, struct letter *out);
int64_t books_count(struct world *world, const char *query); /* a constant text */
int64_t books_ask(struct world *world, const char *query);
void books_show(struct world *world);
bool books_notice(struct world *world, int64_t notice, struct letter *out);
void referee_wrong(struct world *world, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- measure.c: the referee's own arithmetic ---- */
moment_t wall_of(const struct world *world);
day_t today_of(const struct world *world, const struct debtor *debtor); /* in the zone of his policy */
const struct zone *zone_of(const struct world *world, const struct debtor *debtor);
const struct plan *plan_of(const struct world *world, const struct debtor *debtor);
const struct zone *business_zone(void);
int64_t paid_on_debt(const struct world *world, int debt);
bool has_spare_money(const struct world *world, int debtor);
bool is_paused(const struct world *world, int debtor, int debt);
bool is_closed(const struct plan *plan, day_t day);
day_t add_open_days(const struct plan *plan, day_t day, int n);
day_t rolled(const struct plan *plan, day_t day);
int64_t units(const char *currency, int amount);

/* ---- drive.c ---- */
/* Runs a world from begin to end; false if the referee found fault. */
bool world_run(struct world *world, const bool *off, size_t off_count);

/* ---- plants.c ---- */
enum plant plant_find(const char *word);
const char *plant_word(enum plant plant);
const char *plant_rule(enum plant plant); /* the rules by which it may be seen, separated by blanks */
void plant_now(struct world *world);      /* lies that are told in the engine's books */

#endif
