/* reload, recover: what only the engine itself can do. */
#include "ctl/request.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

int verb_reload(struct session *session, struct err *err)
{
    return request_and_wait(session, "reload", err);
}

/* Where the daemon is only started for single passes, the next one does it. */
int verb_recover(struct session *session, struct err *err)
{
    return request_or_leave(session, session->arguments->given[OPTION_ANYWAY] ? "recover-anyway" : "recover", err);
}
