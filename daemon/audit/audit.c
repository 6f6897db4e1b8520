/* The run: opens the books for reading, goes through the checks, and gathers what they find. */
#include <string.h>

#include "audit/check.h"
#include "base/arena.h"
#include "base/text.h"

#define STATE_ID 0x44554e4e /* "DUNN": the application_id of a state */
#define MOST_DEFAULT 20
#define BUSY_MS 5000

static const char *const words[] = {
    [AUDIT_BOOKS] = "books", [AUDIT_I1] = "I1",   [AUDIT_I2] = "I2",   [AUDIT_I3] = "I3", [AUDIT_I4] = "I4",
    [AUDIT_I5] = "I5",       [AUDIT_I6] = "I6",   [AUDIT_I7] = "I7",   [AUDIT_I8] = "I8", [AUDIT_I9] = "I9",
    [AUDIT_I10] = "I10",     [AUDIT_I11] = "I11", [AUDIT_I12] = "I12",
};
_Static_assert(sizeof words / sizeof *words == AUDIT_RULES, "one word for each rule");

static const char *const sentences[] = {
    [AUDIT_BOOKS] = "the parts of the state fit each other",
    [AUDIT_I1] = "nothing was sent that was paid, held or opted out",
    [AUDIT_I2] = "no step was skipped, repeated or taken too early",
    [AUDIT_I3] = "nothing was accepted twice for one step, channel and address",
    [AUDIT_I4] = "nothing was lost: what is planned is due, held, uncertain, waiting or over",
    [AUDIT_I5] = "what is uncertain was never sent again",
    [AUDIT_I6] = "all attempts of a message carry the same bytes",
    [AUDIT_I7] = "the amounts of a notice add up to its total",
    [AUDIT_I8] = "nothing was sent outside its window or on another day than it was written for",
    [AUDIT_I9] = "nobody had more contacts than the limits allow",
    [AUDIT_I10] = "the state and the send log agree",
    [AUDIT_I11] = "what was claimed was not altered afterwards",
    [AUDIT_I12] = "nothing that was due was left lying",
};
_Static_assert(sizeof sentences / sizeof *sentences == AUDIT_RULES, "one sentence for each rule");

const char *audit_rule_word(enum audit_rule rule)
{
    return (unsigned)rule < AUDIT_RULES ? words[rule] : "?";
}

const char *audit_rule_sentence(enum audit_rule rule)
{
    return (unsigned)rule < AUDIT_RULES ? sentences[rule] : "?";
}

/* ---- findings ---- */

void audit_note(struct audit *audit, const struct audit_finding *finding, size_t listed)
{
    struct audit_report *report = audit->report;
    size_t most = audit->books->most > 0 ? audit->books->most : MOST_DEFAULT;

    report->found++;
    if (listed >= most)
        return;
    if (report->count == audit->capacity) {
        audit->capacity = audit->capacity * 2 + 16;
        report->list = arena_grow(audit->arena, report->list, report->count, audit->capacity, sizeof *report->list);
    }
    struct audit_finding *noted = &report->list[report->count++];
    *noted = *finding;
    noted->subject = arena_copy(audit->arena, finding->subject);
    noted->text = arena_copy(audit->arena, finding->text);
}

/* ---- queries ---- */

int audit_failed(const struct audit *audit, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: %.100s: %s; the audit is not complete", audit->books->state, what,
                   sqlite3_errmsg(audit->db));
}

int audit_prepare(const struct audit *audit, const char *query, sqlite3_stmt **out, struct err *err)
{
    if (sqlite3_prepare_v2(audit->db, query, -1, out, NULL) != SQLITE_OK)
        return audit_failed(audit, query, err);
    return 0;
}

static void bind_all(const struct audit *audit, sqlite3_stmt *stmt)
{
    const struct audit_books *books = audit->books;
    const struct {
        const char *name;
        int64_t value;
    } values[] = {{":cap_day", books->cap_per_day},
                  {":cap_week", books->cap_per_week},
                  {":poll", books->poll_s},
                  {":now", books->now},
                  {":since", books->since}};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int at = sqlite3_bind_parameter_index(stmt, values[i].name);
        if (at > 0)
            sqlite3_bind_int64(stmt, at, values[i].value);
    }
}

static const char *column(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);

    return text ? (const char *)text : "?";
}

static int note_rows(struct audit *audit, const struct check *check, sqlite3_stmt *stmt, struct err *err)
{
    size_t listed = 0;
    int row;

    while ((row = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct audit_finding finding = {.rule = check->rule, .check = check->name, .cure = check->cure};
        finding.subject = column(stmt, 0);
        finding.text = column(stmt, 1);
        audit_note(audit, &finding, listed++);
    }
    return row == SQLITE_DONE ? 0 : audit_failed(audit, check->name, err);
}

/*
 * What SQLite cannot compute (a sum beyond all numbers, say) is a fault of what is in the tables, and hides no other:
 * the check is an offender itself.  Where the file cannot be read, there is no audit.
 */
static int note_failure(struct audit *audit, const struct check *check, struct err *err)
{
    struct audit_finding finding = {.rule = check->rule, .check = check->name, .subject = "this check"};
    int code = sqlite3_errcode(audit->db) & 0xff;

    if (code != SQLITE_ERROR && code != SQLITE_MISMATCH && code != SQLITE_TOOBIG)
        return -1;
    finding.text = arena_printf(audit->arena, "could not be carried out: %s", sqlite3_errmsg(audit->db));
    finding.cure = "something is in the state that dunningd never writes; put back a backup, then dunningctl recover";
    audit_note(audit, &finding, 0);
    *err = (struct err){0};
    return 0;
}

int audit_query(struct audit *audit, const struct check *check, const char *before, struct err *err)
{
    const char *query = check->query;
    sqlite3_stmt *stmt = NULL;

    if (!text_empty(before))
        query = arena_printf(audit->arena, "%s %s", before, query);
    int result = audit_prepare(audit, query, &stmt, err);
    if (result == 0) {
        bind_all(audit, stmt);
        result = note_rows(audit, check, stmt, err);
    }
    if (result != 0)
        result = note_failure(audit, check, err);
    sqlite3_finalize(stmt);
    audit->report->checks++;
    return result;
}

/* "WITH ladder(...) AS (VALUES('standard', 'reminder', 0, 0, 0), ...)" */
static const char *ladder_table(const struct audit *audit)
{
    const char *separator = "WITH ladder(policy, step, place, before_due, reopened) AS (VALUES";
    struct text out;

    text_init(&out, audit->arena);
    for (size_t i = 0; i < audit->books->ladder_count; i++) {
        const struct audit_ladder *ladder = &audit->books->ladders[i];
        for (size_t j = 0; j < ladder->count; j++) {
            const struct audit_rung *rung = &ladder->rungs[j];
            char *row = sqlite3_mprintf("%s(%Q, %Q, %d, %d, %d)", separator, ladder->policy, rung->step, rung->place,
                                        rung->before_due, ladder->reopened);
            if (!row)
                arena_give_up("out of memory");
            text_add(&out, row);
            sqlite3_free(row);
            separator = ", ";
        }
    }
    text_add(&out, ")");
    return out.data;
}

static int run_list(struct audit *audit, const struct check *list, struct err *err)
{
    for (const struct check *check = list; check->query; check++) {
        const char *before = "";
        if ((check->needs & ~audit->has) != 0) {
            audit->report->left_out++;
            continue;
        }
        if ((check->needs & NEED_LADDERS) != 0)
            before = ladder_table(audit);
        if (audit_query(audit, check, before, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- opening ---- */

static int number(const struct audit *audit, const char *query, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt;

    if (audit_prepare(audit, query, &stmt, err) != 0)
        return -1;
    int row = sqlite3_step(stmt);
    *out = row == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return row == SQLITE_ROW || row == SQLITE_DONE ? 0 : audit_failed(audit, query, err);
}

/* A file name as a URI: what means something there is written in hexadecimal. */
static char *uri_of(struct arena *arena, const char *file)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, "file:");
    for (; *file; file++) {
        if (*file == '?' || *file == '#' || *file == '%')
            text_addf(&out, "%%%02x", (unsigned)*file);
        else
            text_add_char(&out, *file);
    }
    text_add(&out, "?mode=ro");
    return out.data;
}

static int attach_ledger(struct audit *audit, struct err *err)
{
    char *query;

    if (text_empty(audit->books->ledger))
        return 0;
    query = sqlite3_mprintf("ATTACH %Q AS ledger", uri_of(audit->arena, audit->books->ledger));
    if (!query)
        arena_give_up("out of memory");
    int code = sqlite3_exec(audit->db, query, NULL, NULL, NULL);
    sqlite3_free(query);
    if (code != SQLITE_OK)
        return err_set(err, ERR_FAILED, "%s: cannot be read: %s", audit->books->ledger, sqlite3_errmsg(audit->db));
    audit->has |= NEED_LEDGER;
    return 0;
}

static int open_books(struct audit *audit, struct err *err)
{
    const char *uri = uri_of(audit->arena, audit->books->state);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int64_t id = 0;

    if (sqlite3_open_v2(uri, &audit->db, flags, NULL) != SQLITE_OK)
        return err_set(err, ERR_FAILED, "%s: cannot be opened: %s; is dunningd set up and may you read it?",
                       audit->books->state, audit->db ? sqlite3_errmsg(audit->db) : "out of memory");
    sqlite3_busy_timeout(audit->db, BUSY_MS);
    if (sqlite3_exec(audit->db, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
        return audit_failed(audit, "query_only", err);
    if (number(audit, "PRAGMA application_id", &id, err) != 0)
        return -1;
    if (id != STATE_ID)
        return err_set(err, ERR_REFUSED, "%s: is not a state of dunningd", audit->books->state);
    return attach_ledger(audit, err);
}

/* Did the events come in the order of their moments? */
static int look_at_clock(struct audit *audit, struct err *err)
{
    int64_t back = 0, rehearsal = 0;

    if (number(audit,
               "SELECT EXISTS(SELECT 1 FROM (SELECT at, lag(at) OVER (ORDER BY seq) AS before FROM events) "
               "WHERE at + " SLACK " < before)",
               &back, err) != 0 ||
        number(audit, "SELECT EXISTS(SELECT 1 FROM meta WHERE key = 'rehearsal' AND value <> '')", &rehearsal, err) !=
            0)
        return -1;
    if (back == 0)
        audit->has |= NEED_ORDER;
    if (rehearsal == 0 && audit->books->live)
        audit->has |= NEED_STAMPS;
    return 0;
}

static int look_around(struct audit *audit, struct err *err)
{
    const struct audit_books *books = audit->books;
    struct audit_report *report = audit->report;

    if (!text_empty(books->witness))
        audit->has |= NEED_WITNESS;
    if (books->cap_per_day > 0)
        audit->has |= NEED_DAY_CAP;
    if (books->cap_per_week > 0)
        audit->has |= NEED_WEEK_CAP;
    if (books->ladder_count > 0)
        audit->has |= NEED_LADDERS;
    if (books->deep)
        audit->has |= NEED_DEEP;
    if (look_at_clock(audit, err) != 0)
        return -1;
    if (number(audit, "SELECT count(*) FROM cases", &report->items, err) != 0 ||
        number(audit, "SELECT count(*) FROM notices", &report->notices, err) != 0 ||
        number(audit, "SELECT count(*) FROM messages", &report->messages, err) != 0)
        return -1;
    return number(audit, "SELECT count(*) FROM attempts", &report->attempts, err);
}

/* ---- the whole ---- */

static int run_all(struct audit *audit, struct err *err)
{
    static const struct check *const lists[] = {checks_books, checks_gate, checks_ladder, checks_lost, checks_sent};

    if (open_books(audit, err) != 0 || look_around(audit, err) != 0)
        return -1;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (run_list(audit, lists[i], err) != 0)
            return -1;
    if (audit_words(audit, err) != 0 || audit_bytes(audit, err) != 0 || audit_hours(audit, err) != 0)
        return -1;
    return audit_sends(audit, err);
}

int audit_run(const struct audit_books *books, struct arena *arena, struct audit_report *out, struct err *err)
{
    struct audit audit = {.books = books, .arena = arena, .report = out};

    *out = (struct audit_report){0};
    int result = run_all(&audit, err);
    sqlite3_close(audit.db);
    return result;
}
