/* What copies left that were killed before they had a name. */
#ifndef STORE_BACKUP_LEFT_H
#define STORE_BACKUP_LEFT_H

#include <stddef.h>

/* Writes FILE.PID.part, the name of a copy on its way to FILE; -1 if it is too long. */
int backup_part_name(const char *file, char *name, size_t size);

/*
 * A copy on its way is locked with flock by whoever makes it, so one without a
 * lock is nobody's.  Removes those on their way to this file, or to one whose
 * name differs in its digits only, as the names of kept copies do; BACKUP_WHOLE:
 * also whole ones of such a name, for copies that are only on their way through.
 * What cannot be removed stays.
 */
enum backup_left { BACKUP_PART, BACKUP_WHOLE };
void backup_left_clear(const char *file, enum backup_left what);

#endif
