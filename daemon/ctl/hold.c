/* hold, release: pauses of customers, invoices and policies. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

struct target {
    enum hold_scope scope;
    const char *id, *customer; /* customer: bill-to, "" for a policy */
};

static int find_target(struct session *session, struct target *out, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    const char *policy = arguments->text[OPTION_POLICY];
    struct ref ref;

    if ((arguments->word_count == 1) == arguments->given[OPTION_POLICY])
        return err_set(err, ERR_USAGE, "name either a customer or an invoice, or a policy with --policy");
    if (arguments->given[OPTION_POLICY]) {
        *out = (struct target){HOLD_POLICY, policy, ""};
        if (session->mistakes > 0 || rulebook_policy(&session->config->rulebook, policy))
            return 0; /* where the policies cannot be read, a pause is not to fail for that */
        return err_set(err, ERR_NOT_FOUND, "there is no policy %s; dunningctl check lists them", policy);
    }
    if (ref_find(session, arguments->words[0], &ref, err) != 0)
        return -1;
    *out = (struct target){ref.kind == REF_INVOICE ? HOLD_INVOICE : HOLD_CUSTOMER, ref.target, ref.customer};
    return 0;
}

static void tell_target(struct session *session, const struct target *target)
{
    page_field(session->page, "scope", NULL, cell_word(&hold_scope_names, (int)target->scope));
    page_field(session->page, "target", NULL, cell_text(target->id));
}

static void tell_held(struct session *session, const struct hold *hold)
{
    const char *until = hold->until == DAY_NONE
                            ? "until it is released"
                            : arena_printf(session->arena, "to the end of %s", show_day(session->arena, hold->until));

    page_field(session->page, "hold", NULL, cell_number(hold->id));
    page_field(session->page, "until", NULL, cell_day(hold->until));
    page_field(session->page, "reason", NULL, cell_text(hold->reason));
    page_linef(session->page, "%s %s is held %s", names_word(&hold_scope_names, (int)hold->scope), hold->target, until);
}

int verb_hold(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    struct target target;

    if (find_target(session, &target, err) != 0)
        return -1;
    struct hold hold = {.scope = target.scope,
                        .kind = HOLD_OPERATOR,
                        .target = target.id,
                        .author = session->author,
                        .reason = arguments->text[OPTION_REASON],
                        .start_at = session->now,
                        .until = arguments->time[OPTION_UNTIL].day,
                        .released_at = MOMENT_NONE};
    if (hold.until != DAY_NONE && hold.until < session_today(session))
        return err_set(err, ERR_REFUSED, "--until %s lies in the past; give a day to come",
                       arguments->text[OPTION_UNTIL]);
    if (facts_hold(session->state, &hold, target.customer, err) != 0)
        return -1;
    tell_target(session, &target);
    tell_held(session, &hold);
    return 0;
}

int verb_release(struct session *session, struct err *err)
{
    struct target target;
    size_t released = 0;

    if (find_target(session, &target, err) != 0 ||
        facts_release(session->state, &(struct hold_aim){target.scope, target.id, target.customer},
                      &(struct said){session->author, "", session->now}, &released, err) != 0)
        return -1;
    const char *scope = names_word(&hold_scope_names, (int)target.scope);
    if (released == 0)
        return err_set(err, ERR_NOT_FOUND, "%s %s is not held here; dunningctl explain says what is in the way", scope,
                       target.id);
    tell_target(session, &target);
    page_field(session->page, "released", NULL, cell_number((int64_t)released));
    page_linef(session->page, "%s %s is released; its next step keeps its distance, nothing is sent at once", scope,
               target.id);
    return 0;
}
