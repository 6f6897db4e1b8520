/*
 * Credentials that only root may read, for the sender that a verb starts as
 * the owner of the state directory: the process gets a file system of its own
 * over the folder of credentials, in memory, with copies.  No other process
 * sees them, and they are gone with this one, however it ends.
 */
#ifndef CTL_LEND_H
#define CTL_LEND_H

struct session;

/* Those of one provider, before the rights go.  Where it cannot be done nothing changes, and the sender says what it
 * cannot read. */
void lend_secrets(struct session *session, const char *provider_name);

#endif
