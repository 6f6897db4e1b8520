/* What is planned is asked again before it leaves: the window of a further channel, and what an approval covers. */
#include "base/arena.h"
#include "fake/test.h"
#include "policy/recheck.h"

#define MONDAY INT64_C(1772409600) /* 2026-03-02 */
#define HOURS(n) ((moment_t)(n)*3600)
#define DAYS(n) ((moment_t)(n)*DAY_SECONDS)

static struct step steps[] = {
    {.name = "reminder",
     .action = ACTION_REMIND,
     .at = {ANCHOR_DUE, 1, {3, UNIT_DAY, true}},
     .send = {CHANNEL_EMAIL},
     .send_count = 1},
    {.name = "formal",
     .action = ACTION_NOTICE,
     .at = {ANCHOR_DUE, 1, {10, UNIT_DAY, true}},
     .deadline = {14, UNIT_DAY, true},
     .send = {CHANNEL_EMAIL},
     .send_count = 1},
};
static struct policy policy = {.name = "p",
                               .file = "p",
                               .enabled = true,
                               .on_reopened = "",
                               .start = DAY_NONE,
                               .steps = steps,
                               .step_count = LENGTH(steps),
                               .window = {true, 0x1f, 8 * 3600, 18 * 3600}};
static const struct conditions conditions = {.clock_ok = true};

static struct rulebook *rulebook(struct arena *arena)
{
    static const struct business business = {.entity = "", .name = "B", .email = "b@example.invalid"};
    struct rulebook *book = arena_alloc(arena, sizeof *book);

    for (size_t i = 0; i < LENGTH(steps); i++)
        steps[i].agency = steps[i].task_title = steps[i].task_assignee = steps[i].sender = steps[i].reply_to =
            steps[i].template_name = "";
    book->policies = &policy;
    book->has_email = true;
    book->policy_count = 1;
    book->businesses = &business;
    book->business_count = 1;
    book->zone = &zone_utc;
    book->language = "en";
    book->country = "DE";
    return book;
}

static struct item invoice(const char *id, day_t due)
{
    struct item item = item_blank;

    item.invoice_id = item.number = id;
    item.customer_id = "C";
    item.issued_on = due - 20;
    item.due_on = due;
    item.amount = 10000;
    memcpy(item.currency, "EUR", CURRENCY_SIZE);
    return item;
}

static struct dossier *dossier(struct arena *arena, size_t items)
{
    struct dossier *known = arena_alloc(arena, sizeof *known);

    known->customer = known->members = arena_alloc(arena, sizeof *known->customer);
    *known->customer = customer_blank;
    known->customer->id = "C";
    known->customer->name = "Anna";
    known->customer->email = "anna@shop.invalid";
    known->member_count = 1;
    known->items = arena_array(arena, 2, sizeof *known->items);
    known->items[0] = invoice("A", (day_t)(MONDAY / DAY_SECONDS) - 3);
    known->items[1] = invoice("B", (day_t)(MONDAY / DAY_SECONDS) - 3);
    known->item_count = items;
    return known;
}

static struct notice *decided(struct dossier *known, const struct rulebook *book, moment_t now, struct arena *arena)
{
    struct decision *decision = decide(known, book, &conditions, now, arena);

    expect_int("one notice is decided", (intmax_t)decision->notice_count, 1);
    decision->notices[0].id = 1;
    return &decision->notices[0];
}

static void a_further_channel_keeps_to_the_window(void **unused)
{
    static const struct {
        const char *remark;
        moment_t at;
        enum reason reason;
    } cases[] = {
        {"later on the day of the acceptance", HOURS(12), REASON_NONE},
        {"in the night after it", HOURS(23), REASON_WINDOW},
        {"on the next day", DAYS(1) + HOURS(9), REASON_NONE},
        {"on Saturday", DAYS(5) + HOURS(9), REASON_WINDOW},
    };
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct dossier *known = dossier(arena, 1);
    struct notice *notice = decided(known, book, MONDAY + HOURS(9), arena), *fresh;

    (void)unused;
    notice->status = NOTICE_ACCEPTED;
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark,
                   restate_notice(&(struct question){known, book, &conditions, MONDAY + cases[i].at}, notice, arena,
                                  &fresh),
                   cases[i].reason);
    arena_free(&arena);
}

/* RULES R23: it repeats what was said, and not when that is over. */
static void a_further_channel_is_never_behind(void **unused)
{
    static const struct {
        const char *remark;
        day_t deadline, after; /* days after the notice */
        const char *step;      /* that has been reached since, NULL: none */
        enum record_status status;
        enum reason reason;
    } cases[] = {
        {"nothing has happened since", DAY_NONE, 1, NULL, RECORD_ACCEPTED, REASON_NONE},
        {"on the day of the deadline", 3, 3, NULL, RECORD_ACCEPTED, REASON_NONE},
        {"on the day after it", 3, 4, NULL, RECORD_ACCEPTED, REASON_EXPIRED},
        {"its own step", DAY_NONE, 1, "reminder", RECORD_ACCEPTED, REASON_NONE},
        {"a later step is reached", DAY_NONE, 8, "formal", RECORD_ACCEPTED, REASON_ALREADY_REACHED},
        {"a later step is on its way", DAY_NONE, 8, "formal", RECORD_PLANNED, REASON_ALREADY_REACHED},
    };
    day_t monday = (day_t)(MONDAY / DAY_SECONDS);
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct notice *fresh;

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dossier *known = dossier(arena, 1);
        struct notice *notice = decided(known, book, MONDAY + HOURS(9), arena);
        struct record record = {.invoice_id = "A",
                                .line = 1,
                                .episode = 1,
                                .occurrence = 1,
                                .step = cases[i].step,
                                .policy = "p",
                                .notice = 2,
                                .status = cases[i].status,
                                .at = MONDAY + HOURS(10),
                                .on = monday,
                                .deadline = DAY_NONE,
                                .due_on = known->items[0].due_on,
                                .channel = "email"};

        notice->status = NOTICE_ACCEPTED;
        notice->deadline = cases[i].deadline == DAY_NONE ? DAY_NONE : monday + cases[i].deadline;
        known->records = &record;
        known->record_count = cases[i].step != NULL;
        expect_int(cases[i].remark,
                   restate_notice(&(struct question){known, book, &conditions,
                                                     MONDAY + DAYS(cases[i].after) + HOURS(9)},
                                  notice, arena, &fresh),
                   cases[i].reason);
    }
    arena_free(&arena);
}

/* An item that was reminded of since then is carried, so it is claimed by the formal notice. */
static void an_approval_covers_no_larger_claim(void **unused)
{
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct dossier *known = dossier(arena, 1);
    moment_t now = MONDAY + DAYS(1) + HOURS(9);
    struct record reached = {.invoice_id = "B",
                             .line = 1,
                             .episode = 1,
                             .occurrence = 1,
                             .step = "reminder",
                             .policy = "p",
                             .status = RECORD_ACCEPTED,
                             .at = MONDAY + HOURS(9),
                             .on = (day_t)(MONDAY / DAY_SECONDS),
                             .deadline = DAY_NONE,
                             .due_on = known->items[1].due_on,
                             .channel = "email"};
    struct notice *notice = decided(known, book, now, arena), *fresh;

    (void)unused;
    notice->needs_approval = true;
    notice->status = NOTICE_PLANNED;
    struct question question = {known, book, &conditions, now + HOURS(1)};
    expect_int("what was approved goes", restate_notice(&question, notice, arena, &fresh), REASON_NONE);
    known->item_count = 2;
    known->records = &reached;
    known->record_count = 1;
    expect_int("with one more item it does not", restate_notice(&question, notice, arena, &fresh),
               REASON_AMOUNT_CHANGED);
    notice->needs_approval = false;
    expect_int("unless nobody was asked", restate_notice(&question, notice, arena, &fresh), REASON_NONE);
    arena_free(&arena);
}

/* RULES R27: nobody was asked, and by now somebody would have to be. */
static void what_needs_approval_by_now_does_not_go(void **unused)
{
    static const struct money limits[] = {{.minor = 15000, .currency = "EUR"}};
    static const struct {
        const char *remark;
        bool required;
        size_t limits;
        int64_t amount;
        enum reason reason;
    } cases[] = {
        {"no approval", false, 0, 20000, REASON_NONE},
        {"the step asks now", true, 0, 10000, REASON_AMOUNT_CHANGED},
        {"the step asks for more than this", true, 1, 15000, REASON_NONE},
        {"the claim has grown into it", true, 1, 15001, REASON_AMOUNT_CHANGED},
    };
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct notice *fresh;

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dossier *known = dossier(arena, 1);
        struct notice *notice = decided(known, book, MONDAY + HOURS(9), arena);

        notice->status = NOTICE_PLANNED;
        known->items[0].amount = cases[i].amount;
        steps[0].approval.required = cases[i].required;
        steps[0].approval.over = (struct thresholds){limits, cases[i].limits};
        expect_int(cases[i].remark,
                   restate_notice(&(struct question){known, book, &conditions, MONDAY + HOURS(10)}, notice, arena,
                                  &fresh),
                   cases[i].reason);
        steps[0].approval.required = false;
    }
    arena_free(&arena);
}

/* RULES R1: a notice belongs to a policy, and what was planned by another one is planned anew. */
static void another_policy_takes_a_notice_back(void **unused)
{
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct dossier *known = dossier(arena, 1);
    struct notice *notice = decided(known, book, MONDAY + HOURS(9), arena), *fresh;

    (void)unused;
    notice->status = NOTICE_PLANNED;
    notice->policy = "q";
    expect_int("it does not go",
               restate_notice(&(struct question){known, book, &conditions, MONDAY + HOURS(10)}, notice, arena, &fresh),
               REASON_POLICY_CHANGED);
    arena_free(&arena);
}

/* RULES R37, `was`: the acceptance is looked for on record by the name that stands there. */
static void a_step_that_was_renamed_keeps_its_name_on_record(void **unused)
{
    static const char *const names[] = {"reminder"};
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct dossier *known = dossier(arena, 1);
    struct notice *notice = decided(known, book, MONDAY + HOURS(9), arena), *fresh;

    (void)unused;
    notice->status = NOTICE_PLANNED;
    steps[0].name = "friendly";
    steps[0].was = (struct words){names, LENGTH(names)};
    expect_int("it still goes",
               restate_notice(&(struct question){known, book, &conditions, MONDAY + HOURS(10)}, notice, arena, &fresh),
               REASON_NONE);
    assert_string_equal(fresh->items[0].step, "reminder");
    steps[0].name = "reminder";
    steps[0].was = (struct words){0};
    arena_free(&arena);
}

/* R10: nobody can be reached, so no outcome will wake anybody; the decision itself asks to be made again. */
static void a_note_ahead_is_looked_at_on_the_due_date(void **unused)
{
    static struct step ahead = {.name = "courtesy",
                                .action = ACTION_REMIND,
                                .at = {ANCHOR_DUE, -1, {3, UNIT_DAY, true}},
                                .send = {CHANNEL_EMAIL},
                                .send_count = 1,
                                .agency = "",
                                .task_title = "",
                                .task_assignee = "",
                                .sender = "",
                                .reply_to = "",
                                .template_name = ""};
    struct arena *arena = arena_new(0);
    struct rulebook *book = rulebook(arena);
    struct policy early = policy;
    struct dossier *known = dossier(arena, 1);

    (void)unused;
    early.steps = &ahead;
    early.step_count = 1;
    early.window.set = false;
    book->policies = &early;
    known->customer->email = "";
    known->items[0] = invoice("A", (day_t)(MONDAY / DAY_SECONDS) + 2);
    struct decision *decision = decide(known, book, &conditions, MONDAY, arena);
    expect_int("the note is planned", (intmax_t)decision->notice_count, 1);
    expect_int("and looked at when it is due", decision->next_at, MONDAY + DAYS(2));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_further_channel_keeps_to_the_window),
        cmocka_unit_test(a_further_channel_is_never_behind),
        cmocka_unit_test(an_approval_covers_no_larger_claim),
        cmocka_unit_test(what_needs_approval_by_now_does_not_go),
        cmocka_unit_test(another_policy_takes_a_notice_back),
        cmocka_unit_test(a_step_that_was_renamed_keeps_its_name_on_record),
        cmocka_unit_test(a_note_ahead_is_looked_at_on_the_due_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
