#include "policy/figures.h"

#include "base/money.h"
#include "base/text.h"
#include "policy/stages.h"

static const char *amount(const struct desk *desk, const struct view *view, int64_t minor)
{
    char number[MONEY_TEXT_SIZE];

    return arena_printf(desk->arena, "%s %s", money_format(minor, view->item->currency, number), view->item->currency);
}

static const char *date(const struct desk *desk, day_t day)
{
    char text[DAY_TEXT_SIZE];

    return arena_copy(desk->arena, day_format(day, text));
}

static const char *moment(const struct desk *desk, const struct view *view, moment_t at)
{
    char text[MOMENT_TEXT_SIZE];

    return at == MOMENT_NEVER ? "not known" : arena_copy(desk->arena, zone_format(view->dial.zone, at, text));
}

static const char *limit_of(const struct desk *desk, const struct view *view, const struct thresholds *thresholds)
{
    int64_t minor;

    return thresholds_find(thresholds, view->item->currency, &minor) ? amount(desk, view, minor) : "none";
}

static const char *figure_ledger(const struct desk *desk, const struct view *view)
{
    return arena_printf(desk->arena, "issued %s, due %s, status %s", date(desk, view->item->issued_on),
                        date(desk, view->item->due_on), names_word(&item_status_names, (int)view->item->status));
}

static const char *figure_policy(const struct desk *desk, const struct view *view)
{
    if (view->policy == NULL)
        return text_empty(view->item->policy)
                   ? "no policy matches"
                   : arena_printf(desk->arena, "the ledger names policy %s", view->item->policy);
    return arena_printf(desk->arena, "policy %s by %s", view->policy->name, view->verdict->policy_source);
}

static const char *figure_open(const struct desk *desk, const struct view *view)
{
    return arena_printf(desk->arena, "amount %s, paid %s, covered by credits %s, net %s",
                        amount(desk, view, view->item->amount), amount(desk, view, view->paid),
                        amount(desk, view, view->credited), amount(desk, view, view_net(view)));
}

static const char *figure_hold(const struct desk *desk, const struct view *view)
{
    if (view->known != NULL && view->known->held_since != MOMENT_NONE)
        return arena_printf(desk->arena, "held since %s", moment(desk, view, view->known->held_since));
    return "";
}

static const char *figure_ladder(const struct desk *desk, const struct view *view)
{
    const struct step *step;
    char offset[DURATION_TEXT_SIZE];

    if (view->next < 0)
        return "no step is left";
    step = &view->policy->steps[view->next];
    return arena_printf(desk->arena, "step %s at %s %c %s, due %s, that is %s", step->name,
                        names_word(&anchor_names, (int)step->at.anchor), step->at.sign < 0 ? '-' : '+',
                        duration_format(&step->at.offset, offset), date(desk, view->due), moment(desk, view, view->at));
}

static const char *figure_deadline(const struct desk *desk, const struct view *view)
{
    char lag[DURATION_TEXT_SIZE];

    return arena_printf(desk->arena, "printed deadline %s, settlement lag %s", date(desk, view->deadline),
                        view->policy->settlement_lag.set ? duration_format(&view->policy->settlement_lag, lag)
                                                         : "none");
}

static const char *figure_release(const struct desk *desk, const struct view *view)
{
    return arena_printf(desk->arena, "not before %s", date(desk, view->not_before));
}

static const char *figure_when(const struct desk *desk, const struct view *view)
{
    const struct condition *when = &view->policy->steps[view->next].when;

    if (!when->set)
        return "no condition";
    return arena_printf(desk->arena, "balance at least %s, at most %s", limit_of(desk, view, &when->balance_min),
                        limit_of(desk, view, &when->balance_max));
}

static const char *figure_amount(const struct desk *desk, const struct view *view)
{
    struct group_key key = {view->item->entity, view->item->currency,
                            view->policy->group == GROUP_INVOICE ? view->item->invoice_id : "", view->policy};

    return arena_printf(desk->arena, "claim of the group %s, minimum %s", amount(desk, view, group_total(desk, &key)),
                        limit_of(desk, view, &view->policy->minimum));
}

static const char *figure_gap(const struct desk *desk, const struct view *view)
{
    char gap[DURATION_TEXT_SIZE];
    day_t last = DAY_NONE;

    for (size_t i = 0; i < desk->dossier->past_count; i++)
        if (desk->dossier->past[i].on > last && !desk->dossier->past[i].before_due)
            last = desk->dossier->past[i].on;
    return arena_printf(desk->arena, "last contact %s, min_gap %s", date(desk, last),
                        view->policy->min_gap.set ? duration_format(&view->policy->min_gap, gap) : "none");
}

static const char *figure_cap(const struct desk *desk, const struct view *view)
{
    (void)view;
    return arena_printf(desk->arena, "at most %d a day, %d in seven days (0: no cap)",
                        desk->rulebook->per_customer_per_day, desk->rulebook->per_customer_per_week);
}

static const char *figure_window(const struct desk *desk, const struct view *view)
{
    const struct window *window = &view->policy->window;

    if (!window->set)
        return arena_printf(desk->arena, "any hour, zone %s", view->dial.zone->name);
    return arena_printf(desk->arena, "%02d:%02d to %02d:%02d, zone %s", (int)(window->from / 3600),
                        (int)(window->from / 60 % 60), (int)(window->to / 3600), (int)(window->to / 60 % 60),
                        view->dial.zone->name);
}

static const char *figure_none(const struct desk *desk, const struct view *view)
{
    (void)desk;
    (void)view;
    return "";
}

/* judged: by the item alone (before the contact is put together), or with the contact. */
static const struct {
    const char *(*figure)(const struct desk *desk, const struct view *view);
    bool with_contact, needs_step;
} gates[] = {
    [GATE_LEDGER] = {figure_ledger, false, false},  [GATE_POLICY] = {figure_policy, false, false},
    [GATE_OPEN] = {figure_open, false, false},      [GATE_HOLD] = {figure_hold, false, false},
    [GATE_LADDER] = {figure_ladder, false, true},   [GATE_DEADLINE] = {figure_deadline, false, true},
    [GATE_RELEASE] = {figure_release, false, true}, [GATE_WHEN] = {figure_when, true, true},
    [GATE_AMOUNT] = {figure_amount, true, true},    [GATE_HIGHER] = {figure_none, true, true},
    [GATE_GAP] = {figure_gap, true, true},          [GATE_CAP] = {figure_cap, true, true},
    [GATE_WINDOW] = {figure_window, false, true},   [GATE_CONTACT] = {figure_none, true, true},
    [GATE_RIDE] = {figure_none, true, true},        [GATE_APPROVAL] = {figure_none, true, true},
    [GATE_WHOLE] = {figure_none, true, true},
};
_Static_assert(sizeof gates / sizeof *gates == GATE_COUNT, "one row for each gate");

static const struct gate_result *first_closed(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->gate_count; i++)
        if (!verdict->gates[i].passed)
            return &verdict->gates[i];
    return NULL;
}

static const char *figure_of(const struct desk *desk, const struct view *view, enum gate gate)
{
    bool possible = !gates[gate].needs_step || (view->policy != NULL && view->next >= 0);

    if (gate == GATE_LADDER && view->policy != NULL)
        possible = true;
    return possible ? gates[gate].figure(desk, view) : "";
}

/* What was found open before the first closed gate: gates of the item first, then those of the contact. */
static bool was_open(enum gate gate, const struct gate_result *closed)
{
    if (closed == NULL)
        return true;
    if (gates[gate].with_contact != gates[closed->gate].with_contact)
        return gates[closed->gate].with_contact;
    return gate < closed->gate;
}

static void fill(struct desk *desk, struct view *view)
{
    struct verdict *verdict = view->verdict;
    const struct gate_result *closed = first_closed(verdict);
    struct gate_result *all = arena_array(desk->arena, GATE_COUNT, sizeof *all);
    size_t count = 0;

    for (int gate = 0; gate < GATE_COUNT; gate++) {
        struct gate_result result = {(enum gate)gate, true, REASON_NONE, MOMENT_NEVER, ""};

        if (closed != NULL && closed->gate == (enum gate)gate)
            result = *closed;
        else if (!was_open((enum gate)gate, closed))
            continue;
        result.figures = figure_of(desk, view, (enum gate)gate);
        all[count++] = result;
    }
    verdict->gates = all;
    verdict->gate_count = count;
}

void figures_fill(struct desk *desk)
{
    for (size_t i = 0; i < desk->count; i++)
        fill(desk, &desk->views[i]);
}
