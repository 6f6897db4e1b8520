#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/catalog_set.h"
#include "compose/language.h"
#include "compose/pay.h"
#include "compose/value.h"
#include "compose/values_of.h"
#include "policy/policy.h"

const char *values_amount(const struct making *making, int64_t minor)
{
    return manner_amount(making->manner, making->arena, minor);
}

const char *values_days(const struct making *making, int64_t days)
{
    return manner_days(making->manner, making->arena, days);
}

void values_set_date(const struct making *making, struct value *map, const char *key, const char *short_key, day_t day)
{
    value_put_text(map, key, manner_date(making->manner, making->arena, day));
    value_put_text(map, short_key, manner_date_short(making->manner, making->arena, day));
}

void values_set_amount(const struct making *making, struct value *map, const char *key, const char *raw_key,
                       int64_t minor)
{
    char raw[MONEY_TEXT_SIZE];

    value_put_text(map, key, values_amount(making, minor));
    money_format(minor, making->input->notice->currency, raw);
    value_put_text(map, raw_key, arena_copy(making->arena, raw));
}

void values_set_bool(const struct making *making, struct value *map, const char *key, bool yes)
{
    value_put(map, key, value_bool(making->arena, yes));
}

const char *values_link(const struct making *making, const char *url)
{
    static const char *const schemes[] = {"https://", "http://"};
    struct pay_upi upi;

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (text_starts(url, schemes[i]))
            return url;
    }
    return pay_upi_read(url, making->arena, &upi, NULL) == 0 ? url : "";
}

static struct value *lines_of(struct arena *arena, const char *text)
{
    struct value *list = value_list(arena);

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *line = text_trim(arena, arena_copy_n(arena, text, length));
        if (!text_empty(line))
            value_push(list, value_text(arena, line));
        text += length + (text[length] == '\n');
    }
    return list;
}

struct pair {
    const char *key, *text;
};

static struct value *map_of(const struct making *making, const struct pair *pairs, size_t count)
{
    struct value *map = value_map(making->arena);

    for (size_t i = 0; i < count; i++)
        value_put_text(map, pairs[i].key, pairs[i].text);
    return map;
}

static struct value *business_map(const struct making *making)
{
    const struct business *business = making->input->business;
    const struct pair pairs[] = {
        {"name", business->name},       {"email", business->email},
        {"address", business->address}, {"phone", business->phone},
        {"website", business->website}, {"iban", pay_grouped(making->arena, business->iban, 4, 4)},
        {"bic", business->bic},         {"bank", business->bank},
        {"vat_id", business->vat_id},   {"register_entry", business->register_entry},
    };
    struct value *map = map_of(making, pairs, sizeof pairs / sizeof pairs[0]);

    value_put(map, "address_lines", lines_of(making->arena, business->address));
    return map;
}

static const char *address_of(struct arena *arena, const struct customer *customer)
{
    struct text out;

    if (!text_empty(customer->address))
        return customer->address;
    text_init(&out, arena);
    text_add(&out, customer->street);
    if (!text_empty(customer->postcode) || !text_empty(customer->city))
        text_addf(&out, "%s%s %s", out.length > 0 ? ", " : "", customer->postcode, customer->city);
    return text_trim(arena, out.data);
}

static struct value *customer_map(const struct making *making)
{
    const struct customer *customer = making->input->dossier->customer;
    const struct pair pairs[] = {
        {"id", customer->id},
        {"name", customer->name},
        {"address", address_of(making->arena, customer)},
        {"street", customer->street},
        {"postcode", customer->postcode},
        {"city", customer->city},
        {"country", customer->country},
        {"vat_id", customer->vat_id},
    };

    return map_of(making, pairs, sizeof pairs / sizeof pairs[0]);
}

static bool is_consumer(const struct making *making)
{
    return text_equal(making->input->dossier->customer->segment, "b2c");
}

static struct value *contact_map(const struct making *making)
{
    const char *name = making->input->message->name, *customer = making->input->dossier->customer->name;
    struct value *map = value_map(making->arena);
    bool own = !text_empty(name) && !text_equal(name, customer);

    value_put_text(map, "name", text_empty(name) ? customer : name);
    values_set_bool(making, map, "is_person", own || is_consumer(making));
    return map;
}

enum { NUMBERS_MAX = 4, NUMBERS_SHOWN = 3, NUMBERS_LENGTH = 60 };

size_t values_invoices(const struct making *making, const struct item **list)
{
    const struct notice *notice = making->input->notice;
    const struct notice_item **rows = values_sorted(making);
    size_t count = 0;

    for (size_t i = 0; i < notice->item_count; i++) {
        const struct item *item = dossier_item(making->input->dossier, rows[i]->invoice_id, rows[i]->line);
        bool known = item == NULL || !values_in_total(notice, rows[i]);
        for (size_t k = 0; k < count && !known; k++)
            known = text_equal(list[k]->invoice_id, item->invoice_id);
        if (!known)
            list[count++] = item;
    }
    return count;
}

/* For a subject or an SMS: "R-1, R-2, R-3 +4" says the same in every language. */
static const char *numbers_of(struct arena *arena, const struct item **list, size_t count)
{
    struct text out;
    size_t shown = 0, most = count > NUMBERS_MAX ? NUMBERS_SHOWN : count;

    text_init(&out, arena);
    for (; shown < most; shown++) {
        if (shown > 0 && out.length + strlen(list[shown]->number) + 2 > NUMBERS_LENGTH)
            break;
        text_addf(&out, "%s%s", shown > 0 ? ", " : "", list[shown]->number);
    }
    if (shown < count)
        text_addf(&out, " +%zu", count - shown);
    return out.data;
}

static struct value *notice_map(const struct making *making, const char *reference)
{
    const struct notice *notice = making->input->notice;
    const struct item **invoices = arena_array(making->arena, notice->item_count + 1, sizeof(void *));
    size_t count = values_invoices(making, invoices);
    char name[NOTICE_TEXT_SIZE];
    const struct pair pairs[] = {
        {"id", arena_copy(making->arena, notice_name(notice->id, name))},
        {"step", notice->step},
        {"action", names_word(&action_names, (int)notice->action)},
        {"total", values_amount(making, notice->total)},
        {"currency", notice->currency},
        {"deadline", manner_date(making->manner, making->arena, notice->deadline)},
        {"numbers", numbers_of(making->arena, invoices, count)},
        {"reference", reference},
    };
    struct value *map = map_of(making, pairs, sizeof pairs / sizeof pairs[0]);

    values_set_date(making, map, "date", "date_short", notice->on);
    return map;
}

static int64_t set_credits(const struct making *making, struct value *root)
{
    const struct notice *notice = making->input->notice;
    struct value *list = value_list(making->arena);
    int64_t total = 0;

    for (size_t i = 0; i < notice->credit_count; i++) {
        const struct notice_credit *credit = &notice->credits[i];
        struct value *map = value_map(making->arena);
        value_put_text(map, "number", text_empty(credit->number) ? credit->id : credit->number);
        values_set_date(making, map, "date", "date_short", credit->on);
        values_set_amount(making, map, "amount", "amount_raw", credit->amount);
        value_push(list, map);
        total = money_add(total, credit->amount);
    }
    value_put(root, "credits", list);
    value_put_text(root, "credits_total", values_amount(making, total));
    values_set_bool(making, root, "has_credits", notice->credit_count > 0);
    return total;
}

static void set_offer(const struct making *making, struct value *root)
{
    const struct notice *notice = making->input->notice;
    const struct step *step = making->input->step;
    struct value *offer = value_map(making->arena), *list = value_list(making->arena);
    bool is_plan = notice->action == ACTION_OFFER_PLAN;

    values_set_date(making, offer, "valid_until", "valid_until_short", is_plan ? notice->deadline : DAY_NONE);
    value_put_text(offer, "instalment_count", arena_printf(making->arena, "%zu", notice->instalment_count));
    for (size_t i = 0; i < notice->instalment_count; i++) {
        struct value *map = value_map(making->arena);
        value_put_text(map, "number", arena_printf(making->arena, "%zu", i + 1));
        values_set_date(making, map, "date", "date_short", notice->instalments[i].due_on);
        values_set_amount(making, map, "amount", "amount_raw", notice->instalments[i].amount);
        values_set_bool(making, map, "is_deposit", i == 0 && step != NULL && step->plan.deposit_ppm > 0);
        value_push(list, map);
    }
    value_put(root, "offer", offer);
    value_put(root, "instalments", list);
}

static void set_flags(const struct making *making, struct value *root)
{
    const struct notice *notice = making->input->notice;
    const struct {
        const char *key;
        bool yes;
    } flags[] = {
        {"is_remind", notice->action == ACTION_REMIND},
        {"is_formal", notice->action == ACTION_NOTICE},
        {"is_plan", notice->action == ACTION_OFFER_PLAN},
        {"is_handoff", notice->action == ACTION_HANDOFF},
        {"is_before_due", notice->before_due},
        {"is_consumer", is_consumer(making)},
        {"has_deadline", notice->deadline != DAY_NONE},
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        values_set_bool(making, root, flags[i].key, flags[i].yes);
}

static struct value *root_map(const struct making *making, const char *language)
{
    const struct notice *notice = making->input->notice;
    struct value *root = value_map(making->arena);
    day_t previous = values_previous(making);

    value_put_text(root, "language", language);
    value_put_text(root, "currency", notice->currency);
    values_set_amount(making, root, "total", "total_raw", notice->total);
    int64_t credits = set_credits(making, root);
    value_put_text(root, "items_total", values_amount(making, money_add(notice->total, credits)));
    values_set_date(making, root, "deadline", "deadline_short", notice->deadline);
    value_put_text(root, "previous_date", manner_date(making->manner, making->arena, previous));
    values_set_bool(making, root, "has_previous", previous != DAY_NONE);
    set_flags(making, root);
    value_put(root, "business", business_map(making));
    value_put(root, "customer", customer_map(making));
    value_put(root, "contact", contact_map(making));
    value_put(root, "notice", notice_map(making, values_set_pay(making, root)));
    values_set_items(making, root);
    values_set_charges(making, root);
    set_offer(making, root);
    return root;
}

struct value *render_values(const struct render_input *input, struct arena *arena)
{
    struct render_language language = render_language_of(input);
    const struct making making = {.input = input,
                                  .arena = arena,
                                  .manner = manners_find(input->catalog->manners, language.written,
                                                         input->notice->currency, arena)};

    return root_map(&making, language.folder);
}
