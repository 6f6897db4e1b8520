/*
 * Errors as values: a code (the exit status it leads to) and one sentence that
 * says what is wrong, where, and what to do.  Lower floors return them, the
 * programs print them.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum err_code {
    ERR_NONE = 0,
    ERR_FAILED = 1,    /* the world said no: disk, database, network */
    ERR_USAGE = 2,     /* wrong command line */
    ERR_NOT_FOUND = 3, /* no such customer, invoice, notice, ... */
    ERR_CONFIG = 4,    /* configuration, policy, template, provider or input file invalid */
    ERR_REFUSED = 5    /* refused by a rule */
};

struct err {
    enum err_code code;
    char text[512];
};

/* Fills *err (NULL allowed) and returns -1, so that callers can return it. */
int err_set(struct err *err, enum err_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* clang's analyzer looks at one file at a time and would try what happens if err_set returned 0. */
#ifdef __clang_analyzer__
static inline int err_known(int always)
{
    (void)always;
    return -1;
}
#define err_set(...) err_known(err_set(__VA_ARGS__))
#endif

struct arena;

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

/* One finding about an input: `file:line: text` (line 0: the whole file). */
struct finding {
    enum severity severity;
    const char *file;
    int line;
    const char *text;
};

/* A growing list of findings, all in the arena. */
struct findings {
    struct arena *arena;
    struct finding *list;
    size_t count, capacity;
    size_t errors; /* how many of SEVERITY_ERROR */
};

void findings_init(struct findings *findings, struct arena *arena);
__attribute__((format(printf, 5, 6))) void findings_add(struct findings *findings, enum severity severity,
                                                        const char *file, int line, const char *format, ...);

/* "file:line: sentence", with "warning: " or "note: " before a sentence that is no error. */
const char *finding_line(const struct finding *finding, struct arena *arena);

#endif
