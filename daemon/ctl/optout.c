/* optout add, remove, list: addresses that are never written to. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

/* By --channel, or by the look of the address. */
static const char *channel_of(const struct session *session, const char *address)
{
    if (session->arguments->given[OPTION_CHANNEL])
        return session->arguments->text[OPTION_CHANNEL];
    for (const char *c = address; *c != '\0'; c++)
        if (*c == '@')
            return "email";
    return "sms";
}

/* The address itself is not repeated: what is kept of it is a digest. */
static int change(struct session *session, bool add, struct err *err)
{
    const char *address, *channel;

    if (session_word(session, 0, &address, err) != 0)
        return -1;
    channel = channel_of(session, address);
    if (facts_optout(session->state, &(struct optout_change){channel, address, add},
                     &(struct said){session->author, session->arguments->text[OPTION_REASON], session->now}, err) != 0)
        return -1;
    page_field(session->page, "channel", NULL, cell_text(channel));
    page_field(session->page, "suppressed", NULL, cell_bool(add));
    page_linef(session->page,
               add ? "nothing more is sent to this address by %s" : "this address may be used for %s again", channel);
    return 0;
}

int verb_optout_add(struct session *session, struct err *err)
{
    return change(session, true, err);
}

int verb_optout_remove(struct session *session, struct err *err)
{
    return change(session, false, err);
}

int verb_optout_list(struct session *session, struct err *err)
{
    static const struct column columns[] = {
        {"channel", "channel", false}, {"digest", "digest of the address", false},
        {"since", "since", false},     {"author", "by", false},
        {"reason", "reason", false},
    };
    struct optout_list found = {NULL, 0};

    if (session->state && facts_optouts(session->state, session->arena, &found, err) != 0)
        return -1;
    struct table *table = page_table(session->page, "optouts", "", COLUMNS(columns), "no address is suppressed");
    for (size_t i = 0; i < found.count; i++) {
        const struct optout_row *row = &found.list[i];
        TABLE_ROW(table, cell_text(row->channel), cell_text(arena_copy_n(session->arena, row->digest, 12)),
                  cell_moment(row->at), cell_text(row->author), cell_text(row->reason));
    }
    return 0;
}
