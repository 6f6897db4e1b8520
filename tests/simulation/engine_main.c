/*
 * simulation_engine [--seeds N] [--from S] [--jobs J] [--seed S] [--verbose] [--whole] [--plant WORD] [--no-shrink]
 * simulation_engine --self-test
 *
 * Each seed is a world of its own: customers, invoices, payments, quarrels,
 * people, clocks and crashes over two years, with the real engine, policies and
 * stores in it and a scripted sender.  The referee holds what is sent against
 * what is true.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rooms.h"
#include "shrink.h"

struct wish {
    uint64_t from, seeds;
    int jobs;
    bool verbose, whole, self_test, long_story;
    enum plant plant;
};

struct sums {
    int64_t worlds, failed, sends, starts, kills, noes, turns;
};

static struct world one;

static bool run_one(const struct wish *wish, uint64_t seed, bool verbose, struct sums *sums)
{
    world_make(&one, seed);
    one.plant = wish->plant;
    one.verbose = verbose;
    bool good = world_run(&one, NULL, 0);
    sums->worlds++;
    sums->failed += !good;
    sums->sends += one.sends;
    sums->starts += one.starts;
    sums->kills += one.kills;
    sums->noes += one.gate_noes;
    sums->turns += one.turns;
    return good;
}

static void tell_failure(const struct wish *wish, uint64_t seed)
{
    static bool off[CHOICES_MAX];

    printf("seed %" PRIu64 ": %s: %s\n", seed, one.rule, one.what);
    printf("again: tests/simulation/run --seed %" PRIu64 " --verbose\n", seed);
    fflush(stdout);
    if (wish->long_story)
        return;
    size_t left = shrink(seed, wish->plant, off);
    printf("the shortest story, of %zu choices:\n", left);
    shrink_tell(seed, wish->plant, off);
    fflush(stdout);
}

static struct sums run_share(const struct wish *wish, int job)
{
    struct sums sums = {0};

    for (uint64_t seed = wish->from + (uint64_t)job;
         seed < wish->from + wish->seeds && sums.failed < (wish->long_story ? 1000 : 5); seed += (uint64_t)wish->jobs)
        if (!run_one(wish, seed, false, &sums))
            tell_failure(wish, seed);
    return sums;
}

/* ---- several processes ---- */

pid_t __real_fork(void); /* the floors' calls are kept from it */

static int begin_job(const struct wish *wish, int job, pid_t *child)
{
    int pair[2];

    if (pipe(pair) != 0)
        return -1;
    fflush(stdout);
    *child = __real_fork();
    if (*child != 0) {
        close(pair[1]);
        return *child < 0 ? -1 : pair[0];
    }
    close(pair[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sums sums = {.failed = 1};
    if (rooms_build())
        sums = run_share(wish, job);
    rooms_clear();
    fflush(stdout);
    _exit(write(pair[1], &sums, sizeof sums) == (ssize_t)sizeof sums ? 0 : 1);
}

static void add(struct sums *all, const struct sums *more)
{
    all->worlds += more->worlds;
    all->failed += more->failed;
    all->sends += more->sends;
    all->starts += more->starts;
    all->kills += more->kills;
    all->noes += more->noes;
    all->turns += more->turns;
}

static int run_all(const struct wish *wish)
{
    struct sums all = {0};
    int fds[64];
    pid_t children[64];
    struct timespec began, ended;

    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int i = 0; i < wish->jobs; i++)
        fds[i] = begin_job(wish, i, &children[i]);
    for (int i = 0; i < wish->jobs; i++) {
        struct sums sums = {0};
        int status = 1;

        if (fds[i] < 0 || read(fds[i], &sums, sizeof sums) != (ssize_t)sizeof sums)
            sums.failed = 1;
        if (fds[i] >= 0)
            waitpid(children[i], &status, 0);
        sums.failed += status != 0 && sums.failed == 0;
        add(&all, &sums);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%" PRId64 " worlds from seed %" PRIu64 ": %" PRId64 " messages judged, %" PRId64
           " stopped at the gate, %" PRId64 " starts of the engine, %" PRId64 " kills, %" PRId64 " turns, %lld s\n",
           all.worlds, wish->from, all.sends, all.noes, all.starts, all.kills, all.turns,
           (long long)(ended.tv_sec - began.tv_sec));
    printf("%" PRId64 " passed, %" PRId64 " failed\n", all.worlds - all.failed, all.failed);
    return all.failed != 0 || all.worlds == 0;
}

/* ---- by itself ---- */

static int run_seed(const struct wish *wish)
{
    struct sums sums = {0};

    if (!rooms_build())
        return 1;
    bool good = run_one(wish, wish->from, wish->verbose, &sums);
    if (!good && (wish->whole || !wish->verbose))
        tell_failure(wish, wish->from);
    else if (!good)
        printf("=> %s: %s\n", one.rule, one.what);
    printf("%" PRId64 " turns, %" PRId64 " starts, %" PRId64 " messages\n", sums.turns, sums.starts, sums.sends);
    printf("%d passed, %d failed\n", good, !good);
    rooms_clear();
    return !good;
}

static bool names_rule(const char *rules, const char *rule)
{
    size_t length = strlen(rule);

    for (const char *at = rules; (at = strstr(at, rule)) != NULL; at++)
        if ((at == rules || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return true;
    return false;
}

enum { PLANT_SEEDS = 400 };

static bool test_plant(enum plant plant)
{
    for (uint64_t seed = 1; seed <= PLANT_SEEDS; seed++) {
        struct sums sums = {0};
        struct wish wish = {.plant = plant};

        if (run_one(&wish, seed, false, &sums) || !names_rule(plant_rule(plant), one.rule))
            continue;
        printf("ok   %s: seen with seed %" PRIu64 ", %s: %s\n", plant_word(plant), seed, one.rule, one.what);
        return true;
    }
    printf("FAIL %s: not seen in %d worlds\n", plant_word(plant), PLANT_SEEDS);
    return false;
}

/* The referee must complain of each planted fault, and by the right rule. */
static int self_test(void)
{
    int failed = 0;

    if (!rooms_build())
        return 1;
    for (int plant = PLANT_NONE + 1; plant < PLANT_COUNT; plant++)
        failed += !test_plant((enum plant)plant);
    rooms_clear();
    printf("%d passed, %d failed\n", PLANT_COUNT - 1 - failed, failed);
    return failed != 0;
}

/* ---- what is asked for ---- */

static bool read_wish(int argc, char **argv, struct wish *wish)
{
    bool seed = false;

    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;

        if (strcmp(argv[i], "--verbose") == 0)
            wish->verbose = true;
        else if (strcmp(argv[i], "--whole") == 0)
            wish->whole = true;
        else if (strcmp(argv[i], "--no-shrink") == 0)
            wish->long_story = true;
        else if (strcmp(argv[i], "--self-test") == 0)
            wish->self_test = true;
        else if (strcmp(argv[i], "--seeds") == 0 && more)
            wish->seeds = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--from") == 0 && more)
            wish->from = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--jobs") == 0 && more)
            wish->jobs = (int)strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--plant") == 0 && more)
            wish->plant = plant_find(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && more && (seed = true))
            wish->from = strtoull(argv[++i], NULL, 10);
        else
            return false;
    }
    if (seed)
        wish->seeds = 0;
    return wish->plant != PLANT_COUNT && wish->jobs >= 1 && wish->jobs <= 64;
}

int main(int argc, char **argv)
{
    struct wish wish = {.from = 1, .seeds = 1000, .jobs = 1};

    if (!read_wish(argc, argv, &wish)) {
        fprintf(stderr, "usage: simulation_engine [--seeds N] [--from S] [--jobs J] [--seed S [--verbose] [--whole]] "
                        "[--plant WORD] [--no-shrink] [--self-test]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (wish.self_test)
        return self_test();
    return wish.seeds == 0 ? run_seed(&wish) : run_all(&wish);
}
