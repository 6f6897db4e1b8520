/*
 * simulation [--seeds N] [--seed S] [--verbose]
 *
 * Each seed is a world: a customer, a policy, invoices, payments, reversals,
 * credits, disputes, holds, moved due dates, and in every second world a sender
 * that refuses, delays and leaves in doubt.  The real decision walks it for two
 * virtual years; after each notice the judge looks at it (DESIGN 8).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define DAYS_WALKED 730

static moment_t next_deed(const struct world *world)
{
    moment_t best = MOMENT_NEVER;

    for (size_t i = 0; i < world->deed_count; i++)
        if (!world->deeds[i].done && world->deeds[i].at < best)
            best = world->deeds[i].at;
    return best;
}

static void do_deeds(struct world *world, moment_t now)
{
    for (size_t i = 0; i < world->deed_count; i++)
        if (!world->deeds[i].done && world->deeds[i].at <= now) {
            world->deeds[i].done = true;
            world_do(world, &world->deeds[i]);
        }
}

static int index_of(const struct world *world, const char *invoice)
{
    for (size_t i = 0; i < world->item_count; i++)
        if (strcmp(world->items[i].invoice_id, invoice) == 0)
            return (int)i;
    return -1;
}

static bool enter(struct world *world, const struct notice *notice, moment_t now)
{
    struct send send = {.at = now,
                        .on = notice->on,
                        .id = notice->id,
                        .contact = notice->contact,
                        .total = notice->total,
                        .deadline = notice->deadline,
                        .action = notice->action,
                        .before_due = notice->before_due};
    bool good;

    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];

        if (item->occurrence == 0)
            continue;
        send.rows[send.count].item = index_of(world, item->invoice_id);
        send.rows[send.count].step = policy_step(world->policy, item->step);
        send.rows[send.count].occurrence = item->occurrence;
        send.rows[send.count].episode = item->episode;
        send.rows[send.count].net = item->open - item->credited;
        send.rows[send.count++].deadline = item->deadline;
    }
    good = judge_send(world, &send);
    if (world->send_count < SENDS_MAX)
        world->sends[world->send_count++] = send;
    if (world->verbose) {
        char day[DAY_TEXT_SIZE];

        printf("%s %s", day_format(send.on, day), notice->step);
        for (size_t i = 0; i < send.count; i++)
            printf(" %s@%s=%lld", world->items[send.rows[i].item].invoice_id,
                   world->policy->steps[send.rows[i].step].name, (long long)send.rows[i].net);
        printf(" total %lld\n", (long long)send.total);
    }
    return good;
}

static void set_status(struct world *world, int64_t notice, enum notice_status status, enum record_status record)
{
    struct dossier *dossier = world->dossier;

    for (size_t i = 0; i < dossier->past_count; i++)
        if (dossier->past[i].id == notice)
            dossier->past[i].status = status;
    for (size_t i = 0; i < dossier->record_count; i++)
        if (dossier->records[i].notice == notice)
            dossier->records[i].status = record;
}

/* A sender that does not always say yes: doubt for good, or a refusal that a task holds. */
static void suffer(struct world *world, const struct notice *notice)
{
    struct send *send = &world->sends[world->send_count - 1];

    if (!world->faults || notice->action == ACTION_HANDOFF || !chance(&world->dice, 15))
        return;
    if (chance(&world->dice, 50)) {
        set_status(world, notice->id, NOTICE_UNCERTAIN, RECORD_UNCERTAIN);
        send->uncertain = true;
    } else {
        set_status(world, notice->id, NOTICE_FAILED, RECORD_PLANNED);
        world->send_count--; /* nothing reached anybody */
    }
}

static bool step_once(struct world *world, moment_t now, int64_t *next_notice, moment_t *next, bool *rest)
{
    static const struct conditions conditions = {.clock_ok = true, .rehearsal = true};
    struct decision *decision = decide(world->dossier, &world->rulebook, &conditions, now, world->arena);
    bool good = true;

    *rest = !decision_acts(decision);
    *next = decision->next_at;
    world->dossier =
        dossier_after(world->dossier, decision, &(struct future){&world->rulebook, now, next_notice, world->arena});
    for (size_t i = 0; i < decision->notice_count && good; i++) {
        const struct notice *notice = &decision->notices[i];

        if (notice->message_count > 0 && notice->messages[0].channel == CHANNEL_TASK)
            continue;
        good = enter(world, notice, now);
        suffer(world, notice);
    }
    return good;
}

static moment_t earliest(const struct world *world, moment_t next, moment_t now)
{
    day_t row = dossier_next_row(world->dossier, zone_day(world->rulebook.zone, now, NULL));

    if (row != DAY_NONE && zone_moment(world->rulebook.zone, row, 0) < next)
        next = zone_moment(world->rulebook.zone, row, 0);
    return next_deed(world) < next ? next_deed(world) : next;
}

/* Off the air now and then: the next look comes days later, and nothing may come in a flood. */
static moment_t downtime(struct world *world, moment_t next)
{
    if (next == MOMENT_NEVER || !chance(&world->dice, 3))
        return next;
    return next + (moment_t)roll(&world->dice, 20) * DAY_SECONDS + roll(&world->dice, DAY_SECONDS);
}

/* Why each item stands where it stands at the end; for the person who replays a seed. */
static void tell_end(struct world *world, moment_t now)
{
    static const struct conditions conditions = {.clock_ok = true, .rehearsal = true};
    struct decision *decision = decide(world->dossier, &world->rulebook, &conditions, now, world->arena);
    char due[DAY_TEXT_SIZE], at[DAY_TEXT_SIZE];

    for (size_t i = 0; i < decision->verdict_count; i++) {
        const struct verdict *verdict = &decision->verdicts[i];

        printf("%s due %s amount %lld net %lld position %d next %d at %s: %s\n", verdict->item->invoice_id,
               day_format(verdict->item->due_on, due), (long long)verdict->item->amount,
               (long long)(verdict->open - verdict->credited), verdict->position, verdict->next,
               day_format(verdict->at == MOMENT_NEVER ? DAY_NONE : (day_t)(verdict->at / DAY_SECONDS), at),
               names_word(&reason_names, (int)verdict->reason));
    }
}

static bool walk(struct world *world)
{
    moment_t now = zone_moment(world->rulebook.zone, day_from_civil(2025, 3, 1), 0);
    moment_t end = now + (moment_t)DAYS_WALKED * DAY_SECONDS;
    int64_t next_notice = 1;
    int rounds = 0;

    while (now < end) {
        moment_t next;
        bool rest;

        do_deeds(world, now);
        if (!step_once(world, now, &next_notice, &next, &rest))
            return false;
        if (!rest && rounds++ < 50)
            continue;
        if (!rest) {
            printf("seed %llu: the decision does not come to rest\n", (unsigned long long)world->seed);
            return false;
        }
        rounds = 0;
        next = downtime(world, earliest(world, next, now));
        if (next <= now)
            next = now + 3600;
        now = next;
    }
    if (world->verbose)
        tell_end(world, end);
    return judge_end(world, end);
}

static bool run(uint64_t seed, bool verbose, size_t *sends)
{
    struct arena *arena = arena_new(1 << 20);
    struct world *world = calloc(1, sizeof *world);
    bool good;

    if (world == NULL)
        abort();
    world_make(world, seed, arena);
    world->verbose = verbose;
    good = walk(world);
    *sends += world->send_count;
    if (!good)
        printf("again: simulation --seed %llu --verbose\n", (unsigned long long)seed);
    free(world);
    arena_free(&arena);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t first = 1, count = 1000;
    bool verbose = false;
    size_t passed = 0, failed = 0, sends = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--verbose") == 0)
            verbose = true;
        else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
            count = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            first = strtoull(argv[++i], NULL, 10);
            count = 1;
        } else {
            fprintf(stderr, "usage: simulation [--seeds N] [--seed S] [--verbose]\n");
            return 2;
        }
    }
    for (uint64_t seed = first; seed < first + count && failed < 10; seed++)
        if (run(seed, verbose, &sends))
            passed++;
        else
            failed++;
    printf("%zu notices judged\n%zu passed, %zu failed\n", sends, passed, failed);
    return failed != 0;
}
