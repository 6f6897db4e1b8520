/* setup: what is asked, what is taken without an answer, and which answers are none. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/email.h"
#include "config/main_file.h"
#include "config/provider_file.h"
#include "config/zones.h"
#include "ctl/setup_question.h"

#define PORT_SUBMISSION ":587"
#define PORT_IMPLICIT ":465"
#define FIRST_POLICY "standard-b2b"
#define SECRET_MAX 4096

/* ---- when a question makes sense ---- */

/* Elsewhere the way is encrypted, and the URL says how. */
static bool has_local_relay(const struct setup *setup)
{
    const char *url = setup->answer[ASK_RELAY];

    return provider_url_is_local(url) && text_starts(url, "smtp://");
}

static bool has_user(const struct setup *setup)
{
    return !text_empty(setup->answer[ASK_USER]);
}

/* ---- what is taken without an answer ---- */

static const char *preset_tls(const struct setup *setup)
{
    const char *url = setup->answer[ASK_RELAY];

    if (text_equal(url, setup->now[ASK_RELAY]) && !text_empty(url))
        return setup->now[ASK_TLS];
    if (text_starts(url, "smtps://"))
        return "implicit";
    return provider_url_is_local(url) ? "none" : "starttls";
}

static const char *preset_timezone(const struct setup *setup)
{
    const char *name = setup_system_timezone(setup->arena);

    if (text_equal(name, "Etc/UTC"))
        return "UTC";
    return zones_find(setup->config->zones, name) ? name : setup->now[ASK_TIMEZONE];
}

static const char *preset_country(const struct setup *setup)
{
    return setup_country_of(setup->arena, setup->answer[ASK_TIMEZONE]);
}

static bool has_language(const struct setup *setup, const char *language)
{
    for (size_t i = 0; i < setup->config->language_count; i++)
        if (text_equal(setup->config->languages[i], language))
            return true;
    return false;
}

/* Where one language is the one of business; everywhere else what was installed stands. */
static const char *preset_language(const struct setup *setup)
{
    static const struct {
        const char *language, *countries;
    } rows[] = {{"de", "AT,CH,DE,LI"}, {"es", "AR,CL,CO,ES,MX,PE,UY"}, {"fr", "FR,MC"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_list_has(rows[i].countries, setup->answer[ASK_COUNTRY]) && has_language(setup, rows[i].language))
            return rows[i].language;
    return setup->now[ASK_LANGUAGE];
}

static const char *preset_policy(const struct setup *setup)
{
    return setup_policy(setup, FIRST_POLICY) ? FIRST_POLICY : "";
}

const char *question_preset(const struct setup *setup, enum question_id id)
{
    const struct question *question = &questions[id];
    const char *now = setup->now[id];

    if (id != ASK_TLS && !text_empty(now) && !(question->example && setup->shipped))
        return now;
    return question->preset ? question->preset(setup) : "";
}

/* ---- as it is written ---- */

/* "mail.example.com" as "smtp://mail.example.com:587" */
static const char *clean_relay(const struct setup *setup, const char *answer)
{
    const char *url = strstr(answer, "://") ? answer : arena_printf(setup->arena, "smtp://%s", answer);
    const char *host = strstr(url, "://") + 3, *bracket = strchr(host, ']');

    if (strchr(bracket ? bracket : host, ':') != NULL || text_ends(host, "/"))
        return url;
    return arena_printf(setup->arena, "%s%s", url, text_starts(url, "smtps://") ? PORT_IMPLICIT : PORT_SUBMISSION);
}

static const char *clean_country(const struct setup *setup, const char *answer)
{
    char *country = arena_copy(setup->arena, answer);

    for (char *at = country; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return country;
}

/* ---- which answers are none ---- */

static const char *fault_email(const struct setup *setup, const char *answer)
{
    (void)setup;
    return email_address_ok(answer) ? NULL : "this is no address of the form name@domain";
}

static const char *fault_relay(const struct setup *setup, const char *answer)
{
    (void)setup;
    return provider_mail_url_fault(answer);
}

static const char *fault_tls(const struct setup *setup, const char *answer)
{
    bool implicit = text_starts(setup->answer[ASK_RELAY], "smtps://");

    if (names_find(&tls_mode_names, answer) < 0)
        return arena_printf(setup->arena, "give one of %s", names_all(&tls_mode_names, setup->arena));
    if (implicit != text_equal(answer, "implicit"))
        return "smtps:// is implicit, smtp:// is starttls or none";
    if (text_equal(answer, "none") && !provider_url_is_local(setup->answer[ASK_RELAY]))
        return "only for a server on this machine; elsewhere everyone on the way could read the mails and the password";
    return NULL;
}

static const char *fault_timezone(const struct setup *setup, const char *answer)
{
    return zones_find(setup->config->zones, answer) ? NULL
                                                    : "there is no such time zone; write a name like Europe/Berlin";
}

static const char *fault_country(const struct setup *setup, const char *answer)
{
    (void)setup;
    return main_file_country_ok(answer) ? NULL : "write the country's two letters, like DE";
}

static const char *fault_language(const struct setup *setup, const char *answer)
{
    const char *base = arena_copy_n(setup->arena, answer, strcspn(answer, "-"));
    struct text all;

    if (has_language(setup, answer) || has_language(setup, base))
        return NULL;
    text_init(&all, setup->arena);
    for (size_t i = 0; i < setup->config->language_count; i++)
        text_addf(&all, "%s%s", i == 0 ? "" : ", ", setup->config->languages[i]);
    return arena_printf(setup->arena, "there are no templates in this language; there are %s", all.data);
}

static const char *fault_policy(const struct setup *setup, const char *answer)
{
    struct text all;

    if (setup_policy(setup, answer))
        return NULL;
    if (setup->policy_count == 0)
        return arena_printf(setup->arena, "there is no policy in %s, and none in %s; put one there",
                            setup->config->settings.policies_dir, setup_shipped_policies(setup));
    text_init(&all, setup->arena);
    for (size_t i = 0; i < setup->policy_count; i++)
        text_addf(&all, "%s%s", i == 0 ? "" : ", ", setup->policies[i].name);
    return arena_printf(setup->arena, "there is no such policy; there are %s", all.data);
}

static const char *fault_file(const struct setup *setup, const char *answer)
{
    struct stat status;

    if (stat(answer, &status) != 0 || access(answer, R_OK) != 0)
        return arena_printf(setup->arena, "it cannot be read: %s; name a file", strerror(errno));
    return S_ISREG(status.st_mode) ? NULL : "this is no file; name a CSV file";
}

const struct question questions[QUESTION_COUNT] = {
    [ASK_BUSINESS] = {.option = OPTION_BUSINESS,
                      .title = "Name of your business",
                      .why = "It stands in every mail, as its sender.",
                      .required = true,
                      .example = true},
    [ASK_EMAIL] = {.option = OPTION_EMAIL,
                   .title = "Address that mail comes from",
                   .why = "Customers see it, and answer to it.",
                   .required = true,
                   .example = true,
                   .fault = fault_email},
    [ASK_RELAY] =
        {.option = OPTION_RELAY,
         .title = "Mail server",
         .why = "It takes the mails on: its name, as in mail.example.com; smtp:// and smtps:// with a port are taken, "
                "too.",
         .required = true,
         .clean = clean_relay,
         .fault = fault_relay},
    [ASK_TLS] = {.option = OPTION_TLS,
                 .title = "Encryption",
                 .why = "A server on this machine can do without: starttls or none.",
                 .required = true,
                 .asked = has_local_relay,
                 .preset = preset_tls,
                 .fault = fault_tls},
    [ASK_USER] = {.option = OPTION_USER, .title = "User at the mail server", .why = "Without one there is no login."},
    [ASK_PASSWORD] = {.option = OPTION_PASSWORD_FILE,
                      .title = "Password at the mail server",
                      .why = "It is not shown, and goes into a file that only root can read.",
                      .required = true,
                      .secret = true,
                      .asked = has_user},
    [ASK_TIMEZONE] = {.option = OPTION_TIMEZONE,
                      .title = "Time zone",
                      .why = "By its clock the days begin and mails are sent.",
                      .required = true,
                      .example = true,
                      .preset = preset_timezone,
                      .fault = fault_timezone},
    [ASK_COUNTRY] = {.option = OPTION_COUNTRY,
                     .title = "Country",
                     .why = "Two letters, of customers for whom the ledger names none.",
                     .preset = preset_country,
                     .clean = clean_country,
                     .fault = fault_country},
    [ASK_LANGUAGE] = {.option = OPTION_LANGUAGE,
                      .title = "Language",
                      .why = "Of customers for whom the ledger names none.",
                      .required = true,
                      .example = true,
                      .preset = preset_language,
                      .fault = fault_language},
    [ASK_POLICY] = {.option = OPTION_POLICY,
                    .title = "Policy to begin with",
                    .why = "A new one is put in place, and stays off until you enable it.",
                    .required = true,
                    .preset = preset_policy,
                    .fault = fault_policy},
    [ASK_CUSTOMERS] = {.option = OPTION_CUSTOMERS,
                       .title = "CSV file of customers",
                       .why = "Read into the ledger now; nothing: later.",
                       .fault = fault_file},
    [ASK_INVOICES] = {.option = OPTION_INVOICES, .title = "CSV file of invoices", .why = "", .fault = fault_file},
    [ASK_PAYMENTS] = {.option = OPTION_PAYMENTS,
                      .title = "CSV file of payments",
                      .why = "Nothing is sent while it is not known who has paid up to the last days.",
                      .fault = fault_file},
    [ASK_TEST] = {.option = OPTION_TEST,
                  .title = "Address for a test message",
                  .why = "It says that it is a test; nothing: none is sent.",
                  .fault = fault_email},
};

/* ---- taking them ---- */

int question_take(struct setup *setup, enum question_id id, const char *answer, const char **fault)
{
    const struct question *question = &questions[id];

    if (!text_empty(answer) && question->clean)
        answer = question->clean(setup, answer);
    *fault = NULL;
    if (!question->secret && text_has_control(answer))
        *fault = "give plain text on one line";
    else if (!text_empty(answer) && question->fault)
        *fault = question->fault(setup, answer);
    if (*fault)
        return -1;
    setup->answer[id] = arena_copy(setup->arena, answer);
    return 0;
}

/* The first line of a file, or of standard input. */
static int read_secret(const struct setup *setup, const char *file, const char **secret, struct err *err)
{
    char line[SECRET_MAX];
    bool standard = text_equal(file, "-");
    FILE *in = standard ? stdin : fopen(file, "re");

    if (!in)
        return err_set(err, ERR_USAGE, "--password-file %s: cannot be opened: %s", file, strerror(errno));
    bool read = fgets(line, sizeof line, in) != NULL;
    if (!standard)
        fclose(in);
    if (read)
        line[strcspn(line, "\r\n")] = '\0';
    if (!read || line[0] == '\0')
        return err_set(err, ERR_USAGE, "--password-file %s: its first line is empty; write the password there", file);
    *secret = arena_copy(setup->arena, line);
    explicit_bzero(line, sizeof line);
    return 0;
}

int question_take_given(struct setup *setup, enum question_id id, struct err *err)
{
    const struct question *question = &questions[id];
    const struct arguments *arguments = setup->session->arguments;
    const char *answer = question_preset(setup, id), *fault;

    if (arguments->given[question->option])
        answer = arguments->text[question->option];
    if (question->secret && !text_empty(answer) && read_secret(setup, answer, &answer, err) != 0)
        return -1;
    if (question_take(setup, id, answer, &fault) == 0)
        return 0;
    return err_set(err, ERR_USAGE, "--%s %s: %s", option_names[question->option].name, answer, fault);
}

static bool is_missing(const struct setup *setup, enum question_id id)
{
    const struct question *question = &questions[id];

    if (!question->required || !text_empty(setup->answer[id]) || (question->asked && !question->asked(setup)))
        return false;
    return !question->secret || !setup_has_password(setup);
}

int setup_take(struct setup *setup, struct err *err)
{
    struct text missing;

    text_init(&missing, setup->arena);
    for (int i = 0; i < QUESTION_COUNT; i++) {
        enum question_id id = (enum question_id)i;
        if (question_take_given(setup, id, err) != 0)
            return -1;
        if (is_missing(setup, id))
            text_addf(&missing, " --%s", option_names[questions[id].option].name);
    }
    if (!text_empty(setup->answer[ASK_PASSWORD]) && !has_user(setup))
        text_add(&missing, " --user");
    if (missing.length == 0)
        return 0;
    return err_set(err, ERR_USAGE, "these are missing:%s; give them, or run dunningctl setup at a terminal",
                   missing.data);
}
