/*
 * What a kind of ledger must be able to do: one function for each of ledger.h.
 */
#ifndef STORE_LEDGER_DRIVER_H
#define STORE_LEDGER_DRIVER_H

#include "store/ledger.h"

/* Where results are put, and what is said if there are none. */
struct ledger_call {
    struct arena *arena;
    struct err *err;
};

struct ledger_driver {
    const char *name; /* as ledger.driver in dunningd.conf names it */
    int (*open)(void **self, const char *path, enum ledger_role role, struct err *err);
    void (*close)(void *self);
    int (*version)(void *self, int64_t *version, struct err *err);
    int (*changes)(void *self, struct ledger_changes *changes, const struct ledger_call *call);
    int (*load)(void *self, const char *customer, struct dossier **out, const struct ledger_call *call);
    int (*customer)(void *self, const char *id, struct customer *out, const struct ledger_call *call);
    int (*slice)(void *self, struct ledger_slice *slice, const struct ledger_call *call);
    int (*feed)(void *self, struct ledger_marks *out, const struct ledger_call *call);
    int (*find)(void *self, const char *id, struct ledger_found *out, const struct ledger_call *call);
    int (*totals)(void *self, struct ledger_totals *out, struct err *err);
    int64_t (*cache_bytes)(const void *self);
};

extern const struct ledger_driver ledger_driver_sqlite;

#endif
