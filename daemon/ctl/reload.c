/* reload, recover: what only the engine itself can do. */
#include "ctl/request.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

int verb_reload(struct session *session, struct err *err)
{
    return request_and_wait(session, "reload", err);
}

/* After a restored backup the daemon runs and holds everything back, so it is there to answer. */
int verb_recover(struct session *session, struct err *err)
{
    return request_and_wait(session, "recover", err);
}
