/* Tables of what the ledger holds, with what would be decided now: items and accounts. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/lists.h"
#include "ctl/session.h"
#include "ctl/walk.h"

const char *verdict_word(const struct verdict *verdict)
{
    return verdict->reason == REASON_NONE ? "due" : names_word(&reason_names, (int)verdict->reason);
}

/* Not owed, or not by an invoice. */
static bool is_past(const struct verdict *verdict)
{
    static const enum reason past[] = {REASON_SETTLED, REASON_VOID, REASON_WRITTEN_OFF, REASON_CREDIT_NOTE};

    for (size_t i = 0; i < sizeof past / sizeof *past; i++)
        if (verdict->reason == past[i])
            return true;
    return false;
}

/* ---- items ---- */

struct table *items_table(struct page *page, const char *title)
{
    static const struct column columns[] = {
        {"invoice", NULL, false},
        {NULL, "invoice", false},
        {"line", NULL, true},
        {"number", NULL, false},
        {"customer", "customer", false},
        {"entity", NULL, false},
        {"due_on", "due", false},
        {"amount", NULL, true},
        {"open", NULL, true},
        {"net", "net", true},
        {"policy", "policy", false},
        {"reached", "at step", false},
        {"next", "next step", false},
        {"at", NULL, false},
        {"until", "not before", false},
        {"status", "status", false},
    };

    return page_table(page, "items", title, COLUMNS(columns), "none");
}

static struct cell step_cell(struct arena *arena, const struct verdict *verdict, int index)
{
    bool known = verdict->policy && index >= 0;

    return cell_text(known ? arena_copy(arena, verdict->policy->steps[index].name) : "");
}

void items_add(struct session *session, struct table *table, const struct verdict *verdict)
{
    struct arena *arena = session->arena;
    const struct item *item = verdict->item;

    TABLE_ROW(table, cell_text(arena_copy(arena, item->invoice_id)),
              cell_text(item_name(arena, item->invoice_id, item->line)), cell_number(item->line),
              cell_text(arena_copy(arena, item->number)), cell_text(arena_copy(arena, item->customer_id)),
              cell_text(arena_copy(arena, item->entity)), cell_day(item->due_on),
              cell_money(item->amount, item->currency), cell_money(verdict->open, item->currency),
              cell_money(verdict->open - verdict->credited, item->currency),
              cell_text(verdict->policy ? verdict->policy->name : ""), step_cell(arena, verdict, verdict->position),
              step_cell(arena, verdict, verdict->next), cell_moment(verdict->at),
              verdict->reason == REASON_NONE ? cell_none() : cell_moment(verdict->until),
              cell_toned(cell_text(verdict_word(verdict)), verdict->reason == REASON_NONE ? TONE_WARN : TONE_PLAIN));
}

static bool step_fits(const struct verdict *verdict, const char *step)
{
    return text_empty(step) ||
           (verdict->policy && verdict->next >= 0 && text_equal(verdict->policy->steps[verdict->next].name, step));
}

static bool item_fits(const struct session *session, const struct verdict *verdict)
{
    const struct arguments *arguments = session->arguments;
    const char *policy = arguments->text[OPTION_POLICY], *status = arguments->text[OPTION_STATUS];

    if (!text_empty(policy) && (!verdict->policy || !text_equal(verdict->policy->name, policy)))
        return false;
    if (!step_fits(verdict, arguments->text[OPTION_STEP]))
        return false;
    if (text_empty(status))
        return !is_past(verdict);
    return text_equal(status, "all") || text_equal(status, verdict_word(verdict));
}

static int visit_items(struct walked *walked, struct err *err)
{
    struct table *table = walked->context;
    size_t limit = session_limit(walked->session);

    (void)err;
    for (size_t i = 0; i < walked->decision->verdict_count && !walked->enough; i++) {
        if (!item_fits(walked->session, &walked->decision->verdicts[i]))
            continue;
        if (table_count(table) == limit) {
            page_linef(walked->session->page, "there are more; --limit N shows them");
            walked->enough = true;
        } else {
            items_add(walked->session, table, &walked->decision->verdicts[i]);
        }
    }
    return 0;
}

static int check_status(const struct session *session, struct err *err)
{
    const char *status = session->arguments->text[OPTION_STATUS];

    if (text_empty(status) || text_equal(status, "all") || text_equal(status, "due") ||
        names_find(&reason_names, status) > 0)
        return 0;
    return err_set(err, ERR_USAGE, "--status %s: give due, all, or a word of the status column such as below_minimum",
                   status);
}

int list_items(struct session *session, struct err *err)
{
    if (check_status(session, err) != 0)
        return -1;
    return walk_customers(session, visit_items, items_table(session->page, "Items"), err);
}

/* ---- accounts ---- */

struct account {
    const char *entity, *currency;
    int64_t open, overdue, balance;
    size_t items;
    day_t oldest;
    const char *step; /* the highest one that an open item has reached */
    int position;
};

struct accounts {
    struct account *list;
    size_t count;
    day_t today;
    struct arena *arena;
};

static struct account *account_of(struct accounts *accounts, const char *entity, const char *currency)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (text_equal(accounts->list[i].entity, entity) && text_equal(accounts->list[i].currency, currency))
            return &accounts->list[i];
    struct account *account = &accounts->list[accounts->count++];
    *account = (struct account){.entity = arena_copy(accounts->arena, entity),
                                .currency = arena_copy(accounts->arena, currency),
                                .oldest = DAY_NONE,
                                .step = "",
                                .position = -1};
    return account;
}

static bool is_owed(const struct item *item)
{
    return item->status != ITEM_VOID && item->status != ITEM_WRITTEN_OFF;
}

static void add_item(struct accounts *accounts, const struct verdict *verdict)
{
    const struct item *item = verdict->item;

    if (!is_owed(item))
        return;
    struct account *account = account_of(accounts, item->entity, item->currency);
    account->balance = money_add(account->balance, item->amount);
    if (item->kind == ITEM_CREDIT_NOTE || verdict->open <= 0)
        return;
    account->items++;
    account->open = money_add(account->open, verdict->open);
    if (item->due_on != DAY_NONE && item->due_on < accounts->today)
        account->overdue = money_add(account->overdue, verdict->open);
    if (item->due_on != DAY_NONE && (account->oldest == DAY_NONE || item->due_on < account->oldest))
        account->oldest = item->due_on;
    if (verdict->policy && verdict->position > account->position) {
        account->position = verdict->position;
        account->step = arena_copy(accounts->arena, verdict->policy->steps[verdict->position].name);
    }
}

/* Money for what is no longer owed does not reduce what is. */
static bool counts(const struct dossier *dossier, const struct payment *payment)
{
    if (payment->status != PAYMENT_BOOKED)
        return false;
    for (size_t i = 0; i < dossier->item_count; i++)
        if (text_equal(dossier->items[i].invoice_id, payment->invoice_id))
            return is_owed(&dossier->items[i]);
    return true;
}

struct table *accounts_table(struct page *page, const char *title)
{
    static const struct column columns[] = {
        {"customer", "customer", false},
        {"entity", "entity", false},
        {"items", "items", true},
        {"open", "open", true},
        {"overdue", "overdue", true},
        {"credits", "credits", true},
        {"net", "net", true},
        {"oldest_due", "oldest due", false},
        {"step", "at step", false},
        {"next_at", "next look", false},
        {"name", "name", false},
    };

    return page_table(page, "accounts", title, COLUMNS(columns), "none");
}

static void add_account(struct session *session, struct table *table, const struct account *account,
                        const struct walked *walked)
{
    struct arena *arena = session->arena;

    TABLE_ROW(table, cell_text(arena_copy(arena, walked->dossier->customer->id)), cell_text(account->entity),
              cell_number((int64_t)account->items), cell_money(account->open, account->currency),
              cell_money(account->overdue, account->currency),
              cell_money(account->open - account->balance, account->currency),
              cell_money(account->balance, account->currency), cell_day(account->oldest), cell_text(account->step),
              cell_moment(walked->decision->next_at), cell_text(arena_copy(arena, walked->dossier->customer->name)));
}

void accounts_add(struct session *session, struct table *table, const struct dossier *dossier,
                  const struct decision *decision)
{
    const struct walked walked = {.dossier = dossier, .decision = decision};
    struct accounts accounts = {.today = session_today(session), .arena = session->arena};

    accounts.list =
        arena_array(session->arena, dossier->item_count + dossier->payment_count + 1, sizeof *accounts.list);
    for (size_t i = 0; i < decision->verdict_count; i++)
        add_item(&accounts, &decision->verdicts[i]);
    for (size_t i = 0; i < dossier->payment_count; i++) {
        const struct payment *payment = &dossier->payments[i];
        if (!counts(dossier, payment))
            continue;
        struct account *account = account_of(&accounts, payment->entity, payment->currency);
        account->balance = money_add(account->balance, -payment->amount);
    }
    for (size_t i = 0; i < accounts.count; i++)
        if (accounts.list[i].open != 0 || accounts.list[i].balance != 0)
            add_account(session, table, &accounts.list[i], &walked);
}

static bool account_is_open(const struct walked *walked)
{
    const struct session *session = walked->session;

    for (size_t i = 0; i < walked->decision->verdict_count; i++)
        if (item_fits(session, &walked->decision->verdicts[i]))
            return true;
    return session->arguments->given[OPTION_CUSTOMER];
}

static int visit_accounts(struct walked *walked, struct err *err)
{
    struct table *table = walked->context;

    (void)err;
    if (!account_is_open(walked))
        return 0;
    if (table_count(table) >= session_limit(walked->session)) {
        page_linef(walked->session->page, "there are more; --limit N shows them");
        walked->enough = true;
        return 0;
    }
    accounts_add(walked->session, table, walked->dossier, walked->decision);
    return 0;
}

int list_accounts(struct session *session, struct err *err)
{
    if (check_status(session, err) != 0)
        return -1;
    return walk_customers(session, visit_accounts, accounts_table(session->page, "Accounts"), err);
}
