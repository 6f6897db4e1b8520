/*
 * The hours and days at which things went out, against the window, the calendar
 * and the zone of their policy (I8): as far back as the configuration is known.
 * The zone of a customer is the one in the ledger now, so one whose row was
 * written after his message is left out.
 */
#include "audit/check.h"
#include "base/arena.h"
#include "base/text.h"
#include "base/zone.h"

/* The year 9999 ends: what lies behind it, or before 1970, is no moment that the daemon wrote. */
#define MOMENT_LAST INT64_C(253402300799)

#define CURE                                                                                                       \
    "tell the customer if it matters, keep a copy of the state and the send log, and report it as a fault of the " \
    "program unless the zone of the customer, a window or a calendar was changed meanwhile"

static const char went[] = "SELECT a.message, a.n, a.committed_at, n.policy, n.customer, '' FROM attempts a "
                           "JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice "
                           "WHERE a.committed_at IS NOT NULL AND a.claimed_at >= ?1 ORDER BY a.id";
/* A row without a stamp, or with one that is none, tells nothing. */
static const char went_to[] =
    "SELECT a.message, a.n, a.committed_at, n.policy, n.customer, c.timezone FROM attempts a "
    "JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice "
    "JOIN ledger.customers c ON c.customer_id = n.customer AND unixepoch(c.changed_at) + " SLACK " < a.claimed_at "
    "WHERE a.committed_at IS NOT NULL AND a.claimed_at >= ?1 ORDER BY a.id";

static const struct audit_ladder *ladder_of(const struct audit_books *books, const char *policy)
{
    for (size_t i = 0; i < books->ladder_count; i++)
        if (text_equal(books->ladders[i].policy, policy))
            return &books->ladders[i];
    return NULL;
}

/* NULL where nobody can say. */
static const struct zone *zone_of(const struct audit_books *books, const struct audit_hours *hours, const char *own)
{
    const struct zone *zone = books->zone(books->zones, text_empty(hours->zone) ? own : hours->zone);

    return zone ? zone : books->zone(books->zones, "");
}

static bool is_closed(const struct audit_hours *hours, day_t day)
{
    size_t from = 0, to = hours->closed_count;

    if ((hours->closed_weekdays >> day_weekday(day) & 1U) != 0)
        return true;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (hours->closed[middle] == day)
            return true;
        if (hours->closed[middle] < day)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

static const char *fault_of(const struct audit_hours *hours, const struct zone *zone, moment_t at)
{
    int32_t seconds;
    day_t day = zone_day(zone, at, &seconds);

    if (is_closed(hours, day))
        return "a day on which its policy sends nothing";
    if (seconds < hours->from || seconds >= hours->to)
        return "an hour at which its policy sends nothing";
    return NULL;
}

static const char *column(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);

    return text ? (const char *)text : "";
}

static void look_at(struct audit *audit, sqlite3_stmt *stmt, bool own_zone, size_t *listed)
{
    const struct audit_ladder *ladder = ladder_of(audit->books, column(stmt, 3));
    char at[MOMENT_TEXT_SIZE];

    if (!ladder || text_empty(ladder->hours.zone) != own_zone)
        return;
    const struct zone *zone = zone_of(audit->books, &ladder->hours, column(stmt, 5));
    moment_t moment = sqlite3_column_int64(stmt, 2);
    const char *fault = zone && moment >= 0 && moment <= MOMENT_LAST ? fault_of(&ladder->hours, zone, moment) : NULL;
    if (!fault)
        return;
    struct audit_finding finding = {.rule = AUDIT_I8, .check = "outside_hours", .cure = CURE};
    finding.subject = arena_printf(audit->arena, "M-%06lld attempt %lld", (long long)sqlite3_column_int64(stmt, 0),
                                   (long long)sqlite3_column_int64(stmt, 1));
    finding.text =
        arena_printf(audit->arena, "went out at %s, %s (%s)", zone_format(zone, moment, at), fault, zone->name);
    audit_note(audit, &finding, (*listed)++);
}

/* own_zone: only policies that go by the customer's zone, else only the others. */
static int look_at_all(struct audit *audit, const char *query, bool own_zone, size_t *listed, struct err *err)
{
    sqlite3_stmt *stmt;
    int row;

    if (audit_prepare(audit, query, &stmt, err) != 0)
        return -1;
    sqlite3_bind_int64(stmt, 1, audit->books->since);
    while ((row = sqlite3_step(stmt)) == SQLITE_ROW)
        look_at(audit, stmt, own_zone, listed);
    sqlite3_finalize(stmt);
    return row == SQLITE_DONE ? 0 : audit_failed(audit, "outside_hours", err);
}

int audit_hours(struct audit *audit, struct err *err)
{
    const unsigned stamps = NEED_LEDGER | NEED_STAMPS | NEED_ORDER;
    size_t listed = 0;

    if ((audit->has & NEED_LADDERS) == 0 || !audit->books->zone) {
        audit->report->left_out++;
        return 0;
    }
    if (look_at_all(audit, went, false, &listed, err) != 0)
        return -1;
    audit->report->checks++;
    if ((audit->has & stamps) != stamps) {
        audit->report->left_out++;
        return 0;
    }
    if (look_at_all(audit, went_to, true, &listed, err) != 0)
        return -1;
    audit->report->checks++;
    return 0;
}
