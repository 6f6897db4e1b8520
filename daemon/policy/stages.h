/*
 * The stages of a decision, one file each, in the order in which decide.c
 * calls them.  Private to policy/.
 */
#ifndef POLICY_STAGES_H
#define POLICY_STAGES_H

#include "policy/desk.h"

/* ---- match.c ---- */
const struct policy *match_policy(const struct desk *desk, const struct view *view, const char **source);

/* ---- net.c (RULES R12-R14) ---- */
void net_direct(struct desk *desk);   /* paid, pending, open; credits of the accounts */
void net_allocate(struct desk *desk); /* credited; after episodes and holds are known */

/* ---- episode.c (RULES R35, R38) ---- */
void episode_find(struct desk *desk, struct view *view);

/* ---- holds.c (RULES R13, R26, R28, R29, R33) ---- */
void holds_prepare(struct desk *desk);                  /* first, once for all items */
void holds_check(struct desk *desk, struct view *view); /* before nets are allocated */
void holds_track(struct desk *desk, struct view *view); /* after: enters holds and releases into the case */

/* ---- ladder.c (RULES R5, R9, R10, R18-R21, R37) ---- */
void ladder_read(struct view *view);                    /* position, last, previous, deadline from the records */
void ladder_next(struct desk *desk, struct view *view); /* next step and its moment */
/* R10: a step before due is over at 00:00 of the due date, as soon as that has begun for the customer. */
bool ladder_expired(const struct desk *desk, const struct view *view, const struct step *step);
day_t ladder_step_date(const struct view *view, const struct step *step, moment_t *exact);
void ladder_check(struct desk *desk, struct view *view);

/* ---- group.c (RULES R1-R8, R14, R18) ---- */
void group_decide(struct desk *desk);
/* R27: has a person to agree to so large a claim at this step? */
bool step_needs_approval(const struct step *step, const char *currency, int64_t total);

/* ---- contact.c (RULES R6-R8) ---- */
struct group_key;
/* May a customer-facing notice of this policy go out now?  Else the gate, the reason and the time. */
struct stop {
    enum gate gate;
    enum reason reason; /* REASON_NONE: nothing stops it */
    moment_t until;
};
struct stop contact_whole(const struct desk *desk, const char *entity);
struct stop contact_gap(const struct desk *desk, const struct group_key *key, int64_t except_notice);
struct stop contact_cap(const struct desk *desk, const struct group_key *key, int64_t except_notice);
struct stop contact_higher(const struct desk *desk, const struct group_key *key, int driver);
bool condition_met(const struct desk *desk, const struct view *view, const struct step *step, int64_t total);

/* ---- statement.c: composition of a notice ---- */
struct group_key {
    const char *entity, *currency, *invoice; /* invoice "": group = customer */
    const struct policy *policy;
};
bool in_group(const struct group_key *key, const struct view *view);
/* Standing at a sent step, listed on the group's notices and part of their total. */
bool is_carried(const struct view *view);
/* Sum of what the group claims: what is due now and what is carried. */
int64_t group_total(const struct desk *desk, const struct group_key *key);
/* Fills items, credits, total, deadline, instalments of a notice for the views marked due (one flag per view). */
void statement_fill(struct desk *desk, struct notice *notice, const struct group_key *key, const struct step *step,
                    const bool *due);

/* ---- charge.c (RULES R16, R17) ---- */
/* Fills notice->charges for the views marked due; the notice's items are there already. */
void charge_fill(struct desk *desk, struct notice *notice, const struct step *step, const bool *due);
/* A step that does not go without a rate, and the rate is not known. */
bool charge_waits(const struct desk *desk, const struct view *view, day_t on);

/* ---- recipient.c (RULES R23) ---- */
/* Fills notice->messages.  Returns the reason why nobody can be reached, REASON_NONE if somebody can. */
enum reason recipients_fill(const struct desk *desk, struct notice *notice, const struct step *step);

/* ---- recheck.c ---- */
/* Do the recorded items of a stored notice still stand as they are known on this desk? (RULES R27) */
enum reason restate_check(const struct desk *desk, const struct notice *notice);

/* ---- tasks.c (RULES R32, R33, R41) ---- */
void tasks_decide(struct desk *desk);

#endif
