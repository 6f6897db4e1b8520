#include "ctl/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/backup_keep.h"
#include "ctl/lend.h"
#include "ctl/rights.h"
#include "ctl/settings.h"
#include "store/folder.h"
#include "store/ledger.h"

#define CONFIG_DEFAULT "/etc/dunningd/dunningd.conf"
#define LIMIT_DEFAULT 100

/* ---- what verbs ask ---- */

const char *session_config_file(const struct session *session)
{
    return session->arguments->given[OPTION_CONFIG] ? session->arguments->text[OPTION_CONFIG] : CONFIG_DEFAULT;
}

struct books session_books(const struct session *session)
{
    return (struct books){session->ledger, session->state, session->config, session->now, session->arena};
}

const struct zone *session_zone(const struct session *session)
{
    return session->config && session->config->rulebook.zone ? session->config->rulebook.zone : &zone_utc;
}

day_t session_today(const struct session *session)
{
    return zone_day(session_zone(session), session->now, NULL);
}

moment_t session_moment(const struct session *session, enum option_id id)
{
    const struct local_time *time = &session->arguments->time[id];

    if (time->before_s > 0)
        return session->now - time->before_s;
    return time->day == DAY_NONE ? MOMENT_NONE : zone_moment(session_zone(session), time->day, time->seconds);
}

size_t session_limit(const struct session *session)
{
    return session->arguments->given[OPTION_LIMIT] ? (size_t)session->arguments->number[OPTION_LIMIT] : LIMIT_DEFAULT;
}

int session_word(struct session *session, size_t at, const char **out, struct err *err)
{
    char line[1024];

    *out = session->arguments->words[at];
    if (!text_equal(*out, "-"))
        return 0;
    if (!fgets(line, sizeof line, stdin))
        return err_set(err, ERR_USAGE, "standard input is empty; give one line");
    *out = text_trim(session->arena, line);
    return 0;
}

/* ---- printing ---- */

int session_flush(struct session *session, struct err *err)
{
    struct style style = {session_zone(session), session->colour};
    bool json = session->arguments->given[OPTION_JSON];

    if (page_is_empty(session->page))
        return 0;
    int result =
        json ? page_print_json(session->page, &style, session->out) : page_print(session->page, &style, session->out);

    session->page = page_new(session->arena);
    if (result != 0 || fflush(session->out) != 0)
        return err_set(err, ERR_FAILED, "cannot write to standard output: %s", strerror(errno));
    return 0;
}

/* ---- opening ---- */

static int note_file(struct session *session, const char *name, int fd, struct err *err)
{
    struct stat status;

    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED, "%s: cannot be opened: %s", name,
                       strerror(errno));
    session->files[session->file_count++] = (struct opened_file){name, fd};
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
        return err_set(err, ERR_USAGE, "%s: is a folder; name the files in it", name);
    return 0;
}

static int open_file(struct session *session, const char *name, struct err *err)
{
    if (text_equal(name, "-"))
        return note_file(session, "standard input", dup(STDIN_FILENO), err);
    return note_file(session, name, open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY), err);
}

/* Made here only where the rights to make it are about to go, and with them those to sync its folder. */
static int create_file(struct session *session, struct err *err)
{
    const char *name;

    if (!rights_will_change(session->config->settings.state_directory))
        return 0;
    if (backup_target(session, &name, err) != 0)
        return -1;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (note_file(session, name, fd, err) != 0)
        return -1;
    if (folder_sync_above(name) != 0)
        return err_set(err, ERR_FAILED, "%s: its folder cannot be synced: %s", name, strerror(errno));
    return 0;
}

static int open_files(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    unsigned needs = arguments->command->needs;

    session->files = arena_array(session->arena, arguments->word_count + 1, sizeof *session->files);
    for (size_t i = 1; (needs & OPENS_FILES) != 0 && i < arguments->word_count; i++)
        if (open_file(session, arguments->words[i], err) != 0)
            return -1;
    if ((needs & CREATES_FILE) != 0 && create_file(session, err) != 0)
        return -1;
    return arguments->given[OPTION_PROOF] ? open_file(session, arguments->text[OPTION_PROOF], err) : 0;
}

/* Errors only: warnings are for `check`. */
int session_load_config(struct session *session, struct err *err)
{
    struct findings findings;
    const char *file = session_config_file(session);

    findings_init(&findings, session->arena);
    if (config_load(file, 1, &session->config, &findings) == 0)
        return 0;
    session->mistakes = findings.errors;
    if ((session->arguments->command->needs & SETTINGS_DO) != 0)
        session->config = settings_read(file, session->arena);
    if (session->config)
        return 0;
    for (size_t i = 0; i < findings.count; i++)
        if (findings.list[i].severity == SEVERITY_ERROR)
            fprintf(stderr, "%s\n", finding_line(&findings.list[i], session->arena));
    return err_set(err, ERR_CONFIG, "%s: the configuration has %zu %s; mend %s, then try again", file, findings.errors,
                   findings.errors == 1 ? "mistake" : "mistakes", findings.errors == 1 ? "it" : "them");
}

static int open_ledger(struct session *session, unsigned needs, struct err *err)
{
    const struct settings *settings = &session->config->settings;

    if ((needs & NEED_LEDGER) == 0)
        return 0;
    if ((needs & MAY_LACK) != 0 && access(settings->ledger_path, F_OK) != 0 && errno == ENOENT)
        return 0;
    return ledger_open(&session->ledger, settings->ledger_driver, settings->ledger_path, LEDGER_SCAN, err);
}

static int open_state(struct session *session, unsigned needs, struct err *err)
{
    enum state_role role = (needs & NEED_FACTS) != 0 ? STATE_FACTS : STATE_READ;

    if ((needs & (NEED_FACTS | NEED_STATE)) == 0)
        return 0;
    if (state_open(&session->state, session->config->settings.state_directory, role, err) == 0)
        return 0;
    if ((needs & MAY_LACK) == 0 || err->code != ERR_NOT_FOUND)
        return -1;
    session->state = NULL;
    return 0;
}

static int open_stores(struct session *session, struct err *err)
{
    unsigned needs = session->arguments->command->needs;

    if ((needs & NEED_CONFIG) == 0)
        return 0;
    if (session_load_config(session, err) != 0 || open_files(session, err) != 0)
        return -1;
    if ((needs & LENDS_SECRETS) != 0)
        lend_secrets(session, session->arguments->words[0]);
    if ((needs & KEEPS_RIGHTS) == 0 &&
        rights_become_owner(session->config->settings.state_directory, &session->became_owner, err) != 0)
        return -1;
    if (open_ledger(session, needs, err) != 0)
        return -1;
    return open_state(session, needs, err);
}

static void close_all(struct session *session)
{
    for (size_t i = 0; i < session->file_count; i++)
        close(session->files[i].fd);
    ledger_close(&session->ledger);
    state_close(&session->state);
    if (session->mistakes == 0)
        config_free(&session->config); /* else it lives in the session's arena */
}

/* ---- the run ---- */

static int run_verb(struct session *session, struct err *err)
{
    if (open_stores(session, err) != 0)
        return -1;
    int result = session->arguments->command->run(session, err);
    struct err why = {.code = ERR_NONE};

    /* What was found out is shown even where it ends in an error. */
    if (session_flush(session, &why) == 0 || result != 0)
        return result;
    *err = why;
    return -1;
}

static void print_help(const struct session *session)
{
    const struct arguments *arguments = session->arguments;
    bool one = false;

    if (arguments->command) {
        fputs(help_command(arguments->command, session->arena), session->out);
        return;
    }
    for (size_t i = 0; i < command_count; i++) {
        if (!text_equal(commands[i].verb, arguments->verb))
            continue;
        fprintf(session->out, "%s%s", one ? "\n" : "", help_command(&commands[i], session->arena));
        one = true;
    }
    if (!one)
        fputs(help_program(session->arena), session->out);
}

static void look_at_terminal(struct session *session)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    session->terminal = isatty(STDOUT_FILENO) == 1;
    session->colour = session->terminal && text_empty(no_colour) && !text_empty(term) && !text_equal(term, "dumb");
}

int session_perform(struct session *session, int argc, const char *const *argv, struct err *err)
{
    struct arguments *arguments = arena_alloc(session->arena, sizeof *arguments);
    int result = 0;

    session->arguments = arguments;
    session->page = page_new(session->arena);
    if (arguments_read(argc, argv, session->arena, arguments, err) != 0)
        return -1;
    if (arguments->help)
        print_help(session);
    else if (arguments->version)
        fprintf(session->out, "dunningctl %s\n", DUNNINGD_VERSION);
    else
        result = run_verb(session, err);
    close_all(session);
    return result;
}

int session_run(int argc, char **argv)
{
    struct session session = {.arena = arena_new(0), .now = (moment_t)time(NULL), .out = stdout};
    const char **words = arena_array(session.arena, (size_t)argc + 1, sizeof *words);
    struct err err = {.code = ERR_NONE};

    umask(0077);
    for (int i = 0; i < argc; i++)
        words[i] = argv[i];
    session.author = rights_author(session.arena);
    look_at_terminal(&session);
    int result = session_perform(&session, argc, words, &err);
    arena_free(&session.arena);
    if (result == 0)
        return 0;
    if (!text_empty(err.text))
        fprintf(stderr, "dunningctl: %s\n", err.text);
    return err.code == ERR_NONE ? ERR_FAILED : (int)err.code;
}
