/* What `status` says of each uncertain message: since when, where to look, and how to end the doubt. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/status.h"
#include "engine/request_of.h"

enum { SHOWN = 10, HOUR_S = 3600 };

/* "3 days", "5 hours", "20 minutes" */
static const char *how_long(struct arena *arena, int64_t seconds)
{
    if (seconds >= (int64_t)2 * DAY_SECONDS)
        return arena_printf(arena, "%lld days", (long long)(seconds / DAY_SECONDS));
    if (seconds >= (int64_t)2 * HOUR_S)
        return arena_printf(arena, "%lld hours", (long long)(seconds / HOUR_S));
    return show_count(arena, seconds > 0 ? seconds / 60 : 0, "minute", "minutes");
}

/* Under what the provider or the recipient's server has it. */
static const char *trace_of(struct session *session, const struct message *message, const struct attempt *attempt)
{
    struct request_key key = {.notice = message->notice,
                              .channel = message->channel,
                              .recipient = message->recipient,
                              .revision = message->revision};

    if (!text_empty(attempt->provider_id))
        return attempt->provider_id;
    if (message->channel == CHANNEL_EMAIL && !text_empty(message->message_id))
        return message->message_id;
    return request_reference(&key, session->arena);
}

static int add_doubt(struct session *session, struct table *table, const struct attempt *attempt, struct err *err)
{
    struct arena *arena = session->arena;
    char name[MESSAGE_TEXT_SIZE];
    struct message *message;
    struct notice *notice;

    if (state_message(session->state, attempt->message, arena, &message, err) != 0 ||
        state_notice(session->state, message->notice, arena, &notice, err) != 0)
        return -1;
    const char *said = text_empty(attempt->text) ? "the outcome never came" : attempt->text;
    TABLE_ROW(table, cell_text(arena_copy(arena, message_name(message->id, name))), cell_moment(attempt->committed_at),
              cell_text(how_long(arena, session->now - attempt->committed_at)), cell_text(notice->customer),
              cell_text(notice->step), cell_word(&channel_names, (int)message->channel), cell_text(attempt->provider),
              cell_text(trace_of(session, message, attempt)), cell_text(said));
    return 0;
}

int status_doubts(struct session *session, struct err *err)
{
    static const struct column columns[] = {
        {"message", "message", false},   {"since", NULL, false},       {NULL, "for", false},
        {"customer", "customer", false}, {"step", "step", false},      {"channel", "by", false},
        {"provider", "provider", false}, {"trace", "look for", false}, {"text", NULL, false},
    };
    struct attempt_list doubts;

    if (state_attempts(session->state, ATTEMPT_UNCERTAIN, session->arena, &doubts, err) != 0)
        return -1;
    struct table *table =
        page_table(session->page, "doubts", doubts.count > 0 ? "Uncertain" : "", COLUMNS(columns), "");
    for (size_t i = 0; i < doubts.count && i < SHOWN; i++)
        if (add_doubt(session, table, &doubts.list[i], err) != 0)
            return -1;
    if (doubts.count == 0)
        return 0;
    if (doubts.count > SHOWN)
        page_linef(session->page, "and %zu more: dunningctl list messages --status uncertain", doubts.count - SHOWN);
    page_linef(session->page,
               "Ask the provider, or the recipient, about what stands under \"look for\".  If it arrived:");
    page_linef(session->page, "    dunningctl settle MESSAGE sent --reason TEXT");
    page_linef(session->page, "and if it did not, so that it is planned again in due time:");
    page_linef(session->page, "    dunningctl settle MESSAGE not-sent --reason TEXT");
    page_linef(session->page, "Until then its items stand still and nothing about them is sent.");
    return 0;
}
