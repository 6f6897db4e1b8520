/*
 * What a late payment costs, as a notice shows it: interest for each item
 * under its own step, the lump sum once for each invoice for life, the fee of
 * the notice (RULES R16, R17).  The claim itself is untouched.
 */
#include "base/err.h"
#include "base/text.h"
#include "policy/interest.h"
#include "policy/stages.h"

struct charging {
    struct desk *desk;
    struct notice *notice;
    const bool *due;
    size_t capacity;
};

static struct charge *add(struct charging *charging, enum charge_kind kind)
{
    struct notice *notice = charging->notice;

    if (notice->charge_count == charging->capacity) {
        charging->capacity = charging->capacity == 0 ? 8 : 2 * charging->capacity;
        notice->charges = arena_grow(charging->desk->arena, notice->charges, notice->charge_count, charging->capacity,
                                     sizeof *notice->charges);
    }
    struct charge *charge = &notice->charges[notice->charge_count++];
    *charge = (struct charge){.kind = kind, .invoice_id = "", .step = "", .regime = "", .text = ""};
    charge->from = charge->until = DAY_NONE;
    return charge;
}

static const struct step *step_of(const struct view *view)
{
    return &view->policy->steps[view->next];
}

static struct charge *add_for(struct charging *charging, enum charge_kind kind, const struct view *view)
{
    struct charge *charge = add(charging, kind);

    charge->invoice_id = view->item->invoice_id;
    charge->line = view->item->line;
    charge->episode = view->episode;
    charge->occurrence = view->verdict->occurrence;
    charge->step = step_of(view)->name;
    return charge;
}

/* ---- interest ---- */

/* Who is not known to be a business owes what consumers owe. */
static enum debtor debtor_of(const struct view *view)
{
    int debtor = names_find(&debtor_names, view->owner->segment);

    return debtor < 0 ? DEBTOR_B2C : (enum debtor)debtor;
}

/* R35: from the original due date, whatever was paid and went back; but not before the invoice was there (R21). */
static day_t due_of(const struct view *view)
{
    day_t due = view->item->due_on;

    if (view->item->sent_on != DAY_NONE && view->item->sent_on > due)
        due = view->item->sent_on;
    if (view->dial.calendar != NULL && view->policy->due_adjust == DUE_FOLLOWING)
        due = calendar_following(view->dial.calendar, due);
    return due;
}

static struct arrears arrears_of(const struct view *view, day_t on)
{
    struct arrears arrears = {.principal = view_net(view), .due = due_of(view), .as_of = on, .debtor = debtor_of(view)};

    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        arrears.currency[i] = view->item->currency[i];
    return arrears;
}

static const char *regime_name(const struct desk *desk, const struct view *view)
{
    const char *country = view->owner->country;

    return step_regime(step_of(view), text_empty(country) ? desk->rulebook->country : country);
}

/* What an item owes by its step's regime. */
struct owed {
    const struct regime *regime;
    struct interest interest;
};

static int compute(const struct desk *desk, const struct view *view, day_t on, struct owed *out, struct err *err)
{
    const char *name = regime_name(desk, view);
    const struct arrears arrears = arrears_of(view, on);

    out->regime = desk->rulebook->rates == NULL ? NULL : rates_regime(desk->rulebook->rates, name, arrears.due);
    if (out->regime == NULL)
        return err_set(err, ERR_REFUSED, "there is no regime %s for a claim of that date; add it to the rates", name);
    return interest_compute(out->regime, &arrears, desk->arena, &out->interest, err);
}

bool charge_waits(const struct desk *desk, const struct view *view, day_t on)
{
    const struct step *step = step_of(view);
    struct owed owed;
    struct err err;

    if (step->without_rate != WITHOUT_RATE_WAIT || text_empty(regime_name(desk, view)))
        return false;
    return compute(desk, view, on, &owed, &err) != 0;
}

static const char *joined(struct arena *arena, const char *const *lines, size_t count)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0; i < count; i++)
        text_addf(&out, "%s%s", i == 0 ? "" : "\n", lines[i]);
    return out.data;
}

static void add_interest(struct charging *charging, const struct view *view, const struct owed *owed)
{
    const struct regime *regime = owed->regime;
    const struct interest *interest = &owed->interest;
    struct arena *arena = charging->desk->arena;
    const struct arrears arrears = arrears_of(view, charging->notice->on);
    size_t count;

    if (interest->verdict != INTEREST_DUE || interest->interest <= 0)
        return;
    const char *const *lines = interest_lines(regime, &arrears, interest, arena, &count);
    struct charge *charge = add_for(charging, CHARGE_INTEREST, view);
    charge->amount = interest->interest;
    charge->regime = regime->name;
    charge->from = interest->from;
    charge->until = charging->notice->on;
    charge->text = joined(arena, lines, count - 1); /* the last line is about the lump sum */
}

/* ---- lump sum ---- */

static bool is_listed(const struct charging *charging, const char *invoice)
{
    for (size_t i = 0; i < charging->notice->charge_count; i++)
        if (charging->notice->charges[i].kind == CHARGE_COMPENSATION &&
            text_equal(charging->notice->charges[i].invoice_id, invoice))
            return true;
    return false;
}

/* A notice before this one that has charged it, in whatever episode (R17). */
static const struct charge *earlier(const struct charging *charging, const char *invoice)
{
    const struct dossier *dossier = charging->desk->dossier;

    for (size_t i = 0; i < dossier->charge_count; i++)
        if (dossier->charges[i].kind == CHARGE_COMPENSATION && dossier->charges[i].notice != charging->notice->id &&
            text_equal(dossier->charges[i].invoice_id, invoice))
            return &dossier->charges[i];
    return NULL;
}

/* All lines of the invoice that are due on this notice are one claim. */
static struct money claim_of(const struct charging *charging, const struct view *like)
{
    const struct desk *desk = charging->desk;
    struct money claim = {.minor = 0};

    for (size_t i = 0; i < CURRENCY_SIZE; i++)
        claim.currency[i] = like->item->currency[i];
    for (size_t i = 0; i < desk->count; i++)
        if (charging->due[i] && text_equal(desk->views[i].item->invoice_id, like->item->invoice_id))
            claim.minor = money_add(claim.minor, view_net(&desk->views[i]));
    return claim;
}

static void add_compensation(struct charging *charging, const struct view *view, const struct owed *owed)
{
    const struct regime *regime = owed->regime;
    const struct interest *interest = &owed->interest;
    const char *invoice = view->item->invoice_id;
    const struct charge *before = earlier(charging, invoice);
    const struct money claim = claim_of(charging, view);
    const struct band *band = compensation_band(&regime->compensation, &claim);

    if (!step_of(view)->compensation || interest->verdict != INTEREST_DUE || is_listed(charging, invoice) ||
        (before == NULL && band == NULL))
        return;
    struct charge *charge = add_for(charging, CHARGE_COMPENSATION, view);
    charge->regime = regime->name;
    charge->amount = before != NULL ? before->amount : band->sum.minor;
    charge->notice = before != NULL ? before->notice : 0;
    charge->text =
        before != NULL ? "charged by an earlier notice, and only once for an invoice" : "lump sum by the regime";
}

/* What cannot be computed is left out and said; what must not go without it was held back before. */
static void charge_item(struct charging *charging, const struct view *view)
{
    struct owed owed;
    struct err err;

    if (text_empty(regime_name(charging->desk, view)))
        return;
    if (compute(charging->desk, view, charging->notice->on, &owed, &err) != 0) {
        add_for(charging, CHARGE_INTEREST, view)->text = arena_copy(charging->desk->arena, err.text);
        return;
    }
    add_interest(charging, view, &owed);
    add_compensation(charging, view, &owed);
}

/* ---- fee ---- */

static void charge_fee(struct charging *charging, const struct step *step, const struct view *view)
{
    int64_t fee;

    if (!thresholds_find(&step->fee, charging->notice->currency, &fee) || fee == 0)
        return;
    struct charge *charge = view != NULL ? add_for(charging, CHARGE_FEE, view) : add(charging, CHARGE_FEE);
    charge->amount = fee;
    charge->step = step->name;
    charge->text = view != NULL ? "fee for this item at this step" : "fee for this notice";
}

void charge_fill(struct desk *desk, struct notice *notice, const struct step *step, const bool *due)
{
    struct charging charging = {.desk = desk, .notice = notice, .due = due};

    notice->charges = NULL;
    notice->charge_count = 0;
    if (notice->before_due || notice->action == ACTION_TASK || notice->action == ACTION_HANDOFF)
        return;
    for (size_t i = 0; i < desk->count; i++) {
        const struct view *view = &desk->views[i];
        if (!due[i] || step_is_before_due(step_of(view)))
            continue;
        charge_item(&charging, view);
        if (step_of(view)->fee_per == FEE_PER_ITEM)
            charge_fee(&charging, step_of(view), view);
    }
    if (step->fee_per == FEE_PER_NOTICE)
        charge_fee(&charging, step, NULL);
}
