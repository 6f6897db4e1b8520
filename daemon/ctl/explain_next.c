/* What happens next and when, in the words of a credit controller. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/explain.h"
#include "ctl/lists.h"
#include "ctl/page.h"
#include "ctl/session.h"
#include "ctl/show.h"

static const char *const action_phrases[] = {
    [ACTION_REMIND] = "a reminder",
    [ACTION_NOTICE] = "a formal notice",
    [ACTION_OFFER_PLAN] = "the offer of a payment plan",
    [ACTION_HANDOFF] = "the handoff to the agency",
    [ACTION_TASK] = "a task for a person",
};

/* "by email to 1 address, then sms" */
static const char *ways_of(struct arena *arena, const struct notice *notice)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0; i < notice->message_count; i++) {
        const struct message_plan *message = &notice->messages[i];
        const char *join = out.length == 0 ? "by " : (message->fallback ? ", else by " : ", and by ");
        bool again = i > 0 && notice->messages[i - 1].channel == message->channel;
        if (!again)
            text_addf(&out, "%s%s", join, names_word(&channel_names, (int)message->channel));
    }
    return out.data;
}

static void tell_notice(const struct explaining *explaining, struct page *page, const struct foresight *sight)
{
    struct arena *arena = explaining->session->arena;
    const struct notice *notice = sight->notice;
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "if nobody pays: %s, step %s of %s, on %s", action_phrases[notice->action], notice->step,
              notice->policy, show_moment(arena, session_zone(explaining->session), sight->at));
    if (notice->message_count > 0)
        text_addf(&out, ", %s", ways_of(arena, notice));
    text_addf(&out, ", for %s", show_money(arena, notice->total, notice->currency));
    if (notice->deadline != DAY_NONE)
        text_addf(&out, ", payable by %s", show_day(arena, notice->deadline));
    if (notice->needs_approval)
        text_add(&out, "; it asks for approval first");
    page_line(page, "next", out.data);
}

static void add_fields(struct page *page, const struct foresight *sight)
{
    const struct notice *notice = sight->notice;

    page_field(page, "at", NULL, cell_moment(sight->at));
    page_field(page, "policy", NULL, cell_text(notice->policy));
    page_field(page, "step", NULL, cell_text(notice->step));
    page_field(page, "action", NULL, cell_word(&action_names, (int)notice->action));
    page_field(page, "total", NULL, cell_money(notice->total, notice->currency));
    page_field(page, "deadline", NULL, cell_day(notice->deadline));
    page_field(page, "needs_approval", NULL, cell_bool(notice->needs_approval));
    page_field(page, "messages", NULL, cell_number((int64_t)notice->message_count));
}

static struct foresee_wanted wanted_of(const struct explaining *explaining, const struct item *item)
{
    return (struct foresee_wanted){.invoice = item ? item->invoice_id : "",
                                   .line = item ? item->line : 0,
                                   .step = "",
                                   .rehearsal = explaining->rehearsal,
                                   .from = explaining->at};
}

const struct notice *explain_live(const struct explaining *explaining, const struct item *item)
{
    const struct foresee_wanted wanted = wanted_of(explaining, item);
    const struct dossier *dossier = explaining->known.dossier;

    for (size_t i = 0; i < dossier->live_count; i++)
        if (foresee_records(&dossier->live[i], &wanted))
            return &dossier->live[i];
    return NULL;
}

/* "awaiting approval" */
static const char *plain_word(struct arena *arena, const char *word)
{
    char *copy = arena_copy(arena, word);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    return copy;
}

/* What is planned already stands before everything that could be foreseen. */
static void tell_live(const struct explaining *explaining, struct page *page, const struct notice *notice)
{
    struct arena *arena = explaining->session->arena;
    char name[NOTICE_TEXT_SIZE];

    page_line(page, "next",
              arena_printf(arena, "%s, step %s for %s, is %s", notice_name(notice->id, name), notice->step,
                           show_money(arena, notice->total, notice->currency),
                           plain_word(arena, names_word(&notice_status_names, (int)notice->status))));
}

void explain_next(const struct explaining *explaining, struct page *page, const struct item *item)
{
    const struct rulebook *rulebook = &explaining->session->config->rulebook;
    const struct foresee_wanted wanted = wanted_of(explaining, item);
    const struct notice *live = explain_live(explaining, item);
    struct foresight sight;

    page_children(page, "next_notice");
    if (live)
        tell_live(explaining, page, live);
    if (live && item)
        return;
    if (!foresee(explaining->known.dossier, rulebook, &wanted, explaining->session->arena, &sight)) {
        page_line(page, "next", "nothing is sent unless something changes");
        return;
    }
    tell_notice(explaining, page, &sight);
    struct page *child = page_child(page, "next_notice");
    add_fields(child, &sight);
    show_notice_items(explaining->session, child, "The next notice", sight.notice);
}
