#include "config/calendars_event.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/calendars_rule.h"

enum { SPAN_MAX = 366 };

/* What an event comes to: its first day, how many days it lasts, which days it leaves out. */
struct span {
    int line; /* of the event */
    day_t start;
    int days, left; /* left: of a COUNT */
    const day_t *except;
    bool *used;
    size_t except_count;
};

static void refuse(struct calendar_file *file, struct ics_event *event, int line, const char *sentence)
{
    char clipped[sizeof((struct err *)0)->text];
    event->wrong = true;
    calendar_file_say(file, SEVERITY_ERROR, line, "%s", text_clip(sentence, clipped, sizeof clipped));
}

static struct arena *arena_of(const struct calendar_file *file)
{
    return file->reader->findings->arena;
}

/* ---- its lines ---- */

enum use { USE_NONE, USE_ONE, USE_EXCEPT, USE_REFUSED };

static const struct property {
    const char *name;
    enum use use;
    enum event_line line;
    const char *why;
} properties[] = {
    {.name = "DTSTART", .use = USE_ONE, .line = EVENT_START},
    {.name = "DTEND", .use = USE_ONE, .line = EVENT_END},
    {.name = "DURATION", .use = USE_ONE, .line = EVENT_DURATION},
    {.name = "RRULE", .use = USE_ONE, .line = EVENT_RULE},
    {.name = "STATUS", .use = USE_ONE, .line = EVENT_STATUS},
    {.name = "EXDATE", .use = USE_EXCEPT},
    {.name = "RDATE", .use = USE_REFUSED, .why = "RDATE is not understood; write each of its days as an event"},
    {.name = "EXRULE", .use = USE_REFUSED, .why = "EXRULE is not understood; write the days as EXDATE"},
    {.name = "RECURRENCE-ID",
     .use = USE_REFUSED,
     .why = "RECURRENCE-ID is not understood; leave the day out of its series by EXDATE, and give the other day an "
            "event without it"},
    /* What an event is called, who made it and when, has no influence on its days. */
    {.name = "UID"},
    {.name = "DTSTAMP"},
    {.name = "SUMMARY"},
    {.name = "DESCRIPTION"},
    {.name = "COMMENT"},
    {.name = "CATEGORIES"},
    {.name = "CLASS"},
    {.name = "CREATED"},
    {.name = "LAST-MODIFIED"},
    {.name = "SEQUENCE"},
    {.name = "TRANSP"},
    {.name = "LOCATION"},
    {.name = "GEO"},
    {.name = "URL"},
    {.name = "PRIORITY"},
    {.name = "ORGANIZER"},
    {.name = "ATTENDEE"},
    {.name = "CONTACT"},
    {.name = "ATTACH"},
    {.name = "RELATED-TO"},
    {.name = "RESOURCES"},
    {.name = "COLOR"},
    {.name = "IMAGE"},
};

static void keep_one(struct calendar_file *file, struct ics_event *event, enum event_line which,
                     const struct ics_line *line)
{
    if (event->has[which].number != 0)
        refuse(file, event, line->number,
               arena_printf(arena_of(file), "%s stands here for the second time; keep one", line->name));
    event->has[which] = *line;
}

static void keep_except(struct calendar_file *file, struct ics_event *event, const struct ics_line *line)
{
    event->except =
        arena_grow(arena_of(file), event->except, event->except_count, event->except_count + 1, sizeof *event->except);
    event->except[event->except_count++] = *line;
}

void ics_event_line(struct calendar_file *file, struct ics_event *event, const struct ics_line *line)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        if (!text_equal(properties[i].name, line->name))
            continue;
        switch (properties[i].use) {
        case USE_ONE:
            keep_one(file, event, properties[i].line, line);
            return;
        case USE_EXCEPT:
            keep_except(file, event, line);
            return;
        case USE_REFUSED:
            refuse(file, event, line->number, properties[i].why);
            return;
        case USE_NONE:
            return;
        }
    }
    if (!text_starts(line->name, "X-"))
        refuse(file, event, line->number,
               arena_printf(arena_of(file), "%s is not understood; remove the line, or write the days into a .txt file",
                            line->name));
}

/* ---- its dates ---- */

/* A property that must be a date and no time. */
static int read_date(struct calendar_file *file, struct ics_event *event, const struct ics_line *line, day_t *out)
{
    if (rule_date_parse(line->value, out) && ics_line_is_date(line, arena_of(file)))
        return 0;
    if (rule_date_parse(line->value, out))
        refuse(file, event, line->number,
               arena_printf(arena_of(file), "%s does not say that it is a date; write %s;VALUE=DATE:%s", line->name,
                            line->name, line->value));
    else
        refuse(file, event, line->number,
               arena_printf(arena_of(file), "%s: \"%s\" is no date; write it like %s;VALUE=DATE:20261225", line->name,
                            calendar_file_shown(file, line->value), line->name));
    return -1;
}

/* "20251224T120000Z": an hour of a day closes no day. */
static bool is_timed(const struct ics_line *line)
{
    day_t day;
    char date[9] = "";
    if (strlen(line->value) < 15 || line->value[8] != 'T')
        return false;
    memcpy(date, line->value, 8);
    return rule_date_parse(date, &day);
}

/* "P2D" */
static bool duration_parse(const char *text, int *days)
{
    char digits[5] = "";
    size_t length = strlen(text);
    int64_t number;
    if (length < 3 || length > 6 || text[0] != 'P' || text[length - 1] != 'D')
        return false;
    memcpy(digits, text + 1, length - 2);
    if (!parse_i64(digits, 1, 9999, &number))
        return false;
    *days = (int)number;
    return true;
}

static int read_length(struct calendar_file *file, struct ics_event *event, struct span *span)
{
    const struct ics_line *end = &event->has[EVENT_END], *duration = &event->has[EVENT_DURATION];
    day_t after;
    span->days = 1;
    if (end->number != 0 && duration->number != 0) {
        refuse(file, event, duration->number, "the event has both DTEND and DURATION; keep one");
        return -1;
    }
    if (duration->number != 0 && !duration_parse(duration->value, &span->days)) {
        refuse(file, event, duration->number,
               arena_printf(arena_of(file), "DURATION: \"%s\" is no number of days; write it like DURATION:P2D",
                            calendar_file_shown(file, duration->value)));
        return -1;
    }
    if (end->number != 0) {
        if (read_date(file, event, end, &after) != 0)
            return -1;
        span->days = after - span->start;
    }
    if (span->days >= 1 && span->days <= SPAN_MAX)
        return 0;
    refuse(file, event, end->number != 0 ? end->number : duration->number,
           span->days < 1 ? "DTEND is not after DTSTART; it is the first day that is open again"
                          : "the event lasts for more than a year; is its end right? If so, write it year by year");
    return -1;
}

static size_t except_limit(const struct ics_event *event)
{
    size_t limit = 0;
    for (size_t i = 0; i < event->except_count; i++)
        limit += 1 + strlen(event->except[i].value) / 9;
    return limit;
}

/* EXDATE;VALUE=DATE:20260501,20270501 */
static int read_except(struct calendar_file *file, struct ics_event *event, struct span *span)
{
    size_t limit = except_limit(event);
    day_t *days = arena_array(arena_of(file), limit + 1, sizeof *days);
    span->used = arena_array(arena_of(file), limit + 1, sizeof *span->used);
    span->except = days;
    for (size_t i = 0; i < event->except_count; i++) {
        struct ics_line one = event->except[i];
        char *rest = arena_copy(arena_of(file), one.value);
        while (rest != NULL && span->except_count <= limit) {
            one.value = strsep(&rest, ",");
            if (read_date(file, event, &one, &days[span->except_count]) != 0)
                return -1;
            span->except_count++;
        }
    }
    return 0;
}

/* ---- its days ---- */

static bool is_excepted(struct span *span, day_t day)
{
    bool found = false;
    for (size_t i = 0; i < span->except_count; i++)
        if (span->except[i] == day)
            found = span->used[i] = true;
    return found;
}

static void close_days(struct calendar_file *file, struct span *span, day_t first, bool lasting)
{
    if (is_excepted(span, first))
        return;
    for (int i = 0; i < span->days; i++)
        calendar_file_add(file, span->line, first + i, lasting);
}

/* True as long as the rule goes on. */
static bool close_year(struct calendar_file *file, struct span *span, const struct rule *rule, int year)
{
    day_t days[RULE_YEAR_DAYS];
    size_t count = rule_days_of_year(rule, span->start, year, days);
    for (size_t i = 0; i < count; i++) {
        if (days[i] < span->start)
            continue;
        if ((rule->until != DAY_NONE && days[i] > rule->until) || (rule->count > 0 && span->left == 0))
            return false;
        close_days(file, span, days[i], rule_is_endless(rule));
        span->left--;
    }
    return true;
}

static bool starts_by_rule(const struct rule *rule, day_t start, int year)
{
    day_t days[RULE_YEAR_DAYS];
    size_t count = rule_days_of_year(rule, start, year, days);
    for (size_t i = 0; i < count; i++)
        if (days[i] == start)
            return true;
    return false;
}

static void close_by_rule(struct calendar_file *file, struct ics_event *event, struct span *span)
{
    const struct ics_line *line = &event->has[EVENT_RULE];
    int year, month, dom;
    struct rule rule;
    struct err err;
    if (rule_parse(line->value, &rule, arena_of(file), &err) != 0) {
        refuse(file, event, line->number, err.text);
        return;
    }
    day_to_civil(span->start, &year, &month, &dom);
    if (rule.until != DAY_NONE && rule.until < span->start) {
        refuse(file, event, line->number, "UNTIL is before DTSTART; correct one of them");
        return;
    }
    if (!starts_by_rule(&rule, span->start, year)) {
        refuse(file, event, line->number, "DTSTART is none of the days of its RRULE; begin with the first of them");
        return;
    }
    if (year > RULE_YEAR_MAX) {
        refuse(file, event, line->number, "rules are followed up to the year 2199 only; begin earlier");
        return;
    }
    span->left = rule.count;
    while (year <= RULE_YEAR_MAX && close_year(file, span, &rule, year))
        year += rule.interval;
}

static void warn_of_unused(struct calendar_file *file, const struct ics_event *event, const struct span *span)
{
    char text[DAY_TEXT_SIZE];
    for (size_t i = 0; i < span->except_count; i++)
        if (!span->used[i])
            calendar_file_say(file, SEVERITY_WARNING, event->except[0].number,
                              "EXDATE leaves out %s, which is no day of the event; correct or remove it",
                              day_format(span->except[i], text));
}

/* What is not a plain event of whole days ends here: true if there is nothing more to read. */
static bool is_settled(struct calendar_file *file, struct ics_event *event)
{
    const struct ics_line *status = &event->has[EVENT_STATUS], *start = &event->has[EVENT_START];
    if (event->wrong || (status->number != 0 && text_equal_nocase(status->value, "CANCELLED")))
        return true;
    if (status->number != 0 && !text_equal_nocase(status->value, "CONFIRMED"))
        refuse(file, event, status->number,
               arena_printf(arena_of(file),
                            "STATUS:%s is not understood; is the day closed? Then write CONFIRMED, else "
                            "CANCELLED",
                            calendar_file_shown(file, status->value)));
    else if (start->number == 0)
        refuse(file, event, event->line, "the event has no DTSTART; write it like DTSTART;VALUE=DATE:20261225");
    else if (is_timed(start))
        calendar_file_say(file, SEVERITY_WARNING, start->number,
                          "an event with a time of day closes no day; if the day is closed, write "
                          "DTSTART;VALUE=DATE:%.8s",
                          start->value);
    else
        return false;
    return true;
}

void ics_event_close(struct calendar_file *file, struct ics_event *event)
{
    struct span span = {.line = event->line, .days = 1};
    if (is_settled(file, event))
        return;
    if (read_date(file, event, &event->has[EVENT_START], &span.start) != 0 || read_length(file, event, &span) != 0 ||
        read_except(file, event, &span) != 0)
        return;
    if (event->has[EVENT_RULE].number == 0)
        close_days(file, &span, span.start, false);
    else
        close_by_rule(file, event, &span);
    if (!event->wrong)
        warn_of_unused(file, event, &span);
}
