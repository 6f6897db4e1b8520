/* Two simulations side by side: what edited policies would change, notice by notice. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/simulate.h"

enum change { CHANGE_NONE, CHANGE_MOVED, CHANGE_ADDED, CHANGE_DROPPED };
static const char *const change_words[] = {"unchanged", "moved", "added", "dropped"};
static const struct names change_names = {change_words, 4};

/* A step of an item by a channel, as it is before and after; MOMENT_NONE: not at all. */
struct pair {
    const struct simulated_row *row; /* that of after, else that of before */
    moment_t before, after;
    enum change change;
};

/* ---- matching ---- */

/* Rows of the same item, step and channel meet in the order of time, so that repetitions pair up one by one. */
static int key_order(const struct simulated_row *x, const struct simulated_row *y)
{
    int order = strcmp(x->customer, y->customer);

    if (order == 0)
        order = strcmp(x->invoice, y->invoice);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    if (order == 0)
        order = strcmp(x->step, y->step);
    return order != 0 ? order : (x->channel > y->channel) - (x->channel < y->channel);
}

static int row_order(const void *a, const void *b)
{
    const struct simulated_row *x = *(const struct simulated_row *const *)a,
                               *y = *(const struct simulated_row *const *)b;
    int order = key_order(x, y);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static const struct simulated_row **sorted(const struct simulation *simulation, struct arena *arena)
{
    const struct simulated_row **rows = arena_array(arena, simulation->count + 1, sizeof *rows);

    for (size_t i = 0; i < simulation->count; i++)
        rows[i] = &simulation->rows[i];
    qsort(rows, simulation->count, sizeof *rows, row_order);
    return rows;
}

static struct pair pair_of(const struct simulated_row *before, const struct simulated_row *after)
{
    struct pair pair = {after ? after : before, before ? before->at : MOMENT_NONE, after ? after->at : MOMENT_NONE,
                        CHANGE_NONE};

    if (!before)
        pair.change = CHANGE_ADDED;
    else if (!after)
        pair.change = CHANGE_DROPPED;
    else if (before->at != after->at)
        pair.change = CHANGE_MOVED;
    return pair;
}

struct pairs {
    struct pair *list;
    size_t count;
    size_t totals[4]; /* of each change */
};

static void match(const struct simulation *before, const struct simulation *after, struct arena *arena,
                  struct pairs *out)
{
    const struct simulated_row **old = sorted(before, arena), **new = sorted(after, arena);
    size_t i = 0, j = 0;

    out->list = arena_array(arena, before->count + after->count + 1, sizeof *out->list);
    while (i < before->count || j < after->count) {
        int order = i == before->count ? 1 : (j == after->count ? -1 : key_order(old[i], new[j]));
        struct pair pair = pair_of(order <= 0 ? old[i] : NULL, order >= 0 ? new[j] : NULL);
        i += order <= 0;
        j += order >= 0;
        out->totals[pair.change]++;
        out->list[out->count++] = pair;
    }
}

/* ---- notice by notice ---- */

static moment_t moment_of(const struct pair *pair)
{
    return pair->after != MOMENT_NONE ? pair->after : pair->before;
}

static int notice_order(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    moment_t x_at = moment_of(x), y_at = moment_of(y);
    int order;

    if (x_at != y_at)
        return x_at > y_at ? 1 : -1;
    order = strcmp(x->row->customer, y->row->customer);
    if (order == 0)
        order = strcmp(x->row->step, y->row->step);
    if (order == 0)
        order = (x->row->channel > y->row->channel) - (x->row->channel < y->row->channel);
    if (order == 0)
        order = (x->before > y->before) - (x->before < y->before);
    return order != 0 ? order : key_order(x->row, y->row);
}

/* One line for what goes to one customer at one moment and was at one moment. */
static bool same_line(const struct pair *a, const struct pair *b)
{
    return a->before == b->before && a->after == b->after && a->row->channel == b->row->channel &&
           text_equal(a->row->customer, b->row->customer) && text_equal(a->row->step, b->row->step) &&
           text_equal(a->row->currency, b->row->currency);
}

static size_t drop_unchanged(struct pairs *pairs)
{
    size_t kept = 0;

    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->list[i].change != CHANGE_NONE)
            pairs->list[kept++] = pairs->list[i];
    return kept;
}

static struct table *changes_table(struct page *page)
{
    static const struct column columns[] = {
        {"change", "change", false},       {"was_at", "today's policies", false},
        {"at", "the new policies", false}, {"customer", "customer", false},
        {"policy", NULL, false},           {"step", "step", false},
        {"channel", "channel", false},     {"amount", "amount", true},
        {"invoices", "invoices", false},
    };

    return page_table(page, "changes", "Changes", COLUMNS(columns), "none");
}

static void add_line(struct session *session, struct table *table, const struct pair *pairs, size_t count)
{
    const struct simulated_row *row = pairs[0].row;
    struct text invoices;
    int64_t amount = 0;

    text_init(&invoices, session->arena);
    for (size_t i = 0; i < count; i++) {
        amount = money_add(amount, pairs[i].row->amount);
        text_addf(&invoices, "%s%s", i == 0 ? "" : " ", pairs[i].row->invoice);
    }
    struct cell cells[] = {
        cell_word(&change_names, (int)pairs[0].change),
        cell_moment(pairs[0].before),
        cell_moment(pairs[0].after),
        cell_text(row->customer),
        cell_text(row->policy),
        cell_text(row->step),
        cell_word(&channel_names, (int)row->channel),
        cell_money(amount, row->currency),
        cell_text(invoices.data),
    };
    memcpy(table_row(table), cells, sizeof cells);
}

static void show_changes(struct session *session, const struct pairs *pairs)
{
    struct table *table = changes_table(session->page);

    for (size_t i = 0, next; i < pairs->count; i = next) {
        for (next = i + 1; next < pairs->count && same_line(&pairs->list[i], &pairs->list[next]); next++)
            ;
        add_line(session, table, &pairs->list[i], next - i);
    }
    for (int change = CHANGE_NONE; change <= CHANGE_DROPPED; change++)
        page_field(session->page, change_words[change], NULL, cell_number((int64_t)pairs->totals[change]));
    page_gap(session->page);
    page_linef(session->page,
               "steps of items: %zu unchanged, %zu moved, %zu added, %zu dropped; nothing was sent or changed",
               pairs->totals[CHANGE_NONE], pairs->totals[CHANGE_MOVED], pairs->totals[CHANGE_ADDED],
               pairs->totals[CHANGE_DROPPED]);
}

/* ---- CSV ---- */

static const char *csv_moment(moment_t at, int32_t offset, char buffer[MOMENT_TEXT_SIZE])
{
    if (at == MOMENT_NONE)
        return "";
    return moment_format(at, offset, buffer);
}

static int print_csv(struct session *session, const struct pairs *pairs, struct err *err)
{
    fputs("change,was_at,at,customer,invoice,line,policy,step,channel,amount,currency\n", session->out);
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->list[i];
        const struct simulated_row *row = pair->row;
        char text[MOMENT_TEXT_SIZE], amount[MONEY_TEXT_SIZE];
        csv_field(session->out, names_word(&change_names, (int)pair->change), ',');
        csv_field(session->out, csv_moment(pair->before, row->offset, text), ',');
        csv_field(session->out, csv_moment(pair->after, row->offset, text), ',');
        csv_field(session->out, row->customer, ',');
        csv_field(session->out, row->invoice, ',');
        fprintf(session->out, "%d,", (int)row->line);
        csv_field(session->out, row->policy, ',');
        csv_field(session->out, row->step, ',');
        csv_field(session->out, names_word(&channel_names, (int)row->channel), ',');
        csv_field(session->out, money_format(row->amount, row->currency, amount), ',');
        csv_field(session->out, row->currency, '\n');
    }
    if (fflush(session->out) != 0 || ferror(session->out) != 0)
        return err_set(err, ERR_FAILED, "cannot write to standard output");
    return 0;
}

int simulate_compare(struct session *session, const struct simulation *before, const struct simulation *after, bool csv,
                     struct err *err)
{
    struct pairs pairs = {0};

    match(before, after, session->arena, &pairs);
    pairs.count = drop_unchanged(&pairs);
    qsort(pairs.list, pairs.count, sizeof *pairs.list, notice_order);
    if (csv)
        return print_csv(session, &pairs, err);
    show_changes(session, &pairs);
    return 0;
}
