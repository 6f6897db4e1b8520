/* Every word of the state is one that the program knows. */
#include "audit/check.h"
#include "base/arena.h"
#include "base/text.h"
#include "model/case.h"
#include "model/event.h"
#include "model/hold.h"
#include "model/notice.h"
#include "model/outcome.h"
#include "model/reason.h"

static const char *const task_status[] = {"open", "done"};
static const struct names task_statuses = {task_status, 2};

static const struct column {
    const char *table, *name, *key;
    const struct names *names;
    const char *more; /* words of the store's own */
} columns[] = {
    {"notices", "status", NOTICE("id"), &notice_status_names, ""},
    {"notices", "action", NOTICE("id"), &action_names, ""},
    {"messages", "status", MESSAGE("id"), &message_status_names, ", 'reserve', 'frozen'"},
    {"messages", "channel", MESSAGE("id"), &channel_names, ""},
    {"attempts", "status", ATTEMPT("attempts"), &attempt_status_names, ""},
    {"attempts", "reason", ATTEMPT("attempts"), &reason_names, ""},
    {"records", "status", ITEM("records"), &record_status_names, ""},
    {"notice_items", "block", NOTICE("notice"), &block_names, ""},
    {"cases", "hold_reason", ITEM("cases"), &reason_names, ""},
    {"tasks", "status", "'task ' || id", &task_statuses, ""},
    {"holds", "scope", "'hold ' || id", &hold_scope_names, ""},
};

static const char *query_of(struct arena *arena, const struct column *column)
{
    const char *separator = "";
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "SELECT %s, printf('%s of %s is ''%%s'', which means nothing', %s) FROM %s WHERE %s NOT IN (",
              column->key, column->name, column->table, column->name, column->table, column->name);
    for (size_t i = 0; i < column->names->count; i++) {
        text_addf(&out, "%s'%s'", separator, column->names->words[i]);
        separator = ", ";
    }
    text_addf(&out, "%s)", column->more);
    return out.data;
}

int audit_words(struct audit *audit, struct err *err)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct check check = {.rule = AUDIT_BOOKS,
                              .name = "words",
                              .cure = "stop dunningd, put back a backup of the state, then dunningctl recover"};
        check.query = query_of(audit->arena, &columns[i]);
        if (audit_query(audit, &check, "", err) != 0)
            return -1;
    }
    return 0;
}
