/*
 * Is this one email address?  A syntax check that refuses what no server could
 * deliver, not what is merely unusual.
 */
#ifndef STORE_IMPORT_EMAIL_H
#define STORE_IMPORT_EMAIL_H

/* NULL, or the end of a sentence: "has no @". */
const char *import_email_problem(const char *address);

#endif
