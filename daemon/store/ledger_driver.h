/*
 * What a kind of ledger must be able to do: one function for each of ledger.h.
 */
#ifndef STORE_LEDGER_DRIVER_H
#define STORE_LEDGER_DRIVER_H

#include "store/ledger.h"

struct ledger_driver {
    const char *name; /* as ledger.driver in dunningd.conf names it */
    int (*open)(void **self, const char *path, enum ledger_role role, struct err *err);
    void (*close)(void *self);
    int (*version)(void *self, int64_t *version, struct err *err);
    int (*changes)(void *self, int64_t last, size_t max, struct arena *arena, const char ***customers, size_t *count,
                   int64_t *seq, struct err *err);
    int (*load)(void *self, const char *customer, struct arena *arena, struct dossier **out, struct err *err);
    int (*slice)(void *self, const char *after, size_t max, struct arena *arena, struct dossier **dossiers,
                 size_t *count, struct err *err);
    int (*feed)(void *self, struct arena *arena, const char ***entities, moment_t **complete_until, size_t *count,
                struct err *err);
    int (*find)(void *self, const char *id, struct arena *arena, const char **customer, const char **invoice,
                struct err *err);
    int (*totals)(void *self, struct ledger_totals *out, struct err *err);
};

extern const struct ledger_driver ledger_driver_sqlite;

#endif
