/*
 * The send log against the attempts, both ways (I10).
 *
 * A line is "SERIAL ATTEMPT TOKEN SHA256 TIME [NOTE] CRC".  First all attempts
 * that must have a line are noted, then the log is read once: whatever is
 * written meanwhile is in the log later than in the state, so neither is blamed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/check.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"

#define CRC_TEXT 8
#define SHA_TEXT 64
#define ATTEMPTS_MAX ((int64_t)1 << 34)

#define ASK                                                                                                          \
    "keep copies of the state and of the send log; dunningctl show of the message says what is known of it; report " \
    "this as a fault of the program unless somebody changed one of the files"

struct line {
    int64_t serial, attempt, at;
    uint64_t token;
    char sha256[SHA_TEXT + 1];
};

struct sends {
    struct audit *audit;
    sqlite3_stmt *find;
    unsigned char *wanted, *seen; /* one bit for each attempt */
    int64_t most;                 /* highest attempt of the state */
    int64_t confirmed;            /* lines up to this one were given up by a person */
    int64_t serial;
    size_t listed;
};

static void set(unsigned char *bits, int64_t at)
{
    bits[at / 8] = (unsigned char)(bits[at / 8] | 1U << (at % 8));
}

static void unset(unsigned char *bits, int64_t at)
{
    bits[at / 8] = (unsigned char)(bits[at / 8] & ~(1U << (at % 8)));
}

static bool is_set(const unsigned char *bits, int64_t at)
{
    return (bits[at / 8] >> (at % 8) & 1) != 0;
}

static void note(struct sends *sends, const char *check, const char *subject, const char *text)
{
    audit_note(
        sends->audit,
        &(struct audit_finding){.rule = AUDIT_I10, .check = check, .subject = subject, .text = text, .cure = ASK},
        sends->listed++);
}

static void note_line(struct sends *sends, const char *check, int64_t serial, const char *text)
{
    char subject[40];

    snprintf(subject, sizeof subject, "line %" PRId64, serial);
    note(sends, check, subject, text);
}

/* ---- one line ---- */

static bool read_line(char *text, size_t length, struct line *out)
{
    char *crc = length > 0 ? strrchr(text, ' ') : NULL;
    char *end;
    int used = 0;

    if (!crc || strlen(crc + 1) != CRC_TEXT)
        return false;
    uint32_t said = (uint32_t)strtoul(crc + 1, &end, 16);
    if (*end != '\0' || digest_crc32(text, (size_t)(crc + 1 - text)) != said)
        return false;
    return sscanf(text, "%" SCNd64 " %" SCNd64 " %16" SCNx64 " %64s %" SCNd64 "%n", &out->serial, &out->attempt,
                  &out->token, out->sha256, &out->at, &used) == 5 &&
           text[used] == ' ' && strlen(out->sha256) == SHA_TEXT;
}

static const char *fault_of(const struct sends *sends, const struct line *line)
{
    const unsigned char *sha256 = sqlite3_column_text(sends->find, 1);

    if (!sha256 || strcmp((const char *)sha256, line->sha256) != 0)
        return "says that other bytes went out than the state has claimed";
    if (sqlite3_column_type(sends->find, 2) == SQLITE_NULL)
        return "says that a message went out, and the state that it never passed the gate";
    if (sqlite3_column_int64(sends->find, 2) != line->at)
        return "has another moment than the state";
    return NULL;
}

static void compare(struct sends *sends, const struct line *line)
{
    if ((uint64_t)sqlite3_column_int64(sends->find, 0) != line->token) {
        if (line->serial > sends->confirmed)
            note_line(sends, "unknown_send", line->serial,
                      "tells of a send that the state does not know: it is an older copy; run dunningctl recover");
        return;
    }
    const char *fault = fault_of(sends, line);
    if (fault)
        note_line(sends, "line_differs", line->serial, fault);
    if (is_set(sends->seen, line->attempt))
        note_line(sends, "yes_twice", line->serial, "is the second yes for one attempt");
    set(sends->seen, line->attempt);
    unset(sends->wanted, line->attempt);
}

static int take_line(struct sends *sends, char *text, size_t length, struct err *err)
{
    struct line line = {0};

    if (!read_line(text, length, &line)) {
        note_line(sends, "damaged_line", sends->serial + 1, "of the send log is damaged");
        sends->serial++;
        return 0;
    }
    if (line.serial != sends->serial + 1)
        note_line(sends, "serial", line.serial, "does not follow the one before it: lines are missing or moved");
    sends->serial = line.serial;
    sqlite3_bind_int64(sends->find, 1, line.attempt);
    int row = sqlite3_step(sends->find);
    if (row == SQLITE_ROW && line.attempt <= sends->most)
        compare(sends, &line);
    else if (row == SQLITE_DONE && line.serial > sends->confirmed)
        note_line(sends, "unknown_send", line.serial,
                  "tells of a send that the state does not know: it is an older copy; run dunningctl recover");
    sqlite3_reset(sends->find);
    sends->audit->report->witness_lines++;
    return row == SQLITE_ROW || row == SQLITE_DONE ? 0 : audit_failed(sends->audit, "send log", err);
}

/* An unfinished last line is cut at the next start, or is just being written. */
static int read_log(struct sends *sends, FILE *file, struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t length;
    int result = 0;

    while (result == 0 && (length = getline(&text, &size, file)) > 0) {
        if (text[length - 1] != '\n')
            break;
        text[length - 1] = '\0';
        result = take_line(sends, text, (size_t)length - 1, err);
    }
    if (result == 0 && ferror(file))
        result = err_set(err, ERR_FAILED, "%s: cannot be read: %s", sends->audit->books->witness, strerror(errno));
    free(text);
    return result;
}

/* ---- the attempts that must have a line ---- */

static int want(struct sends *sends, struct err *err)
{
    struct audit *audit = sends->audit;
    sqlite3_stmt *stmt;
    int row;

    if (audit_prepare(audit,
                      "SELECT coalesce(max(id), 0), coalesce((SELECT CAST(value AS INTEGER) FROM meta "
                      "WHERE key = 'witness_confirmed'), 0) FROM attempts",
                      &stmt, err) != 0)
        return -1;
    row = sqlite3_step(stmt);
    sends->most = row == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sends->confirmed = row == SQLITE_ROW ? sqlite3_column_int64(stmt, 1) : 0;
    sqlite3_finalize(stmt);
    if (sends->most < 0 || sends->most > ATTEMPTS_MAX)
        return err_set(err, ERR_FAILED, "%s: attempt %" PRId64 " is no number that the daemon gives",
                       audit->books->state, sends->most);
    sends->wanted = arena_alloc(audit->arena, (size_t)sends->most / 8 + 1);
    sends->seen = arena_alloc(audit->arena, (size_t)sends->most / 8 + 1);
    if (audit_prepare(audit,
                      "SELECT id FROM attempts WHERE committed_at IS NOT NULL "
                      "AND status IN ('accepted', 'uncertain', 'sent', 'not_sent')",
                      &stmt, err) != 0)
        return -1;
    while ((row = sqlite3_step(stmt)) == SQLITE_ROW)
        if (sqlite3_column_int64(stmt, 0) > 0 && sqlite3_column_int64(stmt, 0) <= sends->most)
            set(sends->wanted, sqlite3_column_int64(stmt, 0));
    sqlite3_finalize(stmt);
    return row == SQLITE_DONE ? 0 : audit_failed(audit, "attempts", err);
}

static void note_missing(struct sends *sends)
{
    char subject[40];

    sends->listed = 0;
    for (int64_t i = 1; i <= sends->most; i++) {
        if (!is_set(sends->wanted, i))
            continue;
        snprintf(subject, sizeof subject, "attempt %" PRId64, i);
        note(sends, "no_line", subject,
             "passed the gate, but the send log has no line of it: the log was lost, cut or replaced");
    }
}

static int read_and_compare(struct sends *sends, struct err *err)
{
    struct audit *audit = sends->audit;
    FILE *file;

    if (want(sends, err) != 0 ||
        audit_prepare(audit, "SELECT token, sha256, committed_at FROM attempts WHERE id = ?1", &sends->find, err) != 0)
        return -1;
    file = fopen(audit->books->witness, "re");
    if (!file && errno != ENOENT)
        return err_set(err, ERR_FAILED, "%s: cannot be opened: %s", audit->books->witness, strerror(errno));
    int result = file ? read_log(sends, file, err) : 0;
    if (file)
        fclose(file);
    if (result == 0)
        note_missing(sends);
    return result;
}

int audit_sends(struct audit *audit, struct err *err)
{
    struct sends sends = {.audit = audit};

    if ((audit->has & NEED_WITNESS) == 0) {
        audit->report->left_out++;
        return 0;
    }
    int result = read_and_compare(&sends, err);
    sqlite3_finalize(sends.find);
    audit->report->checks++;
    return result;
}
