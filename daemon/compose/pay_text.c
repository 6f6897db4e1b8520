#include "compose/pay_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

size_t pay_characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

const char *pay_cut(struct arena *arena, const char *text, size_t most)
{
    const char *end = text;

    if (pay_characters(text) <= most)
        return text;
    for (size_t count = 0; count <= most; end++)
        count += ((unsigned char)*end & 0xC0) != 0x80;
    return text_trim(arena, arena_copy_n(arena, text, (size_t)(end - 1 - text)));
}

int pay_fields(const struct pay_field *fields, size_t count, const char *scheme, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct pay_field *field = &fields[i];
        if (field->required && text_empty(field->text))
            return err_set(err, ERR_REFUSED, "%s needs %s; add it", scheme, field->what);
        if (text_has_control(field->text))
            return err_set(err, ERR_REFUSED,
                           "%s: %s has a line end or another control character, or is not UTF-8; correct it", scheme,
                           field->what);
        if (pay_characters(field->text) > field->most)
            return err_set(err, ERR_REFUSED, "%s: %s has %zu characters, at most %zu are allowed; shorten it", scheme,
                           field->what, pay_characters(field->text), field->most);
    }
    return 0;
}

const char *pay_compact(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    for (; *text != '\0'; text++) {
        if (*text != ' ')
            text_add_char(&out, *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
    }
    return out.data;
}

int pay_mod97(const char *text, int remainder)
{
    for (; *text != '\0'; text++) {
        if (text_is_digit(*text))
            remainder = (remainder * 10 + (*text - '0')) % 97;
        else
            remainder = (remainder * 100 + (*text - 'A' + 10)) % 97;
    }
    return remainder;
}

bool pay_is_made_of(const char *text, const char *letters)
{
    return text[strspn(text, letters)] == '\0';
}
