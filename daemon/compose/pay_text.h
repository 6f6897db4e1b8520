/*
 * What the makers of payloads share.  Private to compose/.
 */
#ifndef COMPOSE_PAY_TEXT_H
#define COMPOSE_PAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;

/* One element of a payload: what it is called in a sentence, its text, and how many characters it may have. */
struct pay_field {
    const char *what, *text;
    size_t most;
    bool required;
};

/*
 * ERR_REFUSED for the first that is missing, too long, not UTF-8 or has a
 * control character.  The sentence names the field, never its content.
 */
int pay_fields(const struct pay_field *fields, size_t count, const char *scheme, struct err *err);

/* Characters, not bytes. */
size_t pay_characters(const char *text);
/* The first characters of a text, most of them. */
const char *pay_cut(struct arena *arena, const char *text, size_t most);

/* Capitals without blanks. */
const char *pay_compact(struct arena *arena, const char *text);
/* The remainder modulo 97 of a text of digits and capitals, letters as 10 to 35 (ISO 7064). */
int pay_mod97(const char *text, int remainder);
bool pay_is_made_of(const char *text, const char *letters);

#define PAY_DIGITS "0123456789"
#define PAY_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Largest amount of a SEPA credit transfer and of a QR bill, in cents. */
#define PAY_CENTS_MAX 99999999999

#endif
