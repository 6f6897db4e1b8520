/*
 * Structured references: RF (ISO 11649, modulo 97) and QRR (Swiss QR reference, modulo 10 recursive).
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "compose/pay.h"
#include "compose/pay_text.h"

enum { RF_BODY_MAX = 21, RF_HEAD = 4, QRR_BODY = 26 };

static int rf_digits(const char *body)
{
    return 98 - pay_mod97("RF00", pay_mod97(body, 0));
}

static int check_body(const char *body, struct err *err)
{
    size_t length = strlen(body);
    char shown[48];

    if (length == 0)
        return err_set(err, ERR_REFUSED, "an RF reference needs 1 to %d letters or digits behind its check digits",
                       RF_BODY_MAX);
    if (!pay_is_made_of(body, PAY_DIGITS PAY_LETTERS))
        return err_set(err, ERR_REFUSED, "\"%s\" cannot be an RF reference: it may have letters A to Z and digits only",
                       text_clip(body, shown, sizeof shown));
    if (length > RF_BODY_MAX)
        return err_set(err, ERR_REFUSED, "\"%s\" is too long for an RF reference: %zu characters, at most %d",
                       text_clip(body, shown, sizeof shown), length, RF_BODY_MAX);
    return 0;
}

int pay_rf_make(struct arena *arena, const char *body, const char **reference, struct err *err)
{
    const char *compact = pay_compact(arena, body);

    if (check_body(compact, err) != 0)
        return -1;
    *reference = arena_printf(arena, "RF%02d%s", rf_digits(compact), compact);
    return 0;
}

int pay_rf(struct arena *arena, const char *text, const char **reference, struct err *err)
{
    const char *compact = pay_compact(arena, text);
    char shown[48];

    text_clip(text, shown, sizeof shown);
    if (!text_starts(compact, "RF") || strspn(compact + 2, PAY_DIGITS) < 2)
        return err_set(err, ERR_REFUSED, "\"%s\" is no RF reference: it does not begin with RF and two digits", shown);
    if (check_body(compact + RF_HEAD, err) != 0)
        return -1;
    if ((compact[2] - '0') * 10 + (compact[3] - '0') != rf_digits(compact + RF_HEAD))
        return err_set(err, ERR_REFUSED, "the check digits of \"%s\" do not fit; look for a typing error", shown);
    *reference = compact;
    return 0;
}

static char qrr_digit(const char *digits, size_t count)
{
    static const int next[] = {0, 9, 4, 6, 8, 2, 7, 1, 3, 5};
    int carry = 0;

    for (size_t i = 0; i < count; i++)
        carry = next[(carry + (digits[i] - '0')) % 10];
    return (char)('0' + (10 - carry) % 10);
}

int pay_qrr_make(struct arena *arena, const char *body, const char **reference, struct err *err)
{
    const char *compact = pay_compact(arena, body);
    size_t length = strlen(compact);
    char shown[48];

    text_clip(body, shown, sizeof shown);
    if (!pay_is_made_of(compact, PAY_DIGITS))
        return err_set(err, ERR_REFUSED, "\"%s\" cannot be a QR reference: it may have digits only", shown);
    if (strspn(compact, "0") == length)
        return err_set(err, ERR_REFUSED, "a QR reference needs a number other than zero");
    if (length > QRR_BODY)
        return err_set(err, ERR_REFUSED, "\"%s\" is too long for a QR reference: %zu digits, at most %d", shown, length,
                       QRR_BODY);
    const char *digits = arena_printf(arena, "%.*s%s", (int)(QRR_BODY - length), "00000000000000000000000000", compact);
    *reference = arena_printf(arena, "%s%c", digits, qrr_digit(digits, QRR_BODY));
    return 0;
}

int pay_qrr(struct arena *arena, const char *text, const char **reference, struct err *err)
{
    const char *compact = pay_compact(arena, text);
    size_t length = strlen(compact);
    char shown[48];

    text_clip(text, shown, sizeof shown);
    if (length != QRR_BODY + 1 || !pay_is_made_of(compact, PAY_DIGITS))
        return err_set(err, ERR_REFUSED, "\"%s\" is no QR reference: it has %d digits and nothing else", shown,
                       QRR_BODY + 1);
    if (strspn(compact, "0") == length)
        return err_set(err, ERR_REFUSED, "a QR reference of zeros refers to nothing");
    if (qrr_digit(compact, QRR_BODY) != compact[QRR_BODY])
        return err_set(err, ERR_REFUSED, "the check digit of \"%s\" does not fit; look for a typing error", shown);
    *reference = compact;
    return 0;
}

const char *pay_grouped(struct arena *arena, const char *text, int first, int group)
{
    struct text out;
    int left = first;

    text_init(&out, arena);
    for (; *text != '\0'; text++) {
        if (*text == ' ')
            continue;
        if (left == 0) {
            text_add_char(&out, ' ');
            left = group;
        }
        text_add_char(&out, *text);
        left--;
    }
    return out.data;
}

const char *pay_reference_printed(struct arena *arena, const char *reference)
{
    const char *ignored;

    if (pay_rf(arena, reference, &ignored, NULL) == 0)
        return pay_grouped(arena, ignored, 4, 4);
    if (pay_qrr(arena, reference, &ignored, NULL) == 0)
        return pay_grouped(arena, ignored, 2, 5);
    return reference;
}
