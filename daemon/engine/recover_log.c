#include "engine/recover_log.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/work.h"
#include "store/send_note.h"
#include "store/state_rebuild.h"

enum { LINES_LOOKED_AT = 1000, LINES_TOLD = 40 };
static const char confirmed_key[] = "witness_confirmed";

/* ---- lines that the state does not know ---- */

static int is_known(struct engine *engine, const struct witness_line *line, bool *known, struct err *err)
{
    struct attempt *attempt;

    if (state_attempt(engine->state, line->attempt, engine->work, &attempt, err) != 0) {
        *known = false;
        return err->code == ERR_NOT_FOUND ? 0 : -1;
    }
    /* What is only claimed here was committed after this copy of the state was made. */
    *known = attempt->token == line->token && attempt->status != ATTEMPT_CLAIMED;
    return 0;
}

/* The last line that a person has given up.  One beyond the end is of another log. */
static int confirmed_line(struct engine *engine, int64_t *serial, struct err *err)
{
    if (engine_get_number(engine, confirmed_key, 0, serial, err) != 0)
        return -1;
    if (*serial > witness_serial(engine->witness))
        *serial = 0;
    return 0;
}

struct look {
    struct engine *engine;
    int64_t unknown;
    int result;
    struct err *err;
};

static void look_at_line(void *context, const struct witness_line *line)
{
    struct look *look = context;
    bool known = true;

    arena_reset(look->engine->work);
    if (look->result == 0)
        look->result = is_known(look->engine, line, &known, look->err);
    look->unknown += !known;
}

int recover_log_look(struct engine *engine, int64_t *unknown, struct err *err)
{
    struct look look = {.engine = engine, .err = err};
    int64_t confirmed, seen_before, newest = witness_serial(engine->witness) - LINES_LOOKED_AT;

    if (confirmed_line(engine, &confirmed, err) != 0 ||
        engine_get_number(engine, OLDER_COPY, 0, &seen_before, err) != 0)
        return -1;
    witness_each(engine->witness, (newest > confirmed ? newest : confirmed) + 1, look_at_line, &look);
    *unknown = look.unknown > 0 ? look.unknown : seen_before;
    return look.result;
}

/* ---- all of them, with their notes ---- */

struct lost {
    struct witness_line line;
    const char *note; /* as a line, NULL: there is none */
};

struct losses {
    struct engine *engine;
    struct arena *arena;
    struct lost *list;
    struct lost **by_attempt;
    size_t count, capacity, unnamed;
    int result;
    struct err *err;
};

static void take_line(void *context, const struct witness_line *line)
{
    struct losses *losses = context;
    bool known = true;

    arena_reset(losses->engine->work);
    if (losses->result == 0)
        losses->result = is_known(losses->engine, line, &known, losses->err);
    if (known)
        return;
    if (losses->count == losses->capacity) {
        losses->capacity = losses->capacity * 2 + 64;
        losses->list = arena_grow(losses->arena, losses->list, losses->count, losses->capacity, sizeof *losses->list);
    }
    losses->list[losses->count++] = (struct lost){*line, NULL};
}

static int compare(int64_t attempt, uint64_t token, const struct lost *lost)
{
    if (attempt != lost->line.attempt)
        return attempt < lost->line.attempt ? -1 : 1;
    return (token > lost->line.token) - (token < lost->line.token);
}

static int by_attempt(const void *a, const void *b)
{
    const struct lost *const *x = a, *const *y = b;

    return compare((*x)->line.attempt, (*x)->line.token, *y);
}

static int is_about(const void *key, const void *element)
{
    const struct send_note *note = key;
    const struct lost *const *lost = element;

    return compare(note->attempt, note->token, *lost);
}

static void take_note(void *context, const struct send_note *note)
{
    struct losses *losses = context;
    struct lost **found = bsearch(note, losses->by_attempt, losses->count, sizeof(struct lost *), is_about);

    if (found)
        (*found)->note = send_note_format(note, losses->arena);
}

static int find_losses(struct losses *losses, struct err *err)
{
    int64_t confirmed;

    if (confirmed_line(losses->engine, &confirmed, err) != 0)
        return -1;
    witness_each(losses->engine->witness, confirmed + 1, take_line, losses);
    if (losses->result != 0 || losses->count == 0)
        return losses->result;
    losses->by_attempt = arena_array(losses->arena, losses->count, sizeof *losses->by_attempt);
    for (size_t i = 0; i < losses->count; i++)
        losses->by_attempt[i] = &losses->list[i];
    qsort(losses->by_attempt, losses->count, sizeof *losses->by_attempt, by_attempt);
    if (send_notes_each(losses->engine->notes, take_note, losses, err) != 0)
        return -1;
    for (size_t i = 0; i < losses->count; i++)
        losses->unnamed += losses->list[i].note == NULL;
    return 0;
}

/* ---- back onto the record ---- */

static void tell(struct text *answer, const struct send_note *note, int64_t message, const char *at)
{
    const char *separator = " about ";

    text_addf(answer, "M-%06" PRId64 " is uncertain: %s, step %s by %s", message, note->notice->customer,
              note->notice->step, names_word(&channel_names, (int)note->message->channel));
    for (size_t i = 0; i < note->notice->item_count; i++) {
        const struct notice_item *item = &note->notice->items[i];
        if (item->occurrence == 0)
            continue;
        text_addf(answer, "%s%s", separator, item->invoice_id);
        separator = ", ";
    }
    text_addf(answer, ", let go at %s through %s", at, note->message->provider);
    if (!text_empty(note->message->message_id))
        text_addf(answer, " as %s", note->message->message_id);
    text_add(answer, "\n");
}

struct tally {
    size_t uncertain, on_record, told;
};

static int rebuild_one(struct losses *losses, const struct lost *lost, struct tally *tally, struct text *answer)
{
    struct engine *engine = losses->engine;
    struct arena *arena = arena_new(0);
    struct send_note note;
    struct lost_send send = {.note = &note,
                             .sha256 = lost->line.sha256,
                             .at = lost->line.at,
                             .now = engine_now(engine),
                             .zone = engine->config->rulebook.zone};
    enum rebuilt rebuilt = REBUILT_ON_RECORD;
    char at[MOMENT_TEXT_SIZE];
    int64_t message;
    int result = 0;

    if (lost->note && send_note_parse(lost->note, arena, &note)) {
        result = state_rebuild(engine->state, &send, &rebuilt, &message, losses->err);
        tally->uncertain += rebuilt == REBUILT_UNCERTAIN;
        tally->on_record += rebuilt == REBUILT_ON_RECORD;
        if (result == 0 && rebuilt == REBUILT_UNCERTAIN && tally->told++ < LINES_TOLD)
            tell(answer, &note, message, zone_format(send.zone, send.at, at));
    }
    arena_free(&arena);
    return result;
}

static void tell_all(const struct losses *losses, const struct tally *tally, struct text *summary)
{
    if (tally->told > LINES_TOLD)
        text_addf(summary, "%zu more than these: dunningctl list messages --status uncertain\n",
                  tally->told - LINES_TOLD);
    text_addf(summary,
              "%zu sends of the send log were not in this state; %zu are on record now as uncertain and wait for "
              "'dunningctl settle', %zu were there already\n",
              losses->count, tally->uncertain, tally->on_record);
    if (losses->unnamed > 0)
        text_addf(summary, "%zu have no note and may be sent again, as you said\n", losses->unnamed);
}

static int rebuild_all(struct losses *losses, struct text *details, struct text *summary, struct err *err)
{
    struct tally tally = {0};

    for (size_t i = 0; i < losses->count; i++)
        if (rebuild_one(losses, &losses->list[i], &tally, details) != 0)
            return -1;
    tell_all(losses, &tally, summary);
    /* What was left off the record is never asked about again. */
    return engine_set_number(losses->engine, confirmed_key, losses->list[losses->count - 1].line.serial, err);
}

static int refuse_unnamed(const struct losses *losses, struct err *err)
{
    return err_set(
        err, ERR_REFUSED,
        "%zu of %zu sends that the state lacks have no note beside the send log, so nobody can say what they "
        "were; put back the file of notes, or hold whom it may concern and run 'dunningctl recover --anyway'",
        losses->unnamed, losses->count);
}

int recover_log_rebuild(struct engine *engine, bool anyway, struct text *details, struct text *summary, struct err *err)
{
    struct losses losses = {.engine = engine, .arena = arena_new(0), .err = err};
    int result = find_losses(&losses, err);

    if (result == 0 && losses.unnamed > 0 && !anyway)
        result = refuse_unnamed(&losses, err);
    else if (result == 0 && losses.count > 0)
        result = rebuild_all(&losses, details, summary, err);
    arena_free(&losses.arena);
    return result;
}
