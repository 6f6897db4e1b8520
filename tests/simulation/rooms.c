#include "rooms.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory_vfs.h"
#include "shelf.h"
#include "stand_ins.h"

static char folder[64];
static struct image new_state, new_ledger;

const char *rooms_path(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static bool complain(const char *what, const struct err *err)
{
    fprintf(stderr, "simulation: %s: %s\n", what, err->text);
    return false;
}

/* Databases as the daemon and the importer make them. */
static bool make_templates(void)
{
    struct ledger_writer *ledger = NULL;
    struct state *state = NULL;
    struct err err = {0};

    if (ledger_writer_open(&ledger, rooms_path("ledger.db"), &err) != 0)
        return complain("ledger", &err);
    ledger_writer_close(&ledger);
    if (state_open(&state, rooms_path("state"), STATE_ENGINE, &err) != 0)
        return complain("state", &err);
    state_close(&state);
    shelf_clear(); /* what is in the log goes to the file with the last connection */
    new_ledger = memory_image(rooms_path("ledger.db"));
    new_state = memory_image(rooms_path("state/state.db"));
    return true;
}

bool rooms_build(void)
{
    struct stat shm;

    memory_vfs_install();
    snprintf(folder, sizeof folder, "%s/dunningd-simulation-XXXXXX",
             stat("/dev/shm", &shm) == 0 && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL) {
        perror("simulation: no folder");
        return false;
    }
    return variants_read(folder) && make_templates();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void rooms_clear(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void rooms_enter(struct world *world)
{
    static const struct image none;
    struct err err = {0};

    memory_restore(rooms_path("ledger.db"), &new_ledger);
    memory_restore(rooms_path("ledger.db-wal"), &none);
    memory_restore(rooms_path("state/state.db"), &new_state);
    memory_restore(rooms_path("state/state.db-wal"), &none);
    unlink(rooms_path("witness/send.log"));
    box_clear();
    if (ledger_writer_open(&world->ledger, rooms_path("ledger.db"), &err) != 0 ||
        state_open(&world->books, rooms_path("state"), STATE_FACTS, &err) != 0)
        referee_wrong(world, "door", "%s", err.text);
}

void rooms_leave(struct world *world)
{
    ledger_forget_writes();
    state_close(&world->books);
    ledger_writer_close(&world->ledger);
}
