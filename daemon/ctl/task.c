/* task list, task done: the work of people. */
#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "ctl/lists.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

int verb_task_list(struct session *session, struct err *err)
{
    return list_tasks(session, TASK_OPEN, err);
}

int verb_task_done(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    int outcome = names_find(&task_outcome_names, arguments->text[OPTION_OUTCOME]);
    day_t on = arguments->time[OPTION_ON].day;
    int64_t task;

    if (!parse_i64(arguments->words[0], 1, INT64_MAX, &task))
        return err_set(err, ERR_USAGE, "%s: not the number of a task; dunningctl task list shows them",
                       arguments->words[0]);
    if (facts_task_done(session->state, task,
                        &(struct task_result){(enum task_outcome)outcome, on == DAY_NONE ? session_today(session) : on},
                        &(struct said){session->author, arguments->text[OPTION_REASON], session->now}, err) != 0)
        return -1;
    page_field(session->page, "task", NULL, cell_number(task));
    page_field(session->page, "outcome", NULL, cell_text(arguments->text[OPTION_OUTCOME]));
    page_linef(session->page, "task %s is done: %s%s", arguments->words[0], arguments->text[OPTION_OUTCOME],
               outcome == TASK_REACHED || outcome == TASK_LETTER_SENT
                   ? "; its step counts as reached on that day"
                   : "; a step that waits for it goes on waiting, with a new task");
    return 0;
}
