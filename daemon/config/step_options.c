/* The keys of a policy's steps. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/interest_keys.h"
#include "config/policy_file.h"
#include "config/tables.h"

#define FILE_NAME "policies"
#define MANUAL "dunning-policy(5)"
#define DAYS_UNITS "d|bd|w|m"

/* ---- at ---- */

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " ");
}

/* "due", "due - 3d", "previous+10d" */
static bool parse_at(struct arena *arena, const char *text, struct step_at *at)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    int anchor = names_find(&anchor_names, arena_copy_n(arena, text, length));
    const char *rest = skip_blanks(text + length);
    *at = (struct step_at){.sign = 1, .offset = {.n = 0, .unit = UNIT_DAY, .set = true}};
    if (anchor < 0)
        return false;
    at->anchor = (enum anchor)anchor;
    if (*rest == '\0')
        return true;
    if (*rest != '+' && *rest != '-')
        return false;
    at->sign = *rest == '-' ? -1 : 1;
    return parse_duration(skip_blanks(rest + 1), &at->offset);
}

/* Steps may come before the due date only; all other anchors are what something is counted from. */
static bool may_precede(enum anchor anchor)
{
    return anchor == ANCHOR_DUE || anchor == ANCHOR_DUE_EOM;
}

static void read_at(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct step_at *at = member;
    const char *text = reader_text(reader, setting);
    struct arena *arena = reader->findings->arena;
    if (text == NULL)
        return;
    if (!parse_at(arena, text, at))
        reader_error(reader, setting,
                     "%s: \"%s\" is not understood; write an anchor, + or - and a duration, like "
                     "due + 5bd; anchors are %s",
                     option->name, text, names_all(&anchor_names, arena));
    else if (at->sign < 0 && at->offset.n > 0 && !may_precede(at->anchor))
        reader_error(reader, setting, "%s: \"%s\" lies before what it counts from; only due and due_eom can have a -",
                     option->name, text);
}

/* ---- groups that say of themselves whether they are there ---- */

static void read_when(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct condition *when = member;
    reader_group(reader, setting, option->group, when);
    when->set = true;
}

/* approval = "required" is short for the group. */
static void read_approval(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct approval *approval = member;
    const char *word = config_setting_get_string(setting);
    if (word != NULL && text_equal(word, "required"))
        approval->required = true;
    else if (word != NULL)
        reader_error(reader, setting, "%s: \"%s\" is not known here; use required, or a group", option->name, word);
    else
        reader_group(reader, setting, option->group, approval);
}

static void finish_approval(struct reader *reader, config_setting_t *setting, void *target)
{
    const struct approval *approval = target;
    if (approval->on_timeout != APPROVAL_WAIT && !approval->timeout.set)
        reader_error(reader, reader_member(setting, "on_timeout"),
                     "on_timeout: there is no timeout; add timeout = \"5bd\"; or remove on_timeout");
}

struct repeat_keys {
    struct duration every;
    int times;
};

static void read_repeat(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct step *step = member;
    struct repeat_keys keys = {0};
    reader_group(reader, setting, option->group, &keys);
    step->repeat_every = keys.every;
    step->repeat_times = keys.times;
}

struct task_keys {
    const char *title, *assignee;
    struct duration due;
};

static void read_task(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct step *step = member;
    struct task_keys keys = {"", "", {0}};
    reader_group(reader, setting, option->group, &keys);
    step->task_title = keys.title;
    step->task_assignee = keys.assignee;
    step->task_due = keys.due;
}

static void read_effect(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *word = reader_text(reader, setting);
    (void)member;
    if (word == NULL || text_equal(word, "none"))
        return;
    if (option_value(option->values, word) >= 0)
        reader_error(reader, setting, "%s: not available in this version but as none; remove the line", option->name);
    else
        reader_error(reader, setting, "%s: \"%s\" is not known here; use %s", option->name, word,
                     option_words(option, reader->findings->arena));
}

/* ---- tables ---- */

static const struct option when_options[] = {
    {.name = "balance_min",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct condition, balance_min),
     .preset = "",
     .example = "[\"500.00 EUR\"]",
     .sentence = "The claim is at least this."},
    {.name = "balance_max",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct condition, balance_max),
     .preset = "",
     .example = "[\"5000.00 EUR\"]",
     .sentence = "The claim is at most this."},
    {.name = "item_min",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct condition, item_min),
     .preset = "",
     .example = "[\"50.00 EUR\"]",
     .sentence = "What is open on the item is at least this."},
    {.name = "age_min",
     .type = OPTION_DURATION,
     AT(struct condition, age_min),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"30d\"",
     .sentence = "The item is overdue for at least this long."},
    {.name = "has",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct condition, has),
     .values = "email|phone|sms_consent|pay_url|document|vat_id",
     .preset = "",
     .example = "[\"phone\"]",
     .sentence = "What the customer or the item has in the ledger."},
};

static const struct option approval_options[] = {
    {.name = "required",
     .type = OPTION_BOOL,
     AT(struct approval, required),
     .preset = "true",
     .sentence = "Whether a person must approve the notice."},
    {.name = "over",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct approval, over),
     .preset = "",
     .example = "[\"1000.00 EUR\"]",
     .sentence = "Only totals above this.  Default: all."},
    {.name = "timeout",
     .type = OPTION_DURATION,
     AT(struct approval, timeout),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"5bd\"",
     .sentence = "How long it waits for an answer.  Default: for ever."},
    {.name = "on_timeout",
     .type = OPTION_WORD,
     AT(struct approval, on_timeout),
     .names = &approval_timeout_names,
     .preset = "\"wait\"",
     .sentence = "What then: wait on and list it, approve, or reject."},
};

static const struct option plan_options[] = {
    {.name = "instalments",
     .type = OPTION_INT,
     AT(struct plan_terms, instalments),
     .values = "1..60",
     .example = "3",
     .sentence = "Number of instalments after the deposit."},
    {.name = "every",
     .type = OPTION_DURATION,
     AT(struct plan_terms, every),
     .values = "d|w|m",
     .example = "\"1m\"",
     .sentence = "From one to the next."},
    {.name = "deposit",
     .type = OPTION_PERCENT,
     AT(struct plan_terms, deposit_ppm),
     .preset = "\"0%\"",
     .sentence = "Part of the total that is to be paid first."},
    {.name = "valid",
     .type = OPTION_DURATION,
     AT(struct plan_terms, valid),
     .values = DAYS_UNITS,
     .preset = "\"14d\"",
     .sentence = "How long the offer stands; until then nothing harsher happens."},
    {.name = "grace",
     .type = OPTION_DURATION,
     AT(struct plan_terms, grace),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"5d\"",
     .sentence = "How late an instalment of an accepted plan may be."},
    {.name = "min_instalment",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct plan_terms, min_instalment),
     .preset = "",
     .example = "[\"25.00 EUR\"]",
     .sentence = "Instalments below this are put together."},
    {.name = "max_instalments",
     .type = OPTION_INT,
     AT(struct plan_terms, max_instalments),
     .values = "0..60",
     .preset = "0",
     .sentence = "No more instalments than this; 0 for no limit."},
    {.name = "missed",
     .type = OPTION_LATER,
     .preset = "",
     .example = "1",
     .sentence = "Missed instalments until the plan is broken.",
     .later = "accepted plans come later; remove the line"},
    {.name = "cure",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"7d\"",
     .sentence = "Time to make up for a missed instalment.",
     .later = "accepted plans come later; remove the line"},
    {.name = "late_template",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"plan-late\"",
     .sentence = "Template about a late instalment.",
     .later = "accepted plans come later; remove the line"},
    {.name = "default_template",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"plan-default\"",
     .sentence = "Template about a broken plan.",
     .later = "accepted plans come later; remove the line"},
};

static const struct option repeat_options[] = {
    {.name = "every",
     .type = OPTION_DURATION,
     AT(struct repeat_keys, every),
     .values = DAYS_UNITS,
     .example = "\"7d\"",
     .sentence = "From one to the next."},
    {.name = "times",
     .type = OPTION_INT,
     AT(struct repeat_keys, times),
     .values = "1..1000",
     .example = "2",
     .sentence = "How many more after the first."},
};

static const struct option task_options[] = {
    {.name = "title",
     .type = OPTION_TEXT,
     AT(struct task_keys, title),
     .preset = "",
     .example = "\"Call the customer\"",
     .sentence = "What is to be done.  Default: the step's name."},
    {.name = "assignee",
     .type = OPTION_TEXT,
     AT(struct task_keys, assignee),
     .preset = "",
     .example = "\"anna\"",
     .sentence = "Who does it.  Default: the customer's owner in the ledger."},
    {.name = "due",
     .type = OPTION_DURATION,
     AT(struct task_keys, due),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"3bd\"",
     .sentence = "How long there is for it."},
};

static const struct option step_options[] = {
    {.name = "name",
     .type = OPTION_NAME,
     AT(struct step, name),
     .example = "\"call\"",
     .sentence = "Name of the step; no two of a policy have the same."},
    {.name = "was",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct step, was),
     .preset = "",
     .example = "[\"first\"]",
     .sentence = "Names that the step had before, so that items keep their place."},
    {.name = "action",
     .type = OPTION_WORD,
     AT(struct step, action),
     .names = &action_names,
     .example = "\"task\"",
     .sentence = "What it does: a polite reminder, a formal notice, the offer of a payment plan, the handoff to an "
                 "agency, or a task for a person."},
    {.name = "at",
     .type = OPTION_SPECIAL,
     AT(struct step, at),
     .example = "\"due + 5bd\"",
     .read = read_at,
     .sentence = "When: an anchor (due, due_eom, issued, sent, previous, deadline, reopened), + or - and a duration."},
    {.name = "when",
     .type = OPTION_SPECIAL,
     AT(struct step, when),
     .preset = "",
     .group = &group_when,
     .read = read_when,
     .sentence = "Conditions; the step is passed over where one does not hold."},
    {.name = "send",
     .type = OPTION_WORD_LIST,
     LIST_AT(struct step, send, send_count),
     .names = &channel_names,
     .values = "email|sms",
     .preset = "",
     .example = "[\"email\"]",
     .sentence = "Channels in their order; the first one carries the step."},
    {.name = "fallback",
     .type = OPTION_WORD_LIST,
     LIST_AT(struct step, fallback, fallback_count),
     .names = &channel_names,
     .values = "email|sms|task",
     .preset = "",
     .example = "[\"sms\", \"task\"]",
     .sentence = "Where the message cannot be delivered: other channels, and a task for a person."},
    {.name = "require",
     .type = OPTION_WORD,
     AT(struct step, require),
     .names = &require_names,
     .preset = "\"first\"",
     .sentence = "Whose acceptance reaches the step: the first channel's, any, or all."},
    {.name = "to",
     .type = OPTION_WORD_LIST,
     LIST_AT(struct step, to, to_count),
     .names = &contact_role_names,
     .preset = "",
     .example = "[\"billing\"]",
     .sentence = "Roles of the contacts who get it.  Default: billing."},
    {.name = "cc",
     .type = OPTION_WORD_LIST,
     LIST_AT(struct step, cc, cc_count),
     .names = &contact_role_names,
     .preset = "",
     .example = "[\"cc\"]",
     .sentence = "Roles of the contacts who get a copy."},
    {.name = "template",
     .type = OPTION_NAME,
     AT(struct step, template_name),
     .preset = "",
     .example = "\"reminder\"",
     .sentence = "Name of the template, dunning-template(5)."},
    {.name = "deadline",
     .type = OPTION_DURATION,
     AT(struct step, deadline),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"14d\"",
     .sentence = "Time to pay that the notice prints; rolled to an open day."},
    {.name = "approval",
     .type = OPTION_SPECIAL,
     AT(struct step, approval),
     .preset = "",
     .example = "\"required\"",
     .group = &group_approval,
     .read = read_approval,
     .sentence = "Whether a person must approve; \"required\" is short for a group with no other key."},
    {.name = "plan",
     .type = OPTION_GROUP,
     AT(struct step, plan),
     .preset = "",
     .group = &group_plan,
     .sentence = "Terms of the offered payment plan."},
    {.name = "agency",
     .type = OPTION_NAME,
     AT(struct step, agency),
     .preset = "",
     .example = "\"collectco\"",
     .sentence = "Provider of the agency.  Default: the first of channels.agency."},
    {.name = "repeat",
     .type = OPTION_SPECIAL,
     .offset = 0,
     .preset = "",
     .group = &group_repeat,
     .read = read_repeat,
     .sentence = "Sends the step again while it is the last one reached."},
    {.name = "task",
     .type = OPTION_SPECIAL,
     .offset = 0,
     .preset = "{ }",
     .group = &group_task,
     .read = read_task,
     .sentence = "The task of action task, or of a fallback."},
    {.name = "sender",
     .type = OPTION_TEXT,
     AT(struct step, sender),
     .preset = "",
     .example = "\"Example\"",
     .sentence = "Name of the sender of an SMS.  Default: the provider's."},
    {.name = "reply_to",
     .type = OPTION_TEXT,
     AT(struct step, reply_to),
     .preset = "",
     .example = "\"legal@example.com\"",
     .sentence = "Address for replies.  Default: the business's."},
    {.name = "legal_effect",
     .type = OPTION_SPECIAL,
     .values = "none|default_notice|final",
     .preset = "\"none\"",
     .read = read_effect,
     .sentence = "What the notice means in law; only none in this version."},
    {.name = "interest",
     .type = OPTION_SPECIAL,
     LIST_AT(struct step, interest, interest_count),
     .preset = "",
     .example = "\"DE_BGB288_B2B\"",
     .read = interest_keys_read,
     .sentence = "Regime of dunningd-rates(5) by which items that reach the step bear interest, or a group of them by "
                 "country of the customer.  Default: none."},
    {.name = "compensation",
     .type = OPTION_BOOL,
     AT(struct step, compensation),
     .preset = "false",
     .sentence = "Whether the notice charges the lump sum of that regime, once for each invoice for life."},
    {.name = "without_rate",
     .type = OPTION_WORD,
     AT(struct step, without_rate),
     .names = &without_rate_names,
     .preset = "\"send\"",
     .sentence = "Where a rate is not known, past the end of its table: send the notice without interest, or wait."},
    {.name = "fee",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct step, fee),
     .preset = "",
     .example = "[\"5.00 EUR\"]",
     .sentence = "Dunning fee.  Default: none."},
    {.name = "fee_per",
     .type = OPTION_WORD,
     AT(struct step, fee_per),
     .names = &fee_per_names,
     .preset = "\"notice\"",
     .sentence = "Whether the fee is for the notice or for each item."},
    {.name = "attach",
     .type = OPTION_LATER,
     .preset = "",
     .example = "[\"document\"]",
     .sentence = "Attachments.",
     .later = "remove the line, the notice goes out without attachments"},
};

const struct option_group group_step = {FILE_NAME, "step", MANUAL, GROUP_OF(step_options, struct step),
                                        .finish = policy_file_finish_step};
const struct option_group group_when = {FILE_NAME, "when", MANUAL, GROUP_OF(when_options, struct condition)};
const struct option_group group_approval = {FILE_NAME, "approval", MANUAL, GROUP_OF(approval_options, struct approval),
                                            .finish = finish_approval};
const struct option_group group_plan = {FILE_NAME, "plan", MANUAL, GROUP_OF(plan_options, struct plan_terms)};
const struct option_group group_repeat = {FILE_NAME, "repeat", MANUAL, GROUP_OF(repeat_options, struct repeat_keys)};
const struct option_group group_task = {FILE_NAME, "task", MANUAL, GROUP_OF(task_options, struct task_keys)};
