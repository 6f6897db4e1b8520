/*
 * What can be said about a policy without a customer (RULES R14, R19, R31, R36).
 */
#include "policy/check.h"

#include "base/arena.h"
#include "base/text.h"
#include "policy/rates.h"

enum { STEPS_MAX = 64, ALL_DAYS = 127 };

struct checking {
    const struct policy *policy;
    const struct rulebook *rulebook;
    struct findings *findings;
    unsigned warned; /* channels of which a warning has spoken, one bit each */
};

__attribute__((format(printf, 4, 5))) static void say(const struct checking *checking, enum severity severity,
                                                      const struct step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sentence = arena_vprintf(checking->findings->arena, format, args);
    va_end(args);
    if (step != NULL)
        findings_add(checking->findings, severity, checking->policy->file, step->line, "step %s: %s", step->name,
                     sentence);
    else
        findings_add(checking->findings, severity, checking->policy->file, checking->policy->line, "policy %s: %s",
                     checking->policy->name, sentence);
}

/* ---- names ---- */

static void check_name(const struct checking *checking, size_t index)
{
    const struct step *steps = checking->policy->steps;
    const struct step *step = &steps[index];
    for (size_t i = 0; i < checking->policy->step_count; i++) {
        if (i < index && text_equal(steps[i].name, step->name))
            say(checking, SEVERITY_ERROR, step, "there is another step of this name in line %d; rename one",
                steps[i].line);
        if (i != index && words_have(&step->was, steps[i].name))
            say(checking, SEVERITY_ERROR, step, "was names a step that is still there, in line %d; remove it from was",
                steps[i].line);
    }
}

/* ---- order ---- */

/* The days that a duration can take: business days by the week's end, months by their length. */
static void span_of(const struct duration *duration, int32_t *least, int32_t *most)
{
    int32_t n = duration->n;
    switch (duration->unit) {
    case UNIT_DAY:
        *least = *most = n;
        return;
    case UNIT_BUSINESS_DAY:
        *least = n;
        *most = n * 2 + 10;
        return;
    case UNIT_WEEK:
        *least = *most = 7 * n;
        return;
    case UNIT_MONTH:
        *least = 28 * n;
        *most = 31 * n;
        return;
    case UNIT_HOUR:
    case UNIT_MINUTE:
    case UNIT_SECOND:
        break;
    }
    *least = 0;
    *most = n / 24 + 1;
}

/* True if the later step can never come after the earlier one. */
static bool never_after(const struct step *earlier, const struct step *later)
{
    int32_t a_least, a_most, b_least, b_most;
    if (earlier->at.sign == later->at.sign && earlier->at.offset.unit == later->at.offset.unit)
        return later->at.sign * later->at.offset.n <= earlier->at.sign * earlier->at.offset.n;
    span_of(&earlier->at.offset, &a_least, &a_most);
    span_of(&later->at.offset, &b_least, &b_most);
    int32_t earliest = earlier->at.sign > 0 ? a_least : -a_most;
    int32_t latest = later->at.sign > 0 ? b_most : -b_least;
    return latest <= earliest;
}

static bool is_relative(const struct step *step)
{
    return step->at.anchor == ANCHOR_PREVIOUS || step->at.anchor == ANCHOR_DEADLINE;
}

static void check_reach(const struct checking *checking, size_t index)
{
    const struct step *step = &checking->policy->steps[index];
    for (size_t i = 0; i < index; i++) {
        const struct step *earlier = &checking->policy->steps[i];
        /* A step with `when` can be passed over at its moment, and then the other one is an alternative. */
        if (is_relative(step) || earlier->at.anchor != step->at.anchor || earlier->when.set ||
            !never_after(earlier, step))
            continue;
        say(checking, SEVERITY_ERROR, step,
            "it cannot be reached in its place: step %s before it comes at the same moment or later; move it or "
            "correct at",
            earlier->name);
        return;
    }
}

/* ---- anchors ---- */

static bool prints_deadline(const struct step *step)
{
    return step->deadline.set || (step->action == ACTION_OFFER_PLAN && step->plan.valid.set);
}

/* A step that every item goes through which comes to a later one. */
static bool is_certain(const struct step *step)
{
    return !step->when.set && !step_is_before_due(step);
}

static bool has_ground(const struct policy *policy, size_t index)
{
    bool deadline = policy->steps[index].at.anchor == ANCHOR_DEADLINE;
    for (size_t i = 0; i < index; i++)
        if (is_certain(&policy->steps[i]) && (!deadline || prints_deadline(&policy->steps[i])))
            return true;
    return false;
}

static void check_anchor(const struct checking *checking, size_t index)
{
    const struct step *step = &checking->policy->steps[index];
    const char *anchor = names_word(&anchor_names, (int)step->at.anchor);
    if (!is_relative(step))
        return;
    if (index == 0)
        say(checking, SEVERITY_ERROR, step, "the first step cannot count from %s; use due", anchor);
    else if (!has_ground(checking->policy, index))
        say(checking, SEVERITY_ERROR, step,
            "%s has no ground: no step before it is certain to have %s; steps with "
            "when and steps before due are not certain",
            anchor, step->at.anchor == ANCHOR_DEADLINE ? "printed a deadline" : "been sent");
}

/* ---- what a step does ---- */

static bool has_channel(const struct rulebook *rulebook, enum channel channel)
{
    return (channel == CHANNEL_EMAIL && rulebook->has_email) || (channel == CHANNEL_SMS && rulebook->has_sms) ||
           (channel == CHANNEL_AGENCY && rulebook->has_agency) || channel == CHANNEL_TASK;
}

/* A warning once for each channel of a policy, an error at each step. */
static void say_channel(struct checking *checking, const struct step *step, enum channel channel, bool fatal)
{
    const char *word = names_word(&channel_names, (int)channel);
    unsigned bit = 1U << channel;
    if (has_channel(checking->rulebook, channel) || (!fatal && (checking->warned & bit) != 0))
        return;
    say(checking, fatal ? SEVERITY_ERROR : SEVERITY_WARNING, step,
        "no provider is there for %s; name one in channels.%s of dunningd.conf", word, word);
    checking->warned |= fatal ? 0 : bit;
}

static void check_channels(struct checking *checking, const struct step *step)
{
    for (size_t i = 0; i < step->send_count; i++)
        say_channel(checking, step, step->send[i], i == 0 || step->require == REQUIRE_ALL);
    for (size_t i = 0; i < step->fallback_count; i++)
        say_channel(checking, step, step->fallback[i], false);
    if (step->action == ACTION_HANDOFF)
        say_channel(checking, step, CHANNEL_AGENCY, false);
}

static void check_fallback(const struct checking *checking, const struct step *step)
{
    for (size_t i = 0; i < step->fallback_count; i++) {
        for (size_t j = 0; j < step->send_count; j++)
            if (step->fallback[i] == step->send[j])
                say(checking, SEVERITY_ERROR, step, "fallback repeats %s of send; remove it from one",
                    names_word(&channel_names, (int)step->fallback[i]));
        if (step->fallback[i] == CHANNEL_TASK && i + 1 < step->fallback_count)
            say(checking, SEVERITY_ERROR, step, "nothing can follow task in fallback; put it last");
    }
}

static void check_repeat(const struct checking *checking, const struct step *step)
{
    if (step->repeat_times > 0 && step->repeat_every.n == 0)
        say(checking, SEVERITY_ERROR, step, "repeat.every is zero; write at least 1d");
    if (step->deadline.set && step->deadline.n == 0)
        say(checking, SEVERITY_ERROR, step, "deadline leaves no time to pay; write at least 1d, or remove it");
    if (step->action == ACTION_OFFER_PLAN && (step->plan.instalments == 0 || step->plan.every.n == 0))
        say(checking, SEVERITY_ERROR, step, "an offer needs plan with instalments, and every of at least 1d");
}

static void check_when(const struct checking *checking, const struct step *step)
{
    const struct condition *when = &step->when;
    for (size_t i = 0; i < when->balance_min.count; i++) {
        const struct money *least = &when->balance_min.list[i];
        int64_t most;
        if (thresholds_find(&when->balance_max, least->currency, &most) && least->minor > most)
            say(checking, SEVERITY_ERROR, step,
                "when can never hold for %s: balance_min is above balance_max; correct one", least->currency);
    }
}

/* R31: 0 no notice with a deadline comes first, 1 only ones that may be passed over, 2 a certain one. */
static int notice_before(const struct policy *policy, size_t index)
{
    int best = 0;
    for (size_t i = 0; i < index; i++) {
        const struct step *step = &policy->steps[i];
        if (step->action != ACTION_NOTICE || !step->deadline.set)
            continue;
        best = is_certain(step) ? 2 : best > 1 ? best : 1;
    }
    return best;
}

static void check_handoff(const struct checking *checking, size_t index)
{
    const struct step *step = &checking->policy->steps[index];
    if (step->action != ACTION_HANDOFF)
        return;
    int before = notice_before(checking->policy, index);
    if (before == 0)
        say(checking, SEVERITY_ERROR, step,
            "nothing is handed over without a notice whose deadline has passed; add a "
            "step with action notice and a deadline before it");
    else if (before == 1)
        say(checking, SEVERITY_WARNING, step,
            "every notice before it has a when; items that were passed over there "
            "are never handed over");
}

/* ---- the policy as a whole ---- */

static void check_window(const struct checking *checking, const struct calendar *calendar, enum severity severity)
{
    const struct window *window = &checking->policy->window;
    unsigned days = window->set ? window->days : ALL_DAYS;
    if (calendar != NULL && (days & ~calendar->weekend & ALL_DAYS) == 0)
        say(checking, severity, NULL,
            "its window never opens: calendar %s is closed on all of its days; correct days "
            "or the calendar's weekend",
            calendar->name);
}

static void check_windows(const struct checking *checking)
{
    check_window(checking, checking->policy->calendar, SEVERITY_ERROR);
    if (!checking->policy->calendar_of_customer)
        return;
    for (size_t i = 0; i < checking->rulebook->calendar_count; i++)
        if (!checking->rulebook->calendars[i].target) /* which is no country's */
            check_window(checking, &checking->rulebook->calendars[i], SEVERITY_WARNING);
}

/* R14: a currency without a minimum has none. */
static void check_minimum(const struct checking *checking)
{
    const struct words *currencies = &checking->policy->applies_to.currency;
    int64_t minor;
    for (size_t i = 0; i < currencies->count && checking->policy->minimum.count > 0; i++)
        if (!thresholds_find(&checking->policy->minimum, currencies->list[i], &minor))
            say(checking, SEVERITY_WARNING, NULL, "minimum has no amount in %s, so the smallest one is sent; add one",
                currencies->list[i]);
}

static bool share_word(const struct words *a, const struct words *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (text_equal_nocase(a->list[i], b->list[j]))
                return true;
    return false;
}

/* Two lists of values of which an item has one. */
static bool exclude(const struct words *a, const struct words *b)
{
    return a->count > 0 && b->count > 0 && !share_word(a, b);
}

/* No item has a tag that it must have and must not have. */
static bool tags_exclude(const struct applies_to *a, const struct applies_to *b)
{
    bool any = a->tags_any.count > 0;
    for (size_t i = 0; i < a->tags_any.count; i++)
        any = any && words_have(&b->tags_none, a->tags_any.list[i]);
    return any || share_word(&a->tags_all, &b->tags_none);
}

/* No amount of any currency lies within both. */
static bool amounts_exclude(const struct applies_to *a, const struct applies_to *b)
{
    for (size_t i = 0; i < a->amount_min.count; i++) {
        int64_t most;
        if (b->amount_max.count == 0 || (thresholds_find(&b->amount_max, a->amount_min.list[i].currency, &most) &&
                                         a->amount_min.list[i].minor <= most))
            return false;
    }
    return a->amount_min.count > 0;
}

/* Both name amounts, and none in the same currency; an item in another one matches neither. */
static bool currencies_exclude(const struct thresholds *a, const struct thresholds *b)
{
    int64_t minor;
    for (size_t i = 0; i < a->count; i++)
        if (thresholds_find(b, a->list[i].currency, &minor))
            return false;
    return a->count > 0 && b->count > 0;
}

static bool can_meet(const struct applies_to *a, const struct applies_to *b)
{
    return !exclude(&a->segment, &b->segment) && !exclude(&a->country, &b->country) &&
           !exclude(&a->currency, &b->currency) && !exclude(&a->entity, &b->entity) &&
           !exclude(&a->payment_method, &b->payment_method) && !tags_exclude(a, b) && !tags_exclude(b, a) &&
           !amounts_exclude(a, b) && !amounts_exclude(b, a) && !currencies_exclude(&a->amount_min, &b->amount_min) &&
           !currencies_exclude(&a->amount_max, &b->amount_max);
}

/* R36: the first one in the order of the files decides. */
static void check_overlap(const struct checking *checking)
{
    const struct policy *policy = checking->policy;
    struct text names;
    text_init(&names, checking->findings->arena);
    for (size_t i = 0; i < checking->rulebook->policy_count && policy->enabled; i++) {
        const struct policy *earlier = &checking->rulebook->policies[i];
        if (earlier == policy)
            break;
        if (earlier->enabled && can_meet(&earlier->applies_to, &policy->applies_to))
            text_addf(&names, "%s%s", names.length == 0 ? "" : ", ", earlier->name);
    }
    if (names.length > 0)
        say(checking, SEVERITY_NOTE, NULL, "an item that an earlier policy matches too goes there: %s", names.data);
}

static bool has_regime(const struct rates *rates, const char *name)
{
    for (size_t i = 0; rates != NULL && i < rates->regime_count; i++)
        if (text_equal(rates->regimes[i].name, name) || words_have(&rates->regimes[i].aliases, name))
            return true;
    return false;
}

/* R17: what a step charges must be there to be charged. */
static void check_charges(const struct checking *checking, const struct step *step)
{
    if (step->interest_count == 0 && step->compensation)
        say(checking, SEVERITY_ERROR, step, "compensation: it needs interest = REGIME, which says how much");
    for (size_t i = 0; i < step->interest_count; i++)
        if (!has_regime(checking->rulebook->rates, step->interest[i].regime))
            say(checking, SEVERITY_ERROR, step,
                "interest: there is no regime \"%s\"; correct the name, or add it to directories.rates",
                step->interest[i].regime);
    if (step_is_before_due(step) && (step->interest_count > 0 || step->fee.count > 0))
        say(checking, SEVERITY_ERROR, step, "interest and fee: nothing is late at this step; remove them");
}

void policy_check(const struct policy *policy, const struct rulebook *rulebook, struct findings *findings)
{
    struct checking checking = {policy, rulebook, findings, 0};
    if (policy->step_count == 0)
        say(&checking, SEVERITY_ERROR, NULL, "it has no steps; add at least one");
    if (policy->step_count > STEPS_MAX)
        say(&checking, SEVERITY_ERROR, NULL, "it has more than %d steps; remove some", STEPS_MAX);
    for (size_t i = 0; i < policy->step_count; i++) {
        const struct step *step = &policy->steps[i];
        check_name(&checking, i);
        check_reach(&checking, i);
        check_anchor(&checking, i);
        check_channels(&checking, step);
        check_fallback(&checking, step);
        check_repeat(&checking, step);
        check_when(&checking, step);
        check_handoff(&checking, i);
        check_charges(&checking, step);
    }
    check_windows(&checking);
    check_minimum(&checking);
    check_overlap(&checking);
}
