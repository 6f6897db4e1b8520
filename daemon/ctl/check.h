/* Parts of `dunningctl check`. */
#ifndef CTL_CHECK_H
#define CTL_CHECK_H

#include "ctl/session.h"

/* A table of the templates that go by SMS: alphabet, length and segments in each language. */
void check_tell_sms(struct session *session);

#endif
