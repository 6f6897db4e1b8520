/* The example dates that `dunningctl check` prints: a customer who never pays. */
#include "base/text.h"
#include "policy/check.h"
#include "policy/desk.h"

#define EXAMPLE_AMOUNT INT64_C(100000000)
#define EXAMPLE_DAYS 1000
#define ADDRESS "somebody@example.invalid"

static const char *first_or(const struct words *words, const char *other)
{
    return words->count > 0 ? words->list[0] : other;
}

static void example_customer(struct customer *customer, const struct policy *policy, const struct rulebook *rulebook)
{
    *customer = customer_blank;
    customer->id = "example";
    customer->email = ADDRESS;
    customer->phone = "+4915100000000";
    customer->sms_consent = "given";
    customer->country = first_or(&policy->applies_to.country, rulebook->country);
    customer->policy = policy->name;
}

static void example_item(struct item *item, const struct policy *policy, day_t due)
{
    const char *currency = first_or(&policy->applies_to.currency, "EUR");

    *item = item_blank;
    item->invoice_id = item->customer_id = item->number = "example";
    item->pay_url = "pay";
    item->document = "document";
    item->amount = EXAMPLE_AMOUNT;
    for (size_t i = 0; i + 1 < CURRENCY_SIZE && currency[i] != '\0'; i++)
        item->currency[i] = currency[i];
    item->due_on = due;
    item->issued_on = due - 30;
}

static void note_dates(struct example_date *dates, const struct policy *policy, const struct decision *decision,
                       moment_t now)
{
    for (size_t i = 0; i < decision->notice_count; i++) {
        int step = policy_step(policy, decision->notices[i].step);

        if (step >= 0 && dates[step].at == MOMENT_NEVER)
            dates[step].at = now;
    }
}

struct example_date *policy_examples(const struct policy *policy, const struct rulebook *rulebook, day_t due,
                                     struct arena *arena)
{
    static const struct conditions fair = {.clock_ok = true};
    struct example_date *dates = arena_array(arena, policy->step_count, sizeof *dates);
    struct customer customer;
    struct item item;
    struct dossier base = {
        .customer = &customer, .members = &customer, .member_count = 1, .items = &item, .item_count = 1};
    struct dossier *dossier = &base;
    struct policy enabled = *policy;
    struct rulebook only = *rulebook;
    moment_t now = zone_moment(rulebook->zone, due - 90, 0), end = now + (moment_t)EXAMPLE_DAYS * DAY_SECONDS;
    int64_t next_notice = 1;

    enabled.enabled = true;
    enabled.start = DAY_NONE;
    only.policies = &enabled;
    only.policy_count = 1;
    only.has_email = only.has_sms = only.has_agency = true;
    example_customer(&customer, policy, rulebook);
    example_item(&item, policy, due);
    for (size_t i = 0; i < policy->step_count; i++) {
        dates[i].step = &policy->steps[i];
        dates[i].at = MOMENT_NEVER;
    }
    while (now < end) {
        struct decision *decision = decide(dossier, &only, &fair, now, arena);

        note_dates(dates, policy, decision, now);
        dossier = dossier_after(dossier, decision, &(struct future){&only, now, &next_notice, arena});
        dossier_people_act(dossier);
        if (decision->notice_count == 0) {
            if (decision->next_at == MOMENT_NEVER || decision->next_at <= now)
                break;
            now = decision->next_at;
        }
    }
    return dates;
}
