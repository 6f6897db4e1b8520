/*
 * What dunningctl asks of the engine; each kind is one row.
 */
#include <syslog.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/hold.h"
#include "engine/work.h"
#include "store/facts.h"

int request_reply(struct engine *engine, int64_t request, bool ok, const char *text, struct err *err)
{
    if (request == 0)
        return 0;
    if (engine_begin(engine, err) != 0)
        return -1;
    if (facts_reply(engine->state, request, ok, text, err) != 0) {
        engine_rollback(engine);
        return -1;
    }
    return engine_commit(engine, err);
}

static int on_reload(struct engine *engine, int64_t request, struct err *err)
{
    if (engine->options.once)
        return request_reply(engine, request, false, "a single pass is running; it has read the configuration already",
                             err);
    return reload_begin(engine, request, err);
}

static int recover(struct engine *engine, int64_t request, bool anyway, struct err *err)
{
    struct err why = {0};
    struct text answer;

    text_init(&answer, engine->scratch);
    if (recover_confirm(engine, anyway, &answer, &why) == 0)
        return request_reply(engine, request, true, answer.data, err);
    if (why.code == ERR_REFUSED)
        return request_reply(engine, request, false, why.text, err);
    return err_set(err, why.code, "%s", why.text);
}

static int on_recover(struct engine *engine, int64_t request, struct err *err)
{
    return recover(engine, request, false, err);
}

static int on_recover_anyway(struct engine *engine, int64_t request, struct err *err)
{
    return recover(engine, request, true, err);
}

static int on_approve_breaker(struct engine *engine, int64_t request, struct err *err)
{
    if (hold_approve(engine, engine_now(engine), err) != 0)
        return -1;
    return request_reply(engine, request, true, "the messages of today may leave", err);
}

static const struct request_kind {
    const char *kind;
    int (*answer)(struct engine *engine, int64_t request, struct err *err);
} kinds[] = {
    {"reload", on_reload},
    {"recover", on_recover},
    {"recover-anyway", on_recover_anyway},
    {"approve-breaker", on_approve_breaker},
};

static int answer(struct engine *engine, int64_t request, const char *kind, struct err *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kinds[i].kind, kind))
            return kinds[i].answer(engine, request, err);
    return request_reply(engine, request, false, "this version of dunningd knows no such request", err);
}

/* A reload answers later; no other request is taken until then. */
int request_step(struct engine *engine, struct err *err)
{
    const char *kind;
    int64_t request;

    if (engine->reload_again && !engine->reloading && engine->merge.request == 0) {
        engine->reload_again = false;
        return reload_begin(engine, 0, err);
    }
    while (!engine->reloading && engine->merge.request == 0) {
        arena_reset(engine->scratch);
        if (facts_next_request(engine->state, engine->scratch, &request, &kind, err) != 0)
            return -1;
        if (request == 0)
            return 0;
        if (answer(engine, request, kind, err) != 0)
            return -1;
    }
    return 0;
}
