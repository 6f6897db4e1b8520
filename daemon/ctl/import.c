/* import: CSV files into the embedded ledger, each wholly or not at all. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "store/ledger_write.h"

static const struct import_word {
    const char *word;
    enum import_kind kind;
} words[] = {
    {"customers", IMPORT_CUSTOMERS},
    {"invoices", IMPORT_INVOICES},
    {"payments", IMPORT_PAYMENTS},
    {"contacts", IMPORT_CONTACTS},
};

struct importing {
    struct session *session;
    struct ledger_writer *writer;
    const struct import_word *word;
    struct import_options options;
    struct table *table;
    bool shows; /* progress, on a terminal */
    const char *file;
};

/* ---- progress ---- */

static void show_progress(void *context, size_t done, size_t total_bytes, size_t bytes)
{
    const struct importing *importing = context;

    if (total_bytes > 0)
        fprintf(stderr, "\r%s: %zu rows, %zu %%", importing->file, done, bytes * 100 / total_bytes);
    else
        fprintf(stderr, "\r%s: %zu rows", importing->file, done);
    fflush(stderr);
}

static void end_progress(const struct importing *importing)
{
    if (importing->shows)
        fputs("\r\033[K", stderr);
}

/* ---- one file ---- */

static void print_findings(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        fprintf(stderr, "%s\n", finding_line(&findings->list[i], findings->arena));
}

static void tell(struct importing *importing, const struct import_result *result)
{

    TABLE_ROW(importing->table, cell_text(importing->file), cell_number((int64_t)result->rows),
              cell_number((int64_t)result->inserted), cell_number((int64_t)result->updated),
              cell_number((int64_t)result->unchanged), cell_number((int64_t)result->ignored));
}

static int import_file(struct importing *importing, int fd, struct import_result *result, struct err *err)
{
    struct findings findings;

    findings_init(&findings, importing->session->arena);
    int done = ledger_import(importing->writer,
                             &(struct import_source){importing->word->kind, fd, importing->file, &importing->options},
                             result, &findings, err);
    end_progress(importing);
    print_findings(&findings);
    if (findings.errors > 0)
        return err_set(err, ERR_CONFIG, "%s: nothing of it was imported; mend the lines above and import it again",
                       importing->file);
    if (done == 0)
        tell(importing, result);
    return done;
}

/* ---- the log ---- */

/* Only where there is a state; that a file came in is worth a line, but not worth failing for. */
static void note_in_log(struct importing *importing, const struct import_result *result)
{
    struct session *session = importing->session;
    struct event event = {.kind = EVENT_IMPORTED, .at = session->now, .reason = REASON_NONE, .author = session->author};
    struct state *state;
    struct err ignored;

    event.customer = event.invoices = event.policy = event.step = event.channel = event.provider = "";
    event.provider_id = "";
    event.text = arena_printf(session->arena, "%s: rows=%zu inserted=%zu updated=%zu", importing->word->word,
                              result->rows, result->inserted, result->updated);
    if (state_open(&state, session->config->settings.state_directory, STATE_FACTS, &ignored) != 0)
        return;
    if (state_begin(state, &ignored) == 0 &&
        (state_event(state, &event, &ignored) != 0 || state_commit(state, &ignored) != 0))
        state_rollback(state);
    state_close(&state);
}

/* ---- all files ---- */

static int import_files(struct importing *importing, struct err *err)
{
    struct session *session = importing->session;

    for (size_t i = 0; i < session->file_count; i++) {
        struct import_result result = {0};
        importing->file = session->files[i].name;
        if (import_file(importing, session->files[i].fd, &result, err) != 0)
            return -1;
        if (result.inserted + result.updated > 0)
            note_in_log(importing, &result);
    }
    return 0;
}

static void set_options(struct importing *importing)
{
    const struct session *session = importing->session;
    const struct arguments *arguments = session->arguments;

    importing->shows = isatty(STDERR_FILENO) == 1;
    importing->options = (struct import_options){.map = arguments->map,
                                                 .date_format = arguments->text[OPTION_DATE_FORMAT],
                                                 .decimal_comma = arguments->given[OPTION_DECIMAL_COMMA],
                                                 .ignore_columns = arguments->given[OPTION_IGNORE_COLUMNS],
                                                 .complete_until = session_moment(session, OPTION_COMPLETE_UNTIL),
                                                 .progress = importing->shows ? show_progress : NULL,
                                                 .context = importing};
}

int verb_import(struct session *session, struct err *err)
{
    static const struct column columns[] = {
        {"file", "file", false},      {"rows", "rows", true},           {"inserted", "inserted", true},
        {"updated", "updated", true}, {"unchanged", "unchanged", true}, {"ignored", "ignored", true},
    };
    const struct settings *settings = &session->config->settings;
    struct importing importing = {.session = session, .word = words};

    while (!text_equal(importing.word->word, session->arguments->words[0]))
        importing.word++;
    if (!text_equal(settings->ledger_driver, "sqlite"))
        return err_set(err, ERR_USAGE, "the ledger is a foreign database; import is for ledger.driver = \"sqlite\"");
    set_options(&importing);
    importing.table = page_table(session->page, "files", "", COLUMNS(columns), "");
    if (ledger_writer_open(&importing.writer, settings->ledger_path, err) != 0)
        return -1;
    int result = import_files(&importing, err);
    ledger_writer_close(&importing.writer);
    return result;
}
