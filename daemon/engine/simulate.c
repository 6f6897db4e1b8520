/*
 * The virtual clock: each customer is walked from event to event on his own,
 * everything that is sent is accepted at once, and the rows are put in order
 * of time at the end.
 */
#include "engine/simulate.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/zones.h"
#include "store/ledger.h"
#include "store/state.h"

#define SLICE_CUSTOMERS 1000
#define ROUNDS_AT_ONE_MOMENT 16

struct walk {
    const struct books *books;
    const struct rulebook *rulebook;
    struct simulation *simulation;
    struct arena *arena;   /* rows and their strings */
    struct arena *scratch; /* one customer */
    moment_t from, end;
    size_t capacity;
    int64_t next_notice;
};

static struct simulated_row *add_row(struct walk *walk)
{
    struct simulation *simulation = walk->simulation;

    if (simulation->count == walk->capacity) {
        size_t more = walk->capacity * 2 + 256;

        simulation->rows = arena_must(realloc(simulation->rows, more * sizeof *simulation->rows));
        walk->capacity = more;
    }
    memset(&simulation->rows[simulation->count], 0, sizeof *simulation->rows);
    return &simulation->rows[simulation->count++];
}

static enum action action_of(const struct walk *walk, const struct notice *notice, const struct notice_item *item)
{
    const struct policy *policy = rulebook_policy(walk->rulebook, notice->policy);
    int step = policy == NULL ? -1 : policy_step(policy, item->step);

    return step < 0 ? notice->action : policy->steps[step].action;
}

static void emit(struct walk *walk, const struct dossier *dossier, const struct notice *notice,
                 const struct notice_item *item, const struct message_plan *message)
{
    const struct zone *zone = dossier->zone != NULL ? dossier->zone : walk->rulebook->zone;
    struct simulated_row *row = add_row(walk);

    row->at = notice->planned_at;
    row->offset = zone_offset(zone, notice->planned_at);
    row->notice = notice->id;
    row->customer = arena_copy(walk->arena, notice->customer);
    row->invoice = arena_copy(walk->arena, item->invoice_id);
    row->line = item->line;
    row->policy = notice->policy;
    row->step = arena_copy(walk->arena, item->step);
    row->action = action_of(walk, notice, item);
    row->channel = notice->action == ACTION_TASK ? CHANNEL_TASK : message->channel;
    row->amount = item->open - item->credited;
    row->currency = arena_copy(walk->arena, notice->currency);
}

/* Everything a healthy run would send: the first channel and those that follow it, not the fallbacks. */
static void emit_notice(struct walk *walk, const struct dossier *dossier, const struct notice *notice)
{
    static const struct message_plan task = {.channel = CHANNEL_TASK};
    size_t messages = notice->action == ACTION_TASK ? 1 : notice->message_count;

    if (notice->needs_approval) {
        walk->simulation->approvals_asked++;
        return;
    }
    for (size_t m = 0; m < messages; m++) {
        const struct message_plan *message = notice->action == ACTION_TASK ? &task : &notice->messages[m];

        if (message->fallback && message->later)
            continue;
        for (size_t i = 0; i < notice->item_count; i++)
            if (notice->items[i].occurrence > 0)
                emit(walk, dossier, notice, &notice->items[i], message);
    }
}

/* Notices that their policy lets go without an approval. */
static void emit_timeouts(struct walk *walk, const struct dossier *dossier, const struct decision *decision,
                          moment_t now)
{
    for (size_t i = 0; i < decision->timeout_count; i++)
        for (size_t j = 0; j < dossier->live_count; j++) {
            struct notice notice = dossier->live[j];

            if (notice.id != decision->timeouts[i].notice || !decision->timeouts[i].approve)
                continue;
            notice.planned_at = now;
            notice.needs_approval = false;
            emit_notice(walk, dossier, &notice);
        }
}

static void count_tasks(struct walk *walk, const struct decision *decision)
{
    walk->simulation->tasks += decision->task_count;
    for (size_t i = 0; i < decision->task_count; i++)
        if (decision->tasks[i].kind == TASK_AT_END)
            walk->simulation->exhausted++;
}

static moment_t next_row_at(const struct walk *walk, const struct dossier *dossier, moment_t now)
{
    day_t day = dossier_next_row(dossier, zone_day(walk->rulebook->zone, now, NULL));

    return day == DAY_NONE ? MOMENT_NEVER : zone_moment(walk->rulebook->zone, day, 0);
}

static void walk_customer(struct walk *walk, struct dossier *dossier)
{
    static const struct conditions conditions = {.clock_ok = true, .rehearsal = true};
    moment_t now = walk->from;
    int rounds = 0;

    while (now < walk->end) {
        struct decision *decision = decide(dossier, walk->rulebook, &conditions, now, walk->scratch);
        moment_t next = decision->next_at, row;

        count_tasks(walk, decision);
        if (decision_acts(decision) && rounds++ < ROUNDS_AT_ONE_MOMENT) {
            emit_timeouts(walk, dossier, decision, now);
            dossier = dossier_after(dossier, decision,
                                    &(struct future){walk->rulebook, now, &walk->next_notice, walk->scratch});
            for (size_t i = 0; i < decision->notice_count; i++)
                emit_notice(walk, dossier, &decision->notices[i]);
            continue;
        }
        row = next_row_at(walk, dossier, now);
        if (row < next)
            next = row;
        if (next == MOMENT_NEVER || next <= now)
            break;
        now = next;
        rounds = 0;
    }
}

static int walk_slice(struct walk *walk, struct dossier *dossiers, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        bool known = false;

        arena_reset(walk->scratch);
        dossiers[i].zone = zones_find(walk->books->config->zones, dossiers[i].customer->timezone);
        if (walk->books->state != NULL && state_known(walk->books->state, dossiers[i].customer->id, &known, err) != 0)
            return -1;
        if (known && state_fill(walk->books->state, &dossiers[i], walk->from, walk->scratch, err) != 0)
            return -1;
        walk_customer(walk, &dossiers[i]);
    }
    return 0;
}

static int row_order(const void *a, const void *b)
{
    const struct simulated_row *x = a, *y = b;
    int order;

    if (x->at != y->at)
        return x->at > y->at ? 1 : -1;
    order = strcmp(x->customer, y->customer);
    if (order != 0)
        return order;
    if (x->notice != y->notice)
        return x->notice > y->notice ? 1 : -1;
    order = strcmp(x->invoice, y->invoice);
    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line > y->line ? 1 : -1;
    return (x->channel > y->channel) - (x->channel < y->channel);
}

/* Notices are numbered in order of time, whatever order the customers were walked in. */
static void renumber(struct simulation *simulation)
{
    int64_t number = 0, last = 0;

    for (size_t i = 0; i < simulation->count; i++) {
        if (i == 0 || simulation->rows[i].notice != last)
            number++;
        last = simulation->rows[i].notice;
        simulation->rows[i].notice = number;
    }
}

/* The rows move into the caller's arena. */
static void finish(struct walk *walk)
{
    struct simulation *simulation = walk->simulation;
    struct simulated_row *rows = simulation->rows;

    if (simulation->count > 0)
        qsort(rows, simulation->count, sizeof *rows, row_order);
    renumber(simulation);
    simulation->rows = arena_array(walk->arena, simulation->count, sizeof *rows);
    if (rows != NULL)
        memcpy(simulation->rows, rows, simulation->count * sizeof *rows);
    free(rows);
}

static int walk_all(struct walk *walk, struct err *err)
{
    struct arena *slice = arena_new(0);
    struct ledger_slice found = {.after = "", .max = SLICE_CUSTOMERS};
    size_t total = 0;
    char *key = NULL;
    int result = 0;

    do {
        arena_reset(slice);
        result = ledger_slice(walk->books->ledger, slice, &found, err);
        if (result == 0)
            result = walk_slice(walk, found.list, found.count, err);
        if (result == 0 && found.count > 0) {
            free(key);
            key = arena_must(strdup(found.list[found.count - 1].customer->id));
            found.after = key;
        }
        total += result == 0 ? found.count : 0;
        if (walk->simulation->progress != NULL && found.count > 0)
            walk->simulation->progress(walk->simulation->context, total);
    } while (result == 0 && found.count > 0 && key != NULL);
    free(key);
    arena_free(&slice);
    return result;
}

int simulate(const struct books *books, struct simulation *simulation, struct err *err)
{
    struct walk walk = {.books = books,
                        .rulebook = simulation->rulebook != NULL ? simulation->rulebook : &books->config->rulebook,
                        .simulation = simulation,
                        .arena = books->arena,
                        .scratch = arena_new(0),
                        .from = simulation->from,
                        .next_notice = 1};
    day_t first = zone_day(walk.rulebook->zone, simulation->from, NULL);
    int result;

    walk.end = zone_moment(walk.rulebook->zone, first + simulation->days, 0);
    simulation->rows = NULL;
    simulation->count = simulation->approvals_asked = simulation->tasks = simulation->exhausted = 0;
    result = walk_all(&walk, err);
    finish(&walk);
    arena_free(&walk.scratch);
    return result;
}
