/* setup: questions at a terminal.  Nothing is changed before the last of them is answered. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/setup_question.h"

#define LINE_MAX_BYTES 4096
#define NONE "-"

/* ---- an interrupt ends the questions, with the terminal as it was ---- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

/* Without SA_RESTART: a read that waits for an answer ends. */
static void watch_signals(struct sigaction before[SIGNALS])
{
    struct sigaction watching = {.sa_handler = on_signal};

    sigemptyset(&watching.sa_mask);
    interrupted = 0;
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &watching, &before[i]);
}

static void unwatch_signals(const struct sigaction before[SIGNALS])
{
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
}

static int stop(struct err *err)
{
    return err_set(err, ERR_FAILED, "stopped; nothing was changed");
}

/* ---- one line ---- */

/* Byte by byte: what stands behind the line is the next answer.  -1: interrupted, or the end. */
static int read_line(char line[LINE_MAX_BYTES])
{
    size_t length = 0;
    char byte = '\0';

    while (!interrupted && byte != '\n') {
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        if (byte != '\n' && length + 1 < LINE_MAX_BYTES)
            line[length++] = byte;
    }
    line[length] = '\0';
    return interrupted ? -1 : 0;
}

/* The question is shown once nothing is echoed any more, so that what is typed then is neither seen nor thrown away. */
static int read_hidden(FILE *out, char line[LINE_MAX_BYTES])
{
    struct termios before, hidden;
    bool hides = tcgetattr(STDIN_FILENO, &before) == 0;

    if (hides) {
        hidden = before;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        hides = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    }
    fflush(out);
    int result = read_line(line);
    if (hides)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    fputc('\n', out);
    return result;
}

static int read_answer(struct setup *setup, bool secret, const char **answer)
{
    FILE *out = setup->session->out;
    char line[LINE_MAX_BYTES];

    if (!secret)
        fflush(out);
    int result = secret ? read_hidden(out, line) : read_line(line);
    *answer = result == 0 ? text_trim(setup->arena, line) : "";
    if (secret)
        explicit_bzero(line, sizeof line);
    return result;
}

/* ---- one question ---- */

static void print_question(const struct setup *setup, enum question_id id, const char *preset)
{
    const struct question *question = &questions[id];
    FILE *out = setup->session->out;
    bool keeps = question->secret && setup_has_password(setup);

    if (!text_empty(question->why))
        fprintf(out, "\n%s\n", question->why);
    if (id == ASK_POLICY)
        for (size_t i = 0; i < setup->policy_count; i++)
            fprintf(out, "  %-14s %s\n", setup->policies[i].name, setup->policies[i].about);
    fputs(question->title, out);
    if (!text_empty(preset) || keeps)
        fprintf(out, " [%s]", keeps ? "as it is" : preset);
    if (!question->required && !text_empty(preset))
        fputs(" (" NONE " for none)", out);
    fputs(": ", out);
}

/* What counts: what was typed, or else what is preset. */
static const char *meant(const struct question *question, const char *typed, const char *preset)
{
    if (text_empty(typed))
        return preset;
    return !question->required && text_equal(typed, NONE) ? "" : typed;
}

static const char *ask_once(struct setup *setup, enum question_id id, const char *preset, bool *stopped)
{
    const struct question *question = &questions[id];
    const char *typed, *fault;

    print_question(setup, id, preset);
    *stopped = read_answer(setup, question->secret, &typed) != 0;
    if (*stopped)
        return NULL;
    const char *answer = meant(question, typed, preset);
    if (question_take(setup, id, answer, &fault) != 0)
        return fault;
    bool kept = question->secret && setup_has_password(setup);
    return question->required && text_empty(answer) && !kept ? "this is needed" : NULL;
}

/* Again until the answer can be taken. */
static int ask(struct setup *setup, enum question_id id, struct err *err)
{
    const char *preset = question_preset(setup, id), *fault;
    bool stopped;

    while ((fault = ask_once(setup, id, preset, &stopped)) != NULL)
        fprintf(setup->session->out, "  %s\n", fault);
    if (!stopped)
        return 0;
    fputc('\n', setup->session->out);
    return stop(err);
}

/* ---- all of them ---- */

bool setup_can_ask(const struct session *session)
{
    const bool *given = session->arguments->given;
    bool told = given[OPTION_BUSINESS] && given[OPTION_EMAIL] && given[OPTION_RELAY];

    return !told && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

static int ask_all(struct setup *setup, struct err *err)
{
    for (int i = 0; i < QUESTION_COUNT; i++) {
        enum question_id id = (enum question_id)i;
        const struct question *question = &questions[id];
        bool asked =
            !setup->session->arguments->given[question->option] && (!question->asked || question->asked(setup));
        if ((asked ? ask(setup, id, err) : question_take_given(setup, id, err)) != 0)
            return -1;
    }
    return 0;
}

int setup_ask(struct setup *setup, struct err *err)
{
    struct sigaction before[SIGNALS];

    fprintf(setup->session->out,
            "An empty answer takes what stands in brackets.  Nothing is changed before the end.\n");
    watch_signals(before);
    int result = ask_all(setup, err);
    unwatch_signals(before);
    return result;
}

int setup_confirm(struct setup *setup, const char *question, struct err *err)
{
    struct sigaction before[SIGNALS];
    const char *answer;

    fprintf(setup->session->out, "\n%s [yes]: ", question);
    watch_signals(before);
    int result = read_answer(setup, false, &answer);
    unwatch_signals(before);
    if (result == 0 && (text_empty(answer) || text_equal(answer, "yes") || text_equal(answer, "y")))
        return 0;
    return stop(err);
}
