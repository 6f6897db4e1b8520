/*
 * The same questions again for a notice that is already planned: before it is
 * rendered (restate) and at the commit point (recheck; DESIGN 7.4).  Pure.
 */
#ifndef POLICY_RECHECK_H
#define POLICY_RECHECK_H

#include "policy/decide.h"

struct question {
    const struct dossier *dossier;
    const struct rulebook *rulebook;
    const struct conditions *conditions;
    moment_t now;
};

/*
 * May this notice still go out now, with these amounts?  notice holds the
 * composition as rendered.  channel and address are those of the message asked
 * about (a further channel is checked like the first).  REASON_NONE: yes.
 */
enum reason recheck_notice(const struct question *question, const struct notice *notice,
                           const struct message_plan *message);

/*
 * A fresh statement of a stored notice: same items and steps, today's amounts,
 * credits, date, deadline and recipients.  Returns REASON_NONE and *out, or why
 * the notice no longer stands.  Approval binds by RULES R27: a larger total or a
 * new item is REASON_AMOUNT_CHANGED, a smaller total is restated.
 */
enum reason restate_notice(const struct question *question, const struct notice *notice, struct arena *arena,
                           struct notice **out);

#endif
