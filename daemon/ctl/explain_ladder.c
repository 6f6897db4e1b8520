/* The ladder of one item: each step of its policy and what became of it. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/explain.h"
#include "ctl/page.h"
#include "ctl/session.h"

/* "due + 5bd" */
static const char *at_text(struct arena *arena, const struct step *step)
{
    const char *anchor = names_word(&anchor_names, (int)step->at.anchor);
    char offset[DURATION_TEXT_SIZE];

    if (!step->at.offset.set || step->at.offset.n == 0)
        return anchor;
    return arena_printf(arena, "%s %c %s", anchor, step->at.sign < 0 ? '-' : '+',
                        duration_format(&step->at.offset, offset));
}

/* The latest record of a step, by its name or an old name. */
static const struct record *record_of(const struct dossier *dossier, const struct verdict *verdict, int step)
{
    const struct record *found = NULL;

    for (size_t i = 0; i < dossier->record_count; i++) {
        const struct record *record = &dossier->records[i];
        if (record->line == verdict->item->line && record->episode == verdict->episode &&
            text_equal(record->invoice_id, verdict->item->invoice_id) &&
            policy_step(verdict->policy, record->step) == step)
            found = record;
    }
    return found;
}

static const struct pass_over *passed_now(const struct decision *decision, const struct verdict *verdict, int step)
{
    for (size_t i = 0; i < decision->passed_count; i++)
        if (decision->passed[i].item == verdict->item && decision->passed[i].step == step)
            return &decision->passed[i];
    return NULL;
}

struct rung {
    const char *word, *why;
    day_t on, deadline;
    enum tone tone;
    int64_t notice;
};

static const char *how(struct arena *arena, const struct record *record)
{
    char name[NOTICE_TEXT_SIZE];

    if (record->notice > 0 && !text_empty(record->channel))
        return arena_printf(arena, "%s, by %s", notice_name(record->notice, name), record->channel);
    if (record->notice > 0)
        return arena_copy(arena, notice_name(record->notice, name));
    return text_empty(record->channel) ? "set by hand" : arena_printf(arena, "by %s", record->channel);
}

static struct rung rung_of_record(struct arena *arena, const struct record *record)
{
    struct rung rung = {.on = record->on, .deadline = record->deadline, .notice = record->notice, .why = ""};

    switch (record->status) {
    case RECORD_PLANNED:
        rung.word = "planned";
        rung.why = how(arena, record);
        break;
    case RECORD_ACCEPTED:
        rung.word = "reached";
        rung.tone = TONE_GOOD;
        rung.why = how(arena, record);
        break;
    case RECORD_UNCERTAIN:
        rung.word = "uncertain";
        rung.tone = TONE_BAD;
        rung.why = how(arena, record);
        break;
    case RECORD_PASSED_OVER:
        rung.word = "passed over";
        rung.tone = TONE_DIM;
        rung.why = reason_sentence(record->reason);
        break;
    case RECORD_WITHDRAWN:
    case RECORD_BOUNCED:
        rung.word = names_word(&record_status_names, (int)record->status);
        break;
    }
    return rung;
}

/* Why a step that is not on record lies behind: it goes on record with the next notice. */
static enum reason why_behind(const struct explaining *explaining, const struct verdict *verdict, int step)
{
    day_t today = zone_day(session_zone(explaining->session), explaining->at, NULL);

    if (step > verdict->position && step_is_before_due(&verdict->policy->steps[step]))
        return verdict->item->due_on <= today ? REASON_EXPIRED : REASON_ACCOUNT_AT_NOTICE;
    return step > verdict->position ? REASON_ENTERED_BY_AGE : REASON_ALREADY_REACHED;
}

static struct rung rung_of(const struct explaining *explaining, const struct verdict *verdict, int step)
{
    const struct record *record = record_of(explaining->known.dossier, verdict, step);
    const struct pass_over *passed = passed_now(explaining->known.decision, verdict, step);

    if (record)
        return rung_of_record(explaining->session->arena, record);
    if (passed)
        return (struct rung){"passed over", reason_sentence(passed->reason), passed->on, DAY_NONE, TONE_DIM, 0};
    if (step == verdict->next)
        return (
            struct rung){verdict->reason == REASON_NONE ? "due now" : "next", "", DAY_NONE, DAY_NONE, TONE_STRONG, 0};
    if (verdict->next >= 0 && step < verdict->next)
        return (struct rung){"passed over", reason_sentence(why_behind(explaining, verdict, step)),
                             DAY_NONE,      DAY_NONE,
                             TONE_DIM,      0};
    return (struct rung){"later", "", DAY_NONE, DAY_NONE, TONE_PLAIN, 0};
}

void explain_ladder(const struct explaining *explaining, struct page *page, const struct verdict *verdict)
{
    static const struct column columns[] = {
        {"step", "step", false},          {"action", "action", false},  {"moment", "moment", false},
        {"state", "state", false},        {"on", "on", false},          {"deadline", "deadline", false},
        {"at", "at the earliest", false}, {"why", "how or why", false},
    };

    if (!verdict->policy)
        return;
    struct table *table = page_table(page, "ladder", "Ladder", COLUMNS(columns), "");
    for (size_t i = 0; i < verdict->policy->step_count; i++) {
        const struct step *step = &verdict->policy->steps[i];
        struct rung rung = rung_of(explaining, verdict, (int)i);
        TABLE_ROW(table, cell_text(step->name), cell_word(&action_names, (int)step->action),
                  cell_text(at_text(explaining->session->arena, step)), cell_toned(cell_text(rung.word), rung.tone),
                  cell_day(rung.on), cell_day(rung.deadline),
                  (int)i == verdict->next ? cell_moment(verdict->at) : cell_none(), cell_text(rung.why));
    }
}
