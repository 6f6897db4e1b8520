/* The stored bytes of every message against their digest (I6), one at a time. */
#include <stdio.h>
#include <string.h>

#include "audit/check.h"
#include "base/digest.h"

static void compare(struct audit *audit, sqlite3_stmt *stmt, size_t *listed)
{
    const void *bytes = sqlite3_column_blob(stmt, 1);
    const unsigned char *kept = sqlite3_column_text(stmt, 2);
    unsigned char sha256[SHA256_SIZE];
    char hex[SHA256_TEXT_SIZE], subject[32];

    digest_sha256(bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, 1), sha256);
    digest_hex(sha256, SHA256_SIZE, hex);
    if (kept && strcmp(hex, (const char *)kept) == 0)
        return;
    snprintf(subject, sizeof subject, "M-%06lld", (long long)sqlite3_column_int64(stmt, 0));
    audit_note(audit,
               &(struct audit_finding){.rule = AUDIT_I6,
                                       .check = "stored_bytes",
                                       .subject = subject,
                                       .text = "its stored bytes are not those that were claimed: their digest differs",
                                       .cure = "do not let it be sent again; put back a backup of the state, then "
                                               "dunningctl recover"},
               (*listed)++);
}

int audit_bytes(struct audit *audit, struct err *err)
{
    sqlite3_stmt *stmt;
    size_t listed = 0;
    int row;

    if ((audit->has & NEED_DEEP) == 0) {
        audit->report->left_out++;
        return 0;
    }
    if (audit_prepare(audit, "SELECT message, bytes, sha256 FROM requests ORDER BY message", &stmt, err) != 0)
        return -1;
    while ((row = sqlite3_step(stmt)) == SQLITE_ROW)
        compare(audit, stmt, &listed);
    sqlite3_finalize(stmt);
    audit->report->checks++;
    return row == SQLITE_DONE ? 0 : audit_failed(audit, "stored_bytes", err);
}
