/* Planted faults: lies to the referee or in the engine's books, each of which has to be found out. */
#include <stdio.h>
#include <string.h>

#include "stand_ins.h"
#include "store/state_core.h"
#include "truth.h"

static const struct {
    const char *word, *rules, *sql; /* sql: done to the engine's books now and then */
} plants[PLANT_COUNT] = {
    [PLANT_NONE] = {"none", "", ""},
    [PLANT_GATE] = {"gate", "I1 I2 I3 I7 I8 I9", ""},
    [PLANT_TWICE] = {"twice", "I3", ""},
    [PLANT_LOST_PAYMENT] = {"lost-payment", "I1 I7", ""},
    [PLANT_LOST_HOLD] = {"lost-hold", "I1", ""},
    [PLANT_LOST_DISPUTE] = {"lost-dispute", "I1", ""},
    [PLANT_LOST_OPT_OUT] = {"lost-opt-out", "I1", ""},
    [PLANT_LOST_LETTER] = {"lost-letter", "I2 I3 I9", ""},
    [PLANT_LOST_POLICY] = {"lost-policy", "I2 I8 I9", ""},
    [PLANT_WRONG_SETTLE] = {"wrong-settle", "I2 I3 I9", ""},
    [PLANT_OTHER_AMOUNT] = {"other-amount", "I7", ""},
    [PLANT_BYTES] = {"bytes", "I6", "UPDATE requests SET bytes = CAST(bytes || x'00' AS BLOB)"},
    [PLANT_HOUR] = {"hour", "I8", ""},
    [PLANT_HOLIDAY] = {"holiday", "I8", ""},
    [PLANT_CAP] = {"cap", "I9", ""},
    [PLANT_RECORD] = {"record", "I2 I3 I5", "DELETE FROM records WHERE status = 'accepted'"},
    [PLANT_WITNESS] = {"witness", "I10", ""},
    [PLANT_DOUBT] = {"doubt", "I5",
                     "UPDATE attempts SET status = 'refused_for_now' WHERE status = 'uncertain';"
                     "UPDATE messages SET status = 'planned' WHERE status = 'uncertain';"
                     "UPDATE records SET status = 'planned' WHERE status = 'uncertain';"
                     "UPDATE notices SET status = 'planned' WHERE status = 'uncertain'"},
    [PLANT_ASLEEP] = {"asleep", "I12", "UPDATE customers SET next_at = NULL; DELETE FROM touched"},
    [PLANT_FORGOTTEN] = {"forgotten", "I4", "UPDATE messages SET status = 'withdrawn' WHERE status = 'planned'"},
    [PLANT_CLOCK] = {"clock", "I8", ""},
    [PLANT_CLAIMED] = {"claimed", "I4 I5 I10 books",
                       "DELETE FROM attempts WHERE status = 'claimed' OR status = 'committing'"},
    [PLANT_ORDER] = {"order", "I2",
                     "UPDATE records SET at = at - 2592000, on_day = on_day - 30, deadline = deadline - 30"},
};

enum plant plant_find(const char *word)
{
    for (int i = 0; i < PLANT_COUNT; i++)
        if (strcmp(plants[i].word, word) == 0)
            return (enum plant)i;
    return PLANT_COUNT;
}

const char *plant_word(enum plant plant)
{
    return plants[plant].word;
}

const char *plant_rule(enum plant plant)
{
    return plants[plant].rules;
}

/* A leap of the clock that the machine's own count of seconds goes along with, so that nobody can see it. */
static void leap(struct world *world)
{
    enum { LEAP_S = 200 * 3600 };

    if (world->clock_wrong || world->t < 100 * DAY_SECONDS)
        return;
    world->offset += LEAP_S;
    stand_in.boot_ms += (int64_t)LEAP_S * 1000;
    stand_in.wall = wall_of(world);
    world->clock_wrong = true;
}

void plant_now(struct world *world)
{
    const char *sql = plants[world->plant].sql;

    if (world->plant == PLANT_CLOCK)
        leap(world);

    if (sql[0] == '\0')
        return;
    if (sqlite3_exec(world->books->db, sql, NULL, NULL, NULL) != SQLITE_OK && world->verbose)
        printf("    plant: %s\n", sqlite3_errmsg(world->books->db));
}
