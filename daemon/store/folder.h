/* Folders whose entries are on the disk: without a sync of its folder a new name may be gone after a power cut. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

/* 0, or -1 with errno. */
int folder_sync(const char *folder);
/* The folder that a file or folder lies in. */
int folder_sync_above(const char *path);

/*
 * Makes a folder (0700) where it is missing, and syncs the one above.  One that was there was perhaps made by a
 * process that was killed before its sync, so that is done again; it is an error only for a folder made now.
 */
int folder_make(const char *folder);
/* The same for the folder that a file is to lie in. */
int folder_make_above(const char *file);

#endif
