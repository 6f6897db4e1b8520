/*
 * The sender's sign of life: the loop gives it while it turns, but not while a
 * worker hangs beyond its deadlines.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "delivery/desk.h"
#include "delivery/job.h"
#include "delivery/link.h"

static struct desk *desk;
static int signs;
static bool told_to_stop;

/* The loop ends where nothing is carried any more; a sign after that is none of the job as the case has it. */
static void notify(const char *state)
{
    if (strcmp(state, "WATCHDOG=1") == 0 && !told_to_stop)
        signs++;
    if (strcmp(state, "STOPPING=1") == 0) {
        told_to_stop = true;
        if (desk->first != NULL)
            desk->first->state = JOB_FINISHED;
    }
}

static void put_job(enum job_state state, int64_t over_ms)
{
    struct job *job = calloc(1, sizeof *job);

    assert_non_null(job);
    job->desk = desk;
    job->arena = arena_new(0);
    job->state = state;
    job->over_ms = over_ms;
    assert_int_equal(cond_init(&job->answered), 0);
    desk->first = desk->last = job;
}

/* Runs the loop for 200 ms with a sign due every 10 ms; how many came. */
static int run_link(void)
{
    const struct itimerval once = {.it_value = {.tv_usec = 200000}};
    sigset_t alarm_set;
    struct err err;

    sigemptyset(&alarm_set);
    sigaddset(&alarm_set, SIGALRM);
    assert_int_equal(sigprocmask(SIG_BLOCK, &alarm_set, NULL), 0);
    struct link_options options = {.socket = -1,
                                   .listener = -1,
                                   .signal_fd = signalfd(-1, &alarm_set, SFD_CLOEXEC | SFD_NONBLOCK),
                                   .watchdog_ms = 20,
                                   .version = "test",
                                   .notify = notify};
    assert_true(options.signal_fd >= 0);
    signs = 0;
    told_to_stop = false;
    assert_int_equal(setitimer(ITIMER_REAL, &once, NULL), 0);
    assert_int_equal(link_run(desk, &options, &err), 0);
    close(options.signal_fd);
    return signs;
}

static void signs_come_unless_a_worker_hangs(void **state)
{
    (void)state;
    const int64_t long_ago = 1, later = INT64_MAX;
    const struct {
        const char *remark;
        bool job;
        enum job_state state;
        int64_t over_ms;
        bool signs;
    } cases[] = {
        {"nothing in hand", false, JOB_QUEUED, 0, true},
        {"waits for a worker", true, JOB_QUEUED, 0, true},
        {"waits for its turn", true, JOB_CARRIED, 0, true},
        {"is carried in time", true, JOB_CARRIED, later, true},
        {"hangs", true, JOB_CARRIED, long_ago, false},
        {"was late and is over", true, JOB_FINISHED, long_ago, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk = desk_new("", 8);
        assert_non_null(desk);
        if (cases[i].job)
            put_job(cases[i].state, cases[i].over_ms);
        int found = run_link();
        if ((found > 0) != cases[i].signs)
            fail_msg("%s: %d signs", cases[i].remark, found);
        desk_free(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signs_come_unless_a_worker_hangs)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
