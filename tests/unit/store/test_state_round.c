/*
 * Decisions carried out by the state and decisions carried out on paper
 * (dossier_after) must lead to the same history: the same notices on the same
 * days, over half a year, with everything accepted at once.
 */
#include "unit/store/state_fixture.h"

#define DAYS 180

struct paths {
    struct world world;
    struct rulebook rulebook;
    struct business business;
    struct conditions conditions;
};

static struct step ladder_step(const char *name, enum action action, enum anchor anchor, int days)
{
    return (struct step){.name = name,
                         .action = action,
                         .template_name = name,
                         .agency = "",
                         .task_title = "",
                         .task_assignee = "",
                         .sender = "",
                         .reply_to = "",
                         .send = {CHANNEL_EMAIL, CHANNEL_SMS},
                         .send_count = 2,
                         .at = {anchor, days < 0 ? -1 : 1, {abs(days), UNIT_DAY, true}}};
}

static void open_paths(struct paths *paths)
{
    struct world *world = &paths->world;

    world_open(world);
    world->steps[0] = ladder_step("courtesy", ACTION_REMIND, ANCHOR_DUE, -3);
    world->steps[1] = ladder_step("reminder", ACTION_REMIND, ANCHOR_DUE, 5);
    world->steps[2] = ladder_step("formal", ACTION_NOTICE, ANCHOR_PREVIOUS, 10);
    world->steps[2].deadline = (struct duration){14, UNIT_DAY, true};
    world->steps[3] = ladder_step("call", ACTION_TASK, ANCHOR_DEADLINE, 3);
    world->policy.min_gap = (struct duration){7, UNIT_DAY, true};
    for (int i = 0; i < 3; i++) {
        struct item *item = &world->items[i];

        item->policy = item->tags = item->related_invoice = item->hold_reason = item->reference = item->po_number = "";
        item->subject = item->pay_url = item->document = "";
        item->issued_on = TODAY - 10 + 9 * i;
        item->due_on = item->issued_on + 14;
        item->sent_on = item->hold_until = item->disputed_on = item->discount_on = DAY_NONE;
    }
    world->customer.language = world->customer.timezone = world->customer.country = world->customer.segment = "";
    world->customer.policy = world->customer.tags = world->customer.bill_to = world->customer.terms = "";
    world->customer.owner = world->customer.hold_reason = world->customer.vat_id = "";
    world->customer.hold_until = DAY_NONE;
    paths->business = (struct business){.entity = "", .name = "Books"};
    paths->rulebook = (struct rulebook){.policies = &world->policy,
                                        .policy_count = 1,
                                        .zone = &zone_utc,
                                        .businesses = &paths->business,
                                        .business_count = 1,
                                        .language = "en",
                                        .country = "DE",
                                        .per_customer_per_day = 1,
                                        .has_email = true,
                                        .has_sms = true};
    paths->conditions = (struct conditions){.clock_ok = true, .rehearsal = true};
    world->policy.start = DAY_NONE;
}

static void note(struct text *log, const struct decision *decision, day_t day)
{
    char date[DAY_TEXT_SIZE];

    for (size_t i = 0; i < decision->passed_count; i++)
        text_addf(log, "%s passed %s %s\n", day_format(day, date), decision->passed[i].item->invoice_id,
                  decision->passed[i].policy->steps[decision->passed[i].step].name);
    for (size_t i = 0; i < decision->notice_count; i++) {
        const struct notice *notice = &decision->notices[i];

        text_addf(log, "%s %s N-%lld total %lld:", day_format(day, date), notice->step, (long long)notice->id,
                  (long long)notice->total);
        for (size_t j = 0; j < notice->item_count; j++)
            text_addf(log, " %s/%s/%s", notice->items[j].invoice_id,
                      names_word(&block_names, (int)notice->items[j].block), notice->items[j].step);
        text_add_char(log, '\n');
    }
    for (size_t i = 0; i < decision->task_count; i++)
        text_addf(log, "%s task %s\n", day_format(day, date),
                  names_word(&task_kind_names, (int)decision->tasks[i].kind));
}

static const char *on_paper(struct paths *paths)
{
    struct arena *arena = paths->world.arena;
    struct dossier *dossier = &paths->world.dossier;
    int64_t next_notice = 1;
    struct text log;

    text_init(&log, arena);
    for (int day = 0; day < DAYS; day++) {
        moment_t now = NOW + (moment_t)day * DAY_SECONDS;
        struct decision *decision = decide(dossier, &paths->rulebook, &paths->conditions, now, arena);

        dossier = dossier_after(dossier, decision, &(struct future){&paths->rulebook, now, &next_notice, arena});
        note(&log, decision, TODAY + day);
    }
    return log.data;
}

static void deliver_all(struct world *world, moment_t now)
{
    struct message_list list;

    do {
        must(world, state_claimable(world->state, &(struct due){now, 10}, world->arena, &list, &world->err));
        for (size_t i = 0; i < list.count; i++) {
            struct claim made = claim(world, list.list[i].id, now);
            struct outcome outcome = outcome_of(&made, OUTCOME_ACCEPTED, now);

            assert_true(commit_point(world, &made, now));
            assert_true(report(world, &outcome));
        }
    } while (list.count > 0);
}

static const char *for_real(struct paths *paths)
{
    struct world *world = &paths->world;
    struct text log;

    text_init(&log, world->arena);
    for (int day = 0; day < DAYS; day++) {
        moment_t now = NOW + (moment_t)day * DAY_SECONDS;
        struct decision *decision = decide(fill(world, now), &paths->rulebook, &paths->conditions, now, world->arena);

        apply(world, decision, now);
        deliver_all(world, now);
        note(&log, decision, TODAY + day);
    }
    return log.data;
}

/* As the engine does it: looked at only when due, and again after every outcome. */
static const char *when_woken(struct paths *paths, int *looks)
{
    struct world *world = &paths->world;
    struct id_list ids;
    struct text log;

    text_init(&log, world->arena);
    *looks = 0;
    must(world, state_wake(world->state, "C-17", NOW, &world->err));
    for (int day = 0; day < DAYS; day++) {
        moment_t now = NOW + (moment_t)day * DAY_SECONDS;

        for (int turn = 0;; turn++) {
            struct decision *decision;

            must(world, state_due(world->state, &(struct due){now, 10}, world->arena, &ids, &world->err));
            if (ids.count == 0)
                break;
            assert_in_range(turn, 0, 3); /* it comes to rest */
            decision = decide(fill(world, now), &paths->rulebook, &paths->conditions, now, world->arena);
            apply(world, decision, now);
            deliver_all(world, now);
            note(&log, decision, TODAY + day);
            ++*looks;
        }
    }
    return log.data;
}

static void test_the_same_history(void **unused)
{
    const char *paper, *real;
    struct paths paths;

    (void)unused;
    open_paths(&paths);
    paper = on_paper(&paths);
    real = for_real(&paths);
    assert_non_null(strstr(paper, " formal "));
    assert_non_null(strstr(paper, " call "));
    assert_string_equal(real, paper);
    world_close(&paths.world);
}

static void test_the_same_history_when_woken(void **unused)
{
    const char *paper, *real;
    struct paths paths;
    int looks;

    (void)unused;
    open_paths(&paths);
    paper = on_paper(&paths);
    real = when_woken(&paths, &looks);
    assert_string_equal(real, paper);
    assert_in_range(looks, 10, 60); /* of 180 days */
    world_close(&paths.world);
}

/* While a message is on its way or in doubt, no further decision about its items is made. */
static void test_nothing_is_decided_twice(void **unused)
{
    struct paths paths;
    struct world *world = &paths.world;
    struct decision *decision;
    struct claim made;
    moment_t now = NOW + 12 * (moment_t)DAY_SECONDS;

    (void)unused;
    open_paths(&paths);
    for (int step = 0; step < 4; step++) {
        decision = decide(fill(world, now), &paths.rulebook, &paths.conditions, now, world->arena);
        assert_int_equal(decision->notice_count, step == 0);
        apply(world, decision, now);
        if (step == 0)
            made = claim(world, 1, now);
        if (step == 1)
            assert_true(commit_point(world, &made, now));
        if (step == 2)
            must(world, state_make_uncertain(world->state, made.attempt, &(struct doubt){"lost", now, &zone_utc},
                                             &world->err));
        now += 60;
    }
    now += 60 * (moment_t)DAY_SECONDS;
    decision = decide(fill(world, now), &paths.rulebook, &paths.conditions, now, world->arena);
    for (size_t i = 0; i < decision->notice_count; i++)
        for (size_t j = 0; j < decision->notices[i].item_count; j++)
            assert_string_not_equal(decision->notices[i].items[j].invoice_id, world->items[0].invoice_id);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_history),
        cmocka_unit_test(test_the_same_history_when_woken),
        cmocka_unit_test(test_nothing_is_decided_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
