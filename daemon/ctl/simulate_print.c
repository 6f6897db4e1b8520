/* A simulation as CSV, JSON, and by day for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/simulate.h"

/* ---- CSV ---- */

void csv_field(FILE *out, const char *text, char after)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
    } else {
        fputc('"', out);
        for (; *text != '\0'; text++) {
            if (*text == '"')
                fputc('"', out);
            fputc(*text, out);
        }
        fputc('"', out);
    }
    fputc(after, out);
}

static void csv_row(FILE *out, const struct simulated_row *row)
{
    char at[MOMENT_TEXT_SIZE], amount[MONEY_TEXT_SIZE];

    fprintf(out, "%s,%" PRId64 ",", moment_format(row->at, row->offset, at), row->notice);
    csv_field(out, row->customer, ',');
    csv_field(out, row->invoice, ',');
    fprintf(out, "%d,", (int)row->line);
    csv_field(out, row->policy, ',');
    csv_field(out, row->step, ',');
    csv_field(out, names_word(&action_names, (int)row->action), ',');
    csv_field(out, names_word(&channel_names, (int)row->channel), ',');
    csv_field(out, money_format(row->amount, row->currency, amount), ',');
    csv_field(out, row->currency, '\n');
}

int simulate_csv(struct session *session, const struct simulation *simulation, struct err *err)
{
    fputs("at,notice,customer,invoice,line,policy,step,action,channel,amount,currency\n", session->out);
    for (size_t i = 0; i < simulation->count; i++)
        csv_row(session->out, &simulation->rows[i]);
    if (fflush(session->out) != 0 || ferror(session->out) != 0)
        return err_set(err, ERR_FAILED, "cannot write to standard output");
    return 0;
}

/* ---- fields that both other formats have ---- */

static void add_head(struct session *session, const struct simulation *simulation)
{
    page_field(session->page, "from", NULL, cell_moment(simulation->from));
    page_field(session->page, "days", NULL, cell_number(simulation->days));
    page_field(session->page, "approvals_asked", NULL, cell_number((int64_t)simulation->approvals_asked));
    page_field(session->page, "tasks", NULL, cell_number((int64_t)simulation->tasks));
    page_field(session->page, "exhausted", NULL, cell_number((int64_t)simulation->exhausted));
}

void simulate_json(struct session *session, const struct simulation *simulation)
{
    static const struct column columns[] = {
        {"at", NULL, false},      {"notice", NULL, true},  {"customer", NULL, false}, {"invoice", NULL, false},
        {"line", NULL, true},     {"policy", NULL, false}, {"step", NULL, false},     {"action", NULL, false},
        {"channel", NULL, false}, {"net", NULL, true},
    };

    add_head(session, simulation);
    struct table *table = page_table(session->page, "rows", "", COLUMNS(columns), "");
    for (size_t i = 0; i < simulation->count; i++) {
        const struct simulated_row *from = &simulation->rows[i];
        char at[MOMENT_TEXT_SIZE];
        TABLE_ROW(table, cell_text(arena_copy(session->arena, moment_format(from->at, from->offset, at))),
                  cell_number(from->notice), cell_text(from->customer), cell_text(from->invoice),
                  cell_number(from->line), cell_text(from->policy), cell_text(from->step),
                  cell_word(&action_names, (int)from->action), cell_word(&channel_names, (int)from->channel),
                  cell_money(from->amount, from->currency));
    }
}

/* ---- by day ---- */

/* What goes out for one step on one day, or altogether. */
struct sum {
    day_t day; /* DAY_NONE: all days */
    const char *policy, *step, *currency;
    enum action action;
    size_t notices, messages, items;
    int64_t amount;
};

struct sums {
    struct sum *list;
    size_t count, capacity;
    struct arena *arena;
};

static struct sum *sum_of(struct sums *sums, day_t day, const struct simulated_row *row, size_t from)
{
    for (size_t i = from; i < sums->count; i++) {
        struct sum *sum = &sums->list[i];
        if (text_equal(sum->step, row->step) && text_equal(sum->policy, row->policy) &&
            text_equal(sum->currency, row->currency))
            return sum;
    }
    if (sums->count == sums->capacity) {
        size_t more = sums->capacity * 2 + 16;
        sums->list = arena_grow(sums->arena, sums->list, sums->count, more, sizeof *sums->list);
        sums->capacity = more;
    }
    struct sum *sum = &sums->list[sums->count++];
    *sum = (struct sum){
        .day = day, .policy = row->policy, .step = row->step, .currency = row->currency, .action = row->action};
    return sum;
}

/* Rows of one notice stand together, one for each item and message. */
struct bundle {
    const struct simulated_row *rows;
    size_t count;
    const struct simulated_row *driver; /* an item at the highest step: the notice is named by it (RULES R2) */
};

static bool same_item(const struct simulated_row *a, const struct simulated_row *b)
{
    return a->line == b->line && text_equal(a->invoice, b->invoice);
}

static int rank_of(const struct rulebook *rulebook, const struct simulated_row *row)
{
    const struct policy *policy = rulebook_policy(rulebook, row->policy);

    return policy ? policy_step(policy, row->step) : -1;
}

static struct bundle bundle_at(const struct rulebook *rulebook, const struct simulation *simulation, size_t first)
{
    const struct simulated_row *rows = &simulation->rows[first];
    struct bundle bundle = {.rows = rows, .driver = rows};

    while (first + bundle.count < simulation->count && rows[bundle.count].notice == rows[0].notice) {
        const struct simulated_row *row = &rows[bundle.count++];
        if (rank_of(rulebook, row) > rank_of(rulebook, bundle.driver))
            bundle.driver = row;
    }
    return bundle;
}

/* Is it the item's first row, or another message about it? */
static bool is_new_item(const struct bundle *bundle, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_item(&bundle->rows[i], &bundle->rows[at]))
            return false;
    return true;
}

static void count_bundle(struct sums *sums, day_t day, size_t from, const struct bundle *bundle)
{
    sum_of(sums, day, bundle->driver, from)->notices++;
    for (size_t i = 0; i < bundle->count; i++) {
        const struct simulated_row *row = &bundle->rows[i];
        struct sum *sum = sum_of(sums, day, row, from);
        sum->messages += same_item(row, bundle->driver);
        if (!is_new_item(bundle, i))
            continue;
        sum->items++;
        sum->amount = money_add(sum->amount, row->amount);
    }
}

static void add_up(const struct rulebook *rulebook, const struct simulation *simulation, struct sums *days,
                   struct sums *all)
{
    size_t day_from = 0;
    day_t last = DAY_NONE;

    for (size_t i = 0; i < simulation->count;) {
        const struct simulated_row *row = &simulation->rows[i];
        struct bundle bundle = bundle_at(rulebook, simulation, i);
        day_t day = (day_t)((row->at + row->offset) / DAY_SECONDS);
        if (day != last)
            day_from = days->count;
        last = day;
        count_bundle(days, day, day_from, &bundle);
        count_bundle(all, DAY_NONE, 0, &bundle);
        i += bundle.count;
    }
}

/* A step that only rode on the notices of others has none of its own. */
static struct cell number_or_none(size_t number)
{
    return number == 0 ? cell_none() : cell_number((int64_t)number);
}

static void show_sums(struct session *session, const char *key, const char *title, const struct sums *sums)
{
    static const struct column columns[] = {
        {"day", "day", false},       {"policy", "policy", false},  {"step", "step", false},
        {"action", "action", false}, {"notices", "notices", true}, {"messages", "messages", true},
        {"items", "items", true},    {"amount", "amount", true},
    };
    bool total = sums->count > 0 && sums->list[0].day == DAY_NONE;
    struct columns shown = COLUMNS(columns);
    size_t skip = total ? 1 : 0;

    shown.list += skip;
    shown.count -= skip;
    struct table *table = page_table(session->page, key, title, shown, "nothing is sent");
    for (size_t i = 0; i < sums->count; i++) {
        const struct sum *sum = &sums->list[i];
        struct cell cells[] = {
            cell_day(sum->day),
            cell_text(sum->policy),
            cell_text(sum->step),
            cell_word(&action_names, (int)sum->action),
            number_or_none(sum->notices),
            number_or_none(sum->messages),
            cell_number((int64_t)sum->items),
            cell_money(sum->amount, sum->currency),
        };
        memcpy(table_row(table), cells + skip, shown.count * sizeof *cells);
    }
}

void simulate_text(struct session *session, const struct simulation *simulation)
{
    struct arena *arena = session->arena;
    struct sums days = {.arena = arena}, all = {.arena = arena};

    add_head(session, simulation);
    page_linef(session->page, "from %s, %s, if nobody pays and people act on nothing",
               show_moment(arena, session_zone(session), simulation->from),
               show_count(arena, simulation->days, "day", "days"));
    add_up(&session->config->rulebook, simulation, &days, &all);
    show_sums(session, "by_day", "By day", &days);
    if (all.count > 0)
        show_sums(session, "totals", "Altogether", &all);
    page_gap(session->page);
    page_linef(session->page, "%s, %s for people, %s at the end of a ladder; nothing was sent or changed",
               show_count(arena, (int64_t)simulation->approvals_asked, "approval asked", "approvals asked"),
               show_count(arena, (int64_t)simulation->tasks, "task", "tasks"),
               show_count(arena, (int64_t)simulation->exhausted, "item", "items"));
}
