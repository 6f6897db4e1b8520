/* approve, reject: notices that wait for a person, and the volume breaker. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/ref.h"
#include "ctl/request.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

static int decide_one(struct session *session, const char *word, bool yes, struct err *err)
{
    char name[NOTICE_TEXT_SIZE];
    struct notice *notice;
    int64_t number;

    if (ref_notice(word, &number, err) != 0 ||
        state_notice(session->state, number, session->arena, &notice, err) != 0 ||
        facts_approve(session->state, number, yes,
                      &(struct said){session->author, session->arguments->text[OPTION_REASON], session->now}, err) != 0)
        return -1;
    struct page *page = page_child(session->page, "notices");
    page_field(page, "notice", NULL, cell_text(arena_copy(session->arena, notice_name(number, name))));
    page_field(page, "approved", NULL, cell_bool(yes));
    page_linef(page, "%s (customer %s, step %s, %s) is %s", notice_name(number, name), notice->customer, notice->step,
               show_money(session->arena, notice->total, notice->currency),
               yes ? "approved; all gates are asked again before it leaves" : "rejected; it is not sent");
    return 0;
}

/* Each notice by itself; the first that is refused ends the list. */
static int decide_all(struct session *session, bool yes, struct err *err)
{
    const struct arguments *arguments = session->arguments;

    for (size_t i = 0; i < arguments->word_count; i++)
        if (decide_one(session, arguments->words[i], yes, err) != 0)
            return -1;
    return 0;
}

int verb_approve(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;

    if (arguments->word_count == 1 && text_equal(arguments->words[0], "breaker"))
        return request_or_leave(session, "approve-breaker", err);
    return decide_all(session, true, err);
}

int verb_reject(struct session *session, struct err *err)
{
    return decide_all(session, false, err);
}
