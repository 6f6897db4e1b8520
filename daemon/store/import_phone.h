/*
 * Is this a telephone number that can become one of E.164, once the country is
 * known?  Syntax only; what it becomes, compose/ finds out when a message goes there.
 */
#ifndef STORE_IMPORT_PHONE_H
#define STORE_IMPORT_PHONE_H

/* NULL, or the end of a sentence. */
const char *import_phone_problem(const char *phone);

#endif
