/*
 * Words (statuses, kinds, reasons) are stored as words, dates as days since
 * 1970-01-01, moments as seconds since then; NULL is "no value".
 *
 * Conditions are written with OR: SQLite builds a table in memory for an IN of
 * three words or more, at each run of each statement that writes to the table.
 */
#include "store/state_schema.h"

#include <stdio.h>

#include "store/sqlite_util.h"
#include "store/state_backup.h"

/* What everything else hangs on. */
static const char whole[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    /* one row per bill-to customer; known: there are other rows about him */
    "CREATE TABLE customers(customer TEXT PRIMARY KEY, next_at INTEGER, known INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX customers_next ON customers(next_at) WHERE next_at IS NOT NULL;"
    "CREATE TABLE touched(customer TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"
    "CREATE TABLE requests_to_engine(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, author TEXT NOT NULL,"
    " at INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, ok INTEGER NOT NULL DEFAULT 0,"
    " text TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX requests_waiting ON requests_to_engine(id) WHERE done = 0;"
    "CREATE TABLE daily(day INTEGER PRIMARY KEY, accepted INTEGER NOT NULL) STRICT;"
    "CREATE TABLE minutes(status TEXT NOT NULL, minute INTEGER NOT NULL, messages INTEGER NOT NULL,"
    " PRIMARY KEY(status, minute)) STRICT, WITHOUT ROWID;";

/* An item's history.  revoked is 0 while a record counts, so that the key allows one line that counts (DESIGN 7.1). */
static const char history[] =
    "CREATE TABLE cases(invoice_id TEXT NOT NULL, line INTEGER NOT NULL, customer TEXT NOT NULL,"
    " episode INTEGER NOT NULL, settled_at INTEGER, reopened_on INTEGER, held_since INTEGER, not_before INTEGER,"
    " hold_reason TEXT NOT NULL DEFAULT 'none', PRIMARY KEY(invoice_id, line)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE records(invoice_id TEXT NOT NULL, line INTEGER NOT NULL, episode INTEGER NOT NULL,"
    " step TEXT NOT NULL, occurrence INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0, policy TEXT NOT NULL,"
    " status TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, on_day INTEGER, deadline INTEGER,"
    " due_on INTEGER, notice INTEGER REFERENCES notices(id), formal INTEGER NOT NULL, channel TEXT NOT NULL,"
    " PRIMARY KEY(invoice_id, line, episode, step, occurrence, revoked),"
    " CHECK((revoked = 0) = (status = 'planned' OR status = 'accepted' OR status = 'uncertain'"
    " OR status = 'passed_over'))) STRICT, WITHOUT ROWID;";

static const char notices[] =
    "CREATE TABLE notices(id INTEGER PRIMARY KEY, contact INTEGER NOT NULL, customer TEXT NOT NULL,"
    " entity TEXT NOT NULL, policy TEXT NOT NULL, step TEXT NOT NULL, template TEXT NOT NULL,"
    " language TEXT NOT NULL, group_invoice TEXT NOT NULL, currency TEXT NOT NULL, action TEXT NOT NULL,"
    " status TEXT NOT NULL, require TEXT NOT NULL, before_due INTEGER NOT NULL, needs_approval INTEGER NOT NULL,"
    " manual INTEGER NOT NULL, total INTEGER NOT NULL, on_day INTEGER, deadline INTEGER,"
    " planned_at INTEGER NOT NULL,"
    /* planning, then acceptance, or the commit of an uncertain one; at_on is its local date */
    " at INTEGER NOT NULL, at_on INTEGER) STRICT;"
    "CREATE INDEX notices_customer ON notices(customer);"
    "CREATE INDEX notices_planned ON notices(planned_at) WHERE status = 'planned' AND action <> 'task';"
    "CREATE INDEX notices_waiting ON notices(status) WHERE status = 'awaiting_approval' OR status = 'failed';"
    "CREATE TABLE notice_items(notice INTEGER NOT NULL REFERENCES notices(id), place INTEGER NOT NULL,"
    " invoice_id TEXT NOT NULL, line INTEGER NOT NULL, episode INTEGER NOT NULL, occurrence INTEGER NOT NULL,"
    " block TEXT NOT NULL, step TEXT NOT NULL, open INTEGER NOT NULL, credited INTEGER NOT NULL, due_on INTEGER,"
    " carried_on INTEGER, deadline INTEGER, PRIMARY KEY(notice, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE notice_credits(notice INTEGER NOT NULL REFERENCES notices(id), place INTEGER NOT NULL,"
    " credit_id TEXT NOT NULL, number TEXT NOT NULL, on_day INTEGER, amount INTEGER NOT NULL,"
    " PRIMARY KEY(notice, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE instalments(notice INTEGER NOT NULL REFERENCES notices(id), place INTEGER NOT NULL,"
    " due_on INTEGER, amount INTEGER NOT NULL, PRIMARY KEY(notice, place)) STRICT, WITHOUT ROWID;";

/*
 * A message waits for its turn with status reserve: turn 0 goes first (after
 * approval), 1 after the acceptance, 2 is a fallback; one whose turn has come
 * is frozen while the notice is uncertain.  not_before 0 is "at
 * once"; rank, amount and oldest_due are the order of RULES R39.  last_at is
 * the acceptance, refusal or commit, which `minutes` counts for the limits.
 */
static const char messages[] =
    "CREATE TABLE messages(id INTEGER PRIMARY KEY, notice INTEGER NOT NULL REFERENCES notices(id),"
    " channel TEXT NOT NULL, recipient INTEGER NOT NULL, revision INTEGER NOT NULL, turn INTEGER NOT NULL,"
    " carries INTEGER NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,"
    " language TEXT NOT NULL, digest TEXT NOT NULL, message_id TEXT NOT NULL DEFAULT '',"
    " provider TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0,"
    " claimed_at INTEGER, rendered_on INTEGER, last_at INTEGER, rank INTEGER NOT NULL, amount INTEGER NOT NULL,"
    " oldest_due INTEGER) STRICT;"
    "CREATE UNIQUE INDEX messages_key ON messages(notice, channel, digest, revision);"
    "CREATE UNIQUE INDEX messages_live ON messages(notice, channel, digest)"
    " WHERE status <> 'refused' AND status <> 'withdrawn' AND status <> 'superseded';"
    "CREATE INDEX messages_ready ON messages(rank DESC, amount DESC, oldest_due, id)"
    " WHERE status = 'planned' AND not_before = 0;"
    "CREATE INDEX messages_later ON messages(not_before) WHERE status = 'planned' AND not_before > 0;"
    "CREATE INDEX messages_open ON messages(status) WHERE status = 'in_flight' OR status = 'uncertain';"
    "CREATE TABLE requests(message INTEGER PRIMARY KEY REFERENCES messages(id), bytes BLOB NOT NULL,"
    " sha256 TEXT NOT NULL) STRICT;"
    "CREATE TABLE attempts(id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages(id),"
    " n INTEGER NOT NULL, token INTEGER NOT NULL, status TEXT NOT NULL, provider TEXT NOT NULL,"
    " reason TEXT NOT NULL DEFAULT 'none', phase TEXT NOT NULL DEFAULT '', code INTEGER NOT NULL DEFAULT 0,"
    " text TEXT NOT NULL DEFAULT '', provider_id TEXT NOT NULL DEFAULT '', claimed_at INTEGER NOT NULL,"
    " committed_at INTEGER, done_at INTEGER, ledger_version INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX attempts_key ON attempts(message, n);"
    "CREATE UNIQUE INDEX attempts_one ON attempts(message)"
    " WHERE status = 'claimed' OR status = 'committing' OR status = 'uncertain' OR status = 'accepted';"
    "CREATE INDEX attempts_open ON attempts(status)"
    " WHERE status = 'claimed' OR status = 'committing' OR status = 'uncertain';";

static const char counting[] =
    "CREATE TRIGGER messages_counted AFTER UPDATE OF status ON messages"
    " WHEN new.last_at IS NOT NULL AND (new.status = 'accepted' OR new.status = 'refused' OR new.status = 'uncertain')"
    " BEGIN"
    " INSERT INTO minutes VALUES(new.status, new.last_at / 60, 1)"
    " ON CONFLICT DO UPDATE SET messages = messages + 1; END;"
    "CREATE TRIGGER messages_discounted AFTER UPDATE OF status ON messages"
    " WHEN old.last_at IS NOT NULL AND (old.status = 'accepted' OR old.status = 'refused' OR old.status = 'uncertain')"
    " BEGIN"
    " UPDATE minutes SET messages = messages - 1 WHERE status = old.status AND minute = old.last_at / 60; END;";

static const char facts[] =
    "CREATE TABLE holds(id INTEGER PRIMARY KEY, scope TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,"
    " reason TEXT NOT NULL, author TEXT NOT NULL, start_at INTEGER NOT NULL, until INTEGER, released_at INTEGER,"
    " released_by TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX holds_target ON holds(scope, target);"
    "CREATE INDEX holds_active ON holds(until) WHERE released_at IS NULL;"
    "CREATE TABLE optouts(channel TEXT NOT NULL, digest TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL,"
    " at INTEGER NOT NULL, PRIMARY KEY(channel, digest)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tasks(id INTEGER PRIMARY KEY, notice INTEGER REFERENCES notices(id), kind TEXT NOT NULL,"
    " status TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT 'other', customer TEXT NOT NULL, invoice_id TEXT NOT NULL,"
    " line INTEGER NOT NULL, episode INTEGER NOT NULL, policy TEXT NOT NULL, step TEXT NOT NULL,"
    " title TEXT NOT NULL, assignee TEXT NOT NULL, due INTEGER, created_at INTEGER NOT NULL, done_at INTEGER,"
    " done_on INTEGER, author TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX tasks_customer ON tasks(customer);"
    "CREATE INDEX tasks_notice ON tasks(notice) WHERE notice IS NOT NULL AND status = 'open';"
    "CREATE INDEX tasks_open ON tasks(kind) WHERE status = 'open';";

static const char events[] =
    "CREATE TABLE events(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, customer TEXT NOT NULL,"
    " invoices TEXT NOT NULL, notice INTEGER, message INTEGER, policy TEXT NOT NULL, step TEXT NOT NULL,"
    " channel TEXT NOT NULL, provider TEXT NOT NULL, reason TEXT NOT NULL, amount INTEGER NOT NULL,"
    " currency TEXT NOT NULL, provider_id TEXT NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL) STRICT;"
    "CREATE INDEX events_customer ON events(customer);";

/* What notices charge beside the debt; charged_by: the earlier notice that has charged it already. */
static const char charges[] =
    "CREATE TABLE charges(notice INTEGER NOT NULL REFERENCES notices(id), place INTEGER NOT NULL,"
    " kind TEXT NOT NULL, invoice_id TEXT NOT NULL, line INTEGER NOT NULL, episode INTEGER NOT NULL,"
    " occurrence INTEGER NOT NULL, step TEXT NOT NULL, amount INTEGER NOT NULL, regime TEXT NOT NULL,"
    " from_day INTEGER, until_day INTEGER, charged_by INTEGER, text TEXT NOT NULL,"
    " PRIMARY KEY(notice, place)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX charges_once ON charges(notice, kind, invoice_id, line, episode, step, occurrence);"
    "CREATE INDEX charges_invoice ON charges(invoice_id);";

static const char *const version_1[] = {whole, notices, history, messages, counting, facts, events, NULL};
static const char *const version_2[] = {charges, NULL};
static const char *const *const steps[] = {version_1, version_2};

const struct schema state_schema = {steps, sizeof steps / sizeof *steps};

static int version_of(sqlite3 *db, int64_t *version, struct err *err)
{
    int64_t application = 0, tables = 0;

    if (sql_query_int(db, "PRAGMA user_version", version, err) != 0 ||
        sql_query_int(db, "PRAGMA application_id", &application, err) != 0 ||
        sql_query_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err) != 0)
        return -1;
    if (tables > 0 && application != STATE_APPLICATION_ID)
        return err_set(err, ERR_REFUSED, "%s: is not a state of dunningd; name another directory in `state`",
                       sqlite3_db_filename(db, "main"));
    return 0;
}

static int refuse_newer(sqlite3 *db, int64_t version, const struct schema *schema, struct err *err)
{
    return err_set(err, ERR_REFUSED, "%s: has version %lld, this program knows %zu; install the newer dunningd",
                   sqlite3_db_filename(db, "main"), (long long)version, schema->count);
}

int schema_expect(sqlite3 *db, const struct schema *schema, struct err *err)
{
    int64_t version = 0;

    if (version_of(db, &version, err) != 0)
        return -1;
    if (version == 0)
        return err_set(err, ERR_NOT_FOUND, "%s: is empty; start dunningd once so that it is set up",
                       sqlite3_db_filename(db, "main"));
    if (version > (int64_t)schema->count)
        return refuse_newer(db, version, schema, err);
    if (version < (int64_t)schema->count)
        return err_set(err, ERR_REFUSED,
                       "%s: has version %lld, this program needs %zu; restart dunningd, which converts it",
                       sqlite3_db_filename(db, "main"), (long long)version, schema->count);
    return 0;
}

static int copy_before(sqlite3 *db, int64_t version, struct err *err)
{
    char file[4096];
    int length =
        snprintf(file, sizeof file, "%s.before-v%lld", sqlite3_db_filename(db, "main"), (long long)version + 1);

    if (length < 0 || (size_t)length >= sizeof file)
        return err_set(err, ERR_FAILED, "the path of the state is too long");
    return backup_keep(db, file, err);
}

static int take_steps(sqlite3 *db, const struct schema *schema, size_t from, struct err *err)
{
    char mark[96];

    if (sql_begin(db, err) != 0)
        return -1;
    for (size_t i = from; i < schema->count; i++)
        for (const char *const *text = schema->steps[i]; *text != NULL; text++)
            if (sql_exec(db, *text, err) != 0)
                goto failed;
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %zu", STATE_APPLICATION_ID,
             schema->count);
    if (sql_exec(db, mark, err) != 0 || sql_commit(db, err) != 0)
        goto failed;
    return 0;
failed:
    sql_rollback(db);
    return -1;
}

int schema_bring(sqlite3 *db, const struct schema *schema, struct err *err)
{
    int64_t version = 0;

    if (version_of(db, &version, err) != 0)
        return -1;
    if (version > (int64_t)schema->count)
        return refuse_newer(db, version, schema, err);
    if (version == (int64_t)schema->count)
        return 0;
    if (version > 0 && copy_before(db, version, err) != 0)
        return -1;
    return take_steps(db, schema, (size_t)version, err);
}
