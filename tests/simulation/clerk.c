/* The clerk: approves, settles what is uncertain by what is true, and does the tasks. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "store/facts.h"
#include "store/state_core.h"
#include "truth.h"

static bool arrived(const struct world *world, int64_t message)
{
    for (int i = 0; i < world->letter_count; i++)
        if (world->letters[i].message == message && world->letters[i].end == LETTER_ARRIVED)
            return true;
    return false;
}

/* What was settled is no longer in doubt, and what he says did not arrive may be sent again, though he be wrong. */
static void note_settled(struct world *world, int64_t message, bool sent)
{
    for (int i = 0; i < world->letter_count; i++)
        if (world->letters[i].message == message) {
            if (world->letters[i].uncertain)
                world->letters[i].end = sent ? LETTER_ARRIVED : LETTER_FAILED;
            world->letters[i].uncertain = false;
            world->letters[i].told = true;
        }
}

static void settle_all(struct world *world, const struct said *said, struct arena *arena, bool always)
{
    struct fact_filter filter = {"", "", "", MESSAGE_UNCERTAIN, 100};
    struct message_list list;
    struct err err = {0};

    if (facts_messages(world->books, &filter, arena, &list, &err) != 0) {
        referee_wrong(world, "door", "%s", err.text);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        bool errs = !always && dice_chance(&world->dice, 8);
        bool sent = arrived(world, list.list[i].id) != errs;

        if (world->verbose)
            printf("    the clerk settles message %lld: %s\n", (long long)list.list[i].id, sent ? "sent" : "not sent");
        bool says = sent != (world->plant == PLANT_WRONG_SETTLE);
        if (facts_settle(world->books, list.list[i].id, says, said, &err) == 0)
            note_settled(world, list.list[i].id, sent);
        else if (err.code != ERR_REFUSED)
            referee_wrong(world, "door", "settle: %s", err.text);
    }
}

static void approve_all(struct world *world, const struct said *said, struct arena *arena, bool always)
{
    struct fact_filter filter = {"", "", "", NOTICE_AWAITING_APPROVAL, 100};
    struct notice_list list;
    struct err err = {0};

    if (facts_notices(world->books, &filter, arena, &list, &err) != 0) {
        referee_wrong(world, "door", "%s", err.text);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        bool yes = always || dice_chance(&world->dice, 80);

        if (!yes && dice_chance(&world->dice, 70))
            continue;
        if (facts_approve(world->books, list.list[i].id, yes, said, &err) == 0)
            referee_approved(world, list.list[i].id, yes, list.list[i].total);
        else if (err.code != ERR_REFUSED)
            referee_wrong(world, "door", "approve: %s", err.text);
    }
}

static void do_task(struct world *world, const struct task *task, const struct said *said, bool always)
{
    struct task_result result = {TASK_REACHED, zone_day(business_zone(), said->now, NULL)};
    struct err err = {0};

    if (!always && dice_chance(&world->dice, 40))
        result.outcome = (enum task_outcome)dice_roll(&world->dice, 5);
    if (world->verbose)
        printf("    the clerk does task %lld (%s) of notice %lld: %s\n", (long long)task->id,
               names_word(&task_kind_names, (int)task->kind), (long long)task->notice,
               names_word(&task_outcome_names, (int)result.outcome));
    if (facts_task_done(world->books, task->id, &result, said, &err) != 0) {
        if (err.code != ERR_REFUSED)
            referee_wrong(world, "door", "task: %s", err.text);
        return;
    }
    if (task->notice != 0 && (result.outcome == TASK_REACHED || result.outcome == TASK_LETTER_SENT))
        referee_by_hand(world, task->notice);
}

static void do_tasks(struct world *world, const struct said *said, struct arena *arena, bool always)
{
    struct fact_filter filter = {"", "", "", TASK_OPEN, 100};
    struct task_list list;
    struct err err = {0};

    if (facts_tasks(world->books, &filter, arena, &list, &err) != 0) {
        referee_wrong(world, "door", "%s", err.text);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        if (always || dice_chance(&world->dice, 60))
            do_task(world, &list.list[i], said, always);
}

static void let_breaker_go(struct world *world, const struct said *said)
{
    struct err err = {0};
    int64_t id;

    if (variants[world->config].breaker && facts_request(world->books, "approve-breaker", said, &id, &err) != 0)
        referee_wrong(world, "door", "request: %s", err.text);
}

/* n chooses; from 1 << 20 on he does everything. */
void clerk_visits(struct world *world, int64_t n)
{
    struct said said = {"jo", "looked into it", wall_of(world)};
    struct arena *arena = arena_new(0);
    bool always = n >= 1 << 20;

    world->dice.state ^= (uint64_t)n;
    settle_all(world, &said, arena, always);
    approve_all(world, &said, arena, always);
    do_tasks(world, &said, arena, always);
    let_breaker_go(world, &said);
    arena_free(&arena);
}
