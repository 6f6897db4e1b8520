/* The keys of dunningd.conf. */
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/main_file.h"
#include "config/tables.h"
#include "config/values.h"

#define FILE_NAME "dunningd.conf"
#define MANUAL "dunningd.conf(5)"

/* A duration, or the word that switches it off. */
static void read_max_age(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct duration *age = member;
    const char *text = reader_text(reader, setting);
    if (text == NULL)
        return;
    if (text_equal(text, "never"))
        *age = (struct duration){0};
    else if (!parse_duration(text, age) || age->unit == UNIT_MONTH || age->n == 0)
        reader_error(reader, setting,
                     "%s: \"%s\" is no age; write a duration in bd, d, w, h or min, like 2bd, or never", option->name,
                     text);
}

static void read_ramp(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    enum { LONGEST = 7 * 86400 };
    struct duration ramp;
    const char *text = reader_text(reader, setting);
    if (text == NULL)
        return;
    if (text_equal(text, "off"))
        *(int32_t *)member = 0;
    else if (!parse_duration(text, &ramp) || values_seconds(&ramp) < 60 || values_seconds(&ramp) > LONGEST)
        reader_error(reader, setting, "%s: \"%s\" is no ramp; write a duration from 1min to 7d, like 1h, or off",
                     option->name, text);
    else
        *(int32_t *)member = (int32_t)values_seconds(&ramp);
}

/* "3x", "2.5x": how many times the usual number of contacts, in tenths. */
static bool parse_times(struct arena *arena, const char *text, int32_t *tenths)
{
    enum { MOST = 1000 };
    const char *point = strchr(text, '.');
    size_t length = strlen(text);
    int64_t whole, tenth = 0;
    if (!text_ends(text, "x"))
        return false;
    if (point != NULL && !parse_i64(arena_copy_n(arena, point + 1, length - (size_t)(point - text) - 2), 0, 9, &tenth))
        return false;
    const char *end = point == NULL ? text + length - 1 : point;
    if (!parse_i64(arena_copy_n(arena, text, (size_t)(end - text)), 1, MOST, &whole))
        return false;
    *tenths = (int32_t)(whole * 10 + tenth);
    return true;
}

static void read_breaker(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    const char *text = reader_text(reader, setting);
    if (text == NULL)
        return;
    if (text_equal(text, "off"))
        *(int32_t *)member = 0;
    else if (!parse_times(reader->findings->arena, text, member))
        reader_error(reader, setting, "%s: \"%s\" is no factor; write it like 3x or 2.5x, from 1x to 1000x, or off",
                     option->name, text);
}

static const struct option ledger_options[] = {
    {.name = "driver",
     .type = OPTION_WORD,
     AT(struct ledger_keys, driver),
     .values = "sqlite|postgresql",
     .preset = "\"sqlite\"",
     .sentence = "Kind of database.",
     .later = "not available in this version; use sqlite and fill it by dunningctl import"},
    {.name = "path",
     .type = OPTION_PATH,
     AT(struct ledger_keys, path),
     .preset = "\"/var/lib/dunningd/ledger.db\"",
     .sentence = "File of the ledger."},
    {.name = "max_age",
     .type = OPTION_SPECIAL,
     AT(struct ledger_keys, max_age),
     .preset = "\"2bd\"",
     .read = read_max_age,
     .sentence = "Nothing is sent while the payments are complete only up to a moment longer ago than this; "
                 "never switches the gate off."},
    {.name = "calendar",
     .type = OPTION_NAME,
     AT(struct ledger_keys, calendar),
     .preset = "",
     .example = "\"de\"",
     .sentence = "Calendar of the business days in max_age.  Default: Monday to Friday."},
};

static const struct option state_options[] = {
    {.name = "driver",
     .type = OPTION_WORD,
     AT(struct state_keys, driver),
     .values = "sqlite|postgresql",
     .preset = "\"sqlite\"",
     .sentence = "Kind of database.",
     .later = "not available in this version; use sqlite"},
    {.name = "directory",
     .type = OPTION_PATH,
     AT(struct state_keys, directory),
     .preset = "\"/var/lib/dunningd\"",
     .sentence = "Directory of the daemon's own database; it belongs to the daemon, mode 0700."},
};

static const struct option directory_options[] = {
    {.name = "policies",
     .type = OPTION_PATH,
     AT(struct directory_keys, policies),
     .preset = "\"/etc/dunningd/policies\"",
     .sentence = "Policies, files NAME.conf, in the order of their names."},
    {.name = "providers",
     .type = OPTION_PATH,
     AT(struct directory_keys, providers),
     .preset = "\"/etc/dunningd/providers\"",
     .sentence = "Providers, files NAME.conf."},
    {.name = "templates",
     .type = OPTION_PATH,
     AT(struct directory_keys, templates),
     .preset = "\"/etc/dunningd/templates\"",
     .sentence = "Templates, LANGUAGE/NAME.subject, .txt, .html and .sms."},
    {.name = "calendars",
     .type = OPTION_PATH,
     AT(struct directory_keys, calendars),
     .preset = "\"/etc/dunningd/calendars\"",
     .sentence = "Calendars, files NAME.txt and NAME.ics."},
    {.name = "rates",
     .type = OPTION_PATH,
     AT(struct directory_keys, rates),
     .preset = "\"/etc/dunningd/rates\"",
     .sentence = "Rules and rates of interest on arrears, dunningd-rates(5)."},
    {.name = "credentials",
     .type = OPTION_PATH,
     AT(struct directory_keys, credentials),
     .preset = "",
     .example = "\"/etc/dunningd/credentials\"",
     .sentence = "Where a sender that dunningd starts itself finds its credentials, one file each.  "
                 "Default: $CREDENTIALS_DIRECTORY."},
};

static const struct option channel_options[] = {
    {.name = "email",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct channel_keys, email),
     .preset = "",
     .example = "[\"smarthost\"]",
     .sentence = "Providers of email, tried in this order."},
    {.name = "sms",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct channel_keys, sms),
     .preset = "",
     .example = "[\"kannel\"]",
     .sentence = "Providers of SMS, tried in this order."},
    {.name = "agency",
     .type = OPTION_TEXT_LIST,
     WORDS_AT(struct channel_keys, agency),
     .preset = "",
     .example = "[\"outbox\"]",
     .sentence = "Providers that take an account to a collection agency; a step names one, or gets the first."},
};

static const struct option limit_options[] = {
    {.name = "per_hour",
     .type = OPTION_INT,
     AT(struct limits, per_hour),
     .values = "0..10000000",
     .preset = "2000",
     .sentence = "Messages that are sent in an hour at most; 0 for no limit."},
    {.name = "per_day",
     .type = OPTION_INT,
     AT(struct limits, per_day),
     .values = "0..10000000",
     .preset = "0",
     .sentence = "Messages that are sent on a day at most; 0 for no limit."},
    {.name = "per_customer_per_day",
     .type = OPTION_INT,
     AT(struct limits, per_customer_per_day),
     .values = "0..10000",
     .preset = "1",
     .sentence = "Contacts with one customer on a day at most; 0 for no limit.  All that is planned for a customer "
                 "in one pass is one contact."},
    {.name = "per_customer_per_week",
     .type = OPTION_INT,
     AT(struct limits, per_customer_per_week),
     .values = "0..10000",
     .preset = "0",
     .sentence = "Contacts with one customer in seven days at most; 0 for no limit."},
    {.name = "breaker",
     .type = OPTION_SPECIAL,
     AT(struct limits, breaker_tenths),
     .preset = "\"3x\"",
     .read = read_breaker,
     .sentence = "On a day that plans more contacts than this many times the median of the last 30 days, all are "
                 "held until a person approves; off switches it off."},
    {.name = "breaker_floor",
     .type = OPTION_INT,
     AT(struct limits, breaker_floor),
     .values = "1..10000000",
     .preset = "200",
     .sentence = "The breaker never opens below this number of contacts."},
    {.name = "ramp",
     .type = OPTION_SPECIAL,
     AT(struct limits, ramp_s),
     .preset = "\"1h\"",
     .read = read_ramp,
     .sentence = "After a first start or a day without sending, the rate grows to per_hour over this time; off "
                 "switches it off."},
};

static const struct option sms_options[] = {
    {.name = "max_segments",
     .type = OPTION_INT,
     AT(struct sms_rule, max_segments),
     .values = "1..10",
     .preset = "2",
     .sentence = "Segments that one SMS may take; each is paid for."},
    {.name = "transliterate",
     .type = OPTION_BOOL,
     AT(struct sms_rule, transliterate),
     .preset = "false",
     .sentence = "Letters outside of the 7-bit alphabet are replaced by their nearest form where that is all it takes "
                 "to avoid UCS-2, of which less than half as much fits into a segment."},
};

static const struct option sender_options[] = {
    {.name = "connections",
     .type = OPTION_INT,
     AT(struct sender_keys, connections),
     .values = "1..64",
     .preset = "8",
     .sentence = "Connections to each provider that does not say otherwise."},
    {.name = "socket",
     .type = OPTION_PATH,
     AT(struct sender_keys, socket),
     .preset = "",
     .example = "\"/run/dunningd-send/sock\"",
     .sentence = "Socket of a running dunningd-send(8).  Default: dunningd starts one itself."},
};

static const struct option main_options[] = {
    {.name = "business",
     .type = OPTION_GROUP,
     AT(struct main_file, business),
     .group = &group_business,
     .example = "{ name = \"Example GmbH\"; email = \"accounts@example.com\"; }",
     .sentence = "The creditor: the one of all invoices whose column entity is empty."},
    {.name = "entities",
     .type = OPTION_LIST,
     LIST_AT(struct main_file, entities, entity_count),
     .preset = "",
     .group = &group_entity,
     .example = "( { entity = \"AT01\"; ... } )",
     .sentence = "Further creditors, one group of the keys of business for each."},
    {.name = "timezone",
     .type = OPTION_TEXT,
     AT(struct main_file, timezone),
     .preset = "\"UTC\"",
     .sentence = "The business's time zone, such as Europe/Berlin."},
    {.name = "language",
     .type = OPTION_TEXT,
     AT(struct main_file, language),
     .preset = "\"en\"",
     .sentence = "The business's language; for customers without a language, or whose language has no templates."},
    {.name = "country",
     .type = OPTION_TEXT,
     AT(struct main_file, country),
     .preset = "",
     .example = "\"DE\"",
     .sentence = "The business's country, two letters; for customers without a country."},
    {.name = "poll_interval",
     .type = OPTION_SECONDS,
     AT(struct main_file, poll_interval_s),
     .values = "1s..1h",
     .preset = "\"30s\"",
     .sentence = "How often the ledger is asked whether it has changed."},
    {.name = "reconcile",
     .type = OPTION_SECONDS,
     AT(struct main_file, reconcile_s),
     .values = "1min..7d",
     .preset = "\"24h\"",
     .sentence = "How often the whole ledger is read, whatever it says has changed."},
    {.name = "ledger",
     .type = OPTION_GROUP,
     AT(struct main_file, ledger),
     .preset = "{ }",
     .group = &group_ledger,
     .sentence = "The invoice store, dunning-ledger(5)."},
    {.name = "state",
     .type = OPTION_GROUP,
     AT(struct main_file, state),
     .preset = "{ }",
     .group = &group_state,
     .sentence = "What the daemon itself keeps."},
    {.name = "directories",
     .type = OPTION_GROUP,
     AT(struct main_file, directories),
     .preset = "{ }",
     .group = &group_directories,
     .sentence = "Where the other files are."},
    {.name = "channels",
     .type = OPTION_GROUP,
     AT(struct main_file, channels),
     .preset = "{ }",
     .group = &group_channels,
     .sentence = "Which providers, dunning-provider(5), serve which channel."},
    {.name = "limits",
     .type = OPTION_GROUP,
     AT(struct main_file, limits),
     .preset = "{ }",
     .group = &group_limits,
     .sentence = "How much is sent."},
    {.name = "sms",
     .type = OPTION_GROUP,
     AT(struct main_file, sms),
     .preset = "{ }",
     .group = &group_sms,
     .sentence = "How the text of an SMS is written."},
    {.name = "sender",
     .type = OPTION_GROUP,
     AT(struct main_file, sender),
     .preset = "{ }",
     .group = &group_sender,
     .sentence = "The program that delivers."},
    {.name = "status_log",
     .type = OPTION_PATH,
     AT(struct main_file, status_log),
     .preset = "\"/var/log/dunningd/status.log\"",
     .sentence = "File with a line for each event, dunningd-status-log(5); empty for none."},
    {.name = "witness",
     .type = OPTION_PATH,
     AT(struct main_file, witness),
     .preset = "",
     .example = "\"/var/lib/dunningd-witness/send.log\"",
     .sentence = "The send log outside the database, best on another file system.  Default: send.log in a directory "
                 "beside the state directory, with -witness behind its name."},
    {.name = "metrics",
     .type = OPTION_PATH,
     AT(struct main_file, metrics),
     .preset = "",
     .example = "\"/run/dunningd/dunningd.prom\"",
     .sentence = "File of figures for node_exporter's textfile collector, dunningd(8); written every 15 seconds.  "
                 "Default: none."},
    {.name = "summary_at",
     .type = OPTION_TEXT,
     AT(struct main_file, summary_at),
     .preset = "\"07:00\"",
     .sentence = "Time of the daily summary in the business's time zone; empty for none."},
    {.name = "message_domain",
     .type = OPTION_TEXT,
     AT(struct main_file, message_domain),
     .preset = "",
     .example = "\"example.com\"",
     .sentence = "Right side of the Message-IDs.  Default: the domain of business.email."},
    {.name = "role",
     .type = OPTION_WORD,
     AT(struct main_file, role),
     .values = "first_party|third_party",
     .preset = "\"first_party\"",
     .sentence = "Whose claims these are: the business's own.",
     .later = "not available in this version; only the creditor himself can use it"},
    {.name = "allow_inline_secrets",
     .type = OPTION_BOOL,
     AT(struct main_file, allow_inline_secrets),
     .preset = "false",
     .sentence = "Allows passwords in provider files, where every reader of the file sees them."},
};

const struct option_group group_main = {FILE_NAME, "", MANUAL, GROUP_OF(main_options, struct main_file),
                                        .finish = main_file_finish};
const struct option_group group_ledger = {FILE_NAME, "ledger", MANUAL, GROUP_OF(ledger_options, struct ledger_keys)};
const struct option_group group_state = {FILE_NAME, "state", MANUAL, GROUP_OF(state_options, struct state_keys)};
const struct option_group group_directories = {FILE_NAME, "directories", MANUAL,
                                               GROUP_OF(directory_options, struct directory_keys)};
const struct option_group group_channels = {FILE_NAME, "channels", MANUAL,
                                            GROUP_OF(channel_options, struct channel_keys)};
const struct option_group group_limits = {FILE_NAME, "limits", MANUAL, GROUP_OF(limit_options, struct limits)};
const struct option_group group_sms = {FILE_NAME, "sms", MANUAL, GROUP_OF(sms_options, struct sms_rule)};
const struct option_group group_sender = {FILE_NAME, "sender", MANUAL, GROUP_OF(sender_options, struct sender_keys)};
