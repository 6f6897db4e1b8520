/*
 * The referee: at each `yes` it holds what is about to leave against what is
 * true (DESIGN 8).  I1, I3, I5, I6 and I10 are here; money, ladder, time and
 * contacts in the files beside.
 */
#include "referee.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "rooms.h"
#include "store/state_core.h"

void referee_wrong(struct world *world, const char *rule, const char *format, ...)
{
    va_list args;

    if (world->broken)
        return;
    world->broken = true;
    snprintf(world->rule, sizeof world->rule, "%s", rule);
    va_start(args, format);
    vsnprintf(world->what, sizeof world->what, format, args);
    va_end(args);
}

/* RULES R23: further channels never count. */
bool letter_counts(const struct letter *letter)
{
    if (letter->further)
        return false;
    return letter->end == LETTER_ARRIVED || letter->end == LETTER_FLIES || letter->uncertain;
}

bool letter_is_handoff(const struct letter *letter)
{
    return strcmp(letter->action, "handoff") == 0;
}

/* ---- I1 ---- */

static void judge_row(struct world *world, const struct letter *letter, const struct row *row)
{
    const struct debt *debt = &world->debts[row->debt];

    if (!debt->there || debt->credit)
        referee_wrong(world, "I1", "%s is no invoice of this world", debt->id);
    else if (debt->status != ITEM_OPEN)
        referee_wrong(world, "I1", "%s is %s", debt->id, names_word(&item_status_names, (int)debt->status));
    else if (debt->amount <= paid_on_debt(world, row->debt))
        referee_wrong(world, "I1", "%s is paid", debt->id);
    else if (is_paused(world, debt->debtor, row->debt))
        referee_wrong(world, "I1", "%s is on hold", debt->id);
    else if (debt->debtor != letter->debtor)
        referee_wrong(world, "I1", "%s is owed by somebody else", debt->id);
}

static void judge_truth(struct world *world, const struct letter *letter)
{
    const struct debtor *debtor = &world->debtors[letter->debtor];
    bool email = strcmp(letter->channel, "email") == 0, sms = strcmp(letter->channel, "sms") == 0;

    for (size_t i = 0; i < letter->count && !world->broken; i++) {
        const struct row *row = &letter->rows[i];

        if (row->debt < 0)
            referee_wrong(world, "I1", "a letter about an invoice that nobody knows");
        else if (row->recorded || row->carried)
            judge_row(world, letter, row);
    }
    if ((email && debtor->email_refused) || (sms && debtor->phone_refused))
        referee_wrong(world, "I1", "%s has opted out of %s", debtor->id, letter->channel);
    if ((email && strcmp(letter->address, debtor->email) != 0) || (sms && strcmp(letter->address, debtor->phone) != 0))
        referee_wrong(world, "I1", "a letter for %s goes elsewhere", debtor->id);
}

/* ---- I3, I5 ---- */

/* A step is the same under its older name, too. */
static bool same_line(const struct plan *plan, const struct row *a, const struct row *b)
{
    int step = plan_rung(plan, a->step_name);

    return a->debt == b->debt && a->episode == b->episode && a->occurrence == b->occurrence &&
           (strcmp(a->step_name, b->step_name) == 0 || (step >= 0 && step == plan_rung(plan, b->step_name)));
}

static bool shares_line(const struct plan *plan, const struct letter *a, const struct letter *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (a->rows[i].recorded && b->rows[j].recorded && same_line(plan, &a->rows[i], &b->rows[j]))
                return true;
    return false;
}

/* Nobody gets it twice. */
static bool is_same_file(const struct letter *letter, const struct letter *before)
{
    return letter->drop && before->drop && letter->message == before->message;
}

static void judge_once(struct world *world, const struct letter *letter)
{
    const struct plan *plan = plan_of(world, &world->debtors[letter->debtor]);

    for (int i = 0; i < world->letter_count && !world->broken; i++) {
        const struct letter *before = &world->letters[i];

        if (strcmp(before->channel, letter->channel) != 0 || strcmp(before->address, letter->address) != 0 ||
            !shares_line(plan, letter, before) || is_same_file(letter, before))
            continue;
        if (before->uncertain)
            referee_wrong(world, "I5", "notice %" PRId64 " repeats message %" PRId64 ", which is in doubt",
                          letter->notice, before->message);
        else if (before->end != LETTER_FAILED)
            referee_wrong(world, "I3", "notice %" PRId64 " repeats message %" PRId64 " for the same step",
                          letter->notice, before->message);
    }
}

/* ---- I6: the same bytes at each attempt; also I11, since a reload must not change them ---- */

static uint64_t hash_of(const unsigned char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void referee_bytes(struct world *world, const struct parcel *parcel, int64_t message)
{
    uint64_t hash = hash_of(parcel->bytes, parcel->length);

    for (int i = 0; i < world->seen_count; i++)
        if (world->seen[i].message == message) {
            if (world->seen[i].hash != hash)
                referee_wrong(world, "I6", "message %" PRId64 " has other bytes than before", message);
            return;
        }
    if (world->seen_count < LETTERS_MAX)
        world->seen[world->seen_count++] = (struct seen_bytes){message, hash};
}

/* ---- I10 ---- */

/* The line of this attempt must be in the send log before its `yes` leaves. */
static void judge_witness(struct world *world, const struct parcel *parcel)
{
    char tail[4096 + 1], wanted[64];
    int fd = open(rooms_path("witness/send.log"), O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t from = size > 4096 ? size - 4096 : 0;
    ssize_t got = fd < 0 ? 0 : pread(fd, tail, sizeof tail - 1, from);

    if (fd >= 0)
        close(fd);
    tail[got > 0 ? got : 0] = '\0';
    snprintf(wanted, sizeof wanted, " %" PRId64 " %016" PRIx64 " ", parcel->attempt, parcel->token);
    if (strstr(tail, wanted) == NULL)
        referee_wrong(world, "I10", "attempt %" PRId64 " had its yes and is not in the send log", parcel->attempt);
}

/* ---- all of it ---- */

static void show(const struct world *world, const struct letter *letter)
{
    char at[MOMENT_TEXT_SIZE];

    printf("%s YES message %" PRId64 " notice %" PRId64 " to %s by %s: %s, total %" PRId64 "%s\n",
           moment_format(letter->at, 0, at), letter->message, letter->notice, world->debtors[letter->debtor].id,
           letter->channel, letter->step, letter->total, letter->further ? " (further channel)" : "");
    for (size_t i = 0; i < letter->count; i++)
        if (letter->rows[i].debt >= 0)
            printf("      %s at %s, open %" PRId64 " less %" PRId64 "%s\n", world->debts[letter->rows[i].debt].id,
                   letter->rows[i].step_name, letter->rows[i].open, letter->rows[i].credited,
                   letter->rows[i].recorded ? "" : " (listed)");
}

static void judge(struct world *world, const struct letter *letter, const struct parcel *parcel)
{
    referee_clock(world);
    judge_truth(world, letter);
    judge_once(world, letter);
    referee_money(world, letter);
    referee_text(world, letter, parcel);
    referee_moment(world, letter);
    if (letter->further) {
        referee_further(world, letter);
    } else {
        referee_ladder(world, letter);
        referee_contacts(world, letter);
    }
    judge_witness(world, parcel);
}

void referee_yes(struct world *world, struct parcel *parcel)
{
    struct letter letter;

    if (!books_letter(world, parcel->attempt, &letter)) {
        referee_wrong(world, "I4", "attempt %" PRId64 " had its yes and is in no book", parcel->attempt);
        return;
    }
    letter.drop = parcel->drop;
    if (world->verbose)
        show(world, &letter);
    referee_bytes(world, parcel, letter.message);
    judge(world, &letter, parcel);
    world->sends++;
    if (wall_of(world) > world->highest)
        world->highest = wall_of(world);
    if (world->letter_count == LETTERS_MAX) {
        referee_wrong(world, "I3", "more than %d letters", LETTERS_MAX);
        return;
    }
    parcel->letter = world->letter_count;
    world->letters[world->letter_count++] = letter;
}

/* A person did what the notice was to do. */
void referee_by_hand(struct world *world, int64_t notice)
{
    struct letter letter;

    if (world->letter_count == LETTERS_MAX || !books_notice(world, notice, &letter))
        return;
    letter.end = LETTER_ARRIVED;
    letter.told = true;
    letter.further = false; /* it is the acceptance */
    letter.on = zone_day(business_zone(), letter.at, NULL);
    world->letters[world->letter_count++] = letter;
}

void referee_approved(struct world *world, int64_t notice, bool yes, int64_t total)
{
    if (world->approval_count == LETTERS_MAX)
        return;
    world->approvals[world->approval_count].notice = notice;
    world->approvals[world->approval_count].yes = yes;
    world->approvals[world->approval_count++].total = total;
}

/* ---- at rest: what the engine has handed out is in the sender's hands (I4) ---- */

static bool is_in_hand(const struct world *world, int64_t attempt)
{
    for (int i = 0; i < PARCELS_MAX; i++)
        if (world->parcels[i].used && world->parcels[i].attempt == attempt)
            return true;
    return false;
}

void referee_rest(struct world *world)
{
    struct err err = {0};
    struct sql *sql;
    int got = 0;

    if (world->engine == NULL || !world->engine->link.open || world->broken)
        return;
    sql = state_select(world->books, "SELECT id FROM attempts WHERE status = 'claimed' OR status = 'committing'",
                       NO_ARGS);
    while (!world->broken && (got = state_row(world->books, sql, &err)) == 1)
        if (!is_in_hand(world, sql_get_int(sql, 0)))
            referee_wrong(world, "I4", "attempt %" PRId64 " is open and nobody has it in hand", sql_get_int(sql, 0));
    sql_reset(sql);
    if (got < 0)
        referee_wrong(world, "books", "%s", err.text);
}
