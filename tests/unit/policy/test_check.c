/* policy_check over policies made by hand: what is said, and what is not. */
#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"
#include "policy/check.h"

enum { STEPS_MAX = 4 };

#define D(count)              \
    {                         \
        count, UNIT_DAY, true \
    }
#define BD(count)                      \
    {                                  \
        count, UNIT_BUSINESS_DAY, true \
    }

/* Steps to build cases from; name and line are filled in by place. */
#define SENT .send = {CHANNEL_EMAIL}, .send_count = 1
static const struct step remind_5d = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(5)}, SENT};
static const struct step remind_3bd = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, BD(3)}, SENT};
static const struct step remind_30d = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(30)}, SENT};
static const struct step remind_1w = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, {1, UNIT_WEEK, true}}, SENT};
static const struct step remind_7d = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(7)}, SENT};
static const struct step remind_1m = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, {1, UNIT_MONTH, true}}, SENT};
static const struct step remind_when = {.action = ACTION_REMIND,
                                        .at = {ANCHOR_DUE, 1, D(5)},
                                        SENT,
                                        .when = {.set = true}};
static const struct step before_3d = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, -1, D(3)}, SENT};
static const struct step before_5d = {.action = ACTION_REMIND, .at = {ANCHOR_DUE, -1, D(5)}, SENT};
static const struct step issued_5d = {.action = ACTION_REMIND, .at = {ANCHOR_ISSUED, 1, D(5)}, SENT};
static const struct step previous_10d = {.action = ACTION_REMIND, .at = {ANCHOR_PREVIOUS, 1, D(10)}, SENT};
static const struct step deadline_3bd = {.action = ACTION_REMIND, .at = {ANCHOR_DEADLINE, 1, BD(3)}, SENT};
static const struct step notice = {.action = ACTION_NOTICE, .at = {ANCHOR_DUE, 1, D(10)}, SENT, .deadline = D(14)};
static const struct step notice_bare = {.action = ACTION_NOTICE, .at = {ANCHOR_DUE, 1, D(10)}, SENT};
static const struct step notice_when = {
    .action = ACTION_NOTICE, .at = {ANCHOR_DUE, 1, D(10)}, SENT, .deadline = D(14), .when = {.set = true}};
static const struct step offer = {.action = ACTION_OFFER_PLAN,
                                  .at = {ANCHOR_DUE, 1, D(20)},
                                  SENT,
                                  .plan = {.instalments = 3, .every = {1, UNIT_MONTH, true}, .valid = D(10)}};
static const struct step offer_bare = {.action = ACTION_OFFER_PLAN, .at = {ANCHOR_DUE, 1, D(20)}, SENT};
static const struct step handoff = {.action = ACTION_HANDOFF, .at = {ANCHOR_DUE, 1, D(60)}};
static const struct step handoff_previous = {.action = ACTION_HANDOFF, .at = {ANCHOR_PREVIOUS, 1, D(60)}};
static const struct step task = {.action = ACTION_TASK, .at = {ANCHOR_DUE, 1, D(5)}};
static const struct step sms_first = {.action = ACTION_REMIND,
                                      .at = {ANCHOR_DUE, 1, D(5)},
                                      .send = {CHANNEL_SMS},
                                      .send_count = 1};
static const struct step sms_second = {.action = ACTION_REMIND,
                                       .at = {ANCHOR_DUE, 1, D(5)},
                                       .send = {CHANNEL_EMAIL, CHANNEL_SMS},
                                       .send_count = 2};
static const struct step sms_required = {.action = ACTION_REMIND,
                                         .at = {ANCHOR_DUE, 1, D(5)},
                                         .send = {CHANNEL_EMAIL, CHANNEL_SMS},
                                         .send_count = 2,
                                         .require = REQUIRE_ALL};
static const struct step sms_fallback = {.action = ACTION_REMIND,
                                         .at = {ANCHOR_DUE, 1, D(5)},
                                         SENT,
                                         .fallback = {CHANNEL_SMS, CHANNEL_TASK},
                                         .fallback_count = 2};
static const struct step sms_fallback_later = {
    .action = ACTION_REMIND, .at = {ANCHOR_PREVIOUS, 1, D(5)}, SENT, .fallback = {CHANNEL_SMS}, .fallback_count = 1};
static const struct step fallback_same = {
    .action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(5)}, SENT, .fallback = {CHANNEL_EMAIL}, .fallback_count = 1};
static const struct step fallback_order = {.action = ACTION_REMIND,
                                           .at = {ANCHOR_DUE, 1, D(5)},
                                           SENT,
                                           .fallback = {CHANNEL_TASK, CHANNEL_LETTER},
                                           .fallback_count = 2};
static const struct step repeat_zero = {
    .action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(5)}, SENT, .repeat_times = 2, .repeat_every = D(0)};
static const struct step repeat_week = {
    .action = ACTION_REMIND, .at = {ANCHOR_DUE, 1, D(5)}, SENT, .repeat_times = 2, .repeat_every = D(7)};
static const struct step deadline_zero = {.action = ACTION_NOTICE, .at = {ANCHOR_DUE, 1, D(5)}, SENT, .deadline = D(0)};

static const struct words none = {NULL, 0};

/* One policy "p" of the steps in a configuration with email alone; every finding as severity and sentence. */
static const char *said_about(struct arena *arena, const struct step *const *steps, bool everything)
{
    struct rulebook rulebook = {.has_email = true, .has_sms = everything, .has_agency = everything};
    struct policy policy = {.name = "p", .file = "f", .line = 1, .enabled = true};
    struct findings findings;
    struct text text;
    policy.steps = arena_array(arena, STEPS_MAX, sizeof *policy.steps);
    for (size_t i = 0; i < STEPS_MAX && steps[i] != NULL; i++) {
        policy.steps[i] = *steps[i];
        policy.steps[i].name = arena_printf(arena, "s%zu", i + 1);
        policy.steps[i].line = (int)(10 * (i + 1));
        policy.steps[i].was = none;
        policy.step_count++;
    }
    findings_init(&findings, arena);
    policy_check(&policy, &rulebook, &findings);
    text_init(&text, arena);
    for (size_t i = 0; i < findings.count; i++)
        text_addf(&text, "%s%s", i == 0 ? "" : " / ", finding_line(&findings.list[i], arena));
    return text.data;
}

static const struct row {
    const char *remark;
    const struct step *steps[STEPS_MAX];
    const char *want; /* part of what is said; "" : nothing at all */
} rows[] = {
    {"a ladder", {&before_3d, &remind_5d, &previous_10d}, ""},
    {"no steps", {NULL}, "f:1: policy p: it has no steps"},
    {"same moment", {&remind_5d, &remind_5d}, "f:20: step s2: it cannot be reached in its place: step s1"},
    {"other order before due", {&before_3d, &before_5d}, "f:20: step s2: it cannot be reached"},
    {"right order before due", {&before_5d, &before_3d}, ""},
    {"another anchor", {&remind_5d, &issued_5d}, ""},
    {"a week is seven days", {&remind_1w, &remind_7d}, "f:20: step s2: it cannot be reached"},
    {"3bd can be 3 to 5 days or more", {&remind_3bd, &remind_5d}, ""},
    {"3bd cannot be after 30d", {&remind_30d, &remind_3bd}, "f:20: step s2: it cannot be reached"},
    {"a month can be longer than 30 days", {&remind_30d, &remind_1m}, ""},
    {"a month is longer than a week", {&remind_1m, &remind_1w}, "f:20: step s2: it cannot be reached"},
    {"alternatives by when", {&remind_when, &remind_5d}, ""},
    {"first counts from previous",
     {&previous_10d},
     "f:10: step s1: the first step cannot count from previous; use due"},
    {"first counts from deadline", {&deadline_3bd}, "f:10: step s1: the first step cannot count from deadline"},
    {"previous after a step before due", {&before_3d, &previous_10d}, "f:20: step s2: previous has no ground"},
    {"previous after a when", {&remind_when, &previous_10d}, "f:20: step s2: previous has no ground"},
    {"previous after a task", {&task, &previous_10d}, ""},
    {"previous far behind", {&before_3d, &remind_5d, &notice_when, &previous_10d}, ""},
    {"deadline that nobody printed",
     {&remind_5d, &deadline_3bd},
     "f:20: step s2: deadline has no ground: no step "
     "before it is certain to have printed a deadline"},
    {"deadline that perhaps was printed", {&notice_when, &deadline_3bd}, "f:20: step s2: deadline has no ground"},
    {"deadline of a notice", {&notice, &deadline_3bd}, ""},
    {"deadline of an offer", {&offer, &deadline_3bd}, ""},
    {"handoff after nothing", {&remind_5d, &handoff}, "f:20: step s2: nothing is handed over without a notice"},
    {"handoff after a notice without deadline", {&notice_bare, &handoff}, "f:20: step s2: nothing is handed over"},
    {"handoff after a notice", {&notice, &handoff_previous}, ""},
    {"handoff after a notice with when",
     {&remind_5d, &notice_when, &handoff_previous},
     "f:30: warning: step s3: every notice before it has a when"},
    {"offer without terms", {&offer_bare}, "f:10: step s1: an offer needs plan"},
    {"fallback repeats", {&fallback_same}, "f:10: step s1: fallback repeats email of send"},
    {"fallback after task", {&fallback_order}, "f:10: step s1: nothing can follow task in fallback"},
    {"repeat without a distance", {&repeat_zero}, "f:10: step s1: repeat.every is zero"},
    {"repeat", {&repeat_week}, ""},
    {"no time to pay", {&deadline_zero}, "f:10: step s1: deadline leaves no time to pay"},
};

static void test_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new(0);
        const char *said = said_about(arena, rows[i].steps, true);
        if (rows[i].want[0] == '\0')
            expect_text(rows[i].remark, said, "");
        expect_part(rows[i].remark, said, rows[i].want);
        arena_free(&arena);
    }
}

static void test_channels_without_a_provider(void **state)
{
    (void)state;
    static const struct row cases[] = {
        {"email is there", {&remind_5d}, ""},
        {"the first channel must be",
         {&sms_first},
         "f:10: step s1: no provider is there for sms; name one in channels.sms"},
        {"a further one may lack", {&sms_second}, "f:10: warning: step s1: no provider is there for sms"},
        {"unless all are required", {&sms_required}, "f:10: step s1: no provider is there for sms"},
        {"a fallback may lack", {&sms_fallback}, "f:10: warning: step s1: no provider is there for sms"},
        {"said once", {&sms_fallback, &sms_fallback_later}, "f:10: warning: step s1: no provider is there for sms"},
        {"a handoff waits", {&notice, &handoff_previous}, "f:20: warning: step s2: no provider is there for agency"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        const char *said = said_about(arena, cases[i].steps, false);
        expect_part(cases[i].remark, said, cases[i].want);
        expect_true(cases[i].remark, strstr(said, " / ") == NULL);
        arena_free(&arena);
    }
}

/* ---- one policy with one thing changed ---- */

static const char *first_said(struct arena *arena, const struct policy *policy, const struct rulebook *rulebook)
{
    struct findings findings;
    findings_init(&findings, arena);
    policy_check(policy, rulebook, &findings);
    return findings.count == 0 ? "" : finding_line(&findings.list[0], arena);
}

static void test_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct rulebook rulebook = {.has_email = true};
    struct step steps[] = {remind_5d, remind_30d};
    const char *const old[] = {"a"};
    steps[0].name = steps[1].name = "a";
    steps[0].line = 3;
    steps[1].line = 5;
    struct policy policy = {.name = "p", .file = "f", .enabled = true, .steps = steps, .step_count = 2};
    expect_text("same name", first_said(arena, &policy, &rulebook),
                "f:5: step a: there is another step of this name in line 3; rename one");
    steps[1].name = "b";
    expect_text("two names", first_said(arena, &policy, &rulebook), "");
    steps[1].was = (struct words){old, 1};
    expect_text("was of a living step", first_said(arena, &policy, &rulebook),
                "f:5: step b: was names a step that is still there, in line 3; remove it from was");
    arena_free(&arena);
}

static void test_windows(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct step steps[] = {remind_5d};
    const struct calendar western = {.name = "de", .weekend = 0x60}, eastern = {.name = "ae", .weekend = 0x30};
    const struct calendar all[] = {western, eastern};
    struct rulebook rulebook = {.has_email = true, .calendars = all, .calendar_count = 2};
    struct policy policy = {.name = "p", .file = "f", .line = 1, .enabled = true, .steps = steps, .step_count = 1};
    steps[0].name = "a";
    policy.window = (struct window){true, 0x60, 0, 86400};
    expect_text("without a calendar every day is open", first_said(arena, &policy, &rulebook), "");
    policy.calendar = &western;
    expect_part("closed", first_said(arena, &policy, &rulebook), "f:1: policy p: its window never opens: calendar de");
    policy.calendar = &eastern;
    expect_text("Sunday is open there", first_said(arena, &policy, &rulebook), "");
    policy.calendar = NULL;
    policy.calendar_of_customer = true;
    expect_part("for some customers", first_said(arena, &policy, &rulebook), "f:1: warning: policy p: its window");
    policy.window.set = false;
    expect_text("no window", first_said(arena, &policy, &rulebook), "");
    arena_free(&arena);
}

static void test_thresholds(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct rulebook rulebook = {.has_email = true};
    static const struct money ten[] = {{1000, "EUR"}}, five[] = {{500, "EUR"}}, pounds[] = {{500, "GBP"}};
    static const char *const currencies[] = {"EUR", "GBP"};
    struct step steps[] = {remind_5d};
    struct policy policy = {.name = "p", .file = "f", .line = 1, .enabled = true, .steps = steps, .step_count = 1};
    steps[0].name = "a";
    steps[0].when = (struct condition){.set = true, .balance_min = {ten, 1}, .balance_max = {five, 1}};
    expect_part("empty range", first_said(arena, &policy, &rulebook), "step a: when can never hold for EUR");
    steps[0].when.balance_max = (struct thresholds){pounds, 1};
    expect_text("other currencies", first_said(arena, &policy, &rulebook), "");
    policy.applies_to.currency = (struct words){currencies, 2};
    expect_text("no minimum at all", first_said(arena, &policy, &rulebook), "");
    policy.minimum = (struct thresholds){ten, 1};
    expect_part("RULES R14", first_said(arena, &policy, &rulebook),
                "f:1: warning: policy p: minimum has no amount in GBP");
    arena_free(&arena);
}

/* ---- two policies (RULES R36) ---- */

static const char *const b2b[] = {"b2b"}, *const b2c[] = {"b2c"}, *const both[] = {"B2C", "b2b"};
static const char *const vip[] = {"vip"}, *const vip_or_key[] = {"vip", "key"};
static const struct money small[] = {{10000, "EUR"}}, large[] = {{10001, "EUR"}}, yen[] = {{5, "JPY"}};

#define ONE(list)                           \
    {                                       \
        list, sizeof(list) / sizeof *(list) \
    }

static const struct overlap {
    const char *remark;
    struct applies_to a, b;
    bool meet;
} overlaps[] = {
    {"both take all", {.segment = {NULL, 0}}, {.segment = {NULL, 0}}, true},
    {"one takes all", {.segment = {NULL, 0}}, {.segment = ONE(b2b)}, true},
    {"other segments", {.segment = ONE(b2c)}, {.segment = ONE(b2b)}, false},
    {"one in common, whatever the case", {.segment = ONE(both)}, {.segment = ONE(b2c)}, true},
    {"another key decides",
     {.segment = ONE(b2b), .country = ONE(b2b)},
     {.segment = ONE(b2b), .country = ONE(b2c)},
     false},
    {"tag against its absence", {.tags_all = ONE(vip)}, {.tags_none = ONE(vip)}, false},
    {"any tag against its absence", {.tags_any = ONE(vip)}, {.tags_none = ONE(vip_or_key)}, false},
    {"one of the tags is left", {.tags_any = ONE(vip_or_key)}, {.tags_none = ONE(vip)}, true},
    {"the other way round", {.tags_none = ONE(vip)}, {.tags_all = ONE(vip)}, false},
    {"amounts apart", {.amount_max = ONE(small)}, {.amount_min = ONE(large)}, false},
    {"amounts touch", {.amount_max = ONE(small)}, {.amount_min = ONE(small)}, true},
    {"other currencies", {.amount_max = ONE(small)}, {.amount_min = ONE(yen)}, false},
    {"no currency in common", {.amount_max = ONE(small)}, {.amount_max = ONE(yen)}, false},
    {"one end alone", {.amount_max = ONE(small)}, {.amount_max = ONE(large)}, true},
};

static void test_overlaps(void **state)
{
    (void)state;
    struct step steps[] = {remind_5d};
    steps[0].name = "a";
    for (size_t i = 0; i < LENGTH(overlaps); i++) {
        struct arena *arena = arena_new(0);
        struct policy policies[] = {
            {.name = "a", .file = "f", .enabled = true, .steps = steps, .step_count = 1, .applies_to = overlaps[i].a},
            {.name = "b", .file = "g", .enabled = true, .steps = steps, .step_count = 1, .applies_to = overlaps[i].b},
        };
        const struct rulebook rulebook = {.has_email = true, .policies = policies, .policy_count = 2};
        expect_text("the first is fine", first_said(arena, &policies[0], &rulebook), "");
        expect_text(overlaps[i].remark, first_said(arena, &policies[1], &rulebook),
                    overlaps[i].meet ? "g: note: policy b: an item that an earlier policy matches too goes there: a"
                                     : "");
        policies[0].enabled = false;
        expect_text("it is switched off", first_said(arena, &policies[1], &rulebook), "");
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),      cmocka_unit_test(test_channels_without_a_provider),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_windows),
        cmocka_unit_test(test_thresholds), cmocka_unit_test(test_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
