/*
 * Money: 64-bit integers in the currency's minor unit (ISO 4217).  No floating point anywhere.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CURRENCY_SIZE 4
#define MONEY_TEXT_SIZE 32

struct err;

struct money {
    int64_t minor;
    char currency[CURRENCY_SIZE];
};

/* Largest magnitude that import and policies accept; sums of nine thousand such amounts still fit. */
#define MONEY_MAX INT64_C(999999999999999)

/* Digits after the point for an ISO 4217 code, or -1 if there is no such currency. */
int currency_digits(const char *code);

/*
 * An exact decimal in major units ("1234.56", "-3", "8.850" while the digits
 * beyond the minor unit are zero) to minor units.  decimal is '.' or ','.
 */
int money_parse(const char *text, const char *currency, char decimal, int64_t *minor, struct err *err);

/* "10.00 EUR" as policies write it. */
int money_parse_with_code(const char *text, struct money *out, struct err *err);

/* "1234.56", without the currency; returns buffer.  An unknown currency counts as one without a minor unit. */
char *money_format(int64_t minor, const char *currency, char buffer[MONEY_TEXT_SIZE]);

/* A sum that would overflow becomes INT64_MAX or INT64_MIN; amounts are capped at input, so it never does. */
int64_t money_add(int64_t a, int64_t b);

/*
 * amount * percent_ppm / 1,000,000, rounded half up (towards plus infinity);
 * for deposits: "20%" is 200000; 0 to 1,000,000.
 */
int64_t money_share(int64_t amount, int32_t percent_ppm);

#endif
