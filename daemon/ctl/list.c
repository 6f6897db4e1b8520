/* list: the kinds, and the filters that are words of a table. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

static const char *const hold_states[] = {"active", "released"};
static const struct names hold_state_names = {hold_states, 2};

static int list_all_tasks(struct session *session, struct err *err)
{
    return list_tasks(session, -1, err);
}

static const struct list_kind {
    const char *word;
    int (*list)(struct session *session, struct err *err);
} kinds[] = {
    {"items", list_items},       {"accounts", list_accounts}, {"notices", list_notices},
    {"messages", list_messages}, {"holds", list_holds},       {"tasks", list_all_tasks},
};

int verb_list(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    const char *word = arguments->word_count > 0 ? arguments->words[0] : "items";

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kinds[i].word, word))
            return kinds[i].list(session, err);
    return err_set(err, ERR_USAGE, "%s: there is no such list", word);
}

/* ---- lists of the state ---- */

/* The customer of --customer as the state knows him; one that is gone from the ledger is taken as he is written. */
static int customer_of(struct session *session, const char **out, struct err *err)
{
    struct ref ref;

    *out = session->arguments->text[OPTION_CUSTOMER];
    if (text_empty(*out) || !session->ledger)
        return 0;
    if (ref_find(session, *out, &ref, err) == 0)
        *out = ref.customer;
    return 0;
}

static int filter_of(struct session *session, const struct names *statuses, int status, struct fact_filter *out,
                     struct err *err)
{
    const struct arguments *arguments = session->arguments;

    *out = (struct fact_filter){.policy = arguments->text[OPTION_POLICY],
                                .step = arguments->text[OPTION_STEP],
                                .status = status,
                                .limit = session_limit(session)};
    if (customer_of(session, &out->customer, err) != 0)
        return -1;
    if (!arguments->given[OPTION_STATUS])
        return 0;
    out->status = names_find(statuses, arguments->text[OPTION_STATUS]);
    if (out->status < 0)
        return err_set(err, ERR_USAGE, "--status %s: give %s", arguments->text[OPTION_STATUS],
                       names_all(statuses, session->arena));
    return 0;
}

/* The newest are shown; whoever wants more has to say so. */
static void say_more(struct session *session, size_t count)
{
    if (count >= session_limit(session) && !session->arguments->given[OPTION_LIMIT])
        page_linef(session->page, "only the newest %zu are shown; --limit N shows more", count);
}

int list_notices(struct session *session, struct err *err)
{
    struct fact_filter filter;
    struct notice_list found = {NULL, 0};

    if (filter_of(session, &notice_status_names, -1, &filter, err) != 0)
        return -1;
    if (session->state && facts_notices(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    notices_table(session, session->page, found.list, found.count);
    say_more(session, found.count);
    return 0;
}

int list_messages(struct session *session, struct err *err)
{
    struct fact_filter filter;
    struct message_list found = {NULL, 0};

    if (filter_of(session, &message_status_names, -1, &filter, err) != 0)
        return -1;
    if (session->state && facts_messages(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    messages_table(session, session->page, found.list, found.count);
    say_more(session, found.count);
    return 0;
}

int list_holds(struct session *session, struct err *err)
{
    struct fact_filter filter;
    struct hold_list found = {NULL, 0};

    if (filter_of(session, &hold_state_names, -1, &filter, err) != 0)
        return -1;
    if (session->state && facts_holds(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    holds_table(session->page, found.list, found.count);
    say_more(session, found.count);
    return 0;
}

int list_tasks(struct session *session, int status, struct err *err)
{
    struct fact_filter filter;
    struct task_list found = {NULL, 0};

    if (filter_of(session, &task_status_names, status, &filter, err) != 0)
        return -1;
    if (session->state && facts_tasks(session->state, &filter, session->arena, &found, err) != 0)
        return -1;
    tasks_table(session->page, found.list, found.count);
    say_more(session, found.count);
    return 0;
}
