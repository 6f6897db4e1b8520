/* The scripted sender: speaks the wire at the other end of the engine's socket, and lets each request meet its fate. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "memory_vfs.h"
#include "stand_ins.h"
#include "truth.h"
#include "wire/classify.h"
#include "wire/request.h"
#include "wire/wire.h"

static struct frame blank(enum frame_type type)
{
    return (struct frame){
        .type = type, .protocol = WIRE_PROTOCOL, .name = "", .reason = "", .text = "", .provider_id = "", .fd = -1};
}

static void say(struct frame *frame)
{
    if (around.sender_fd >= 0 && frame_send(around.sender_fd, frame) > 0)
        around.incoming = true;
}

static void forget(struct parcel *parcel)
{
    free(parcel->bytes);
    *parcel = (struct parcel){.letter = -1};
}

/* ---- coming and going ---- */

void post_connect(struct world *world)
{
    struct frame hello = blank(FRAME_HELLO), end = blank(FRAME_IN_HAND);

    hello.name = "scripted";
    say(&hello);
    for (int i = 0; i < PARCELS_MAX; i++) {
        struct parcel *parcel = &world->parcels[i];
        struct frame held = blank(FRAME_IN_HAND);

        if (!parcel->used)
            continue;
        parcel->told = false;
        held.attempt = parcel->attempt;
        held.token = parcel->token;
        held.phase = parcel->yes ? PHASE_COMMITTED : PHASE_DONE;
        say(&held);
    }
    say(&end);
}

static void close_socket(void)
{
    if (around.sender_fd < 0)
        return;
    close(around.sender_fd);
    around.sender_fd = -1;
    around.incoming = true; /* the engine reads the end */
}

/* What was not told `yes` when the engine went is given up; the rest goes on. */
void post_lost(struct world *world)
{
    if (around.sender_fd >= 0)
        close(around.sender_fd);
    around.sender_fd = -1;
    for (int i = 0; i < PARCELS_MAX; i++) {
        struct parcel *parcel = &world->parcels[i];

        if (parcel->used && !parcel->yes && !parcel->finished) {
            parcel->finished = true;
            parcel->class = OUTCOME_REFUSED_FOR_NOW;
            parcel->outcome_at = world->t;
        }
    }
}

static void end_letter(struct world *world, const struct parcel *parcel, enum letter_end end)
{
    if (parcel->letter >= 0)
        world->letters[parcel->letter].end = end;
}

void post_die(struct world *world)
{
    for (int i = 0; i < PARCELS_MAX; i++) {
        struct parcel *parcel = &world->parcels[i];

        if (!parcel->used)
            continue;
        if (parcel->letter >= 0) {
            struct letter *letter = &world->letters[parcel->letter];
            if (letter->end == LETTER_FLIES)
                letter->end = parcel->fate.arrives ? LETTER_ARRIVED : LETTER_FAILED;
            letter->uncertain = !letter->told && !parcel->drop;
            if (parcel->drop && letter->end == LETTER_ARRIVED)
                box_put(parcel->bytes, parcel->length);
        }
        forget(parcel);
    }
    close_socket();
    if (world->sender_back_at < world->t + 1)
        world->sender_back_at = world->t + 1;
}

/* ---- a request ---- */

static struct fate next_fate(struct world *world)
{
    static const struct fate well = {.kind = FATE_ACCEPTED, .deed = DEED_COUNT, .late_deed = DEED_COUNT};
    int index = world->fate_next++;

    if (index >= FATES_MAX || world->fates[index].off || world->t > (int64_t)(WORLD_DAYS - QUIET_DAYS) * DAY_SECONDS)
        return well;
    return world->fates[index];
}

static void on_submit(struct world *world, const struct frame *frame, struct arena *arena)
{
    struct parcel *parcel = NULL;
    const void *bytes;
    char at[MOMENT_TEXT_SIZE];

    for (int i = 0; i < PARCELS_MAX && parcel == NULL; i++)
        if (!world->parcels[i].used)
            parcel = &world->parcels[i];
    if (parcel == NULL) {
        referee_wrong(world, "wire", "more than %d requests are in hand", PARCELS_MAX);
        return;
    }
    *parcel = (struct parcel){.used = true, .attempt = frame->attempt, .token = frame->token, .letter = -1};
    snprintf(parcel->provider, sizeof parcel->provider, "%s", frame->name);
    if (sealed_read(frame->fd, REQUEST_MAX, arena, &bytes, &parcel->length) != 0) {
        referee_wrong(world, "wire", "the request of attempt %" PRId64 " is not sealed", frame->attempt);
        return;
    }
    parcel->bytes = malloc(parcel->length + 1);
    if (parcel->bytes == NULL)
        abort();
    memcpy(parcel->bytes, bytes, parcel->length);
    parcel->drop = strcmp(parcel->provider, "box") == 0;
    parcel->fate = next_fate(world);
    parcel->ask_at = world->t + parcel->fate.before_s;
    if (parcel->fate.kind != FATE_ACCEPTED || parcel->fate.before_s > 0 || parcel->fate.outcome_s > 0)
        world->trouble_at = parcel->ask_at + parcel->fate.outcome_s;
    if (world->verbose)
        printf("%s   attempt %" PRId64 " to %s: %s%s, asks after %ds, knows after %ds\n",
               moment_format(wall_of(world), 0, at), frame->attempt, parcel->provider, fate_word(parcel->fate.kind),
               parcel->fate.kind >= FATE_LOST && parcel->fate.arrives ? ", arrives" : "", parcel->fate.before_s,
               parcel->fate.outcome_s);
}

/* Something happens to the very debts of the request, at the last minute. */
static void last_minute(struct world *world, const struct parcel *parcel, enum deed_kind kind)
{
    struct letter letter;
    struct deed deed = {.kind = kind, .debtor = -1, .debt = -1};

    if (kind == DEED_COUNT || !books_letter(world, parcel->attempt, &letter) || letter.count == 0)
        return;
    deed.debtor = letter.debtor;
    deed.debt = letter.rows[0].debt;
    if (deed.debtor >= 0 && deed.debt >= 0)
        deed_do(world, &deed);
}

static void finish(struct world *world, struct parcel *parcel, enum outcome_class class)
{
    parcel->finished = true;
    parcel->class = class;
    parcel->outcome_at = world->t + (parcel->yes ? parcel->fate.outcome_s : 0);
}

static void ask(const struct parcel *parcel)
{
    struct frame frame = blank(FRAME_ASK);

    frame.attempt = parcel->attempt;
    frame.token = parcel->token;
    say(&frame);
}

/* Its time to ask has come. */
static void begin(struct world *world, struct parcel *parcel)
{
    parcel->asked = true;
    switch (parcel->fate.kind) {
    case FATE_FOR_NOW:
        finish(world, parcel, OUTCOME_REFUSED_FOR_NOW);
        return;
    case FATE_MISCONFIGURED:
        finish(world, parcel, OUTCOME_MISCONFIGURED);
        return;
    case FATE_DIES_BEFORE:
        post_die(world);
        return;
    case FATE_ACCEPTED:
    case FATE_REFUSED:
    case FATE_FOR_NOW_LATE:
    case FATE_NOT_HANDED_OVER:
    case FATE_LOST:
    case FATE_DIES_ASKING:
    case FATE_DIES_AFTER:
    case FATE_TWICE:
    case FATE_ASKS_TWICE:
    case FATE_COUNT:
        break;
    }
    last_minute(world, parcel, parcel->fate.deed);
    ask(parcel);
    if (parcel->fate.kind == FATE_ASKS_TWICE)
        ask(parcel);
    if (parcel->fate.kind == FATE_DIES_ASKING)
        post_die(world);
}

/* ---- the answer ---- */

/* A folder does not lose replies. */
static enum outcome_class put_down(struct world *world, const struct parcel *parcel)
{
    if (parcel->fate.kind == FATE_FOR_NOW_LATE || parcel->fate.kind == FATE_NOT_HANDED_OVER ||
        (parcel->fate.kind == FATE_LOST && !parcel->fate.arrives)) {
        end_letter(world, parcel, LETTER_FAILED);
        return OUTCOME_NOT_HANDED_OVER;
    }
    if (box_put(parcel->bytes, parcel->length) == DROP_OTHER_CONTENT)
        referee_wrong(world, "I6", "attempt %" PRId64 " finds another file of its name", parcel->attempt);
    end_letter(world, parcel, LETTER_ARRIVED);
    return OUTCOME_ACCEPTED;
}

static enum outcome_class carry(struct world *world, struct parcel *parcel)
{
    if (parcel->drop)
        return put_down(world, parcel);
    switch (parcel->fate.kind) {
    case FATE_REFUSED:
        end_letter(world, parcel, LETTER_FAILED);
        return OUTCOME_REFUSED;
    case FATE_FOR_NOW:
    case FATE_FOR_NOW_LATE:
    case FATE_MISCONFIGURED:
        end_letter(world, parcel, LETTER_FAILED);
        return OUTCOME_REFUSED_FOR_NOW;
    case FATE_NOT_HANDED_OVER:
        end_letter(world, parcel, LETTER_FAILED);
        return OUTCOME_NOT_HANDED_OVER;
    case FATE_LOST:
        end_letter(world, parcel, parcel->fate.arrives ? LETTER_ARRIVED : LETTER_FAILED);
        if (parcel->letter >= 0)
            world->letters[parcel->letter].uncertain = true;
        return OUTCOME_UNCERTAIN;
    case FATE_ACCEPTED:
    case FATE_TWICE:
    case FATE_ASKS_TWICE:
    case FATE_DIES_BEFORE:
    case FATE_DIES_ASKING:
    case FATE_DIES_AFTER:
    case FATE_COUNT:
        break;
    }
    end_letter(world, parcel, LETTER_ARRIVED);
    return OUTCOME_ACCEPTED;
}

static void on_yes(struct world *world, struct parcel *parcel)
{
    if (parcel->yes) {
        referee_wrong(world, "I3", "attempt %" PRId64 " has its yes twice", parcel->attempt);
        return;
    }
    parcel->yes = true;
    referee_yes(world, parcel);
    last_minute(world, parcel, parcel->fate.late_deed);
    if (parcel->fate.kind == FATE_DIES_AFTER)
        post_die(world);
    else
        finish(world, parcel, carry(world, parcel));
    if (world->plant == PLANT_TWICE && parcel->used)
        referee_yes(world, parcel);
}

static void on_no(struct world *world, struct parcel *parcel, const struct frame *frame)
{
    world->gate_noes++;
    if (world->verbose)
        printf("    no for attempt %" PRId64 ": %s\n", frame->attempt, frame->reason);
    if (world->plant == PLANT_GATE)
        on_yes(world, parcel);
    else if (!parcel->yes) /* the second of two questions has no bearing on the first */
        finish(world, parcel, OUTCOME_GATE_NO);
}

static void on_ack(struct world *world, struct parcel *parcel)
{
    if (parcel->letter >= 0 && parcel->class != OUTCOME_UNCERTAIN)
        world->letters[parcel->letter].told = true;
    forget(parcel);
}

static struct parcel *find(struct world *world, const struct frame *frame)
{
    for (int i = 0; i < PARCELS_MAX; i++)
        if (world->parcels[i].used && world->parcels[i].attempt == frame->attempt &&
            world->parcels[i].token == frame->token)
            return &world->parcels[i];
    return NULL;
}

static void take(struct world *world, const struct frame *frame, struct arena *arena)
{
    struct parcel *parcel = find(world, frame);

    if (frame->type == FRAME_SUBMIT)
        on_submit(world, frame, arena);
    else if (parcel != NULL && frame->type == FRAME_YES)
        on_yes(world, parcel);
    else if (parcel != NULL && frame->type == FRAME_NO)
        on_no(world, parcel, frame);
    else if (parcel != NULL && frame->type == FRAME_ACK)
        on_ack(world, parcel);
    if (frame->fd >= 0)
        close(frame->fd);
}

static void tell(struct parcel *parcel)
{
    struct frame frame = blank(FRAME_OUTCOME);

    frame.attempt = parcel->attempt;
    frame.token = parcel->token;
    frame.class = parcel->class;
    frame.phase = parcel->yes ? PHASE_DONE : PHASE_ENVELOPE;
    frame.code = parcel->class == OUTCOME_ACCEPTED ? 250 : 0;
    frame.text = "as it was written";
    parcel->told = true;
    say(&frame);
    if (parcel->fate.kind == FATE_TWICE)
        say(&frame);
}

/* ---- its turn ---- */

static bool read_all(struct world *world)
{
    struct arena *arena;
    struct frame frame;
    bool any = false;

    if (!around.outgoing)
        return false;
    around.outgoing = false;
    arena = arena_new(0);
    while (around.sender_fd >= 0 && frame_receive(around.sender_fd, arena, &frame) > 0) {
        any = true;
        take(world, &frame, arena);
        arena_reset(arena);
    }
    arena_free(&arena);
    return any;
}

bool post_work(struct world *world)
{
    bool any = false;

    life.running = false;
    if (around.sender_fd < 0)
        return false;
    any = read_all(world);
    for (int i = 0; i < PARCELS_MAX && around.sender_fd >= 0; i++) {
        struct parcel *parcel = &world->parcels[i];

        if (!parcel->used)
            continue;
        if (!parcel->asked && !parcel->finished && parcel->ask_at <= world->t) {
            begin(world, parcel);
            any = true;
        } else if (parcel->finished && !parcel->told && parcel->outcome_at <= world->t) {
            tell(parcel);
            any = true;
        }
    }
    return any;
}

int64_t post_next(const struct world *world)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < PARCELS_MAX && around.sender_fd >= 0; i++) {
        const struct parcel *parcel = &world->parcels[i];
        int64_t at = INT64_MAX;

        if (!parcel->used)
            continue;
        if (!parcel->asked && !parcel->finished)
            at = parcel->ask_at;
        else if (parcel->finished && !parcel->told)
            at = parcel->outcome_at;
        if (at < next)
            next = at;
    }
    return next;
}
