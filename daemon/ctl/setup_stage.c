/*
 * setup: the verbs that show what the files are worth.  Each is a process of
 * its own: it becomes the owner of the state for good, and setup does not.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/setup.h"

#define WORDS_MAX 8

struct stage {
    enum question_id id; /* left out where it has no answer; QUESTION_COUNT: never */
    const char *title;
    const char *words[WORDS_MAX]; /* @ is the answer, % the policy */
};

static const struct stage stages[] = {
    {QUESTION_COUNT, "The check", {"check"}},
    {ASK_CUSTOMERS, "The customers", {"import", "customers", "@"}},
    {ASK_INVOICES, "The invoices", {"import", "invoices", "@"}},
    {ASK_PAYMENTS, "The payments", {"import", "payments", "@"}},
    {ASK_INVOICES, "The next 30 days, as if the policy were enabled", {"simulate", "--days", "30", "--enable", "%"}},
    {ASK_TEST, "The test message", {"send-test", SETUP_PROVIDER, "@"}},
};

/* In the child. */
static int perform(const struct setup *setup, int count, const char *const *words)
{
    const struct session *parent = setup->session;
    struct session session = {.arena = arena_new(0),
                              .now = parent->now,
                              .author = parent->author,
                              .out = parent->out,
                              .terminal = parent->terminal,
                              .colour = parent->colour};
    struct err err = {.code = ERR_NONE};
    int result = session_perform(&session, count, words, &err);

    arena_free(&session.arena);
    fflush(parent->out);
    if (result != 0)
        fprintf(stderr, "dunningctl: %s\n", err.text);
    return result == 0 ? 0 : (int)(err.code == ERR_NONE ? ERR_FAILED : err.code);
}

static int words_of(const struct setup *setup, const struct stage *stage, const char **words)
{
    int count = 0;

    words[count++] = "dunningctl";
    for (size_t i = 0; i < WORDS_MAX && stage->words[i]; i++) {
        const char *word = stage->words[i];
        if (text_equal(word, "@"))
            word = setup->answer[stage->id];
        words[count++] = text_equal(word, "%") ? setup->answer[ASK_POLICY] : word;
    }
    words[count++] = "--config";
    words[count++] = setup->file;
    return count;
}

/* The exit status of the verb. */
static int run(const struct setup *setup, const struct stage *stage, struct err *err)
{
    const char *words[WORDS_MAX + 3];
    int count = words_of(setup, stage, words), status = 0;

    fprintf(setup->session->out, "\n%s:\n", stage->title);
    fflush(setup->session->out);
    pid_t child = fork();
    if (child == 0)
        _exit(perform(setup, count, words));
    if (child < 0)
        return err_set(err, ERR_FAILED, "cannot start a process: %s", strerror(errno));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_set(err, ERR_FAILED, "cannot wait for a process: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return err_set(err, WIFEXITED(status) ? (enum err_code)WEXITSTATUS(status) : ERR_FAILED,
                   "the files are written, but this failed: %s; mend it and try it again, or dunningctl setup --undo",
                   words[1]);
}

int setup_run_stages(const struct setup *setup, struct err *err)
{
    struct err first = {.code = ERR_NONE}, here;

    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        const struct stage *stage = &stages[i];
        if (stage->id != QUESTION_COUNT && text_empty(setup->answer[stage->id]))
            continue;
        if (run(setup, stage, &here) == 0)
            continue;
        if (first.code == ERR_NONE)
            first = here;
        if (stage->id == QUESTION_COUNT)
            break;
    }
    if (first.code == ERR_NONE)
        return 0;
    *err = first;
    return -1;
}

static bool is_enabled(const struct setup *setup)
{
    const struct rulebook *rulebook = &setup->config->rulebook;

    for (size_t i = 0; i < rulebook->policy_count; i++)
        if (text_equal(rulebook->policies[i].name, setup->answer[ASK_POLICY]))
            return rulebook->policies[i].enabled;
    return false;
}

void setup_tell_next(const struct setup *setup)
{
    FILE *out = setup->session->out;
    bool enabled = is_enabled(setup);
    const char *config =
        setup->session->arguments->given[OPTION_CONFIG] ? arena_printf(setup->arena, " --config %s", setup->file) : "";

    fprintf(out, "\n%sWhat comes next:\n", enabled ? "" : "Nothing is sent to customers yet.  ");
    if (!text_empty(setup->answer[ASK_PASSWORD]))
        fputs("  systemctl restart dunningd-send\n      it reads the password when it starts\n", out);
    fprintf(out, "  dunningctl reload%s\n      the new files come into force\n", config);
    if (!enabled)
        fprintf(out,
                "  dunningctl policy enable %s%s\n      and then dunningctl reload%s: from here on reminders go out, "
                "and the answer says which\n",
                setup->answer[ASK_POLICY], config, config);
    fprintf(out, "  dunningctl setup --undo%s\n      all files as they were\n", config);
}
