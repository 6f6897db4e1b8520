/*
 * Files of SQLite in memory, shared by the connections of one process that has
 * one thread, and mortal: from a chosen write on nothing that the engine writes
 * arrives any more, as if it had been killed there.
 */
#ifndef SIMULATION_MEMORY_VFS_H
#define SIMULATION_MEMORY_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes it the default; before any connection is opened. */
void memory_vfs_install(void);

/* A copy of a file's content, to begin the next seed with. */
struct image {
    unsigned char *bytes;
    size_t length;
};
struct image memory_image(const char *path);
/* Gives a file this content; no connection may be in the middle of something. */
void memory_restore(const char *path, const struct image *image);

/*
 * The life of the engine.  While `running`, each write and sync counts, and so
 * do the lines of the send log and the frames to the sender; when `left` has
 * come to nothing it is dead, and all of them fail.
 */
struct life {
    bool running, dead;
    int64_t left; /* operations until death, below 0: lives on */
    int64_t operations;
};
extern struct life life;
/* Counts one operation; true if it must not happen. */
bool life_ends_here(void);

#endif
