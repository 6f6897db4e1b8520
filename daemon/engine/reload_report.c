#include "engine/reload_report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/written.h"
#include "engine/work.h"

enum { NOTES_MAX = 30, WORDS_MAX = 3 };

struct reload_count *reload_counts_new(const struct config *config)
{
    return arena_must(calloc(config->rulebook.policy_count + 1, sizeof(struct reload_count)));
}

/* ---- settings ---- */

const char *reload_notes(const char *findings, const struct written_changes *changes, struct arena *arena)
{
    struct text text;

    text_init(&text, arena);
    text_add(&text, findings);
    for (size_t i = 0; i < changes->count && i < NOTES_MAX; i++)
        text_addf(&text, "%s\n", changes->list[i]);
    if (changes->count > NOTES_MAX)
        text_addf(&text, "and %zu further changes\n", changes->count - NOTES_MAX);
    return text.data;
}

const char *reload_words(const struct written_changes *changes, struct arena *arena)
{
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i < changes->count && i < WORDS_MAX; i++)
        text_addf(&text, "%s%s", i > 0 ? "; " : "", changes->list[i]);
    if (changes->count > WORDS_MAX)
        text_addf(&text, "; and %zu further changes", changes->count - WORDS_MAX);
    return text.data;
}

/* ---- items ---- */

static const char *step_name(const struct verdict *verdict, int step)
{
    return step < 0 ? "" : verdict->policy->steps[step].name;
}

/* Only items with history can fall back: the others have no position yet. */
static bool falls_back(const struct verdict *before, const struct verdict *after)
{
    if (before->position < 0 || !before->policy)
        return false;
    const char *old = step_name(before, before->position);
    if (text_equal(old, step_name(after, after->position)))
        return false;
    return after->position < 0 || policy_step(after->policy, old) != after->position;
}

static void compare_item(struct reload_count *count, const struct verdict *before, const struct verdict *after)
{
    const char *next = before->policy ? step_name(before, before->next) : "";

    if (falls_back(before, after))
        count->fallen_back++;
    else if (before->position >= 0 && !text_equal(next, step_name(after, after->next)))
        count->moved++;
    else if (before->at != after->at && after->next >= 0)
        count->redated++;
}

static struct reload_count *count_of(const struct engine *engine, const char *policy)
{
    const struct rulebook *rulebook = &engine->config->rulebook;
    const struct policy *found = rulebook_policy(rulebook, policy);

    return &engine->merge.by_policy[found ? (size_t)(found - rulebook->policies) : rulebook->policy_count];
}

void reload_compare(struct engine *engine, const struct dossier *dossier, moment_t now)
{
    struct merge *merge = &engine->merge;

    if (!merge->former)
        return;
    const struct conditions *conditions = &engine->whole.conditions;
    const struct decision *before = decide(dossier, &merge->former->rulebook, conditions, now, engine->scratch);
    const struct decision *after = decide(dossier, &engine->config->rulebook, conditions, now, engine->scratch);
    for (size_t i = 0; i < before->verdict_count && i < after->verdict_count; i++)
        if (after->verdicts[i].policy)
            compare_item(count_of(engine, after->verdicts[i].policy->name), &before->verdicts[i], &after->verdicts[i]);
    for (size_t i = 0; i < after->notice_count; i++)
        count_of(engine, after->notices[i].policy)->fire++;
    for (size_t i = 0; i < before->notice_count; i++)
        count_of(engine, before->notices[i].policy)->fire--;
}

/* ---- what was counted ---- */

static const char *one_or_more(int64_t n, const char *one, const char *more)
{
    return n == 1 ? one : more;
}

static void add_counts(struct text *text, const struct reload_count *count)
{
    int64_t fire = count->fire > 0 ? count->fire : 0;

    text_addf(text,
              "%" PRId64 " %s a new date, %" PRId64 " %s to another step, %" PRId64 " %s back, %" PRId64
              " more %s today",
              count->redated, one_or_more(count->redated, "item gets", "items get"), count->moved,
              one_or_more(count->moved, "moves", "move"), count->fallen_back,
              one_or_more(count->fallen_back, "falls", "fall"), fire,
              one_or_more(fire, "notice fires", "notices fire"));
}

const char *reload_counts(const struct engine *engine, struct arena *arena)
{
    const struct rulebook *rulebook = &engine->config->rulebook;
    struct reload_count sum = {0, 0, 0, 0};
    struct text text;

    text_init(&text, arena);
    for (size_t i = 0; i <= rulebook->policy_count; i++) {
        const struct reload_count *count = &engine->merge.by_policy[i];
        sum.redated += count->redated;
        sum.moved += count->moved;
        sum.fallen_back += count->fallen_back;
        sum.fire += count->fire > 0 ? count->fire : 0;
        if (i == rulebook->policy_count ||
            (count->redated == 0 && count->moved == 0 && count->fallen_back == 0 && count->fire <= 0))
            continue;
        text_addf(&text, "policy %s: ", rulebook->policies[i].name);
        add_counts(&text, count);
        text_add(&text, "\n");
    }
    text_add(&text, "reloaded; ");
    add_counts(&text, &sum);
    return text.data;
}

/* ---- which configuration is in force ---- */

int reload_remember(struct engine *engine, struct err *err)
{
    struct arena *arena = arena_new(0);
    const char *now = written_digest(engine->config->written, arena), *kept;
    int result = state_get(engine->state, CONFIG_DIGEST_KEY, arena, &kept, err);

    if (result == 0 && !text_equal(kept, now)) {
        result = engine_begin(engine, err);
        if (result == 0 && (state_set(engine->state, CONFIG_DIGEST_KEY, now, err) != 0 ||
                            engine_set_number(engine, CONFIG_READ_KEY, engine_now(engine), err) != 0)) {
            engine_rollback(engine);
            result = -1;
        } else if (result == 0) {
            result = engine_commit(engine, err);
        }
    }
    arena_free(&arena);
    return result;
}
