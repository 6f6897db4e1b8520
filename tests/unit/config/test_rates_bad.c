/* Files of rates that are wrong, each with the sentence that says so, and where. */
#include "unit/config/fixture.h"

#include "config/rates.h"
#include "policy/rates.h"

#define CONF                                                                                                \
    "series = (\n"                                                                                          \
    "  { name = \"HALF\"; kind = \"half_year\"; equals = { series = \"OTHER\"; plus = \"-0.88%\"; since = " \
    "\"2009-01-01\"; }; },\n"                                                                               \
    "  { name = \"OTHER\"; kind = \"half_year\"; },\n"                                                      \
    "  { name = \"CHANGE\"; kind = \"change_date\"; } );\n"
#define OPEN "regimes = ( { name = \"R\";\n"
#define CLOSE " } );\n"
#define HEAD "valid_from,rate\n"
#define HALF HEAD "2008-07-01,3.19\n2009-01-01,1.62\n2009-07-01,0.12\n2010-01-01,0.12\n"
#define OTHER HEAD "2009-01-01,2.50\n2009-07-01,1.00\n2010-01-01,1.00\n"
#define CHANGE HEAD "2009-01-08,1.50\n2009-02-05,1.00\n2009-03-05,0.50\n"

static const struct file_of_rates {
    const char *name, *text;
} good[] = {
    {"all.conf", CONF OPEN "series = \"HALF\"; margin = \"8.00%\";" CLOSE},
    {"HALF.csv", HALF},
    {"OTHER.csv", OTHER},
    {"CHANGE.csv", CHANGE},
};

struct bad {
    const char *what, *file, *text;
    const char *sentence; /* "file:line: ..." */
};

static const struct bad bad_tables[] = {
    {"a half-year is left out", "HALF.csv", HEAD "2009-01-01,1.62\n2010-01-01,0.12\n",
     "HALF.csv:3: the half-year from 2009-07-01 is missing before this row; add it"},
    {"several are", "HALF.csv", HEAD "2008-01-01,3.32\n\n2010-01-01,0.12\n",
     "HALF.csv:4: the half-year from 2008-07-01 is missing before this row; add it"},
    {"a slip of the month", "HALF.csv", HEAD "2009-01-01,1.62\n2009-06-01,0.12\n",
     "HALF.csv:3: 2009-06-01 is not the start of a half-year; rates of this series hold from 1 January or 1 July"},
    {"a slip of the day", "HALF.csv", HEAD "2009-01-02,1.62\n",
     "HALF.csv:2: 2009-01-02 is not the start of a half-year"},
    {"twice", "HALF.csv", HEAD "2009-01-01,1.62\n2009-01-01,1.62\n2009-07-01,0.12\n",
     "HALF.csv:3: 2009-01-01 stands here for the second time, first in line 2; keep one"},
    {"twice, of change_date", "CHANGE.csv", HEAD "2009-01-08,1.50\n2009-01-08,1.00\n",
     "CHANGE.csv:3: 2009-01-08 stands here for the second time, first in line 2; keep one"},
    {"out of order", "CHANGE.csv", HEAD "2009-02-05,1.00\n2009-01-08,1.50\n",
     "CHANGE.csv:3: 2009-01-08 stands behind a later date; sort the rows by valid_from"},
    {"a row that would shadow the later ones", "CHANGE.csv",
     "valid_from,valid_to,rate\n2009-01-08,2999-12-31,1.50\n2009-02-05,,1.00\n",
     "CHANGE.csv:3: 2009-02-05 overlaps with line 2, whose rate holds until 2999-12-31; correct valid_to"},
    {"a day between two rows", "CHANGE.csv", "valid_from,valid_to,rate\n2009-01-08,2009-02-03,1.50\n2009-02-05,,1.00\n",
     "CHANGE.csv:3: no rate holds between 2009-02-03 and 2009-02-05; add it, or correct valid_to of line 2"},
    {"ends before it begins", "CHANGE.csv", "valid_from,valid_to,rate\n2009-01-08,2009-01-07,1.50\n",
     "CHANGE.csv:2: valid_to lies before valid_from; correct one of them"},
    {"a jump", "CHANGE.csv", HEAD "2009-01-08,1.50\n2009-02-05,10.00\n",
     "CHANGE.csv:3: warning: the rate jumps from 1.50 to 10.00, by more than 5 percentage points; look whether it is "
     "right"},
    {"a jump down", "CHANGE.csv", HEAD "2009-01-08,15.00\n2009-02-05,1.00\n",
     "CHANGE.csv:3: warning: the rate jumps from 15.00 to 1.00"},
    {"against the other table", "HALF.csv", HEAD "2009-01-01,1.62\n2009-07-01,0.21\n",
     "HALF.csv:3: 2009-07-01: HALF has 0.21, but OTHER (line 3) comes to 0.12; one of the two is wrong"},
    {"a decimal comma", "HALF.csv", HEAD "2009-01-01,1,62\n",
     "HALF.csv:2: the row has 3 fields, the header 2; a rate has a point, not a comma"},
    {"a percent sign", "HALF.csv", HEAD "2009-01-01,1.62%\n",
     "HALF.csv:2: rate: \"1.62%\" is no rate; write percent a year like 2.15, without a sign behind it"},
    {"no rate", "HALF.csv", HEAD "2009-01-01,\n", "HALF.csv:2: rate: \"\" is no rate"},
    {"an exponent", "HALF.csv", HEAD "2009-01-01,1e2\n", "HALF.csv:2: rate: \"1e2\" is no rate"},
    {"finer than we compute", "HALF.csv", HEAD "2009-01-01,1.62345\n", "HALF.csv:2: rate: \"1.62345\" is no rate"},
    {"no date there is", "HALF.csv", HEAD "2009-02-30,1.62\n",
     "HALF.csv:2: valid_from: \"2009-02-30\" is no date; write YYYY-MM-DD"},
    {"another notation of dates", "HALF.csv", HEAD "01.07.2009,0.12\n", "HALF.csv:2: valid_from: \"01.07.2009\" is no"},
    {"valid_to is none", "CHANGE.csv", "valid_from,valid_to,rate\n2009-01-08,later,1.50\n",
     "CHANGE.csv:2: valid_to: \"later\" is no date"},
    {"no header", "HALF.csv", "2009-01-01,1.62\n",
     "HALF.csv:1: \"2009-01-01\" is no column of a table of rates; use valid_from, valid_to, rate, status or source"},
    {"a header without the rate", "HALF.csv", "valid_from,source\n2009-01-01,x\n",
     "HALF.csv:1: the first row must name the columns, valid_from and rate among them"},
    {"a column twice", "HALF.csv", "valid_from,rate,rate\n2009-01-01,1.62,1.62\n",
     "HALF.csv:1: the column rate stands twice; keep one"},
    {"nothing but a header", "HALF.csv", HEAD, "HALF.csv: there is no rate in this file; write a header"},
    {"an open quote", "HALF.csv", "valid_from,rate,source\n2009-01-01,1.62,\"the bank\n",
     "HALF.csv:2: a quote is not closed, or something stands behind it; mend the row"},
    {"bytes that are no text", "HALF.csv", HEAD "2009-01-01,1.62\xff\n", "HALF.csv:2: this line is not UTF-8"},
};

#define SERIES(keys) "series = ( { " keys " } );\n"

static const struct bad bad_files[] = {
    {"no such table", "more.conf", SERIES("name = \"NONE\"; kind = \"half_year\";"),
     "NONE.csv: cannot open the file: No such file or directory"},
    {"a series twice", "more.conf", SERIES("name = \"HALF\"; kind = \"half_year\";"),
     "more.conf:1: name: there is a series \"HALF\" already; rename or remove one"},
    {"an unknown kind", "more.conf", SERIES("name = \"X\"; kind = \"yearly\";"),
     "more.conf:1: kind: \"yearly\" is not known here; use half_year or change_date"},
    {"half-years end by themselves", "more.conf",
     SERIES("name = \"X\"; table = \"HALF.csv\"; kind = \"half_year\"; expires = \"2027-01-01\";"),
     "more.conf:1: expires: a half-yearly series ends with its last half-year; remove the line"},
    {"an end before the last rate", "more.conf",
     SERIES("name = \"X\"; table = \"CHANGE.csv\"; kind = \"change_date\"; expires = \"2009-03-01\";"),
     "CHANGE.csv:4: the series expires on 2009-03-01, before this row; set expires to the last day that was looked up"},
    {"nothing to compare with", "more.conf",
     SERIES("name = \"X\"; table = \"HALF.csv\"; kind = \"half_year\"; equals = { series = \"NONE\"; plus = \"1%\"; "
            "since = \"2009-01-01\"; };"),
     "HALF.csv: equals.series: there is no series \"NONE\"; correct the name, or remove equals"},
    {"a table that nobody names", "LOST.csv", HALF,
     "LOST.csv: warning: no series has this table; name it in a series, or remove the file"},
    {"an unknown key", "more.conf", OPEN "margins = \"8%\";" CLOSE,
     "more.conf:2: margins: there is no such key in regime; did you mean margin?"},
    {"a key of another group", "more.conf", OPEN "bands = ();" CLOSE,
     "more.conf:2: bands: this key does not belong here; move it to compensation"},
    {"a number without a sign", "more.conf", OPEN "series = \"HALF\"; margin = \"8\";" CLOSE,
     "more.conf:2: margin: \"8\" is no rate; write percent a year with at most four digits after the point, like "
     "\"9.00%\""},
    {"a number without quotes", "more.conf", OPEN "series = \"HALF\"; margin = 8;" CLOSE,
     "more.conf:2: margin: expects a text in quotes, not a number"},
    {"a multiplier of nothing", "more.conf", OPEN "series = \"HALF\"; multiplier = \"0\";" CLOSE,
     "more.conf:2: multiplier: \"0\" is no multiplier; write a number from 0.01 to 100"},
    {"an unknown day count", "more.conf", OPEN "series = \"HALF\"; day_count = \"30/360\";" CLOSE,
     "more.conf:2: day_count: \"30/360\" is not known here; use act/365, act/360, act/act, 30E/360, months_or_part or "
     "complete_months"},
    {"no such series", "more.conf", "regimes = ( { name = \"R2\"; series = \"NONE\"; } );\n",
     "more.conf:1: series: there is no series \"NONE\" for R2; correct the name, or add the series"},
    {"neither series nor rate", "more.conf", OPEN "margin = \"8%\";" CLOSE,
     "more.conf:1: series: it is missing; name one, or write fixing = \"constant\"; and a rate"},
    {"constant, but no rate", "more.conf", OPEN "fixing = \"constant\";" CLOSE,
     "more.conf:1: rate: fixing constant needs one; add rate = \"9.00%\";"},
    {"constant, and a series", "more.conf", OPEN "fixing = \"constant\"; rate = \"5%\"; series = \"HALF\";" CLOSE,
     "more.conf:2: series: fixing constant takes none; remove it, or choose another fixing"},
    {"a rate beside a series", "more.conf", OPEN "rate = \"5%\"; series = \"HALF\";" CLOSE,
     "more.conf:2: rate: only fixing constant takes one; remove it, or the series"},
    {"rests that are none", "more.conf", OPEN "fixing = \"per_rest\"; series = \"HALF\";" CLOSE,
     "more.conf:2: fixing: per_rest and at_rest_end need rests; add compounding = \"monthly_rest\";"},
    {"rests with rates of days", "more.conf", OPEN "compounding = \"monthly_rest\"; series = \"HALF\";" CLOSE,
     "more.conf:1: fixing: a rest has one rate; use per_rest, at_rest_end, at_default, at_due or constant"},
    {"rests counted in months", "more.conf",
     OPEN
     "compounding = \"monthly_rest\"; fixing = \"at_due\"; day_count = \"months_or_part\"; series = \"HALF\";" CLOSE,
     "more.conf:2: day_count: with monthly rests it counts the days behind the last one; use act/365"},
    {"rounding rests that are none", "more.conf", OPEN "round_each_rest = true; series = \"HALF\";" CLOSE,
     "more.conf:2: round_each_rest: there are no rests"},
    {"a cap below the floor", "more.conf", OPEN "cap = \"5%\"; floor = \"6%\"; series = \"HALF\";" CLOSE,
     "more.conf:2: cap: it is lower than the floor; correct one of them"},
    {"nothing to look back on", "more.conf", OPEN "grace_retroactive = true; series = \"HALF\";" CLOSE,
     "more.conf:2: grace_retroactive: there is no grace; add grace_days, or remove it"},
    {"the same regime twice", "more.conf", OPEN "series = \"OTHER\";" CLOSE,
     "more.conf:1: name: R or one of its aliases is the regime in"},
    {"an alias that is somebody's name", "more.conf",
     "regimes = ( { name = \"S\"; aliases = [\"R\"]; series = \"OTHER\"; } );\n",
     "more.conf:1: name: S or one of its aliases is the regime in"},
    {"both limits", "more.conf",
     OPEN
     "series = \"HALF\"; compensation = { bands = ( { below = \"1 EUR\"; up_to = \"1 EUR\"; sum = \"40 EUR\"; } ); "
     "};" CLOSE,
     "more.conf:2: up_to: there is below already; keep the one that the law says"},
    {"two currencies", "more.conf",
     OPEN "series = \"HALF\"; compensation = { bands = ( { below = \"1 GBP\"; sum = \"40 EUR\"; } ); };" CLOSE,
     "more.conf:2: sum: it is in EUR, the limit in GBP; use one currency"},
    {"bands out of order", "more.conf",
     OPEN "series = \"HALF\"; compensation = { bands = (\n{ below = \"10 EUR\"; sum = \"70 EUR\"; },\n{ below = \"1 "
          "EUR\"; sum = \"40 EUR\"; } ); };" CLOSE,
     "more.conf:4: bands: this one ends below the one above; sort them, smallest claims first"},
    {"a band that is never reached", "more.conf",
     OPEN
     "series = \"HALF\"; compensation = { bands = (\n{ sum = \"70 EUR\"; },\n{ below = \"1 EUR\"; sum = \"40 EUR\"; "
     "} ); };" CLOSE,
     "more.conf:4: bands: the one above has no limit, so this one is never reached; remove one"},
    {"large claims without a sum", "more.conf",
     "regimes = ( { name = \"S\"; series = \"HALF\"; compensation = { bands = (\n"
     "{ up_to = \"1 EUR\"; sum = \"40 EUR\"; } ); }; } );\n",
     "more.conf:2: warning: bands: larger claims in EUR have no lump sum; add a band without a limit"},
    {"a sum that is no amount", "more.conf",
     OPEN "series = \"HALF\"; compensation = { bands = ( { sum = \"40\"; } ); };" CLOSE,
     "more.conf:2: sum: amount \"40\" has no currency: write it like 10.00 EUR"},
    {"not a file of rates", "more.conf", "policy = { };\n", "more.conf:1: policy: "},
    {"no libconfig", "more.conf", "regimes = ( {\n", "more.conf:"},
};

static void write_good(struct fixture *fixture)
{
    *fixture = (struct fixture){.folder = "/tmp/rates.XXXXXX", .arena = arena_new(0)};
    findings_init(&fixture->findings, fixture->arena);
    if (mkdtemp(fixture->folder) == NULL)
        fail_msg("cannot make a folder");
    for (size_t i = 0; i < LENGTH(good); i++)
        fixture_write(fixture, good[i].name, good[i].text);
}

static int take(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void put_away(struct fixture *fixture)
{
    nftw(fixture->folder, take, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(&fixture->arena);
}

static const char *all_findings(struct fixture *fixture)
{
    struct text out;
    text_init(&out, fixture->arena);
    for (size_t i = 0; i < fixture->findings.count; i++)
        text_addf(&out, "%s\n", finding_line(&fixture->findings.list[i], fixture->arena));
    return out.data;
}

static void expect_sentence(const struct bad *bad)
{
    struct fixture fixture;
    write_good(&fixture);
    fixture_write(&fixture, bad->file, bad->text);
    const struct rates *rates = rates_read(fixture.folder, fixture.arena, &fixture.findings);
    expect_part(bad->what, all_findings(&fixture), bad->sentence);
    expect_true("something is found", fixture.findings.count > 0);
    expect_true(bad->what, (rates == NULL) == (strstr(bad->sentence, ": warning: ") == NULL));
    put_away(&fixture);
}

static void test_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_tables); i++)
        expect_sentence(&bad_tables[i]);
}

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_files); i++)
        expect_sentence(&bad_files[i]);
}

static void test_there_are_forty(void **state)
{
    (void)state;
    expect_true("forty", LENGTH(bad_tables) + LENGTH(bad_files) >= 40);
}

static void test_good_ones_have_no_findings(void **state)
{
    struct fixture fixture;
    (void)state;
    write_good(&fixture);
    const struct rates *rates = rates_read(fixture.folder, fixture.arena, &fixture.findings);
    expect_text("findings", all_findings(&fixture), "");
    assert_non_null(rates);
    expect_int("series", (intmax_t)rates->series_count, 3);
    expect_int("regimes", (intmax_t)rates->regime_count, 1);
    expect_int("the end of a half-yearly series", rates_series(rates, "HALF")->expires, day_from_civil(2010, 6, 30));
    expect_int("the end of the half-year", rates_series(rates, "CHANGE")->expires, day_from_civil(2009, 6, 30));
    put_away(&fixture);
}

static void test_horizon(void **state)
{
    static const struct {
        const char *what;
        int year, month, day;
        bool used;
        const char *sentence;
    } cases[] = {
        {"long before", 2010, 4, 30, true, ""},
        {"soon", 2010, 6, 1, true, "HALF.csv: note: the rates of HALF end on 2010-06-30; add the next one"},
        {"the last day", 2010, 6, 30, true, "HALF.csv: note: the rates of HALF end on 2010-06-30"},
        {"over, and no policy asks for it", 2010, 7, 1, false, "HALF.csv: note: the rates of HALF ended on 2010-06-30"},
        {"over", 2010, 7, 1, true, "HALF.csv: warning: the rates of HALF ended on 2010-06-30; add the later ones"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct fixture fixture;
        write_good(&fixture);
        const struct rates *rates = rates_read(fixture.folder, fixture.arena, &fixture.findings);
        const struct country_regime regime = {"", "R"};
        const struct step step = {.interest = &regime, .interest_count = cases[i].used};
        const struct policy policy = {.steps = arena_alloc(fixture.arena, sizeof step), .step_count = 1};
        const struct rulebook rulebook = {.rates = rates, .policies = &policy, .policy_count = 1};
        policy.steps[0] = step;
        rates_check_horizon(&rulebook, day_from_civil(cases[i].year, cases[i].month, cases[i].day), &fixture.findings);
        expect_part(cases[i].what, all_findings(&fixture), cases[i].sentence);
        expect_int(cases[i].what, (intmax_t)fixture.findings.count, cases[i].sentence[0] != '\0');
        put_away(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),          cmocka_unit_test(test_files),
        cmocka_unit_test(test_there_are_forty), cmocka_unit_test(test_good_ones_have_no_findings),
        cmocka_unit_test(test_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
