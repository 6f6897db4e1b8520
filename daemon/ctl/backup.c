/*
 * backup: a verified copy of the state.  Where root's rights are given up, the
 * file was made before with them and is filled from a copy beside the state.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "ctl/backup_keep.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "store/backup_left.h"

static int copy_bytes(int from, int to)
{
    char buffer[65536];
    ssize_t got;

    while ((got = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, n; done < got; done += n)
            if ((n = write(to, buffer + done, (size_t)(got - done))) <= 0)
                return -1;
    return got == 0 && fsync(to) == 0 ? 0 : -1;
}

static int fill_file(struct session *session, int to, const char *name, struct err *err)
{
    const char *copy =
        arena_printf(session->arena, "%s/.backup-%ld.db", session->config->settings.state_directory, (long)getpid());
    int from, result = -1;

    backup_left_clear(copy, BACKUP_WHOLE);
    if (state_backup(session->state, copy, err) != 0)
        return -1;
    from = open(copy, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from >= 0 && flock(from, LOCK_SH | LOCK_NB) == 0)
        result = copy_bytes(from, to);
    if (result != 0)
        err_set(err, ERR_FAILED, "%s: cannot be written: %s; remove what is there and make room", name,
                strerror(errno));
    if (from >= 0)
        close(from);
    unlink(copy);
    return result;
}

int verb_backup(struct session *session, struct err *err)
{
    const char *name = "";

    if (session->became_owner)
        name = session->files[0].name;
    else if (backup_target(session, &name, err) != 0)
        return -1;
    int result = session->became_owner ? fill_file(session, session->files[0].fd, name, err)
                                       : state_backup(session->state, name, err);

    if (result == 0)
        page_linef(session->page, "%s is a verified copy of the state; the witness and the ledger are not in it", name);
    return result == 0 ? backup_prune(session, err) : result;
}
