#include "variants.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"

/* ---- the figures ---- */

#define REMIND(rung_name, rung_n, rung_unit)                                                              \
    {                                                                                                     \
        .name = rung_name, .action = "remind", .anchor = "due", .sign = 1, .n = rung_n, .unit = rung_unit \
    }
#define AGENCY                                                                                                         \
    {                                                                                                                  \
        .name = "agency", .action = "handoff", .anchor = "previous", .sign = 1, .n = 14, .unit = 'd', .approval = true \
    }
#define COURTESY                                                                                 \
    {                                                                                            \
        .name = "courtesy", .action = "remind", .anchor = "due", .sign = -1, .n = 3, .unit = 'd' \
    }
#define NOTICE(rung_name, rung_anchor, rung_n, rung_unit, rung_deadline)                                     \
    .name = rung_name, .action = "notice", .anchor = rung_anchor, .sign = 1, .n = rung_n, .unit = rung_unit, \
    .deadline = rung_deadline, .deadline_unit = 'd'

static const struct plan standard = {.name = "standard",
                                     .calendar = true,
                                     .window = true,
                                     .zone = "",
                                     .lag = 2,
                                     .gap = 7,
                                     .minimum = 10,
                                     .rungs = {COURTESY,
                                               {.name = "reminder",
                                                .action = "remind",
                                                .anchor = "due",
                                                .sign = 1,
                                                .n = 5,
                                                .unit = 'b',
                                                .text_fallback = true},
                                               {NOTICE("formal", "previous", 10, 'd', 14), .sms = true},
                                               {NOTICE("final", "deadline", 3, 'b', 10), .was = "last"},
                                               AGENCY},
                                     .count = 5};

static const struct plan standard_edited = {
    .name = "standard",
    .calendar = true,
    .window = true,
    .zone = "",
    .lag = 2,
    .gap = 5,
    .minimum = 10,
    .rungs = {COURTESY,
              {.name = "reminder",
               .action = "remind",
               .anchor = "due",
               .sign = 1,
               .n = 5,
               .unit = 'b',
               .text_fallback = true},
              {.name = "second", .action = "remind", .anchor = "previous", .sign = 1, .n = 6, .unit = 'd'},
              {NOTICE("formal", "previous", 6, 'd', 14), .sms = true},
              {NOTICE("last", "deadline", 3, 'b', 10), .was = "final"},
              AGENCY},
    .count = 6};

static const struct plan plain = {
    .name = "plain",
    .zone = "",
    .rungs = {REMIND("s1", 3, 'd'),
              {.name = "s2", .was = "again", .action = "remind", .anchor = "due", .sign = 1, .n = 10, .unit = 'd'},
              {NOTICE("s3", "due", 30, 'd', 10)}},
    .count = 3};

static const struct plan plain_edited = {
    .name = "plain",
    .zone = "",
    .gap = 3,
    .rungs = {REMIND("s1", 3, 'd'),
              {.name = "again", .was = "s2", .action = "remind", .anchor = "due", .sign = 1, .n = 12, .unit = 'd'},
              {NOTICE("s3", "due", 25, 'd', 10)}},
    .count = 3};

static const struct plan rounds = {.name = "rounds",
                                   .by_invoice = true,
                                   .window = true,
                                   .zone = "",
                                   .gap = 7,
                                   .rungs = {{.name = "reminder",
                                              .action = "remind",
                                              .anchor = "due",
                                              .sign = 1,
                                              .n = 3,
                                              .unit = 'd',
                                              .repeat_days = 30,
                                              .repeat_times = 2,
                                              .text_fallback = true},
                                             {NOTICE("formal", "due", 40, 'd', 7)},
                                             {NOTICE("final", "deadline", 10, 'd', 10)}},
                                   .count = 3};

static const struct plan rounds_edited = {.name = "rounds",
                                          .by_invoice = true,
                                          .zone = "",
                                          .gap = 7,
                                          .rungs = {{.name = "reminder",
                                                     .action = "remind",
                                                     .anchor = "due",
                                                     .sign = 1,
                                                     .n = 3,
                                                     .unit = 'd',
                                                     .repeat_days = 30,
                                                     .repeat_times = 2,
                                                     .text_fallback = true},
                                                    {NOTICE("formal", "due", 50, 'd', 7)},
                                                    {NOTICE("final", "deadline", 10, 'd', 10)}},
                                          .count = 3};

static const struct plan offers = {
    .name = "offers",
    .calendar = true,
    .continues = true,
    .zone = "America/New_York",
    .lag = 1,
    .gap = 3,
    .minimum = 50,
    .item_minimum = 20,
    .rungs =
        {REMIND("reminder", 2, 'b'),
         {NOTICE("formal", "previous", 8, 'd', 10), .sms = true},
         {.name = "plan", .action = "offer_plan", .anchor = "deadline", .sign = 1, .n = 3, .unit = 'b', .big = 500},
         AGENCY},
    .count = 4};

static const struct plan offers_edited = {
    .name = "offers",
    .calendar = true,
    .continues = true,
    .zone = "America/New_York",
    .lag = 3,
    .gap = 6,
    .minimum = 30,
    .item_minimum = 20,
    .rungs =
        {REMIND("reminder", 4, 'b'),
         {NOTICE("formal", "previous", 8, 'd', 10), .sms = true},
         {.name = "plan", .action = "offer_plan", .anchor = "deadline", .sign = 1, .n = 3, .unit = 'b', .big = 500},
         AGENCY},
    .count = 4};

static const struct plan asking = {.name = "asking",
                                   .window = true,
                                   .zone = "",
                                   .lag = 2,
                                   .gap = 4,
                                   .rungs = {COURTESY,
                                             REMIND("reminder", 3, 'd'),
                                             {NOTICE("formal", "previous", 7, 'd', 10), .approval = true}},
                                   .count = 3};

static const struct plan asking_edited = {.name = "asking",
                                          .window = true,
                                          .calendar = true,
                                          .zone = "",
                                          .lag = 2,
                                          .gap = 4,
                                          .rungs = {COURTESY,
                                                    REMIND("reminder", 3, 'd'),
                                                    {NOTICE("formal", "previous", 7, 'd', 10)}},
                                          .count = 3};

const struct variant variants[CONFIGS] = {
    {.plans = {&standard, &plain}},
    {.plans = {&standard_edited, &plain}},
    {.plans = {&plain, &rounds}, .max_age = 3},
    {.plans = {&plain_edited, &rounds_edited}, .max_age = 3},
    {.plans = {&rounds, &offers}, .per_week = 2},
    {.plans = {&rounds, &offers_edited}, .per_week = 2},
    {.plans = {&asking, &standard}, .ramp = true, .breaker = true},
    {.plans = {&asking_edited, &standard}, .ramp = true, .breaker = true},
    {.plans = {&offers, &asking}, .reconcile_days = 6},
    {.plans = {&offers_edited, &asking_edited}, .reconcile_days = 6},
    {.plans = {&plain, &standard}, .max_age = 2},
    {.plans = {&plain_edited, &standard_edited}, .max_age = 2},
    {.plans = {&standard, &rounds}, .drop = true},
    {.plans = {&standard_edited, &rounds_edited}, .drop = true},
};

int variant_edited(int which)
{
    return which ^ 1;
}

int plan_rung(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->rungs[i].name, name) == 0 ||
            (plan->rungs[i].was != NULL && strcmp(plan->rungs[i].was, name) == 0))
            return (int)i;
    return -1;
}

/* ---- the files ---- */

static const char *const segments[PLANS] = {"b2b", "b2c"};

static void add_rung(struct text *out, const struct rung *rung)
{
    bool handoff = strcmp(rung->action, "handoff") == 0, timed = rung->deadline > 0;

    text_addf(out, "  { name = \"%s\"; action = \"%s\"; at = \"%s %c %d%s\"; ", rung->name, rung->action, rung->anchor,
              rung->sign < 0 ? '-' : '+', rung->n, rung->unit == 'b' ? "bd" : "d");
    text_addf(out, "template = \"%s\"; ", handoff ? "h" : "t");
    if (rung->was != NULL)
        text_addf(out, "was = [\"%s\"]; ", rung->was);
    if (timed)
        text_addf(out, "deadline = \"%d%c\"; ", rung->deadline, rung->deadline_unit);
    if (!handoff)
        text_addf(out, "send = [\"email\"%s]; fallback = [%s\"task\"]; ", rung->sms ? ", \"sms\"" : "",
                  rung->text_fallback ? "\"sms\", " : "");
    if (rung->approval)
        text_add(out, "approval = \"required\"; ");
    if (rung->repeat_times > 0)
        text_addf(out, "repeat = { every = \"%dd\"; times = %d; }; ", rung->repeat_days, rung->repeat_times);
    if (rung->big > 0)
        text_addf(out,
                  "when = { balance_min = [\"%d.00 EUR\", \"%d.00 USD\"]; }; "
                  "plan = { instalments = 3; every = \"1m\"; valid = \"10d\"; }; ",
                  rung->big, rung->big);
    text_add(out, "}");
}

static void add_amounts(struct text *out, const char *key, int units)
{
    if (units > 0)
        text_addf(out, "  %s = [\"%d.00 EUR\", \"%d.00 USD\", \"%d JPY\", \"%d.000 BHD\"];\n", key, units, units, units,
                  units);
}

static const char *policy_text(const struct plan *plan, const char *segment, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "policy = {\n  name = \"%s\";\n  applies_to = { segment = [\"%s\"]; };\n", plan->name, segment);
    text_addf(&out, "  group = \"%s\";\n", plan->by_invoice ? "invoice" : "customer");
    if (plan->calendar)
        text_add(&out, "  calendar = \"xx\";\n");
    if (plan->window)
        text_add(&out, "  window = { days = \"mon-fri\"; from = \"08:00\"; to = \"18:00\"; };\n");
    if (plan->zone[0] != '\0')
        text_addf(&out, "  timezone = \"%s\";\n", plan->zone);
    if (plan->lag > 0)
        text_addf(&out, "  settlement_lag = \"%dbd\";\n", plan->lag);
    if (plan->gap > 0)
        text_addf(&out, "  min_gap = \"%dd\";\n", plan->gap);
    if (plan->continues)
        text_add(&out, "  after_handoff = \"continue\";\n");
    add_amounts(&out, "minimum", plan->minimum);
    add_amounts(&out, "item_minimum", plan->item_minimum);
    text_add(&out, "  steps = (\n");
    for (size_t i = 0; i < plan->count; i++) {
        add_rung(&out, &plan->rungs[i]);
        text_add(&out, i + 1 < plan->count ? ",\n" : "\n");
    }
    text_add(&out, "  );\n};\n");
    return out.data;
}

static const char *conf_text(const struct variant *variant, const char *folder, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n"
                   "timezone = \"" BUSINESS_ZONE "\"; language = \"en\"; country = \"DE\";\n"
                   "sender = { socket = \"/run/nowhere\"; };\n");
    text_add(&out, variant->drop ? "channels = { email = [\"box\"]; sms = [\"text\"]; agency = [\"box\"]; };\n"
                                 : "channels = { email = [\"mail\", \"mail2\"]; sms = [\"text\"]; "
                                   "agency = [\"collect\"]; };\n");
    text_addf(&out, "state = { directory = \"%s/state\"; };\nwitness = \"%s/witness/send.log\";\n", folder, folder);
    text_addf(&out,
              "directories = { policies = \"policies\"; providers = \"%s/providers\"; templates = \"%s/templates\";\n"
              "  calendars = \"%s/calendars\"; };\n",
              folder, folder, folder);
    text_addf(&out, "reconcile = \"%dd\";\n", variant->reconcile_days > 0 ? variant->reconcile_days : 7);
    text_addf(&out, "ledger = { path = \"%s/ledger.db\"; max_age = ", folder);
    if (variant->max_age > 0)
        text_addf(&out, "\"%dbd\"; };\n", variant->max_age);
    else
        text_add(&out, "\"never\"; };\n");
    text_addf(&out, "limits = { ramp = %s; breaker = %s;", variant->ramp ? "\"1h\"" : "\"off\"",
              variant->breaker ? "\"3x\"; breaker_floor = 3" : "\"off\"");
    if (variant->per_week > 0)
        text_addf(&out, " per_customer_per_week = %d;", variant->per_week);
    text_add(&out, " };\n");
    return out.data;
}

static bool put(const char *folder, const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool good = fputs(text, file) >= 0;
    return fclose(file) == 0 && good;
}

static const char mail_text[] = "TOTAL {{total_raw}} {{currency}}\n"
                                "{{#due_items}}ITEM {{invoice_id}} {{step}} {{open_raw}}\n{{/due_items}}"
                                "{{#carried_items}}CARRIED {{invoice_id}} {{step}} {{open_raw}}\n{{/carried_items}}"
                                "{{#credits}}CREDIT {{amount_raw}}\n{{/credits}}";

static bool put_shared(const char *folder)
{
    static const char *const folders[] = {"providers", "templates", "templates/en", "calendars",
                                          "state",     "witness",   "box"};
    char path[256], box[400], calendar[8192] = "weekend = sat,sun\n";
    size_t length = strlen(calendar);
    int year, month, day;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        mkdir(path, 0700);
    }
    for (day_t on = HOLIDAY_FIRST; on < HOLIDAY_FIRST + 5 * 366; on += HOLIDAY_EVERY) {
        day_to_civil(on, &year, &month, &day);
        length += (size_t)snprintf(calendar + length, sizeof calendar - length, "%04d-%02d-%02d\n", year, month, day);
    }
    snprintf(box, sizeof box, "provider = { name = \"box\"; kind = \"drop\"; directory = \"%s/box\"; };\n", folder);
    return put(folder, "providers/box.conf", box) && put(folder, "calendars/xx.txt", calendar) &&
           put(folder, "templates/en/t.subject", "Your account\n") && put(folder, "templates/en/t.txt", mail_text) &&
           put(folder, "templates/en/h.subject", "A case\n") && put(folder, "templates/en/h.txt", mail_text) &&
           put(folder, "templates/en/t.sms", "You owe {{total_raw}} {{currency}}.\n") &&
           put(folder, "providers/mail.conf",
               "provider = { name = \"mail\"; kind = \"smtp\"; url = \"smtp://127.0.0.1:25\"; tls = \"none\"; };\n") &&
           put(folder, "providers/mail2.conf",
               "provider = { name = \"mail2\"; kind = \"smtp\"; url = \"smtp://127.0.0.1:26\"; tls = \"none\"; };\n") &&
           put(folder, "providers/text.conf",
               "provider = { name = \"text\"; kind = \"http\"; url = \"http://127.0.0.1:80/\";\n"
               "  encoding = \"form\";\n"
               "  fields = ({ name = \"to\"; value = \"{{to}}\"; },\n"
               "            { name = \"text\"; value = \"{{text}}\"; }); };\n") &&
           put(folder, "providers/collect.conf",
               "provider = { name = \"collect\"; kind = \"http\"; url = \"http://127.0.0.1:81/\";\n"
               "  encoding = \"form\";\n"
               "  fields = ({ name = \"text\"; value = \"{{text}}\"; }); };\n") &&
           put(folder, "ledger.db", "") && put(folder, "state/state.db", "");
}

/* ---- reading ---- */

static struct config *configs[CONFIGS];

int __real_config_load(const char *file, int64_t generation, struct config **out, struct findings *findings);

static bool read_one(const char *folder, int which, struct arena *arena)
{
    char path[256], name[64];
    struct findings findings;

    snprintf(path, sizeof path, "%s/conf%d", folder, which);
    mkdir(path, 0700);
    snprintf(name, sizeof name, "conf%d/policies", which);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    mkdir(path, 0700);
    for (int i = 0; i < PLANS; i++) {
        snprintf(name, sizeof name, "conf%d/policies/%s.conf", which, segments[i]);
        if (!put(folder, name, policy_text(variants[which].plans[i], segments[i], arena)))
            return false;
    }
    snprintf(name, sizeof name, "conf%d/dunningd.conf", which);
    if (!put(folder, name, conf_text(&variants[which], folder, arena)))
        return false;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    findings_init(&findings, arena);
    if (__real_config_load(path, 1, &configs[which], &findings) == 0)
        return true;
    for (size_t i = 0; i < findings.count; i++)
        fprintf(stderr, "%s\n", finding_line(&findings.list[i], arena));
    return false;
}

bool variants_read(const char *folder)
{
    struct arena *arena = arena_new(0);
    bool good = put_shared(folder);

    for (int i = 0; i < CONFIGS && good; i++)
        good = read_one(folder, i, arena);
    arena_free(&arena);
    return good;
}

const struct config *variant_config(int which)
{
    return configs[which];
}
