/*
 * Files of the administrator, changed wholly or not at all.
 */
#ifndef CTL_PUT_FILE_H
#define CTL_PUT_FILE_H

#include <sys/types.h>

#include "base/err.h"

struct put {
    const char *path, *text;
    mode_t mode;      /* of a new file; one that was there keeps its own */
    const char *kept; /* a further name for the file that was there; "" none */
};

/* On the disk when it returns.  A file that is a link is changed where the link leads. */
int put_file(const struct put *put, struct err *err);

/* What a process that was killed while it put the file has left beside it. */
void put_file_clean(const char *path);

/* Folders on the way to a path that are not there yet, of this mode. */
int put_folder(const char *folder, mode_t mode, struct err *err);

#endif
