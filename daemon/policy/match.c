/* Which policy an item walks through (RULES R36). */
#include "base/text.h"
#include "policy/stages.h"

static bool listed(const struct words *words, const char *value)
{
    if (words->count == 0)
        return true;
    for (size_t i = 0; i < words->count; i++)
        if (text_equal_nocase(words->list[i], value))
            return true;
    return false;
}

static bool tagged(const char *tag, const struct customer *customer, const struct item *item)
{
    return text_list_has(customer->tags, tag) || text_list_has(item->tags, tag);
}

static bool tags_fit(const struct applies_to *to, const struct customer *customer, const struct item *item)
{
    bool any = to->tags_any.count == 0;

    for (size_t i = 0; i < to->tags_any.count && !any; i++)
        any = tagged(to->tags_any.list[i], customer, item);
    for (size_t i = 0; i < to->tags_all.count; i++)
        if (!tagged(to->tags_all.list[i], customer, item))
            return false;
    for (size_t i = 0; i < to->tags_none.count; i++)
        if (tagged(to->tags_none.list[i], customer, item))
            return false;
    return any;
}

static bool amount_fits(const struct applies_to *to, const struct item *item)
{
    int64_t limit;

    if (to->amount_min.count > 0 && (!thresholds_find(&to->amount_min, item->currency, &limit) || item->amount < limit))
        return false;
    if (to->amount_max.count > 0 && (!thresholds_find(&to->amount_max, item->currency, &limit) || item->amount > limit))
        return false;
    return true;
}

static bool applies(const struct policy *policy, const struct customer *customer, const struct item *item)
{
    const struct applies_to *to = &policy->applies_to;

    return policy->enabled && listed(&to->segment, customer->segment) && listed(&to->country, customer->country) &&
           listed(&to->currency, item->currency) && listed(&to->entity, item->entity) &&
           listed(&to->payment_method, names_word(&payment_method_names, (int)item->method)) &&
           tags_fit(to, customer, item) && amount_fits(to, item);
}

const struct policy *match_policy(const struct desk *desk, const struct view *view, const char **source)
{
    const struct customer *payer = desk->dossier->customer;
    const char *own = text_empty(view->owner->policy) ? payer->policy : view->owner->policy;

    if (!text_empty(view->item->policy)) {
        *source = "invoice";
        return rulebook_policy(desk->rulebook, view->item->policy);
    }
    if (!text_empty(own)) {
        *source = "customer";
        return rulebook_policy(desk->rulebook, own);
    }
    *source = "match";
    for (size_t i = 0; i < desk->rulebook->policy_count; i++)
        if (applies(&desk->rulebook->policies[i], payer, view->item))
            return &desk->rulebook->policies[i];
    *source = "";
    return NULL;
}
