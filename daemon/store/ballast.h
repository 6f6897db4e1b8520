/*
 * Ballast: reserved space in the folder of the state.  A full disk must stop
 * new work before it stops the recording of what is under way: below a floor
 * of free space the disk counts as short, and at its very end the ballast is
 * given up for the last records.  It is taken back when there is room.
 */
#ifndef STORE_BALLAST_H
#define STORE_BALLAST_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BALLAST_SIZE = 1 << 20,
    BALLAST_FLOOR = 8 << 20,   /* free bytes below which the disk is short */
    BALLAST_ENOUGH = 10 << 20, /* and from which it is not any more */
    BALLAST_LAST = 256 << 10   /* below this the ballast is given up */
};

struct ballast {
    const char *path; /* its file, which the caller keeps */
    bool held, is_short;
};

/* Free bytes for this user where the file or folder lies; -1 if that cannot be found out. */
int64_t ballast_free_bytes(const char *path);

/* Looks at the disk, gives the ballast up or takes it back; true while the disk is short. */
bool ballast_look(struct ballast *ballast);

/* A write found no room: the next ones get what was reserved. */
void ballast_give_up(struct ballast *ballast);

#endif
