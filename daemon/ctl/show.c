/* show: one customer, invoice, notice or message with its whole history. */
#include "ctl/show.h"

#include "ctl/ref.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

static int (*const shows[])(struct session *session, const struct ref *ref, struct err *err) = {
    [REF_CUSTOMER] = show_customer,
    [REF_INVOICE] = show_invoice,
    [REF_NOTICE] = show_notice,
    [REF_MESSAGE] = show_message,
};

static int no_state(struct session *session, const struct ref *ref, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no %s: %s has no state yet; start dunningd", ref->target,
                   session->config->settings.state_directory);
}

int verb_show(struct session *session, struct err *err)
{
    struct ref ref;

    if (ref_find_any(session, session->arguments->words[0], &ref, err) != 0)
        return -1;
    if (ref.number > 0 && !session->state)
        return no_state(session, &ref, err);
    return shows[ref.kind](session, &ref, err);
}
