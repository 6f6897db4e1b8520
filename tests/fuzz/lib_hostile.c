#include "lib_hostile.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { COLUMNS_MAX = 40, SQL_MAX = 1024 };

void hostile_sql(struct hostile *hostile, const char *sql)
{
    char *problem = NULL;
    sqlite3_exec(hostile->db, sql, NULL, NULL, &problem);
    REQUIRE(problem == NULL, "%s: %s", sql, problem);
}

/* ---- the schema ---- */

static void blank(char *sql, const char *word)
{
    for (char *at = sql; (at = strstr(at, word)) != NULL; at += strlen(word))
        memset(at, ' ', strlen(word));
}

/* The commas that the end of a line had before what was left out. */
static void trim(char *sql)
{
    for (char *end = sql + strlen(sql); end > sql && strchr(" ,", end[-1]) != NULL; end--)
        end[-1] = '\0';
}

static void loosen(char *sql)
{
    static const char *const rules[] = {"STRICT, ", "STRICT", "NOT NULL ON CONFLICT REPLACE", "NOT NULL", "UNIQUE"};
    char *check = strstr(sql, " CHECK(");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        blank(sql, rules[i]);
    if (check != NULL) { /* of a whole table, and its last clause: up to the parenthesis that closes the table */
        char *end = strrchr(sql, ')');
        memset(check, ' ', (size_t)(end - check));
        for (; check > sql && strchr(" ,", check[-1]) != NULL; check--)
            check[-1] = ' ';
    }
    trim(sql);
}

static void copy_schema(struct hostile *hostile)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(hostile->db,
                       "SELECT sql, name, type FROM good.sqlite_master WHERE sql IS NOT NULL "
                       "AND type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
                       -1, &statement, NULL);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        char *sql = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(statement, 0));
        if (strcmp((const char *)sqlite3_column_text(statement, 2), "table") == 0) {
            REQUIRE(hostile->count < HOSTILE_TABLES, "too many tables");
            hostile->tables[hostile->count++] =
                arena_must(strdup((const char *)sqlite3_column_text(statement, 1))); /* as long as the process */
            loosen(sql);
        }
        blank(sql, "UNIQUE");
        trim(sql);
        hostile_sql(hostile, sql);
        sqlite3_free(sql);
    }
    sqlite3_finalize(statement);
}

static void copy_marks(struct hostile *hostile)
{
    static const char *const marks[] = {"user_version", "application_id"};
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *statement = NULL;
        char sql[96];
        snprintf(sql, sizeof sql, "PRAGMA good.%s", marks[i]);
        sqlite3_prepare_v2(hostile->db, sql, -1, &statement, NULL);
        sqlite3_step(statement);
        snprintf(sql, sizeof sql, "PRAGMA main.%s = %d", marks[i], sqlite3_column_int(statement, 0));
        sqlite3_finalize(statement);
        hostile_sql(hostile, sql);
    }
}

void hostile_open(struct hostile *hostile, const char *file, const char *good)
{
    char sql[SQL_MAX];
    REQUIRE(sqlite3_open(file, &hostile->db) == SQLITE_OK, "no second database");
    hostile_sql(hostile, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = 1;");
    snprintf(sql, sizeof sql, "ATTACH '%s' AS good", good);
    hostile_sql(hostile, sql);
    copy_schema(hostile);
    copy_marks(hostile);
}

void hostile_clear(struct hostile *hostile)
{
    for (size_t i = 0; i < hostile->count; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "DELETE FROM main.%s", hostile->tables[i]);
        hostile_sql(hostile, sql);
    }
}

void hostile_restore(struct hostile *hostile)
{
    hostile_clear(hostile);
    for (size_t i = 0; i < hostile->count; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM good.%s", hostile->tables[i], hostile->tables[i]);
        hostile_sql(hostile, sql);
    }
}

/* ---- cells ---- */

static void bind_any(const struct hostile *hostile, sqlite3_stmt *statement, int place, struct feed *feed)
{
    size_t kind = feed_below(feed, 9), length = feed_below(feed, hostile->word_count > 24 ? hostile->word_count : 24);
    switch (kind) {
    case 0:
        sqlite3_bind_null(statement, place);
        return;
    case 1:
        sqlite3_bind_int64(statement, place, (int64_t)feed_number(feed, 8));
        return;
    case 2:
        sqlite3_bind_double(statement, place, (double)(int64_t)feed_number(feed, 8) / 3);
        return;
    case 3:
    case 4:
        length = length > feed->left ? feed->left : length;
        if (kind == 3)
            sqlite3_bind_blob(statement, place, feed->at, (int)length, SQLITE_TRANSIENT);
        else
            sqlite3_bind_text(statement, place, (const char *)feed->at, (int)length, SQLITE_TRANSIENT);
        feed->at += length;
        feed->left -= length;
        return;
    case 5:
        sqlite3_bind_int64(statement, place, (int64_t)length * 1000);
        return;
    case 6:
    case 7:
    case 8:
        sqlite3_bind_text(statement, place, hostile->words[(length + kind) % hostile->word_count], -1, SQLITE_STATIC);
        return;
    }
}

static int columns_of(const struct hostile *hostile, const char *table, char names[COLUMNS_MAX][32])
{
    sqlite3_stmt *statement = NULL;
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT * FROM main.%s", table);
    sqlite3_prepare_v2(hostile->db, sql, -1, &statement, NULL);
    int count = sqlite3_column_count(statement);
    REQUIRE(count <= COLUMNS_MAX, "too many columns");
    for (int i = 0; i < count; i++)
        snprintf(names[i], 32, "%s", sqlite3_column_name(statement, i));
    sqlite3_finalize(statement);
    return count;
}

static void step_once(const struct hostile *hostile, const char *sql, sqlite3_stmt *statement)
{
    REQUIRE(statement != NULL, "%s: %s", sql, sqlite3_errmsg(hostile->db));
    sqlite3_step(statement); /* what the keys refuse stays as it is */
    sqlite3_finalize(statement);
}

void hostile_put_row(struct hostile *hostile, struct feed *feed)
{
    const char *table = hostile->tables[feed_below(feed, hostile->count)];
    char names[COLUMNS_MAX][32], sql[SQL_MAX];
    int columns = columns_of(hostile, table, names), length;
    sqlite3_stmt *statement = NULL;
    length = snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO main.%s VALUES (?", table);
    for (int n = 1; n < columns; n++)
        length += snprintf(sql + length, sizeof sql - (size_t)length, ",?");
    snprintf(sql + length, sizeof sql - (size_t)length, ")");
    sqlite3_prepare_v2(hostile->db, sql, -1, &statement, NULL);
    for (int place = 1; place <= columns; place++)
        bind_any(hostile, statement, place, feed);
    step_once(hostile, sql, statement);
}

void hostile_change(struct hostile *hostile, struct feed *feed)
{
    const char *table = hostile->tables[feed_below(feed, hostile->count)];
    char names[COLUMNS_MAX][32], sql[SQL_MAX];
    int columns = columns_of(hostile, table, names);
    const char *column = names[feed_below(feed, (size_t)columns)];
    size_t kind = feed_below(feed, 8), row = feed_below(feed, 8);
    sqlite3_stmt *statement = NULL;
    if (kind == 0)
        snprintf(sql, sizeof sql, "DELETE FROM main.%s WHERE %s = (SELECT %s FROM main.%s LIMIT 1 OFFSET %zu)", table,
                 names[0], names[0], table, row);
    else if (kind == 1)
        snprintf(sql, sizeof sql, "UPDATE OR IGNORE main.%s SET %s = ?1", table, column);
    else
        snprintf(sql, sizeof sql,
                 "UPDATE OR IGNORE main.%s SET %s = ?1 WHERE %s IS (SELECT %s FROM main.%s LIMIT 1 OFFSET %zu)", table,
                 column, names[0], names[0], table, row);
    sqlite3_prepare_v2(hostile->db, sql, -1, &statement, NULL);
    if (kind != 0)
        bind_any(hostile, statement, 1, feed);
    step_once(hostile, sql, statement);
}
