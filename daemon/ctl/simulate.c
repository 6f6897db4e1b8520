/* simulate: the same decisions on a virtual clock; nothing is sent, nothing is changed. */
#include "ctl/simulate.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/settings.h"
#include "ctl/verbs.h"
#include "store/ledger.h"

#define DAYS_DEFAULT 30
#define DAYS_MAX 3660

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON };
static const char *const format_words[] = {"text", "csv", "json"};
static const struct names format_names = {format_words, 3};

static void show_progress(void *context, size_t customers)
{
    (void)context;
    fprintf(stderr, "\r%zu customers", customers);
    fflush(stderr);
}

static int run(struct session *session, const struct rulebook *rulebook, struct simulation *out, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    const struct books books = session_books(session);
    bool shows = isatty(STDERR_FILENO) == 1;
    moment_t from = session_moment(session, OPTION_FROM);

    *out =
        (struct simulation){.rulebook = rulebook,
                            .progress = shows ? show_progress : NULL,
                            .from = from == MOMENT_NONE ? session->now : from,
                            .days = arguments->given[OPTION_DAYS] ? (int)arguments->number[OPTION_DAYS] : DAYS_DEFAULT};
    int result = simulate(&books, out, err);
    if (shows)
        fputs("\r\033[K", stderr);
    return result;
}

/* The rules with one policy switched on; NULL where it is not there. */
static const struct rulebook *with_policy(struct session *session, const char *name, struct err *err)
{
    struct rulebook *rulebook = arena_alloc(session->arena, sizeof *rulebook);
    const struct rulebook *now = &session->config->rulebook;
    struct policy *policies = arena_array(session->arena, now->policy_count + 1, sizeof *policies);
    bool found = false;

    *rulebook = *now;
    rulebook->policies = policies;
    for (size_t i = 0; i < now->policy_count; i++) {
        bool named = text_equal(now->policies[i].name, name);
        policies[i] = now->policies[i];
        policies[i].enabled = policies[i].enabled || named;
        found = found || named;
    }
    if (found)
        return rulebook;
    err_set(err, ERR_NOT_FOUND, "there is no policy %s; the files in %s name them", name,
            session->config->settings.policies_dir);
    return NULL;
}

static enum format format_of(const struct session *session)
{
    const struct arguments *arguments = session->arguments;

    if (arguments->given[OPTION_FORMAT])
        return (enum format)names_find(&format_names, arguments->text[OPTION_FORMAT]);
    return arguments->given[OPTION_JSON] ? FORMAT_JSON : FORMAT_TEXT;
}

static int print(struct session *session, const struct simulation *simulation, struct err *err)
{
    switch (format_of(session)) {
    case FORMAT_TEXT:
        simulate_text(session, simulation);
        break;
    case FORMAT_CSV:
        return simulate_csv(session, simulation, err);
    case FORMAT_JSON:
        simulate_json(session, simulation);
        break;
    }
    return 0;
}

static int read_policies(struct session *session, struct config *out, struct err *err)
{
    const char *folder = session->arguments->text[OPTION_POLICIES];
    struct findings findings;

    findings_init(&findings, session->arena);
    if (settings_with_policies(session->config, folder, session->arena, out, &findings) == 0)
        return 0;
    for (size_t i = 0; i < findings.count; i++)
        fprintf(stderr, "%s\n", finding_line(&findings.list[i], session->arena));
    return err_set(err, ERR_CONFIG, "%s: the policies have mistakes; mend them, then simulate again", folder);
}

static int compare(struct session *session, const struct simulation *before, struct err *err)
{
    struct config *other = arena_alloc(session->arena, sizeof *other);
    struct simulation after;

    if (read_policies(session, other, err) != 0 || run(session, &other->rulebook, &after, err) != 0)
        return -1;
    return simulate_compare(session, before, &after, format_of(session) == FORMAT_CSV, err);
}

int verb_simulate(struct session *session, struct err *err)
{
    const struct arguments *arguments = session->arguments;
    const struct rulebook *rulebook = NULL;
    struct simulation simulation;

    if (arguments->number[OPTION_DAYS] > DAYS_MAX)
        return err_set(err, ERR_USAGE, "--days %s: give 1 to %d", arguments->text[OPTION_DAYS], DAYS_MAX);
    if (!session->ledger)
        return err_set(err, ERR_FAILED, "%s: there is no ledger yet; dunningctl import fills it",
                       session->config->settings.ledger_path);
    if (arguments->given[OPTION_ENABLE]) {
        rulebook = with_policy(session, arguments->text[OPTION_ENABLE], err);
        if (!rulebook)
            return -1;
    }
    if (run(session, rulebook, &simulation, err) != 0)
        return -1;
    if (arguments->given[OPTION_POLICIES])
        return compare(session, &simulation, err);
    return print(session, &simulation, err);
}
