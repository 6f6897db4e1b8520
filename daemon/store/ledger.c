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

int ledger_changes(struct ledger *ledger, int64_t last, size_t max, struct arena *arena, const char ***customers,
                   size_t *count, int64_t *seq, struct err *err)
{
    struct ledger_changed changed;

    if (ledger->driver->changes(ledger->self, last, max, &changed, &(struct ledger_call){arena, err}) != 0)
        return -1;
    *customers = changed.customers;
    *count = changed.count;
    *seq = changed.seq;
    return 0;
}

int ledger_load(struct ledger *ledger, const char *customer, struct arena *arena, struct dossier **out, struct err *err)
{
    return ledger->driver->load(ledger->self, customer, out, &(struct ledger_call){arena, err});
}

int ledger_slice(struct ledger *ledger, const char *after, size_t max, struct arena *arena, struct dossier **dossiers,
                 size_t *count, struct err *err)
{
    struct ledger_dossiers found;

    if (ledger->driver->slice(ledger->self, after, max, &found, &(struct ledger_call){arena, err}) != 0)
        return -1;
    *dossiers = found.list;
    *count = found.count;
    return 0;
}

int ledger_feed(struct ledger *ledger, struct arena *arena, const char ***entities, moment_t **complete_until,
                size_t *count, struct err *err)
{
    struct ledger_marks marks;

    if (ledger->driver->feed(ledger->self, &marks, &(struct ledger_call){arena, err}) != 0)
        return -1;
    *entities = marks.entities;
    *complete_until = marks.complete_until;
    *count = marks.count;
    return 0;
}

int ledger_find(struct ledger *ledger, const char *id, struct arena *arena, const char **customer, const char **invoice,
                struct err *err)
{
    struct ledger_found found;

    if (ledger->driver->find(ledger->self, id, &found, &(struct ledger_call){arena, err}) != 0)
        return -1;
    *customer = found.customer;
    *invoice = found.invoice;
    return 0;
}

int ledger_totals(struct ledger *ledger, struct ledger_totals *out, struct err *err)
{
    return ledger->driver->totals(ledger->self, out, err);
}
