#include "base/log.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* True if the value would not be read back as one word. */
static bool needs_quotes(const char *value)
{
    return strpbrk(value, " \"\\") != NULL || text_has_control(value);
}

void log_pair(struct text *line, const char *key, const char *value)
{
    if (text_empty(value))
        return;
    bool quoted = needs_quotes(value);
    text_add_char(line, ' ');
    text_add(line, key);
    text_add(line, quoted ? "=\"" : "=");
    text_add(line, quoted ? text_escape_log(line->arena, value, SIZE_MAX) : value);
    if (quoted)
        text_add_char(line, '"');
}
