/*
 * What a provider says may repeat what it was sent.  The credentials of an
 * attempt are taken out of its words before anybody keeps them.
 */
#ifndef DELIVERY_HIDE_H
#define DELIVERY_HIDE_H

struct carry;

#define HIDDEN "<credential>"

/* The text with each credential that the attempt used replaced, as it is and in every encoding; a copy or the same. */
const char *hide_credentials(const struct carry *carry, const char *text);

#endif
