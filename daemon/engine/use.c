#include "engine/use.h"

#include "base/text.h"

static const char rehearsal_key[] = "rehearsal";
static const char real_key[] = "real";

static const struct provider *first_real(const struct config *config)
{
    for (size_t i = 0; i < config->provider_count; i++)
        if (config->providers[i].kind != PROVIDER_DROP)
            return &config->providers[i];
    return NULL;
}

bool use_is_real(const struct config *config)
{
    return first_real(config) != NULL;
}

int use_allowed(const struct config *config, bool rehearsal, struct err *err)
{
    const struct provider *real = rehearsal ? first_real(config) : NULL;

    if (!real)
        return 0;
    return err_set(
        err, ERR_USAGE,
        "--as-of is a rehearsal and provider %s would reach people; use a configuration whose providers are all "
        "of kind drop",
        real->name);
}

static int set_mark(struct state *state, const char *key, struct err *err)
{
    if (state_begin(state, err) != 0)
        return -1;
    if (state_set(state, key, "yes", err) != 0 || state_commit(state, err) != 0) {
        state_rollback(state);
        return -1;
    }
    return 0;
}

int use_mark(struct state *state, const struct config *config, bool rehearsal, struct arena *arena, struct err *err)
{
    const char *rehearsed, *real;

    if (state_get(state, rehearsal_key, arena, &rehearsed, err) != 0 ||
        state_get(state, real_key, arena, &real, err) != 0)
        return -1;
    if (rehearsal && !text_empty(real))
        return err_set(
            err, ERR_REFUSED,
            "%s: this state has sent to people and cannot be used for a rehearsal; give the rehearsal a state "
            "directory of its own",
            config->settings.state_directory);
    if (use_is_real(config) && !text_empty(rehearsed))
        return err_set(err, ERR_REFUSED,
                       "%s: this state was used for a rehearsal and cannot be used with provider %s; use another state "
                       "directory",
                       config->settings.state_directory, first_real(config)->name);
    if (rehearsal && text_empty(rehearsed))
        return set_mark(state, rehearsal_key, err);
    if (use_is_real(config) && text_empty(real))
        return set_mark(state, real_key, err);
    return 0;
}
