/*
 * The verbs, one file each.  0, or -1 with what went wrong; the error's code
 * is the exit status.
 */
#ifndef CTL_VERBS_H
#define CTL_VERBS_H

struct err;
struct session;

typedef int verb_run(struct session *session, struct err *err);

verb_run verb_approve, verb_audit, verb_backup, verb_check, verb_completion, verb_explain, verb_hold, verb_import,
    verb_interest, verb_list, verb_log, verb_optout_add, verb_optout_list, verb_optout_remove, verb_policy_disable,
    verb_policy_enable, verb_preview, verb_record, verb_recover, verb_reject, verb_release, verb_reload, verb_send_test,
    verb_settle, verb_setup, verb_show, verb_simulate, verb_status, verb_step, verb_task_done, verb_task_list;

#endif
