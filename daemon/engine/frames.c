/*
 * The engine's side of DESIGN 7a: what each frame of the sender leads to.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/gate.h"
#include "engine/work.h"
#include "wire/request.h"

enum { FRAMES_AT_ONCE = 256 };

/* One reading of the socket, sorted by what has to be done. */
struct inbox {
    struct arena *arena;
    struct frame asks[FRAMES_AT_ONCE], outcomes[FRAMES_AT_ONCE];
    size_t ask_count, outcome_count;
    bool list_complete;
};

struct frame frame_blank(enum frame_type type)
{
    return (struct frame){
        .type = type, .protocol = WIRE_PROTOCOL, .name = "", .reason = "", .text = "", .provider_id = "", .fd = -1};
}

int frames_hello(struct engine *engine)
{
    struct frame hello = frame_blank(FRAME_HELLO);

    hello.token = engine->link.boot;
    hello.name = DUNNINGD_VERSION;
    return link_send(&engine->link, &hello);
}

int frames_providers(struct engine *engine, struct err *err)
{
    const struct config *config = engine->config;
    struct arena *arena = arena_new(0);
    int result = 0;

    for (size_t i = 0; i < config->provider_count && result == 0; i++) {
        struct frame frame = frame_blank(FRAME_PROVIDER);
        size_t length;
        const void *bytes = provider_pack(&config->providers[i], arena, &length);
        frame.generation = config->rulebook.generation;
        frame.name = config->providers[i].name;
        frame.fd = sealed_new("dunning-provider", bytes, length);
        if (frame.fd < 0)
            result = err_set(err, ERR_FAILED, "cannot make a sealed file for provider %s", frame.name);
        else if (link_send(&engine->link, &frame) != 0)
            result = err_set(err, ERR_FAILED, "the sender is gone");
    }
    arena_free(&arena);
    return result;
}

/* ---- frames of the sender, one function each ---- */

static int on_hello(struct engine *engine, struct inbox *inbox, const struct frame *frame, struct err *err)
{
    (void)inbox;
    if (frame->protocol != WIRE_PROTOCOL) {
        engine->link.mismatched = true;
        return engine_event(engine, EVENT_BLOCKED, REASON_PROVIDER_DOWN,
                            "the sender speaks another protocol; restart dunningd-send", err);
    }
    engine->link.greeted = true;
    return frames_providers(engine, err);
}

static int on_ask(struct engine *engine, struct inbox *inbox, const struct frame *frame, struct err *err)
{
    (void)engine;
    (void)err;
    inbox->asks[inbox->ask_count++] = *frame;
    return 0;
}

static int on_outcome(struct engine *engine, struct inbox *inbox, const struct frame *frame, struct err *err)
{
    (void)engine;
    (void)err;
    inbox->outcomes[inbox->outcome_count++] = *frame;
    return 0;
}

static int on_in_hand(struct engine *engine, struct inbox *inbox, const struct frame *frame, struct err *err)
{
    (void)err;
    if (frame->attempt == 0)
        inbox->list_complete = true;
    else
        hands_add(&engine->hands, frame->attempt, frame->token);
    return 0;
}

typedef int frame_handler(struct engine *engine, struct inbox *inbox, const struct frame *frame, struct err *err);

/* NULL: an engine's frame, never a sender's. */
static frame_handler *const handlers[FRAME_COUNT] = {
    [FRAME_HELLO] = on_hello,
    [FRAME_ASK] = on_ask,
    [FRAME_OUTCOME] = on_outcome,
    [FRAME_IN_HAND] = on_in_hand,
};

/* Reads what is there.  1: all well, 0: the link is gone, -1: failed. */
static int fill(struct engine *engine, struct inbox *inbox, struct err *err)
{
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
        struct frame frame;
        int got = frame_receive(engine->link.fd, inbox->arena, &frame);
        if (got <= 0)
            return got == 0 ? 1 : 0;
        if (frame.fd >= 0)
            close(frame.fd);
        if (!handlers[frame.type])
            return 0;
        if (handlers[frame.type](engine, inbox, &frame, err) != 0)
            return -1;
    }
    return 1;
}

/* Asks and outcomes of one reading in one transaction: each sync is paid for once. */
static int settle(struct engine *engine, const struct inbox *asked, const struct frame *outcomes, size_t count,
                  struct err *err)
{
    struct gate_turn gate = gate_turn_open(engine, asked->asks, asked->ask_count);
    struct err unwitnessed = {0};
    bool committed = false;

    if (engine_begin(engine, err) == 0) {
        if (gate_turn_decide(&gate, err) == 0 && outcomes_record(engine, outcomes, count, err) == 0)
            committed = engine_commit(engine, err) == 0;
        else
            engine_rollback(engine);
    }
    if (gate_turn_close(&gate, committed, &unwitnessed) != 0) {
        *err = unwitnessed;
        engine->failed = true;
        return -1;
    }
    if (committed)
        outcomes_acknowledge(engine, outcomes, count);
    return committed ? 0 : -1;
}

/* One outcome that cannot be recorded must not keep the others back: it stays with the sender. */
static int settle_one_by_one(struct engine *engine, const struct inbox *inbox, struct err *err)
{
    static const struct inbox nothing;

    for (size_t i = 0; i < inbox->outcome_count; i++) {
        if (settle(engine, &nothing, &inbox->outcomes[i], 1, err) == 0)
            continue;
        if (engine->failed || state_broken(engine->state))
            return -1;
        journal_note(&engine->journal, NOTE_OUTCOME_KEPT, "outcome of attempt %lld cannot be recorded: %s",
                     (long long)inbox->outcomes[i].attempt, err->text);
    }
    return 0;
}

/* alive: the sender is there to hear an answer; a `yes` that nobody hears would leave its message in doubt. */
static int handle(struct engine *engine, struct inbox *inbox, bool alive, struct err *err)
{
    if (!alive)
        inbox->ask_count = 0;
    if (inbox->ask_count + inbox->outcome_count > 0 &&
        settle(engine, inbox, inbox->outcomes, inbox->outcome_count, err) != 0) {
        if (engine->failed || state_broken(engine->state))
            return -1;
        if (settle_one_by_one(engine, inbox, err) != 0)
            return -1;
    }
    if (!alive || !inbox->list_complete || !engine->link.greeted)
        return 0;
    engine->link.open = true;
    engine->dispatch_wanted = true;
    return recover_with_sender(engine, err);
}

int frames_read(struct engine *engine, bool *closed, struct err *err)
{
    struct inbox *inbox = arena_must(calloc(1, sizeof *inbox));

    inbox->arena = arena_new(0);
    int read = fill(engine, inbox, err);
    int result = read < 0 ? -1 : handle(engine, inbox, read == 1, err);
    *closed = read == 0;
    arena_free(&inbox->arena);
    free(inbox);
    return result;
}
