#include "store/ledger_clean.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/ledger_columns.h"

/* Printable ASCII, which nearly every cell is, needs no second look. */
static bool is_plain(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < 0x20 || bytes[i] > 0x7e)
            return false;
    return true;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static const char *rebuild(const char *bytes, size_t length, bool lines, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0, n; i < length && out.length < LEDGER_TEXT_MAX; i += n == 0 ? 1 : n) {
        uint32_t code = 0;

        n = text_decode(bytes + i, length - i, &code);
        if (n == 0)
            text_add(&out, "\xef\xbf\xbd");
        else if (is_control(code) && !(lines && code == '\n'))
            text_add_char(&out, ' ');
        else if (out.length + n <= LEDGER_TEXT_MAX)
            text_add_n(&out, bytes + i, n);
        else
            break;
    }
    return out.data;
}

const char *ledger_clean(const char *bytes, size_t length, bool lines, struct arena *arena)
{
    if (length == 0)
        return "";
    if (is_plain(bytes, length))
        return arena_copy_n(arena, bytes, length <= LEDGER_TEXT_MAX ? length : LEDGER_TEXT_MAX);
    return rebuild(bytes, length, lines, arena);
}

bool ledger_id_usable(const char *bytes, size_t length)
{
    if (length == 0 || length > LEDGER_ID_MAX)
        return false;
    if (is_plain(bytes, length))
        return true;
    for (size_t i = 0, n; i < length; i += n) {
        uint32_t code = 0;

        n = text_decode(bytes + i, length - i, &code);
        if (n == 0 || is_control(code))
            return false;
    }
    return true;
}
