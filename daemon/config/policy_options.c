/* The keys of policies, but for those of steps. */
#include "config/calendars.h"
#include "config/config.h"
#include "config/policy_file.h"
#include "config/tables.h"
#include "config/zones.h"

#include "base/arena.h"
#include "base/text.h"

#define FILE_NAME "policies"
#define MANUAL "dunning-policy(5)"
#define DAYS_UNITS "d|bd|w|m"

static void read_weekdays(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    if (text != NULL && !parse_weekdays(text, member))
        reader_error(reader, setting, "%s: \"%s\" are no weekdays; write them like mon-fri or mon,wed,fri",
                     option->name, text);
}

static void read_window(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct window *window = member;
    reader_group(reader, setting, option->group, window);
    window->set = true;
    if (window->from >= window->to)
        reader_error(reader, setting, "%s: it ends before it begins; a window lies within one day", option->name);
}

static void read_timezone(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const struct zone **zone = member;
    const char *text = reader_text(reader, setting);
    if (text == NULL || text_equal(text, "customer"))
        return;
    *zone = zones_find(reader->config->zones, text);
    if (*zone == NULL)
        reader_error(reader, setting, "%s: there is no time zone \"%s\"; write customer or a name like Europe/Berlin",
                     option->name, text);
}

/* calendar = "de", "customer" or a list of names. */
static void read_calendar(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct policy *policy = member;
    const char *const *names;
    const char *single = config_setting_get_string(setting);
    size_t count = 1;
    (void)option;
    if (single != NULL && text_equal(single, "customer")) {
        policy->calendar_of_customer = true;
        return;
    }
    if (single != NULL)
        names = &single;
    else if (!reader_texts(reader, setting, &names, &count))
        return;
    policy->calendar = calendars_pick(reader, setting, names, count);
}

static const struct option applies_to_options[] = {
    {.name = "segment",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, segment),
     .values = "b2b|b2c|b2g",
     .preset = "",
     .example = "[\"b2b\"]",
     .sentence = "Segments of the customer."},
    {.name = "country",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, country),
     .preset = "",
     .example = "[\"DE\", \"AT\"]",
     .sentence = "Countries of the customer."},
    {.name = "currency",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, currency),
     .preset = "",
     .example = "[\"EUR\"]",
     .sentence = "Currencies of the item."},
    {.name = "entity",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, entity),
     .preset = "",
     .example = "[\"AT01\"]",
     .sentence = "Creditors of the item."},
    {.name = "payment_method",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, payment_method),
     .values = "transfer|direct_debit|card",
     .preset = "",
     .example = "[\"transfer\"]",
     .sentence = "How the item is to be paid."},
    {.name = "tags_any",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, tags_any),
     .preset = "",
     .example = "[\"key\"]",
     .sentence = "The customer or the item has one of these tags."},
    {.name = "tags_all",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, tags_all),
     .preset = "",
     .example = "[\"export\"]",
     .sentence = "The customer or the item has each of these tags."},
    {.name = "tags_none",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct applies_to, tags_none),
     .preset = "",
     .example = "[\"vip\"]",
     .sentence = "Neither the customer nor the item has one of these tags."},
    {.name = "amount_min",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct applies_to, amount_min),
     .preset = "",
     .example = "[\"100.00 EUR\"]",
     .sentence = "Original amount of the item at least; an item in another currency does not match."},
    {.name = "amount_max",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct applies_to, amount_max),
     .preset = "",
     .example = "[\"5000.00 EUR\"]",
     .sentence = "Original amount of the item at most; an item in another currency does not match."},
};

static const struct option window_options[] = {
    {.name = "days",
     .type = OPTION_SPECIAL,
     AT(struct window, days),
     .preset = "\"mon-sun\"",
     .read = read_weekdays,
     .sentence = "Days of the week, such as mon-fri."},
    {.name = "from",
     .type = OPTION_CLOCK,
     AT(struct window, from),
     .preset = "\"00:00\"",
     .sentence = "Time of the day from which."},
    {.name = "to",
     .type = OPTION_CLOCK,
     AT(struct window, to),
     .preset = "\"24:00\"",
     .sentence = "Time of the day before which."},
};

static const struct option on_options[] = {
    {.name = "reopened",
     .type = OPTION_NAME,
     .preset = "",
     .example = "\"reminder\"",
     .sentence = "Step at which an item starts again that was settled and is open again, as after a charge-back.  "
                 "Default: the first step after due."},
    {.name = "promise_broken",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"formal\"",
     .sentence = "Step after a broken promise.",
     .later = "promises come later; remove the line"},
    {.name = "promise_partly",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"reminder\"",
     .sentence = "Step after a promise that was kept in part.",
     .later = "promises come later; remove the line"},
    {.name = "plan_broken",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"agency\"",
     .sentence = "Step after a broken payment plan.",
     .later = "accepted plans come later; remove the line, an unanswered offer ends in a task"},
    {.name = "offer_expired",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"agency\"",
     .sentence = "Step after an offer that nobody answered.",
     .later = "accepted plans come later; remove the line, an unanswered offer ends in a task"},
    {.name = "dispute_rejected",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"formal\"",
     .sentence = "Step after a rejected dispute.",
     .later = "remove the line, the ladder goes on where it stood"},
    {.name = "debit_returned",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"reminder\"",
     .sentence = "Step after a returned direct debit.",
     .later = "remove the line, the item is opened again"},
};

static const struct option dispute_options[] = {
    {.name = "review",
     .type = OPTION_DURATION,
     .values = DAYS_UNITS,
     .preset = "\"30d\"",
     .sentence = "After this time a dispute becomes a task for a person."},
};

static const struct option policy_options[] = {
    {.name = "name",
     .type = OPTION_NAME,
     AT(struct policy, name),
     .example = "\"standard\"",
     .sentence = "Name of the policy; no two have the same."},
    {.name = "enabled",
     .type = OPTION_BOOL,
     AT(struct policy, enabled),
     .preset = "true",
     .sentence = "With false the policy is read and checked and applies to nothing."},
    {.name = "applies_to",
     .type = OPTION_GROUP,
     AT(struct policy, applies_to),
     .preset = "",
     .group = &group_applies_to,
     .sentence = "Which items; every condition must hold.  Default: all."},
    {.name = "group",
     .type = OPTION_WORD,
     AT(struct policy, group),
     .names = &group_names,
     .preset = "\"customer\"",
     .sentence = "One notice for all items of a customer that are due, or one for each invoice."},
    {.name = "calendar",
     .type = OPTION_SPECIAL,
     .offset = 0,
     .preset = "",
     .example = "\"de\"",
     .read = read_calendar,
     .sentence = "Calendar of closed days: a name, a list of names, whose closed days all count, or customer for the "
                 "one of the customer's country.  Default: every day is open, and bd counts Monday to Friday."},
    {.name = "timezone",
     .type = OPTION_SPECIAL,
     AT(struct policy, zone),
     .preset = "\"customer\"",
     .read = read_timezone,
     .sentence = "Time zone of the window: customer, or a name such as Europe/Berlin."},
    {.name = "window",
     .type = OPTION_SPECIAL,
     AT(struct policy, window),
     .preset = "",
     .group = &group_window,
     .read = read_window,
     .sentence = "When notices may be sent.  Default: at any hour."},
    {.name = "settlement_lag",
     .type = OPTION_DURATION,
     AT(struct policy, settlement_lag),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"2bd\"",
     .sentence = "How long a payment may be on its way: no step after due before the due date plus this, none after "
                 "a deadline before the deadline plus this."},
    {.name = "min_gap",
     .type = OPTION_DURATION,
     AT(struct policy, min_gap),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"7d\"",
     .sentence = "Between two notices to a customer, or about an invoice with group = \"invoice\"."},
    {.name = "minimum",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct policy, minimum),
     .preset = "",
     .example = "[\"10.00 EUR\"]",
     .sentence = "Nothing is sent about a total below this."},
    {.name = "item_minimum",
     .type = OPTION_MONEY_LIST,
     WORDS_AT(struct policy, item_minimum),
     .preset = "",
     .example = "[\"5.00 EUR\"]",
     .sentence = "An item of which less is open is listed and drives nothing."},
    {.name = "due_adjust",
     .type = OPTION_WORD,
     AT(struct policy, due_adjust),
     .names = &due_adjust_names,
     .preset = "\"following\"",
     .sentence = "A due date on a closed day moves to the next open one, or stays."},
    {.name = "entry",
     .type = OPTION_WORD,
     AT(struct policy, entry),
     .names = &entry_names,
     .preset = "\"first\"",
     .sentence = "Where an item starts that is found late: at the first step that has not expired; by_age at the step "
                 "that its age gives, at most the first notice; hold waits for a person."},
    {.name = "start",
     .type = OPTION_DATE,
     AT(struct policy, start),
     .preset = "",
     .example = "\"2026-01-01\"",
     .sentence = "Items due before this date are left out and listed."},
    {.name = "list",
     .type = OPTION_WORD,
     AT(struct policy, list),
     .names = &listing_names,
     .preset = "\"reached\"",
     .sentence = "What else a notice lists for information: nothing, all overdue items, or all open ones."},
    {.name = "upcoming",
     .type = OPTION_BOOL,
     AT(struct policy, upcoming),
     .preset = "false",
     .sentence = "Lists items that are not due yet, outside the total."},
    {.name = "pause_after_payment",
     .type = OPTION_DURATION,
     AT(struct policy, pause_after_payment),
     .values = DAYS_UNITS,
     .preset = "",
     .example = "\"2bd\"",
     .sentence = "Nothing is sent so soon after a payment of the account."},
    {.name = "reopen_window",
     .type = OPTION_DURATION,
     AT(struct policy, reopen_window),
     .values = DAYS_UNITS,
     .preset = "\"5bd\"",
     .sentence = "A payment that is taken back so soon after the item was settled lets the ladder go on where it "
                 "stood; later the item starts again."},
    {.name = "at_end",
     .type = OPTION_WORD,
     AT(struct policy, at_end),
     .names = &at_end_names,
     .preset = "\"task\"",
     .sentence = "After the last step: a task for a person, or nothing."},
    {.name = "after_handoff",
     .type = OPTION_WORD,
     AT(struct policy, after_handoff),
     .names = &after_handoff_names,
     .preset = "\"hold\"",
     .sentence = "What becomes of the account's other items while an agency works."},
    {.name = "steps",
     .type = OPTION_LIST,
     LIST_AT(struct policy, steps, step_count),
     .group = &group_step,
     .example = "( { name = \"reminder\"; ... } )",
     .sentence = "The steps, in their order."},
    {.name = "on",
     .type = OPTION_GROUP,
     AT(struct policy, on_reopened),
     .preset = "{ }",
     .group = &group_on,
     .sentence = "Steps to go on with when something happens."},
    {.name = "dispute",
     .type = OPTION_GROUP,
     AT(struct policy, dispute_review),
     .preset = "{ }",
     .group = &group_dispute,
     .sentence = "Disputes."},
    {.name = "promise",
     .type = OPTION_LATER,
     .preset = "",
     .example = "{ grace = \"2bd\"; }",
     .sentence = "Promises to pay.",
     .later = "promises come later; remove the group"},
    {.name = "reply_pause",
     .type = OPTION_LATER,
     .preset = "",
     .example = "\"2bd\"",
     .sentence = "Pause after a reply of the customer.",
     .later = "replies are not read yet; remove the line and hold the customer by hand"},
};

static const struct option file_options[] = {
    {.name = "policy",
     .type = OPTION_GROUP,
     AT(struct policy_file, policy),
     .preset = "",
     .group = &group_policy,
     .sentence = "The policy of this file."},
    {.name = "policies",
     .type = OPTION_LIST,
     LIST_AT(struct policy_file, policies, policy_count),
     .preset = "",
     .group = &group_policy,
     .example = "( { ... }, { ... } )",
     .sentence = "Several policies in one file."},
};

const struct option_group group_policy_file = {FILE_NAME, "", MANUAL, GROUP_OF(file_options, struct policy_file),
                                               .finish = policy_file_finish};
const struct option_group group_policy = {FILE_NAME, "policy", MANUAL, GROUP_OF(policy_options, struct policy),
                                          .finish = policy_file_finish_policy};
const struct option_group group_applies_to = {FILE_NAME, "applies_to", MANUAL,
                                              GROUP_OF(applies_to_options, struct applies_to)};
const struct option_group group_window = {FILE_NAME, "window", MANUAL, GROUP_OF(window_options, struct window)};
const struct option_group group_on = {FILE_NAME, "on", MANUAL, GROUP_OF(on_options, const char *)};
const struct option_group group_dispute = {FILE_NAME, "dispute", MANUAL, GROUP_OF(dispute_options, struct duration)};
