#include "store/ledger.h"

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_driver.h"

struct ledger {
    struct arena *arena; /* holds this struct */
    const struct ledger_driver *driver;
    void *self;
};

static const struct ledger_driver *const drivers[] = {&ledger_driver_sqlite};

static const struct ledger_driver *driver_named(const char *name)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
        if (text_equal(drivers[i]->name, name))
            return drivers[i];
    return NULL;
}

int ledger_open(struct ledger **out, const char *driver, const char *path, enum ledger_role role, struct err *err)
{
    const struct ledger_driver *found = driver_named(driver);
    struct arena *arena;
    void *self;

    *out = NULL;
    if (found == NULL)
        return err_set(err, ERR_CONFIG, "ledger.driver: \"%.40s\" is unknown; write \"sqlite\"", driver);
    if (found->open(&self, path, role, err) != 0)
        return -1;
    arena = arena_new(sizeof **out);
    *out = arena_alloc(arena, sizeof **out);
    **out = (struct ledger){.arena = arena, .driver = found, .self = self};
    return 0;
}

void ledger_close(struct ledger **ledger)
{
    struct arena *arena;

    if (*ledger == NULL)
        return;
    (*ledger)->driver->close((*ledger)->self);
    arena = (*ledger)->arena;
    arena_free(&arena);
    *ledger = NULL;
}

int ledger_version(struct ledger *ledger, int64_t *version, struct err *err)
{
    return ledger->driver->version(ledger->self, version, err);
}

int ledger_changes(struct ledger *ledger, struct arena *arena, struct ledger_changes *changes, struct err *err)
{
    return ledger->driver->changes(ledger->self, changes, &(struct ledger_call){arena, err});
}

int ledger_load(struct ledger *ledger, const char *customer, struct arena *arena, struct dossier **out, struct err *err)
{
    return ledger->driver->load(ledger->self, customer, out, &(struct ledger_call){arena, err});
}

int ledger_customer(struct ledger *ledger, const char *id, struct arena *arena, struct customer *out, struct err *err)
{
    return ledger->driver->customer(ledger->self, id, out, &(struct ledger_call){arena, err});
}

int ledger_slice(struct ledger *ledger, struct arena *arena, struct ledger_slice *slice, struct err *err)
{
    return ledger->driver->slice(ledger->self, slice, &(struct ledger_call){arena, err});
}

int ledger_feed(struct ledger *ledger, struct arena *arena, struct ledger_marks *out, struct err *err)
{
    return ledger->driver->feed(ledger->self, out, &(struct ledger_call){arena, err});
}

int ledger_find(struct ledger *ledger, const char *id, struct arena *arena, struct ledger_found *out, struct err *err)
{
    return ledger->driver->find(ledger->self, id, out, &(struct ledger_call){arena, err});
}

int ledger_totals(struct ledger *ledger, struct ledger_totals *out, struct err *err)
{
    return ledger->driver->totals(ledger->self, out, err);
}

int64_t ledger_cache_bytes(const struct ledger *ledger)
{
    return ledger->driver->cache_bytes(ledger->self);
}
