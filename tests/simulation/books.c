/* What stands in the engine's books about a letter, read with statements of the referee's own. */
#include <stdio.h>
#include <string.h>

#include "store/state_core.h"
#include "truth.h"

static void copy(struct sql *sql, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(sql->stmt, column);

    snprintf(out, size, "%s", text == NULL ? "" : (const char *)text);
}

static int find_debt(const struct world *world, const char *id)
{
    for (int i = 0; i < world->debt_count; i++)
        if (strcmp(world->debts[i].id, id) == 0)
            return i;
    return -1;
}

static int find_debtor(const struct world *world, const char *id)
{
    for (int i = 0; i < world->debtor_count; i++)
        if (strcmp(world->debtors[i].id, id) == 0)
            return i;
    return -1;
}

static void read_row(const struct world *world, struct sql *sql, struct letter *letter)
{
    struct row *row = &letter->rows[letter->count++];
    char text[24];

    copy(sql, 0, text, sizeof text);
    row->debt = find_debt(world, text);
    row->episode = (int)sql_get_int(sql, 1);
    row->occurrence = (int)sql_get_int(sql, 2);
    row->recorded = row->occurrence > 0;
    copy(sql, 3, text, sizeof text);
    row->carried = strcmp(text, "carried") == 0;
    copy(sql, 4, row->step_name, sizeof row->step_name);
    row->open = sql_get_int(sql, 5);
    row->credited = sql_get_int(sql, 6);
    row->due = get_day(sql, 7);
    row->deadline = get_day(sql, 8);
    row->step = plan_rung(plan_of(world, &world->debtors[letter->debtor]), row->step_name);
}

static bool read_rows(struct world *world, struct letter *letter)
{
    struct err err = {0};
    struct sql *sql = state_select(world->books,
                                   "SELECT invoice_id, episode, occurrence, block, step, open, credited, due_on, "
                                   "deadline FROM notice_items WHERE notice = ?1 ORDER BY place",
                                   ARGS(arg_int(letter->notice)));
    int got;

    while ((got = state_row(world->books, sql, &err)) == 1 && letter->count < ROWS_MAX)
        read_row(world, sql, letter);
    sql_reset(sql);
    return got == 0;
}

static bool read_letter(struct world *world, struct sql *sql, struct letter *out)
{
    struct err err = {0};
    char text[24];

    *out = (struct letter){.at = wall_of(world)};
    if (state_row(world->books, sql, &err) != 1) {
        sql_reset(sql);
        return false;
    }
    out->notice = sql_get_int(sql, 0);
    out->contact = sql_get_int(sql, 1);
    copy(sql, 2, text, sizeof text);
    out->debtor = find_debtor(world, text);
    copy(sql, 3, out->step, sizeof out->step);
    copy(sql, 4, out->action, sizeof out->action);
    out->before_due = sql_get_int(sql, 5) != 0;
    out->total = sql_get_int(sql, 6);
    out->deadline = get_day(sql, 7);
    copy(sql, 8, out->group, sizeof out->group);
    copy(sql, 9, text, sizeof text);
    out->further = strcmp(text, "accepted") == 0;
    out->message = sql_get_int(sql, 10);
    copy(sql, 11, out->channel, sizeof out->channel);
    copy(sql, 12, out->address, sizeof out->address);
    out->revision = (int)sql_get_int(sql, 13);
    out->attempt = sql_get_int(sql, 14);
    out->made = out->attempt > 0 ? out->at : sql_get_int(sql, 15);
    sql_reset(sql);
    if (out->debtor < 0)
        return false;
    out->step_index = plan_rung(plan_of(world, &world->debtors[out->debtor]), out->step);
    out->on = today_of(world, &world->debtors[out->debtor]);
    return read_rows(world, out);
}

#define NOTICE_COLUMNS                                                                                           \
    "SELECT n.id, n.contact, n.customer, n.step, n.action, n.before_due, n.total, n.deadline, n.group_invoice, " \
    "n.status, "

bool books_letter(struct world *world, int64_t attempt, struct letter *out)
{
    return read_letter(world,
                       state_select(world->books,
                                    NOTICE_COLUMNS
                                    "m.id, m.channel, m.address, m.revision, a.id, n.planned_at FROM attempts a "
                                    "JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice "
                                    "WHERE a.id = ?1",
                                    ARGS(arg_int(attempt))),
                       out);
}

bool books_notice(struct world *world, int64_t notice, struct letter *out)
{
    return read_letter(world,
                       state_select(world->books,
                                    NOTICE_COLUMNS "0, 'hand', '', 1, 0, n.planned_at FROM notices n WHERE n.id = ?1",
                                    ARGS(arg_int(notice))),
                       out);
}

/* -1: cannot be read. */
int64_t books_count(struct world *world, const char *query)
{
    struct err err = {0};
    int64_t count = -1;

    state_value(world->books, query, NO_ARGS, &count, &err);
    return count;
}

/* The same for a text that is made up on the way. */
int64_t books_ask(struct world *world, const char *query)
{
    struct err err = {0};
    int64_t count = -1;

    sql_query_int(world->books->db, query, &count, &err);
    return count;
}

static int print_row(void *context, int count, char **values, char **names)
{
    (void)context;
    printf("   ");
    for (int i = 0; i < count; i++)
        printf(" %s=%s", names[i], values[i] == NULL ? "-" : values[i]);
    printf("\n");
    return 0;
}

/* For whoever replays a seed: where everybody stands at the end. */
void books_show(struct world *world)
{
    static const char *const queries[] = {
        "SELECT customer, datetime(next_at, 'unixepoch') AS next FROM customers",
        "SELECT invoice_id, episode, datetime(settled_at, 'unixepoch') AS settled, "
        "datetime(held_since, 'unixepoch') AS held, date(not_before * 86400, 'unixepoch') AS not_before FROM cases",
        "SELECT invoice_id, step, occurrence, status, date(on_day * 86400, 'unixepoch') AS day, "
        "date(deadline * 86400, 'unixepoch') AS deadline, notice FROM records WHERE revoked = 0",
        "SELECT id, customer, step, status, total FROM notices WHERE status NOT IN ('accepted', 'withdrawn')",
    };

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        sqlite3_exec(world->books->db, queries[i], print_row, NULL, NULL);
}
