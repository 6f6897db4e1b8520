/*
 * Mustache templates: logic-less, parsed once, rendered with escaping by
 * context (dunning-template(5)).  Held to the cases of the official Mustache
 * specification; what is refused on purpose is listed in the manual.
 */
#ifndef COMPOSE_TEMPLATE_H
#define COMPOSE_TEMPLATE_H

#include "base/err.h"
#include "base/text.h"
#include "compose/value.h"

enum escape { ESCAPE_NONE, ESCAPE_HTML, ESCAPE_HEADER, ESCAPE_SMS, ESCAPE_JSON, ESCAPE_URL };

struct template;

/* Looks a partial up by name; NULL if there is none. */
typedef const struct template *template_partial(void *context, const char *name);

/*
 * Parses source; name is used in errors ("de/formal.txt:12: ...").  The result
 * lives in the arena.  At most 256 KiB, 32 levels of sections.
 */
int template_parse(struct arena *arena, const char *name, const char *source, struct template **out, struct err *err);

/* As template_parse, with line and sentence apart: line 0 is the whole file. */
struct template_fault {
    int line;
    struct err err;
};
int template_parse_at(struct arena *arena, const char *name, const char *source, struct template **out,
                      struct template_fault *fault);

struct template_render_options {
    enum escape escape;        /* of {{x}}; {{{x}}} and {{&x}} are not escaped, but header and SMS rules always hold */
    template_partial *partial; /* NULL: no partials */
    void *partial_context;
    size_t max_output;     /* 0: 1 MiB */
    bool unknown_is_error; /* an unknown name is an error instead of nothing */
};

int template_render(const struct template *template, const struct value *values,
                    const struct template_render_options *options, struct text *out, struct err *err);

/* Calls visit for every variable or section name with its line; for the load-time check. */
void template_names(const struct template *template,
                    void (*visit)(void *context, const char *name, bool section, int line), void *context);

#endif
