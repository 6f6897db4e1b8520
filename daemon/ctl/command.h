/*
 * The verbs of dunningctl(1), each declared once: the parser, --help, the
 * manual's test and the programs that run the examples walk the same table.
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include "base/err.h"
#include "ctl/options.h"

struct session;

/* What is opened before the verb runs. */
enum need {
    NEED_CONFIG = 1,
    NEED_LEDGER = 2,
    NEED_STATE = 4,      /* for reading */
    NEED_FACTS = 8,      /* for writing facts */
    MAY_LACK = 16,       /* ledger and state may not be there yet */
    OPENS_FILES = 32,    /* its arguments after the first are files, "-" is standard input */
    CREATES_FILE = 64,   /* its argument is a file that does not exist yet */
    PRINTS = 128,        /* takes --json */
    SETTINGS_DO = 256,   /* goes on where dunningd.conf is right and another file is not */
    KEEPS_RIGHTS = 512,  /* writes files of the administrator, and opens no database */
    LENDS_SECRETS = 1024 /* the owner of the state gets to read those of the provider it names first, ctl/lend.h */
};

#define EXITS(code) (1U << (code))

struct command {
    const char *verb;      /* "task" */
    const char *sub;       /* "done", "" none */
    const char *arguments; /* "ID"; "[KIND]" */
    const char *choices;   /* words that the first argument must be one of, "" any */
    size_t min, max;       /* number of arguments */
    const char *sentence;
    const struct command_option *options;
    const char *example; /* the line after "dunningctl " */
    unsigned needs;
    unsigned exits; /* EXITS of the codes besides 0 and 2 */
    int (*run)(struct session *session, struct err *err);
};

extern const struct command commands[];
extern const size_t command_count;

/* Verbs, and first arguments of verbs, that later versions bring. */
struct later {
    const char *verb, *word; /* word "": the whole verb */
    const char *instead;     /* what to do now */
};
extern const struct later later_words[];
extern const size_t later_count;

/* Those that every verb has; the list ends where sentence is NULL. */
extern const struct command_option common_options[];

/* The option of a verb, also those of every verb; NULL: it has no such option. */
const struct command_option *command_option(const struct command *command, enum option_id id);

struct arena;
/* "task done" */
const char *command_name(const struct command *command, struct arena *arena);
/* "dunningctl task done ID --outcome OUTCOME [--on DATE]" */
const char *command_usage(const struct command *command, struct arena *arena);

/* What --help prints: of the program, of one verb. */
const char *help_program(struct arena *arena);
const char *help_command(const struct command *command, struct arena *arena);

/* "done", "failed", ...; the meaning of an exit status. */
const char *exit_sentence(enum err_code code);

#endif
