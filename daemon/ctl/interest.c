/* interest: interest on arrears and lump sum of one claim, with its derivation. */
#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/rates.h"
#include "ctl/session.h"
#include "ctl/settings.h"
#include "ctl/verbs.h"
#include "policy/interest.h"

#define RATES_DEFAULT "/etc/dunningd/rates"

struct asking {
    struct session *session;
    const struct zone *zone;
    const struct rates *rates;
    struct regime regime; /* with what --rate and --set change of it */
    struct arrears claim;
    struct interest interest;
};

/* ---- what is asked ---- */

/* The folder of --rates, else of the configuration; without one, the usual place. */
static int find_folder(struct asking *asking, const char **folder, struct err *err)
{
    struct session *session = asking->session;
    const char *file = session_config_file(session);

    *folder = session->arguments->given[OPTION_RATES] ? session->arguments->text[OPTION_RATES] : RATES_DEFAULT;
    if (session->arguments->given[OPTION_RATES])
        return 0;
    if (!session->arguments->given[OPTION_CONFIG] && access(file, F_OK) != 0 && errno == ENOENT)
        return 0;
    const struct config *config = settings_read(file, session->arena);
    if (!config)
        return err_set(err, ERR_CONFIG,
                       "%s: it cannot be read or has mistakes, dunningctl check names them; --rates "
                       "DIR does without it",
                       file);
    *folder = config->settings.rates_dir;
    asking->zone = config->rulebook.zone;
    return 0;
}

static int read_rates(struct asking *asking, struct err *err)
{
    struct arena *arena = asking->session->arena;
    struct findings findings;
    const char *folder = "";

    if (find_folder(asking, &folder, err) != 0)
        return -1;
    findings_init(&findings, arena);
    asking->rates = rates_read(folder, arena, &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.list[i].severity != SEVERITY_NOTE)
            fprintf(stderr, "%s\n", finding_line(&findings.list[i], arena));
    if (asking->rates)
        return 0;
    return err_set(err, ERR_CONFIG, "%s: %zu %s to be mended before interest is computed", folder, findings.errors,
                   findings.errors == 1 ? "mistake has" : "mistakes have");
}

static day_t day_of(const struct asking *asking, enum option_id id)
{
    const struct local_time *time = &asking->session->arguments->time[id];

    if (time->day != DAY_NONE)
        return time->day;
    return zone_day(asking->zone ? asking->zone : &zone_utc, asking->session->now, NULL);
}

static int read_claim(struct asking *asking, struct err *err)
{
    const struct arguments *arguments = asking->session->arguments;
    struct arrears *claim = &asking->claim;
    const char *currency = arguments->text[OPTION_CURRENCY], *amount;

    if (session_word(asking->session, 0, &amount, err) != 0)
        return -1;
    if (money_parse(amount, currency, '.', &claim->principal, err) != 0) {
        err->code = ERR_USAGE;
        return -1;
    }
    if (claim->principal < 0)
        return err_set(err, ERR_USAGE, "the amount is negative; only what is owed bears interest");
    for (size_t i = 0; i + 1 < CURRENCY_SIZE; i++)
        claim->currency[i] = currency[i];
    claim->due = day_of(asking, OPTION_DUE);
    claim->as_of = day_of(asking, OPTION_AS_OF);
    return 0;
}

/* ---- the regime ---- */

static const char *all_names(const struct asking *asking)
{
    struct text out;

    text_init(&out, asking->session->arena);
    for (size_t i = 0; i < asking->rates->regime_count; i++) {
        const char *name = asking->rates->regimes[i].name;
        if (i == 0 || !text_equal(name, asking->rates->regimes[i - 1].name))
            text_addf(&out, "%s%s", i == 0 ? "" : ", ", name);
    }
    return asking->rates->regime_count == 0 ? "none" : out.data;
}

static int find_regime(struct asking *asking, struct err *err)
{
    const char *name = asking->session->arguments->text[OPTION_REGIME];
    const struct regime *found = rates_regime(asking->rates, name, asking->claim.due);
    char due[DAY_TEXT_SIZE];

    if (!found && rates_regime(asking->rates, name, INT32_MAX))
        return err_set(err, ERR_REFUSED, "%s has no rules for a claim due on %s; its first block begins later", name,
                       day_format(asking->claim.due, due));
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "there is no regime %s; there are: %s", name, all_names(asking));
    asking->regime = *found;
    return 0;
}

/* --rate: an agreed rate in the place of everything that makes up the regime's. */
static void agree(struct regime *regime)
{
    enum { HUNDREDTHS = 100 };

    regime->fixing = FIXING_CONSTANT;
    regime->series = NULL;
    regime->series_name = "";
    regime->margin = 0;
    regime->multiplier = HUNDREDTHS;
    regime->reference_rounding = REFERENCE_AS_IT_IS;
}

static int refuse_change(const struct findings *findings, struct err *err)
{
    return err_set(err, ERR_USAGE, "%s; dunningd-rates(5) lists the keys", findings->list[0].text);
}

static int change_regime(struct asking *asking, struct err *err)
{
    const struct arguments *arguments = asking->session->arguments;
    struct findings findings;

    findings_init(&findings, asking->session->arena);
    if (arguments->given[OPTION_RATE]) {
        agree(&asking->regime);
        if (!rates_change(asking->rates, &asking->regime, "rate", arguments->text[OPTION_RATE], &findings))
            return refuse_change(&findings, err);
    }
    for (size_t i = 0; i < arguments->map_count; i++) {
        const char *const *pair = &arguments->map[2 * i];
        if (!rates_change(asking->rates, &asking->regime, pair[0], pair[1], &findings))
            return refuse_change(&findings, err);
    }
    const char *fault = rates_fault(&asking->regime);
    return text_empty(fault) ? 0 : err_set(err, ERR_USAGE, "%s", fault);
}

/* Who is not told is taken for a customer whom the regime is for. */
static void find_debtor(struct asking *asking)
{
    const struct arguments *arguments = asking->session->arguments;

    if (arguments->given[OPTION_CUSTOMER])
        asking->claim.debtor = (enum debtor)names_find(&debtor_names, arguments->text[OPTION_CUSTOMER]);
    else
        asking->claim.debtor = asking->regime.customer_count == 0 ? DEBTOR_B2B : asking->regime.customers[0];
}

/* ---- the answer ---- */

/* Decimals as texts: no reader may turn money into a binary fraction. */
static struct cell cell_decimal(struct arena *arena, int64_t minor, const char *currency)
{
    char text[MONEY_TEXT_SIZE];

    return cell_text(arena_copy(arena, money_format(minor, currency, text)));
}

static struct cell cell_rate(struct arena *arena, int64_t rate)
{
    char text[RATE_TEXT_SIZE];

    return cell_text(arena_copy(arena, rate_format(rate, text)));
}

static struct cell cell_day_if(day_t day)
{
    return day == DAY_NONE ? cell_none() : cell_day(day);
}

static void tell_head(const struct asking *asking)
{
    struct page *page = asking->session->page;
    struct arena *arena = asking->session->arena;
    const struct arrears *claim = &asking->claim;
    const struct regime *regime = &asking->regime;

    page_field(page, "regime", "regime", cell_text(regime->name));
    page_field(page, "title", "title", cell_text(regime->title));
    page_field(page, "file", "file", cell_text(arena_printf(arena, "%s:%d", regime->file, regime->line)));
    page_field(page, "customer", "customer", cell_word(&debtor_names, (int)claim->debtor));
    page_field(page, NULL, "claim", cell_money(claim->principal, claim->currency));
    page_field(page, "principal", NULL, cell_decimal(arena, claim->principal, claim->currency));
    page_field(page, "currency", NULL, cell_text(claim->currency));
    page_field(page, "due_on", "due", cell_day(claim->due));
    page_field(page, "as_of", "as of", cell_day(claim->as_of));
    page_field(page, "verdict", NULL, cell_word(&interest_verdict_names, (int)asking->interest.verdict));
    page_field(page, "from", NULL, cell_day_if(asking->interest.from));
    page_field(page, "days", "days", cell_number(asking->interest.days));
    page_gap(page);
}

static void tell_lines(const struct asking *asking)
{
    struct page *page = asking->session->page;
    size_t count;
    const char *const *lines =
        interest_lines(&asking->regime, &asking->claim, &asking->interest, asking->session->arena, &count);

    page_texts(page, "derivation", NULL, lines, count);
    for (size_t i = 0; i < count; i++)
        page_line(page, NULL, lines[i]);
    page_gap(page);
}

static void tell_segments(const struct asking *asking)
{
    static const struct column columns[] = {{"from", NULL, false},     {"to", NULL, false},  {"days", NULL, true},
                                            {"units", NULL, true},     {"year", NULL, true}, {"fixed_on", NULL, false},
                                            {"reference", NULL, true}, {"rate", NULL, true}, {"balance", NULL, true},
                                            {"interest", NULL, true}};
    struct arena *arena = asking->session->arena;
    struct table *table = page_table(asking->session->page, "segments", "", COLUMNS(columns), "");

    for (size_t i = 0; i < asking->interest.part_count; i++) {
        const struct interest_part *part = &asking->interest.parts[i];
        TABLE_ROW(table, cell_day(part->from), cell_day(part->to), cell_number(part->days), cell_number(part->units),
                  cell_number(part->year), cell_day_if(part->fixed), cell_rate(arena, part->reference),
                  cell_rate(arena, part->rate), cell_text(part->balance), cell_text(part->exact));
    }
}

/* What is left to be claimed of the costs of enforcement, where the lump sum counts towards them. */
static int tell_costs(const struct asking *asking, struct err *err)
{
    const struct arguments *arguments = asking->session->arguments;
    const char *currency = asking->claim.currency;
    int64_t costs;

    if (!arguments->given[OPTION_COSTS])
        return 0;
    if (money_parse(arguments->text[OPTION_COSTS], currency, '.', &costs, err) != 0) {
        err->code = ERR_USAGE;
        return -1;
    }
    int64_t rest = compensation_rest(&asking->regime.compensation, asking->interest.compensation, costs);
    page_field(asking->session->page, NULL, "costs beyond it", cell_money(rest, currency));
    page_field(asking->session->page, "costs_rest", NULL, cell_decimal(asking->session->arena, rest, currency));
    return 0;
}

static int tell(const struct asking *asking, struct err *err)
{
    struct page *page = asking->session->page;
    struct arena *arena = asking->session->arena;
    const struct interest *interest = &asking->interest;
    const char *currency = asking->claim.currency;

    tell_head(asking);
    tell_lines(asking);
    page_field(page, NULL, "interest", cell_money(interest->interest, currency));
    page_field(page, NULL, "compensation", cell_money(interest->compensation, currency));
    page_field(page, "interest", NULL, cell_decimal(arena, interest->interest, currency));
    page_field(page, "exact", NULL, cell_text(interest->exact));
    page_field(page, "compensation", NULL, cell_decimal(arena, interest->compensation, currency));
    tell_segments(asking);
    return tell_costs(asking, err);
}

int verb_interest(struct session *session, struct err *err)
{
    struct asking asking = {.session = session};

    if (read_rates(&asking, err) != 0 || read_claim(&asking, err) != 0 || find_regime(&asking, err) != 0 ||
        change_regime(&asking, err) != 0)
        return -1;
    find_debtor(&asking);
    if (interest_compute(&asking.regime, &asking.claim, session->arena, &asking.interest, err) != 0)
        return -1;
    return tell(&asking, err);
}
