#include "engine/clock.h"

#include "base/text.h"
#include "fake/test.h"

#define T0 INT64_C(1795000000) /* 2026-11-18 */

static void a_pair_of_readings_is_judged(void **state)
{
    static const struct {
        const char *remark;
        struct clock_watch watch;
        moment_t wall;
        int64_t boot;
        enum clock_fault fault;
    } cases[] = {
        {"nothing known", {MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, 0}, T0, 100, CLOCK_FINE},
        {"before the program was made",
         {MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, MOMENT_NONE, 0},
         1000000000,
         100,
         CLOCK_BEFORE_BUILD},
        {"four minutes behind", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 - 240, 100, CLOCK_FINE},
        {"five minutes and a second behind", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 - 301, 100, CLOCK_BEHIND},
        {"three days later, all lived through", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 259200, 100 + 259200, CLOCK_FINE},
        {"three days later, machine was off", {MOMENT_NONE, T0, T0, MOMENT_NONE, 0}, T0 + 259200, 60, CLOCK_FINE},
        {"36 hours ahead in a minute", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 60 + 129600, 160, CLOCK_FINE},
        {"a second more", {MOMENT_NONE, T0, T0, T0, 100}, T0 + 60 + 129601, 160, CLOCK_LEAP},
        {"a rehearsal has no clock to judge", {5, T0, T0, T0, 100}, 5, 160, CLOCK_FINE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        enum clock_fault fault = clock_judge(&cases[i].watch, cases[i].wall, cases[i].boot);
        expect_int(cases[i].remark, (int)fault, (int)cases[i].fault);
        expect_int(cases[i].remark, text_empty(clock_sentence(fault)), fault == CLOCK_FINE);
    }
}

static void belief_never_lowers_the_highest(void **state)
{
    struct clock_watch watch = {.fixed = MOMENT_NONE, .highest = MOMENT_NONE, .wall = MOMENT_NONE};

    (void)state;
    clock_believe(&watch, T0, 100);
    clock_believe(&watch, T0 - 60, 110);
    expect_int("highest", watch.highest, T0);
    expect_int("the ground stays", watch.wall, T0);
}

static void a_rehearsal_stands_still(void **state)
{
    struct clock_watch watch = {.fixed = 12345};

    (void)state;
    expect_int("fixed", clock_now(&watch), 12345);
}

static void two_leaps_in_a_week_add_up(void **state)
{
    static const struct {
        const char *remark;
        int64_t first, lived, second; /* seconds: a leap ahead, life, another leap */
        enum clock_fault fault;
    } cases[] = {
        {"24 and 24 hours within a minute", 86400, 60, 86400, CLOCK_LEAP},
        {"24 and 12 hours", 86400, 60, 43200, CLOCK_FINE},
        {"24 and 24 hours within six days", 86400, INT64_C(6) * 86400, 86400, CLOCK_LEAP},
        {"24 and 24 hours, more than a week apart", 86400, INT64_C(8) * 86400, 86400, CLOCK_FINE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct clock_watch watch = {.fixed = MOMENT_NONE, .highest = MOMENT_NONE, .wall = MOMENT_NONE};
        moment_t wall = T0 + cases[i].first;
        clock_believe(&watch, T0, 100);
        for (int64_t boot = 100; boot <= 100 + cases[i].lived; boot += 60, wall += 60) {
            expect_int(cases[i].remark, (int)clock_judge(&watch, wall, boot), CLOCK_FINE);
            clock_believe(&watch, wall, boot);
        }
        expect_int(cases[i].remark, (int)clock_judge(&watch, wall + cases[i].second, 160 + cases[i].lived),
                   (int)cases[i].fault);
    }
}

static void what_is_confirmed_is_the_new_ground(void **state)
{
    struct clock_watch watch = {.fixed = MOMENT_NONE, .highest = MOMENT_NONE, .wall = MOMENT_NONE};

    (void)state;
    clock_believe(&watch, T0, 100);
    watch.saved = T0;
    clock_confirm(&watch, T0 + 864000, 160);
    expect_int("ahead", (int)clock_judge(&watch, T0 + 864001, 161), CLOCK_FINE);
    expect_int("what was before is behind now", (int)clock_judge(&watch, T0 + 60, 161), CLOCK_BEHIND);
    clock_confirm(&watch, T0 + 60, 161);
    expect_int("back again", (int)clock_judge(&watch, T0 + 61, 162), CLOCK_FINE);
    expect_true("it has to be saved anew", watch.saved == MOMENT_NONE);
}

/* ---- random lives of a machine ---- */

enum { ACTIONS = 20000, JUMPS = 10000, PLANT_NONE = 0, PLANT_HIGHEST, PLANT_GROUND, PLANT_RENEWED };

/* What is true, by its own book-keeping: how much the wall clock is ahead of the time lived. */
struct life {
    uint64_t seed;
    int64_t lived, started; /* seconds since the tale began; the machine's start */
    int64_t shift;          /* of the wall clock */
    int64_t ground_shift, ground_lived;
    bool ground, known; /* a ground; a highest time */
    moment_t highest;
    int jumps, faults[CLOCK_LEAP + 1], different;
};

static int64_t random_between(struct life *life, int64_t low, int64_t high)
{
    life->seed = life->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int64_t)((life->seed >> 20) % (uint64_t)(high - low + 1));
}

static moment_t wall_of(const struct life *life)
{
    return T0 + life->lived + life->shift;
}

static enum clock_fault truth(const struct life *life)
{
    if (wall_of(life) < DUNNINGD_BUILT)
        return CLOCK_BEFORE_BUILD;
    if (life->known && wall_of(life) + 300 < life->highest)
        return CLOCK_BEHIND;
    if (life->ground && life->shift > life->ground_shift + INT64_C(36) * 3600)
        return CLOCK_LEAP;
    return CLOCK_FINE;
}

static void believe(struct life *life)
{
    if (!life->ground || life->lived - life->ground_lived >= INT64_C(7) * 86400) {
        life->ground = true;
        life->ground_shift = life->shift;
        life->ground_lived = life->lived;
    }
    if (!life->known || wall_of(life) > life->highest)
        life->highest = wall_of(life);
    life->known = true;
}

/* Mostly by up to two days; now and then the battery is dead, and what it lost is set right by the next jump. */
static void jump(struct life *life)
{
    life->jumps++;
    if (wall_of(life) < DUNNINGD_BUILT)
        life->shift = 0;
    else if (random_between(life, 0, 19) == 0)
        life->shift -= wall_of(life) - DUNNINGD_BUILT + random_between(life, 1, INT64_C(99) * 86400);
    else
        life->shift += random_between(life, -48 * 3600, 48 * 3600);
}

/* Live, jump, start the machine anew, or let a person confirm. */
static void act(struct life *life, struct clock_watch *watch)
{
    int64_t what = random_between(life, 0, 9);

    life->lived += random_between(life, 1, what == 0 ? INT64_C(3) * 86400 : 600);
    if (what >= 1 && what <= 5) {
        jump(life);
    } else if (what == 6) {
        life->started = life->lived;
        life->ground = false;
        watch->wall = MOMENT_NONE; /* the pair of another boot is not read */
    } else if (what >= 7 && truth(life) != CLOCK_FINE && truth(life) != CLOCK_BEFORE_BUILD) {
        life->known = life->ground = false;
        believe(life);
        clock_confirm(watch, wall_of(life), life->lived - life->started);
    }
}

static void spoil(struct clock_watch *watch, int plant)
{
    if (plant == PLANT_HIGHEST)
        watch->highest = MOMENT_NONE;
    if (plant == PLANT_GROUND)
        watch->wall = MOMENT_NONE;
}

static struct life live(uint64_t seed, int plant)
{
    struct life life = {.seed = seed};
    struct clock_watch watch = {.fixed = MOMENT_NONE,
                                .highest = MOMENT_NONE,
                                .saved = MOMENT_NONE,
                                .wall = MOMENT_NONE};

    for (int i = 0; i < ACTIONS || life.jumps < JUMPS; i++) {
        act(&life, &watch);
        spoil(&watch, plant);
        moment_t wall = wall_of(&life);
        int64_t boot = life.lived - life.started;
        enum clock_fault fault = clock_judge(&watch, wall, boot), want = truth(&life);
        life.faults[want]++;
        life.different += fault != want;
        if (want == CLOCK_FINE) {
            believe(&life);
            if (plant == PLANT_RENEWED)
                watch.wall = MOMENT_NONE;
            clock_believe(&watch, wall, boot);
        }
    }
    return life;
}

static void ten_thousand_jumps(void **state)
{
    struct life life = live(20261101, PLANT_NONE);

    (void)state;
    print_message(
        "%d jumps of up to 48 hours, seed 20261101: %d fine, %d behind, %d before the build, %d leaps, %d wrong\n",
        life.jumps, life.faults[CLOCK_FINE], life.faults[CLOCK_BEHIND], life.faults[CLOCK_BEFORE_BUILD],
        life.faults[CLOCK_LEAP], life.different);
    expect_int("different", life.different, 0);
    for (int i = 0; i <= CLOCK_LEAP; i++)
        expect_true("each answer was wanted often", life.faults[i] > 200);
    expect_true("a forgotten highest time is seen", live(1, PLANT_HIGHEST).different > 0);
    expect_true("a forgotten ground is seen", live(1, PLANT_GROUND).different > 0);
    expect_true("a ground that moves along is seen", live(1, PLANT_RENEWED).different > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_of_readings_is_judged), cmocka_unit_test(belief_never_lowers_the_highest),
        cmocka_unit_test(two_leaps_in_a_week_add_up),   cmocka_unit_test(what_is_confirmed_is_the_new_ground),
        cmocka_unit_test(ten_thousand_jumps),           cmocka_unit_test(a_rehearsal_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
