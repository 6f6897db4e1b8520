/* explain: why, and what happens next. */
#include "ctl/explain.h"

#include "base/arena.h"
#include "base/text.h"
#include "ctl/advice.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

/* ---- one item ---- */

static const char *policy_words(struct arena *arena, const struct verdict *verdict)
{
    static const struct {
        const char *source, *words;
    } sources[] = {
        {"invoice", "named by the invoice"},
        {"customer", "named by the customer"},
        {"match", "the first that applies"},
    };

    if (!verdict->policy)
        return "none";
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (text_equal(sources[i].source, verdict->policy_source))
            return arena_printf(arena, "%s, %s (%s)", verdict->policy->name, sources[i].words, verdict->policy->file);
    return verdict->policy->name;
}

static const char *days_words(struct arena *arena, day_t due, day_t today)
{
    if (due == DAY_NONE)
        return "no due date";
    if (due == today)
        return arena_printf(arena, "%s, today", show_day(arena, due));
    return arena_printf(arena, "%s, %s %s", show_day(arena, due),
                        show_count(arena, due < today ? today - due : due - today, "day", "days"),
                        due < today ? "ago" : "ahead");
}

static const char *money_words(struct arena *arena, const struct verdict *verdict)
{
    const struct item *item = verdict->item;
    struct text out;

    text_init(&out, arena);
    text_add(&out, show_money(arena, item->amount, item->currency));
    if (verdict->open != item->amount)
        text_addf(&out, ", open %s", show_money(arena, verdict->open, item->currency));
    if (verdict->credited != 0)
        text_addf(&out, ", of which credits cover %s", show_money(arena, verdict->credited, item->currency));
    return out.data;
}

static const char *now_words(const struct explaining *explaining, const struct verdict *verdict)
{
    struct arena *arena = explaining->session->arena;
    const struct zone *zone = session_zone(explaining->session);

    if (verdict->reason == REASON_NONE)
        return "the next step goes out now";
    if (verdict->until == MOMENT_NEVER || verdict->until <= explaining->at)
        return reason_sentence(verdict->reason);
    return arena_printf(arena, "%s; until %s", reason_sentence(verdict->reason),
                        show_moment(arena, zone, verdict->until));
}

/* ---- who holds it ---- */

static bool holds_item(const struct explaining *explaining, const struct hold *hold, const struct verdict *verdict)
{
    const struct item *item = verdict->item;
    day_t today = zone_day(session_zone(explaining->session), explaining->at, NULL);

    if (hold->released_at != MOMENT_NONE || (hold->until != DAY_NONE && hold->until < today))
        return false;
    switch (hold->scope) {
    case HOLD_CUSTOMER:
        return text_equal(hold->target, item->customer_id) ||
               text_equal(hold->target, explaining->known.dossier->customer->id);
    case HOLD_INVOICE:
        return text_equal(hold->target, item->invoice_id);
    case HOLD_POLICY:
        return verdict->policy && text_equal(hold->target, verdict->policy->name);
    }
    return false;
}

/* "customer C-2, by anna since Mon 2026-11-23 11:00 until Fri 2026-11-27: goods are being checked" */
static const char *hold_words(const struct explaining *explaining, const struct hold *hold)
{
    struct arena *arena = explaining->session->arena;
    const struct zone *zone = session_zone(explaining->session);
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "%s %s, by %s since %s", names_word(&hold_scope_names, (int)hold->scope), hold->target,
              hold->author, show_moment(arena, zone, hold->start_at));
    if (hold->until != DAY_NONE)
        text_addf(&out, " until %s", show_day(arena, hold->until));
    if (!text_empty(hold->reason))
        text_addf(&out, ": %s", hold->reason);
    return out.data;
}

static void add_holds(const struct explaining *explaining, struct page *page, const struct verdict *verdict)
{
    const struct dossier *dossier = explaining->known.dossier;
    struct arena *arena = explaining->session->arena;
    const char **list = arena_array(arena, dossier->hold_count + 1, sizeof *list);
    const char **cures = arena_array(arena, dossier->hold_count + 1, sizeof *cures);
    size_t count = 0;

    for (size_t i = 0; i < dossier->hold_count; i++) {
        const struct hold *hold = &dossier->holds[i];
        if (!holds_item(explaining, hold, verdict))
            continue;
        list[count] = hold_words(explaining, hold);
        cures[count++] = arena_printf(arena, "dunningctl release %s%s ends it",
                                      hold->scope == HOLD_POLICY ? "--policy " : "", hold->target);
    }
    page_texts(page, "held_by", "held", list, count);
    page_texts(page, NULL, "to do", cures, count);
}

static const char *advice_of(const struct explaining *explaining, const struct verdict *verdict)
{
    const struct notice *live = explain_live(explaining, verdict->item);
    char name[NOTICE_TEXT_SIZE];

    return advice_for(verdict->reason, verdict->item->invoice_id, live ? notice_name(live->id, name) : "NOTICE",
                      explaining->session->arena);
}

static void add_fields(const struct explaining *explaining, struct page *page, const struct verdict *verdict)
{
    const struct item *item = verdict->item;
    struct arena *arena = explaining->session->arena;
    day_t today = zone_day(session_zone(explaining->session), explaining->at, NULL);
    const char *advice = advice_of(explaining, verdict);

    page_field(page, "invoice", NULL, cell_text(item->invoice_id));
    page_field(page, "line", NULL, cell_number(item->line));
    page_field(page, "due_on", NULL, cell_day(item->due_on));
    page_field(page, "amount", NULL, cell_money(item->amount, item->currency));
    page_field(page, "open", NULL, cell_money(verdict->open, item->currency));
    page_field(page, "credited", NULL, cell_money(verdict->credited, item->currency));
    page_field(page, "policy", NULL, cell_text(verdict->policy ? verdict->policy->name : ""));
    page_field(page, "policy_source", NULL, cell_text(verdict->policy_source));
    page_field(page, "episode", NULL, cell_number(verdict->episode));
    page_field(page, "status", NULL, cell_text(verdict_word(verdict)));
    page_field(page, "until", NULL, cell_moment(verdict->until));
    page_field(page, NULL, "due", cell_text(days_words(arena, item->due_on, today)));
    page_field(page, NULL, "amount", cell_text(money_words(arena, verdict)));
    page_field(page, NULL, "policy", cell_text(policy_words(arena, verdict)));
    if (verdict->episode > 1)
        page_field(page, NULL, "episode",
                   cell_text(arena_printf(arena, "%d; it was paid before and is open again", (int)verdict->episode)));
    page_field(page, "sentence", "now",
               cell_toned(cell_text(now_words(explaining, verdict)),
                          verdict->reason == REASON_NONE ? TONE_GOOD : TONE_WARN));
    page_field(page, "advice", text_empty(advice) ? NULL : "to do", cell_text(advice));
    add_holds(explaining, page, verdict);
}

static void add_gate(struct table *table, const struct gate_result *gate)
{
    struct cell stands = cell_toned(cell_text("passed"), TONE_GOOD), until = cell_none();
    const char *word = "", *sentence = "";

    if (!gate->passed) {
        stands = cell_toned(cell_text("closed"), TONE_BAD);
        until = cell_moment(gate->until);
        word = names_word(&reason_names, (int)gate->reason);
        sentence = reason_sentence(gate->reason);
    }
    TABLE_ROW(table, cell_word(&gate_names, (int)gate->gate), cell_bool(gate->passed), stands, cell_text(word), until,
              cell_text(gate->figures), cell_text(sentence));
}

static void add_gates(struct page *page, const struct verdict *verdict)
{
    static const struct column columns[] = {
        {"gate", "gate", false},   {"passed", NULL, false},       {NULL, "", false},          {"reason", NULL, false},
        {"until", "until", false}, {"figures", "figures", false}, {"sentence", "why", false},
    };
    struct table *table = page_table(page, "gates", "Gates", COLUMNS(columns), "");

    for (size_t i = 0; i < verdict->gate_count; i++)
        add_gate(table, &verdict->gates[i]);
}

void explain_item(const struct explaining *explaining, struct page *page, const struct verdict *verdict)
{
    const struct dossier *dossier = explaining->known.dossier;
    struct arena *arena = explaining->session->arena;

    page_title(page, NULL,
               arena_printf(arena, "Invoice %s, customer %s, %s",
                            item_name(arena, verdict->item->invoice_id, verdict->item->line), dossier->customer->id,
                            dossier->customer->name));
    add_fields(explaining, page, verdict);
    explain_next(explaining, page, verdict->item);
    explain_ladder(explaining, page, verdict);
    add_gates(page, verdict);
}

/* ---- a customer ---- */

static void add_sentence(struct arena *arena, struct table *table, const struct verdict *verdict)
{
    const struct item *item = verdict->item;
    bool goes = verdict->reason == REASON_NONE, next = verdict->policy && verdict->next >= 0;

    TABLE_ROW(table, cell_text(item->invoice_id), cell_text(item_name(arena, item->invoice_id, item->line)),
              cell_number(item->line), cell_money(verdict->open - verdict->credited, item->currency),
              cell_text(next ? verdict->policy->steps[verdict->next].name : ""), cell_text(verdict_word(verdict)),
              goes ? cell_none() : cell_moment(verdict->until),
              cell_text(goes ? "it goes out now" : reason_sentence(verdict->reason)));
}

static void add_sentences(const struct explaining *explaining, struct page *page)
{
    static const struct column columns[] = {
        {"invoice", NULL, false},       {NULL, "invoice", false},     {"line", NULL, true},
        {"net", "net", true},           {"next", "next step", false}, {"status", "status", false},
        {"until", "not before", false}, {"sentence", "why", false},
    };
    struct table *table = page_table(page, "items", "Items", COLUMNS(columns), "nothing is open");
    const struct decision *decision = explaining->known.decision;

    for (size_t i = 0; i < decision->verdict_count; i++)
        if (decision->verdicts[i].open > 0)
            add_sentence(explaining->session->arena, table, &decision->verdicts[i]);
}

static void explain_account(const struct explaining *explaining, struct page *page)
{
    const struct dossier *dossier = explaining->known.dossier;

    page_title(page, NULL,
               arena_printf(explaining->session->arena, "Customer %s, %s", dossier->customer->id,
                            dossier->customer->name));
    page_field(page, "customer", NULL, cell_text(dossier->customer->id));
    if (dossier->customer->status != CUSTOMER_ACTIVE)
        page_linef(page, "the customer is %s; everything is held",
                   names_word(&customer_status_names, (int)dossier->customer->status));
    explain_next(explaining, page, NULL);
    accounts_add(explaining->session, accounts_table(page, "Accounts"), dossier, explaining->known.decision);
    add_sentences(explaining, page);
    page_gap(page);
    page_line(page, NULL, "dunningctl explain INVOICE shows the ladder and all gates of one item");
}

/* ---- the verb ---- */

static int explain_lines(const struct explaining *explaining, const struct ref *ref, struct err *err)
{
    const struct decision *decision = explaining->known.decision;
    bool any = false;

    for (size_t i = 0; i < decision->verdict_count; i++) {
        if (!ref_is_item(ref, decision->verdicts[i].item))
            continue;
        explain_item(explaining, page_child(explaining->session->page, "items"), &decision->verdicts[i]);
        any = true;
    }
    if (any)
        return 0;
    return err_set(err, ERR_NOT_FOUND,
                   explaining->rehearsal ? "invoice %s is not there yet at that time" : "invoice %s has no such line",
                   ref->target);
}

int verb_explain(struct session *session, struct err *err)
{
    moment_t at = session_moment(session, OPTION_AT);
    struct explaining explaining = {.session = session,
                                    .rehearsal = at != MOMENT_NONE,
                                    .at = at == MOMENT_NONE ? session->now : at};
    struct ref ref;

    if (ref_find(session, session->arguments->words[0], &ref, err) != 0 ||
        ref_explain(session, ref.customer, at, &explaining.known, err) != 0)
        return -1;
    page_field(session->page, "at", NULL, cell_moment(explaining.at));
    if (explaining.rehearsal)
        page_linef(session->page, "as of %s, with the rows that the ledger has by then and without the feed gate",
                   show_moment(session->arena, session_zone(session), at));
    if (ref.kind == REF_INVOICE)
        return explain_lines(&explaining, &ref, err);
    explain_account(&explaining, session->page);
    return 0;
}
