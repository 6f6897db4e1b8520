#include "base/err.h"

#include "base/arena.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What was rejected is often quoted, and a terminal or a log is to show it and not to obey it: '?' for such bytes. */
static void make_plain(char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code;
        size_t step = text_decode(text, left, &code);
        bool shown = step > 0 && code >= 0x20 && (code < 0x7f || code > 0x9f);
        if (step == 0)
            step = 1;
        if (!shown)
            memset(text, '?', step);
        text += step;
        left -= step;
    }
}

#undef err_set
int err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err == NULL)
        return -1;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    err->code = code;
    if (length < 0)
        err->text[0] = '\0';
    else if ((size_t)length >= sizeof err->text)
        err->text[text_cut(err->text, sizeof err->text - 2)] = '\0'; /* the last character may be half there */
    make_plain(err->text);
    return -1;
}

void findings_init(struct findings *findings, struct arena *arena)
{
    *findings = (struct findings){.arena = arena};
}

void findings_add(struct findings *findings, enum severity severity, const char *file, int line, const char *format,
                  ...)
{
    if (findings->count == findings->capacity) {
        size_t capacity = findings->capacity == 0 ? 8 : 2 * findings->capacity;
        findings->list =
            arena_grow(findings->arena, findings->list, findings->count, capacity, sizeof findings->list[0]);
        findings->capacity = capacity;
    }
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(findings->arena, format, args);
    va_end(args);
    make_plain(text);
    findings->list[findings->count++] = (struct finding){
        .severity = severity,
        .file = arena_copy(findings->arena, file),
        .line = line,
        .text = text,
    };
    findings->errors += severity == SEVERITY_ERROR;
}

const char *finding_line(const struct finding *finding, struct arena *arena)
{
    static const char *const prefixes[] = {
        [SEVERITY_ERROR] = "", [SEVERITY_WARNING] = "warning: ", [SEVERITY_NOTE] = "note: "};
    const char *prefix = prefixes[finding->severity];
    if (text_empty(finding->file))
        return arena_printf(arena, "%s%s", prefix, finding->text);
    if (finding->line == 0)
        return arena_printf(arena, "%s: %s%s", finding->file, prefix, finding->text);
    return arena_printf(arena, "%s:%d: %s%s", finding->file, finding->line, prefix, finding->text);
}
