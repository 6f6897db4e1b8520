#include "ctl/command.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/verbs.h"

const struct option_name option_names[OPTION_COUNT] = {
    [OPTION_CONFIG] = {"config", KIND_TEXT},
    [OPTION_JSON] = {"json", KIND_FLAG},
    [OPTION_HELP] = {"help", KIND_FLAG},
    [OPTION_ACCEPT_DROP_HISTORY] = {"accept-drop-history", KIND_FLAG},
    [OPTION_ANYWAY] = {"anyway", KIND_FLAG},
    [OPTION_AS_OF] = {"as-of", KIND_DATE},
    [OPTION_AT] = {"at", KIND_TIME},
    [OPTION_BUSINESS] = {"business", KIND_TEXT},
    [OPTION_CHANNEL] = {"channel", KIND_TEXT},
    [OPTION_CHECK] = {"check", KIND_FLAG},
    [OPTION_COMPLETE_UNTIL] = {"complete-until", KIND_TIME},
    [OPTION_COUNTRY] = {"country", KIND_TEXT},
    [OPTION_COSTS] = {"costs", KIND_TEXT},
    [OPTION_CURRENCY] = {"currency", KIND_TEXT},
    [OPTION_CUSTOMER] = {"customer", KIND_TEXT},
    [OPTION_CUSTOMERS] = {"customers", KIND_TEXT},
    [OPTION_DATE_FORMAT] = {"date-format", KIND_TEXT},
    [OPTION_DAYS] = {"days", KIND_NUMBER},
    [OPTION_DECIMAL_COMMA] = {"decimal-comma", KIND_FLAG},
    [OPTION_DRY_RUN] = {"dry-run", KIND_FLAG},
    [OPTION_EMAIL] = {"email", KIND_TEXT},
    [OPTION_ENABLE] = {"enable", KIND_TEXT},
    [OPTION_DUE] = {"due", KIND_DATE},
    [OPTION_EVENT] = {"event", KIND_TEXT},
    [OPTION_FOLLOW] = {"follow", KIND_FLAG},
    [OPTION_FORMAT] = {"format", KIND_TEXT},
    [OPTION_FROM] = {"from", KIND_DATE},
    [OPTION_IGNORE_COLUMNS] = {"ignore-columns", KIND_FLAG},
    [OPTION_INVOICE] = {"invoice", KIND_TEXT},
    [OPTION_INVOICES] = {"invoices", KIND_TEXT},
    [OPTION_KEEP] = {"keep", KIND_NUMBER},
    [OPTION_LANGUAGE] = {"language", KIND_TEXT},
    [OPTION_LIMIT] = {"limit", KIND_NUMBER},
    [OPTION_MAP] = {"map", KIND_MAP},
    [OPTION_ON] = {"on", KIND_DATE},
    [OPTION_OUTCOME] = {"outcome", KIND_TEXT},
    [OPTION_PASSWORD_FILE] = {"password-file", KIND_TEXT},
    [OPTION_PAYMENTS] = {"payments", KIND_TEXT},
    [OPTION_POLICIES] = {"policies", KIND_TEXT},
    [OPTION_POLICY] = {"policy", KIND_TEXT},
    [OPTION_PROOF] = {"proof", KIND_TEXT},
    [OPTION_QUICK] = {"quick", KIND_FLAG},
    [OPTION_RATE] = {"rate", KIND_TEXT},
    [OPTION_RATES] = {"rates", KIND_TEXT},
    [OPTION_REASON] = {"reason", KIND_TEXT},
    [OPTION_RELAY] = {"relay", KIND_TEXT},
    [OPTION_REGIME] = {"regime", KIND_TEXT},
    [OPTION_SET] = {"set", KIND_SET},
    [OPTION_SINCE] = {"since", KIND_TIME},
    [OPTION_STATUS] = {"status", KIND_TEXT},
    [OPTION_STEP] = {"step", KIND_TEXT},
    [OPTION_TEST] = {"test", KIND_TEXT},
    [OPTION_TIMEZONE] = {"timezone", KIND_TEXT},
    [OPTION_TLS] = {"tls", KIND_TEXT},
    [OPTION_UNDO] = {"undo", KIND_FLAG},
    [OPTION_UNTIL] = {"until", KIND_DATE},
    [OPTION_USER] = {"user", KIND_TEXT},
};

const struct command_option common_options[] = {
    {OPTION_CONFIG, "FILE", "the configuration; /etc/dunningd/dunningd.conf", false},
    {OPTION_JSON, "", "print one JSON document instead of text", false},
    {OPTION_HELP, "", "print this", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option none[] = {
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_check[] = {
    {OPTION_ACCEPT_DROP_HISTORY, "", "let real providers follow steps that only a drop provider accepted", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_setup[] = {
    {OPTION_BUSINESS, "NAME", "the name of the business, the sender of all mail", false},
    {OPTION_EMAIL, "ADDRESS", "the address that mail comes from", false},
    {OPTION_RELAY, "URL", "the mail server: smtp://HOST:587, or smtps://HOST:465", false},
    {OPTION_TLS, "starttls|implicit|none", "by the URL; none for a server on this machine", false},
    {OPTION_USER, "NAME", "the user at the mail server; no login", false},
    {OPTION_PASSWORD_FILE, "FILE", "its first line is the user's password; - is standard input", false},
    {OPTION_TIMEZONE, "ZONE", "the time zone of the business; the machine's", false},
    {OPTION_COUNTRY, "CODE", "of customers without a country; that of the time zone", false},
    {OPTION_LANGUAGE, "CODE", "of customers without a language; that of the country", false},
    {OPTION_POLICY, "NAME", "the policy to begin with, which stays off; standard-b2b", false},
    {OPTION_CUSTOMERS, "FILE", "import these customers", false},
    {OPTION_INVOICES, "FILE", "import these invoices", false},
    {OPTION_PAYMENTS, "FILE", "import these payments", false},
    {OPTION_TEST, "ADDRESS", "send a test message there", false},
    {OPTION_POLICIES, "DIR", "where policies are taken from; those of the package", false},
    {OPTION_DRY_RUN, "", "print what would be written, and change nothing", false},
    {OPTION_UNDO, "", "take back what the last setup has written", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_import[] = {
    {OPTION_MAP, "OURS=THEIRS", "the file calls column OURS THEIRS; may be given several times", false},
    {OPTION_DATE_FORMAT, "FORMAT", "dates are not YYYY-MM-DD but, for example, M/D/YYYY", false},
    {OPTION_DECIMAL_COMMA, "", "amounts are written 1234,56", false},
    {OPTION_IGNORE_COLUMNS, "", "leave out columns that are not known", false},
    {OPTION_COMPLETE_UNTIL, "TIME", "of payments: nothing up to this moment is missing", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_status[] = {
    {OPTION_CHECK, "", "one line for monitoring; exit status 0 well, 1 warning, 2 critical", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_list[] = {
    {OPTION_CUSTOMER, "ID", "only of this customer", false},
    {OPTION_POLICY, "NAME", "only of this policy", false},
    {OPTION_STEP, "NAME", "only at this step; of items, whose next step it is", false},
    {OPTION_STATUS, "WORD", "only with this status; of items, this reason, or all", false},
    {OPTION_LIMIT, "N", "at most so many rows; 100", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_task_list[] = {
    {OPTION_CUSTOMER, "ID", "only of this customer", false}, {OPTION_POLICY, "NAME", "only of this policy", false},
    {OPTION_STEP, "NAME", "only of this step", false},       {OPTION_STATUS, "open|done", "only these; open", false},
    {OPTION_LIMIT, "N", "at most so many rows; 100", false}, {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_explain[] = {
    {OPTION_AT, "TIME", "as it will be, or was, at that local time", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_preview[] = {
    {OPTION_STEP, "NAME", "this step instead of the next one", false},
    {OPTION_CHANNEL, "email|sms|agency", "this channel instead of the first one", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_simulate[] = {
    {OPTION_DAYS, "N", "so many days, 1 to 3660; 30", false},
    {OPTION_FROM, "DATE", "from the beginning of that day; now", false},
    {OPTION_POLICIES, "DIR", "show what the policies in this folder would change", false},
    {OPTION_ENABLE, "NAME", "as if this policy were enabled", false},
    {OPTION_FORMAT, "text|csv|json", "how to print; text", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_interest[] = {
    {OPTION_CURRENCY, "CODE", "the currency of the amount, such as EUR", true},
    {OPTION_REGIME, "NAME", "by whose rules, such as DE_BGB288_B2B", true},
    {OPTION_DUE, "DATE", "the day on which the amount was due", true},
    {OPTION_AS_OF, "DATE", "up to and with this day; today", false},
    {OPTION_CUSTOMER, "b2b|b2c|b2g", "who owes it; somebody whom the regime is for", false},
    {OPTION_RATE, "PERCENT", "an agreed rate a year such as 9.5% instead of the regime's", false},
    {OPTION_SET, "KEY=VALUE", "another value for a key of the regime; may be given several times", false},
    {OPTION_COSTS, "AMOUNT", "costs of enforcement: what is left of them beside the lump sum", false},
    {OPTION_RATES, "DIR", "the folder of rates; that of the configuration", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_hold[] = {
    {OPTION_POLICY, "NAME", "hold everything of this policy instead", false},
    {OPTION_UNTIL, "DATE", "the last day of the hold; until released", false},
    {OPTION_REASON, "TEXT", "why", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_release[] = {
    {OPTION_POLICY, "NAME", "the hold of this policy instead", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_approve[] = {
    {OPTION_REASON, "TEXT", "a note for the record", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_reject[] = {
    {OPTION_REASON, "TEXT", "why", true},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_task_done[] = {
    {OPTION_OUTCOME, "reached|letter_sent|no_answer|refused|other", "how it went; the first two reach the step", true},
    {OPTION_ON, "DATE", "the day on which it was done; today", false},
    {OPTION_REASON, "TEXT", "a note for the record", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_settle[] = {
    {OPTION_REASON, "TEXT", "how it was found out", true},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_audit[] = {
    {OPTION_LIMIT, "N", "at most so many offenders of each check; 20", false},
    {OPTION_QUICK, "", "leave out the pages of the state and the stored messages", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_backup[] = {
    {OPTION_KEEP, "N", "FILE is a folder: make a new one there, named by its time, and keep the N youngest", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_recover[] = {
    {OPTION_ANYWAY, "", "also where sends are lost that cannot be named, and may be sent again", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_optout[] = {
    {OPTION_CHANNEL, "email|sms", "the channel; without it the address tells", false},
    {OPTION_REASON, "TEXT", "why", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_record[] = {
    {OPTION_STEP, "NAME", "the step that was taken", true},
    {OPTION_CHANNEL, "letter|phone", "how", true},
    {OPTION_ON, "DATE", "the day on which it was done", true},
    {OPTION_PROOF, "FILE", "a copy; its name and SHA-256 are noted", false},
    {OPTION_REASON, "TEXT", "a note for the record", false},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_step[] = {
    {OPTION_REASON, "TEXT", "why", true},
    {OPTION_COUNT, NULL, NULL, false},
};

static const struct command_option of_log[] = {
    {OPTION_SINCE, "TIME", "from that local time on, or a span before now such as 2d", false},
    {OPTION_CUSTOMER, "ID", "only of this customer", false},
    {OPTION_INVOICE, "ID", "only of this invoice", false},
    {OPTION_EVENT, "WORD", "only events of this kind", false},
    {OPTION_LIMIT, "N", "at most so many, the newest; 100", false},
    {OPTION_FOLLOW, "", "go on with what happens until interrupted", false},
    {OPTION_COUNT, NULL, NULL, false},
};

#define READS (NEED_CONFIG | NEED_LEDGER | NEED_STATE | MAY_LACK | PRINTS)
#define WRITES (NEED_CONFIG | NEED_FACTS | PRINTS)
#define TELLS (WRITES | SETTINGS_DO)
#define FAILED EXITS(ERR_FAILED)
#define NOT_FOUND EXITS(ERR_NOT_FOUND)
#define CONFIG EXITS(ERR_CONFIG)
#define REFUSED EXITS(ERR_REFUSED)

const struct command commands[] = {
    {"setup", "", "", "", 0, 0, "from the installed package to the first reminder: ask, write the files, try them",
     of_setup, "setup --dry-run --business \"Example GmbH\" --email office@example.com --relay mail.example.com", 0,
     FAILED | NOT_FOUND | CONFIG | REFUSED, verb_setup},
    {"check", "", "", "", 0, 0, "read the whole configuration, say what is wrong, print example dates of each policy",
     of_check, "check", PRINTS, FAILED | CONFIG | REFUSED, verb_check},
    {"policy", "enable", "NAME", "", 1, 1, "switch a policy on in its file", none, "policy enable standard-b2b",
     NEED_CONFIG | KEEPS_RIGHTS | PRINTS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_policy_enable},
    {"policy", "disable", "NAME", "", 1, 1, "switch a policy off in its file", none, "policy disable standard-b2b",
     NEED_CONFIG | KEEPS_RIGHTS | PRINTS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_policy_disable},
    {"import", "", "KIND FILE...", "customers|invoices|payments|contacts", 2, SIZE_MAX,
     "read CSV files into the ledger, each wholly or not at all", of_import, "import invoices invoices.csv",
     NEED_CONFIG | SETTINGS_DO | OPENS_FILES | PRINTS, FAILED | CONFIG, verb_import},
    {"status", "", "", "", 0, 0, "is it fine? what runs, waits, is blocked or needs a person", of_status, "status",
     READS | SETTINGS_DO, FAILED | CONFIG, verb_status},
    {"list", "", "[KIND]", "items|accounts|notices|messages|holds|tasks", 0, 1, "list what there is", of_list,
     "list items --customer C-101", READS, FAILED | NOT_FOUND | CONFIG, verb_list},
    {"show", "", "ID", "", 1, 1, "one customer, invoice, notice (N-...) or message (M-...) with its whole history",
     none, "show C-101", READS, FAILED | NOT_FOUND | CONFIG, verb_show},
    {"explain", "", "INVOICE|CUSTOMER", "", 1, 1,
     "which policy and why, which gates are open or closed, what happens next and when", of_explain, "explain R-1004",
     READS, FAILED | NOT_FOUND | CONFIG, verb_explain},
    {"preview", "", "INVOICE|CUSTOMER", "", 1, 1, "the exact bytes that would be sent", of_preview,
     "preview R-1004 --step reminder", READS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_preview},
    {"simulate", "", "", "", 0, 0, "what would be sent from now on if nobody paid; sends nothing, changes nothing",
     of_simulate, "simulate --days 60", READS, FAILED | NOT_FOUND | CONFIG, verb_simulate},
    {"interest", "", "AMOUNT", "", 1, 1, "interest on arrears and lump sum of a claim, line by line", of_interest,
     "interest 1190.00 --currency EUR --regime DE_BGB288_B2B --due 2026-05-20 --as-of 2026-08-31", PRINTS,
     NOT_FOUND | CONFIG | REFUSED, verb_interest},
    {"hold", "", "[CUSTOMER|INVOICE]", "", 0, 1, "pause a customer, an invoice or a policy", of_hold,
     "hold R-1004 --until 2027-01-15 --reason \"goods are being checked\"", TELLS | NEED_LEDGER,
     FAILED | NOT_FOUND | CONFIG | REFUSED, verb_hold},
    {"release", "", "[CUSTOMER|INVOICE]", "", 0, 1,
     "end a pause; the next step keeps its distance, nothing is sent at once", of_release, "release R-1004",
     TELLS | NEED_LEDGER, FAILED | NOT_FOUND | CONFIG, verb_release},
    {"approve", "", "NOTICE...|breaker", "", 1, SIZE_MAX,
     "let notices go that wait for approval, or the messages that the "
     "volume breaker holds",
     of_approve, "approve N-000001", TELLS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_approve},
    {"reject", "", "NOTICE...", "", 1, SIZE_MAX, "do not send notices that wait for approval", of_reject,
     "reject N-000002 --reason \"we spoke to them\"", TELLS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_reject},
    {"task", "list", "", "", 0, 0, "what people have to do", of_task_list, "task list", READS | SETTINGS_DO,
     FAILED | CONFIG, verb_task_list},
    {"task", "done", "TASK", "", 1, 1, "note the outcome of a task", of_task_done,
     "task done 1 --outcome reached --on 2026-11-24", TELLS, FAILED | NOT_FOUND | CONFIG | REFUSED, verb_task_done},
    {"settle", "", "MESSAGE sent|not-sent", "", 2, 2, "end the doubt about an uncertain message by what you found out",
     of_settle, "settle M-000003 sent --reason \"the customer has it\"", TELLS, FAILED | NOT_FOUND | CONFIG | REFUSED,
     verb_settle},
    {"optout", "add", "ADDRESS", "", 1, 1, "never write to this address again", of_optout,
     "optout add someone@kunde.example --reason \"asked by letter\"", TELLS, FAILED | CONFIG, verb_optout_add},
    {"optout", "remove", "ADDRESS", "", 1, 1, "write to this address again", of_optout,
     "optout remove someone@kunde.example", TELLS, FAILED | NOT_FOUND | CONFIG, verb_optout_remove},
    {"optout", "list", "", "", 0, 0, "how many addresses are suppressed, since when and by whom", none, "optout list",
     NEED_CONFIG | NEED_STATE | SETTINGS_DO | PRINTS | MAY_LACK, FAILED | CONFIG, verb_optout_list},
    {"record", "", "INVOICE", "", 1, 1,
     "note a step that was taken by letter or telephone; it counts like one that was sent", of_record,
     "record R-1003 --step reminder --channel letter --on 2026-11-23", WRITES | NEED_LEDGER,
     FAILED | NOT_FOUND | CONFIG | REFUSED, verb_record},
    {"step", "", "INVOICE STEP", "", 2, 2, "set by hand which step an invoice stands at", of_step,
     "step R-1005 reminder --reason \"was reminded by the old system\"", WRITES | NEED_LEDGER,
     FAILED | NOT_FOUND | CONFIG | REFUSED, verb_step},
    {"log", "", "", "", 0, 0, "what happened", of_log, "log --since 2d --event accepted",
     NEED_CONFIG | NEED_STATE | SETTINGS_DO | PRINTS | MAY_LACK, FAILED | CONFIG, verb_log},
    {"audit", "", "", "", 0, 0, "check the books against every promise: nothing twice, nothing lost, nothing paid",
     of_audit, "audit", NEED_CONFIG | SETTINGS_DO | PRINTS, FAILED | NOT_FOUND | CONFIG, verb_audit},
    {"send-test", "", "PROVIDER ADDRESS", "", 2, 2, "one marked test message through a provider", none,
     "send-test box someone@kunde.example", NEED_CONFIG | LENDS_SECRETS | PRINTS, FAILED | NOT_FOUND | CONFIG | REFUSED,
     verb_send_test},
    {"backup", "", "FILE", "", 1, 1, "a consistent copy of the state, synced and verified", of_backup,
     "backup state-backup.db", NEED_CONFIG | NEED_STATE | SETTINGS_DO | CREATES_FILE,
     FAILED | NOT_FOUND | CONFIG | REFUSED, verb_backup},
    {"reload", "", "", "", 0, 0, "have the daemon read its configuration again, and wait for its answer", none,
     "reload", TELLS, FAILED | CONFIG, verb_reload},
    {"recover", "", "", "", 0, 0, "let the daemon send again after a restored backup or a set clock", of_recover,
     "recover", TELLS, FAILED | CONFIG, verb_recover},
    {"completion", "", "SHELL", "bash|zsh|fish", 1, 1, "print what a shell needs to complete command lines", none,
     "completion bash", 0, FAILED, verb_completion},
};
const size_t command_count = sizeof commands / sizeof *commands;

const struct later later_words[] = {
    {"dispute", "", "dunningctl hold INVOICE --reason TEXT pauses a disputed invoice"},
    {"promise", "", "dunningctl hold CUSTOMER --until DATE --reason TEXT waits for a promised payment"},
    {"plan", "", "dunningctl hold CUSTOMER --until DATE --reason TEXT waits for an agreed instalment"},
    {"report", "", "dunningctl list and dunningctl status show what is open and what was sent"},
    {"handoff", "", "dunningctl list notices shows handoffs, dunningctl approve lets them go"},
    {"import", "history", "dunningctl record notes the steps that another system has taken"},
    {"list", "promises", "dunningctl list holds shows what is paused"},
    {"list", "plans", "dunningctl list notices --step NAME shows the offers that were sent"},
};
const size_t later_count = sizeof later_words / sizeof *later_words;

static const struct command_option *find(const struct command_option *list, enum option_id id)
{
    for (; list->sentence; list++)
        if (list->id == id)
            return list;
    return NULL;
}

const struct command_option *command_option(const struct command *command, enum option_id id)
{
    const struct command_option *own = find(command->options, id);

    if (own)
        return own;
    return id == OPTION_JSON && (command->needs & PRINTS) == 0 ? NULL : find(common_options, id);
}

const char *command_name(const struct command *command, struct arena *arena)
{
    return text_empty(command->sub) ? command->verb : arena_printf(arena, "%s %s", command->verb, command->sub);
}

static const char *shown_arguments(const struct command *command, struct arena *arena)
{
    const char *rest = command->arguments;

    if (text_empty(command->choices))
        return rest;
    /* KIND stands for the words that may be there. */
    bool optional = rest[0] == '[';
    rest += strcspn(rest, " ");
    return arena_printf(arena, "%s%s%s%s", optional ? "[" : "", command->choices, optional ? "]" : "", rest);
}

const char *command_usage(const struct command *command, struct arena *arena)
{
    const char *arguments = shown_arguments(command, arena);
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "dunningctl %s%s%s", command_name(command, arena), text_empty(arguments) ? "" : " ", arguments);
    for (const struct command_option *option = command->options; option->sentence; option++)
        text_addf(&out, " %s--%s%s%s%s", option->required ? "" : "[", option_names[option->id].name,
                  text_empty(option->argument) ? "" : " ", option->argument, option->required ? "" : "]");
    return out.data;
}
