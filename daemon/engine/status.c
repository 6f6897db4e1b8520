#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/work.h"

static void add(struct text *text, int64_t n, const char *words)
{
    if (n > 0)
        text_addf(text, "%s%" PRId64 " %s", text->length > 0 ? ", " : "", n, words);
}

static const char *hindrance(const struct engine *engine)
{
    if (engine->whole.blocked != REASON_NONE)
        return engine->whole.why;
    if (engine->link.mismatched)
        return "the sender speaks another protocol; restart dunningd-send";
    switch (engine->held) {
    case SEND_FREELY:
        break;
    case SEND_BREAKER:
        return "the volume breaker holds and asks; 'dunningctl approve breaker' lets today's messages go";
    case SEND_WITNESS:
        return "the send log knows more than the state; 'dunningctl recover'";
    }
    return engine->link.open ? "" : "waiting for the sender";
}

/* One line for systemctl status. */
const char *status_text(struct engine *engine, struct arena *arena)
{
    char at[MOMENT_TEXT_SIZE];
    struct state_counts counts;
    struct text text;
    struct err err;
    moment_t wake;

    text_init(&text, arena);
    text_add(&text, hindrance(engine));
    if (state_counts(engine->state, engine_now(engine) - DAY_SECONDS, &counts, &err) != 0 ||
        state_next_wake(engine->state, &wake, &err) != 0)
        return text.data;
    add(&text, counts.planned + counts.in_flight, "to send");
    add(&text, counts.uncertain, "uncertain");
    add(&text, counts.awaiting_approval, "for approval");
    add(&text, counts.open_tasks, "tasks");
    add(&text, counts.accepted_today, "accepted in 24 h");
    if (wake != MOMENT_NEVER)
        text_addf(&text, "%snext look %s", text.length > 0 ? ", " : "",
                  zone_format(engine->config->rulebook.zone, wake, at));
    return text.length > 0 ? text.data : "nothing to do";
}
