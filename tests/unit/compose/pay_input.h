/*
 * Payloads from inputs as the given examples write them: "name=A;ref RF18".
 */
#ifndef COMPOSE_PAY_INPUT_H
#define COMPOSE_PAY_INPUT_H

#include "fake/test.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/money.h"
#include "base/text.h"
#include "compose/pay.h"

typedef int check_text(struct arena *arena, const char *text, const char **out, struct err *err);

struct pairs {
    const char *key[16], *value[16];
    size_t count;
};

static inline struct pairs pairs_of(struct arena *arena, const char *input)
{
    struct pairs pairs = {.count = 0};
    char *save = NULL;

    for (char *part = strtok_r(arena_copy(arena, input), ";", &save); part != NULL; part = strtok_r(NULL, ";", &save)) {
        size_t length = strcspn(part, "= ");
        assert_true(pairs.count < LENGTH(pairs.key));
        pairs.key[pairs.count] = arena_copy_n(arena, part, length);
        pairs.value[pairs.count++] = part[length] == '\0' ? "" : part + length + 1;
    }
    return pairs;
}

static inline const char *pair(const struct pairs *pairs, const char *key, const char *otherwise)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (text_equal(pairs->key[i], key))
            return pairs->value[i];
    }
    return otherwise;
}

static inline int64_t cents(const char *text, const char *currency)
{
    int64_t minor = 0;
    struct err err = {0};

    if (text[0] != '\0' && money_parse(text, currency, '.', &minor, &err) != 0)
        fail_msg("%s: %s", text, err.text);
    return minor;
}

static inline int run_epc(struct arena *arena, const char *input, const char **out, struct err *err)
{
    struct pairs pairs = pairs_of(arena, input);
    struct pay_epc epc = {.name = pair(&pairs, "name", "Muster GmbH"),
                          .iban = pair(&pairs, "iban", "DE89370400440532013000"),
                          .bic = pair(&pairs, "bic", ""),
                          .currency = pair(&pairs, "currency", "EUR"),
                          .amount = cents(pair(&pairs, "amount", "99.00"), "EUR"),
                          .purpose = pair(&pairs, "purpose", ""),
                          .reference = pair(&pairs, "ref", ""),
                          .text = pair(&pairs, "text", ""),
                          .information = pair(&pairs, "info", "")};

    return pay_epc(&epc, arena, out, err);
}

static inline int run_upi(struct arena *arena, const char *input, const char **out, struct err *err)
{
    struct pairs pairs = pairs_of(arena, input);
    struct pay_upi upi = {.address = pair(&pairs, "pa", ""),
                          .name = pair(&pairs, "pn", ""),
                          .amount = cents(pair(&pairs, "am", "1.00"), "INR"),
                          .note = pair(&pairs, "tn", ""),
                          .reference = pair(&pairs, "tr", "")};

    return pay_upi(&upi, arena, out, err);
}

#endif
