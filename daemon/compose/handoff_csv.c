#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/handoff.h"

/* One row of the file, as far as it is the item's. */
struct row {
    const struct render_input *input;
    const struct notice_item *listed;
    const struct item *item; /* NULL: not in the ledger any more */
    const struct record *formal;
    struct arena *arena;
};

typedef const char *cell(const struct row *row);

static const char *date(const struct row *row, day_t day)
{
    char text[DAY_TEXT_SIZE];

    return day == DAY_NONE ? "" : arena_copy(row->arena, day_format(day, text));
}

static const char *money(const struct row *row, int64_t minor)
{
    char text[MONEY_TEXT_SIZE];

    return arena_copy(row->arena, money_format(minor, row->input->notice->currency, text));
}

static const char *case_id(const struct row *row)
{
    char name[NOTICE_TEXT_SIZE];

    return arena_copy(row->arena, notice_name(row->input->notice->id, name));
}

/* clang-format off */
static const char *on(const struct row *row) { return date(row, row->input->notice->on); }
static const char *creditor(const struct row *row) { return row->input->business->name; }
static const char *debtor_id(const struct row *row) { return row->input->dossier->customer->id; }
static const char *debtor(const struct row *row) { return row->input->dossier->customer->name; }
static const char *street(const struct row *row) { return row->input->dossier->customer->street; }
static const char *postcode(const struct row *row) { return row->input->dossier->customer->postcode; }
static const char *city(const struct row *row) { return row->input->dossier->customer->city; }
static const char *country(const struct row *row) { return row->input->dossier->customer->country; }
static const char *email(const struct row *row) { return row->input->dossier->customer->email; }
static const char *phone(const struct row *row) { return row->input->dossier->customer->phone; }
static const char *invoice_id(const struct row *row) { return row->listed->invoice_id; }
static const char *line(const struct row *row) { return arena_printf(row->arena, "%d", (int)row->listed->line); }
static const char *number(const struct row *row) { return row->item != NULL ? row->item->number : ""; }
static const char *issued(const struct row *row) { return row->item != NULL ? date(row, row->item->issued_on) : ""; }
static const char *due(const struct row *row) { return date(row, row->listed->due_on); }
static const char *currency(const struct row *row) { return row->input->notice->currency; }
static const char *amount(const struct row *row) { return row->item != NULL ? money(row, row->item->amount) : ""; }
static const char *open_amount(const struct row *row) { return money(row, row->listed->open); }
static const char *credited(const struct row *row) { return money(row, row->listed->credited); }
static const char *claim(const struct row *row) { return money(row, handoff_claim(row->listed)); }
static const char *formal_on(const struct row *row) { return row->formal != NULL ? date(row, row->formal->on) : ""; }
static const char *subject(const struct row *row) { return row->item != NULL ? row->item->subject : ""; }
/* clang-format on */

static const char *formal_deadline(const struct row *row)
{
    return row->formal != NULL ? date(row, row->formal->deadline) : "";
}

static const struct {
    const char *name;
    cell *cell;
} columns[] = {
    {"case", case_id},
    {"on", on},
    {"creditor", creditor},
    {"debtor_id", debtor_id},
    {"debtor", debtor},
    {"street", street},
    {"postcode", postcode},
    {"city", city},
    {"country", country},
    {"email", email},
    {"phone", phone},
    {"invoice_id", invoice_id},
    {"line", line},
    {"number", number},
    {"issued", issued},
    {"due", due},
    {"currency", currency},
    {"amount", amount},
    {"open", open_amount},
    {"credited", credited},
    {"claim", claim},
    {"formal_notice_on", formal_on},
    {"formal_deadline", formal_deadline},
    {"subject", subject},
};

/* A spreadsheet would run a cell that begins like a formula; numbers and dates do not. */
static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL && text[strspn(text, "+-0123456789.()/ ")] != '\0';
}

/* RFC 4180. */
static void add_cell(struct text *out, const char *text)
{
    const char *guard = is_formula(text) ? "'" : "";

    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        text_addf(out, "%s%s", guard, text);
        return;
    }
    text_addf(out, "\"%s", guard);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            text_add_char(out, '"');
        text_add_char(out, *text);
    }
    text_add_char(out, '"');
}

static void add_row(struct text *out, const struct row *row)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (i > 0)
            text_add_char(out, ',');
        add_cell(out, row != NULL ? columns[i].cell(row) : columns[i].name);
    }
    text_add(out, "\r\n");
}

const char *handoff_csv(const struct render_input *input, struct arena *arena)
{
    const struct dossier *dossier = input->dossier;
    struct text out;

    text_init(&out, arena);
    add_row(&out, NULL);
    for (size_t i = 0; i < input->notice->item_count; i++) {
        const struct notice_item *listed = &input->notice->items[i];
        const struct row row = {.input = input,
                                .listed = listed,
                                .item = dossier_item(dossier, listed->invoice_id, listed->line),
                                .formal = handoff_default_notice(dossier, listed),
                                .arena = arena};
        if (listed->block == BLOCK_DUE)
            add_row(&out, &row);
    }
    return out.data;
}
