#include "ctl/rights.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

#define GROUPS_MAX 64
#define AUTHOR_MAX 64

/* The groups that the user has when he logs in; without an entry for him, the directory's. */
static int take_groups(const struct stat *owner)
{
    gid_t groups[GROUPS_MAX];
    int count = GROUPS_MAX;
    const struct passwd *user = getpwuid(owner->st_uid);

    if (!user || getgrouplist(user->pw_name, owner->st_gid, groups, &count) < 0) {
        groups[0] = owner->st_gid;
        count = 1;
    }
    return setgroups((size_t)count, groups);
}

static bool is_settled(const struct stat *owner)
{
    uid_t real, effective, saved;

    if (getresuid(&real, &effective, &saved) != 0)
        return false;
    return real == owner->st_uid && effective == owner->st_uid && saved == owner->st_uid && setuid(0) != 0;
}

static bool find_owner(const char *directory, struct stat *owner)
{
    return geteuid() == 0 && stat(directory, owner) == 0 && owner->st_uid != 0;
}

bool rights_will_change(const char *directory)
{
    struct stat owner;

    return find_owner(directory, &owner);
}

int rights_become_owner(const char *directory, bool *became, struct err *err)
{
    struct stat owner;

    *became = false;
    if (!find_owner(directory, &owner))
        return 0;
    if (take_groups(&owner) != 0 || setresgid(owner.st_gid, owner.st_gid, owner.st_gid) != 0 ||
        setresuid(owner.st_uid, owner.st_uid, owner.st_uid) != 0)
        return err_set(err, ERR_FAILED, "cannot become the owner of %s: %s; run dunningctl as that user", directory,
                       strerror(errno));
    if (!is_settled(&owner))
        return err_set(err, ERR_FAILED, "the rights of root could not be given up; run dunningctl as the owner of %s",
                       directory);
    *became = true;
    return 0;
}

const char *rights_author(struct arena *arena)
{
    const char *name = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
    const struct passwd *user = text_empty(name) ? getpwuid(getuid()) : NULL;

    if (user)
        name = user->pw_name;
    if (text_empty(name))
        name = arena_printf(arena, "uid %ld", (long)getuid());
    return text_escape_log(arena, name, AUTHOR_MAX);
}
