/* settle: the end of a doubt. */
#include "base/text.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

int verb_settle(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    char name[MESSAGE_TEXT_SIZE];
    bool sent = text_equal(arguments->words[1], "sent");
    int64_t message;

    if (!sent && !text_equal(arguments->words[1], "not-sent"))
        return err_set(err, ERR_USAGE, "%s: say sent or not-sent", arguments->words[1]);
    if (ref_message(arguments->words[0], &message, err) != 0 ||
        facts_settle(session->state, message, sent,
                     &(struct said){session->author, arguments->text[OPTION_REASON], session->now}, err) != 0)
        return -1;
    page_field(session->page, "message", NULL, cell_number(message));
    page_field(session->page, "sent", NULL, cell_bool(sent));
    page_linef(session->page, "%s counts as %s", message_name(message, name),
               sent ? "sent, at the moment of its commit"
                    : "not sent; its step is planned again, with its distance kept");
    return 0;
}
