#include "policy/policy.h"

#include "base/text.h"

#define WORD_TABLE(name, last, ...)                                                                      \
    static const char *const name##_words[] = {__VA_ARGS__};                                             \
    _Static_assert(sizeof name##_words / sizeof *name##_words == (last) + 1, "one word for each value"); \
    const struct names name##_names = {name##_words, sizeof name##_words / sizeof *name##_words}

WORD_TABLE(anchor, ANCHOR_REOPENED, "due", "due_eom", "issued", "sent", "previous", "deadline", "reopened");
WORD_TABLE(approval_timeout, APPROVAL_REJECT, "wait", "approve", "reject");
WORD_TABLE(require, REQUIRE_ALL, "first", "any", "all");
WORD_TABLE(fee_per, FEE_PER_ITEM, "notice", "item");
WORD_TABLE(without_rate, WITHOUT_RATE_WAIT, "send", "wait");
WORD_TABLE(group, GROUP_INVOICE, "customer", "invoice");
WORD_TABLE(due_adjust, DUE_UNADJUSTED, "following", "none");
WORD_TABLE(entry, ENTRY_HOLD, "first", "by_age", "hold");
WORD_TABLE(listing, LIST_OPEN, "reached", "overdue", "open");
WORD_TABLE(at_end, AT_END_NOTHING, "task", "nothing");
WORD_TABLE(after_handoff, AFTER_HANDOFF_CONTINUE, "hold", "continue");

bool thresholds_find(const struct thresholds *thresholds, const char *currency, int64_t *minor)
{
    for (size_t i = 0; i < thresholds->count; i++)
        if (text_equal(thresholds->list[i].currency, currency)) {
            *minor = thresholds->list[i].minor;
            return true;
        }
    return false;
}

bool words_have(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->list[i], word))
            return true;
    return false;
}

int policy_step(const struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->step_count; i++)
        if (text_equal(policy->steps[i].name, name))
            return (int)i;
    for (size_t i = 0; i < policy->step_count; i++)
        if (words_have(&policy->steps[i].was, name))
            return (int)i;
    return -1;
}

const char *step_regime(const struct step *step, const char *country)
{
    const char *regime = "";

    for (size_t i = 0; i < step->interest_count; i++) {
        if (text_equal(step->interest[i].country, country))
            return step->interest[i].regime;
        if (text_empty(step->interest[i].country))
            regime = step->interest[i].regime;
    }
    return regime;
}

bool step_is_before_due(const struct step *step)
{
    return step->at.anchor == ANCHOR_DUE && step->at.sign < 0 && step->at.offset.n > 0;
}

static bool has_channel(const enum channel *list, size_t count, enum channel channel)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == channel)
            return true;
    return false;
}

bool step_goes_by(const struct step *step, enum channel channel)
{
    return has_channel(step->send, step->send_count, channel) ||
           has_channel(step->fallback, step->fallback_count, channel);
}

int policy_first_notice(const struct policy *policy)
{
    for (size_t i = 0; i < policy->step_count; i++)
        if (policy->steps[i].action == ACTION_NOTICE)
            return (int)i;
    return -1;
}
