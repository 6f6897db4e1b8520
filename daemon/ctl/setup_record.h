/*
 * What a setup has written, by which it is taken back: a file setup-STAMP.undo
 * beside dunningd.conf, with lines
 *
 *     was SHA256 PATH      it was there; PATH.before-setup-STAMP is how it was
 *     new SHA256 PATH      it was not there
 *     import KIND FILE     was to be read into the ledger
 *     test                 a test message was to be sent
 *
 * The digest is of what setup wrote, so that a later change by hand is seen; a
 * secret has none, but "-".
 * It is there before the first of its files is changed.
 */
#ifndef CTL_SETUP_RECORD_H
#define CTL_SETUP_RECORD_H

#include "base/day.h"
#include "base/err.h"

struct arena;

#define RECORD_STAMP_SIZE 16 /* "20261225-093000", UTC */

enum record_kind { RECORD_WAS, RECORD_NEW, RECORD_IMPORT, RECORD_TEST };

struct record_line {
    enum record_kind kind;
    const char *word; /* the digest, the kind of import; "" none */
    const char *path;
};

struct setup_record {
    const char *file, *stamp;
    struct record_line *lines;
    size_t count;
};

/* The stamp of a new record in a folder. */
const char *record_stamp(const char *folder, moment_t now, struct arena *arena);
const char *record_file(const char *folder, const char *stamp, struct arena *arena);
const char *record_kept(const char *path, const char *stamp, struct arena *arena);
const char *record_text(const struct setup_record *record, struct arena *arena);

/* The newest one of a folder: ERR_NOT_FOUND where there is none. */
int record_newest(const char *folder, struct arena *arena, struct setup_record *out, struct err *err);

/* Of a text, in hex. */
const char *record_digest(const char *text, struct arena *arena);

#endif
