/*
 * Steps that only a drop provider accepted: nobody got them (DESIGN 4).
 */
#ifndef CTL_DROP_HISTORY_H
#define CTL_DROP_HISTORY_H

struct err;
struct session;

/* ERR_REFUSED where a channel has a real provider now and the state holds steps that went into a folder. */
int drop_history_check(struct session *session, struct err *err);

#endif
