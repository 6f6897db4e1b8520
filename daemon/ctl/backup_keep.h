/*
 * A folder of backups: each new one is named by its time, and of the old ones
 * only the youngest are kept.
 */
#ifndef CTL_BACKUP_KEEP_H
#define CTL_BACKUP_KEEP_H

#include "base/err.h"
#include "ctl/session.h"

/* The file that `backup` makes: what the command line names, with --keep a new name in that folder, which is made. */
int backup_target(struct session *session, const char **file, struct err *err);

/* With --keep: removes the oldest of the folder's backups beyond that number; other files stay. */
int backup_prune(struct session *session, struct err *err);

#endif
