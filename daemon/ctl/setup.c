/* setup: the whole way, see setup.h. */
#include "ctl/setup.h"

#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/setup_question.h"
#include "ctl/verbs.h"

/* ---- undo ---- */

static int undo(struct session *session, struct err *err)
{
    const bool *given = session->arguments->given;

    for (int id = 0; id < OPTION_COUNT; id++)
        if (given[id] && id != OPTION_UNDO && id != OPTION_CONFIG)
            return err_set(err, ERR_USAGE, "--undo goes with --config and with nothing else");
    const char *file = session_config_file(session), *slash = strrchr(file, '/');
    const char *folder = slash ? arena_copy_n(session->arena, file, (size_t)(slash - file)) : ".";
    if (setup_undo(session, folder, true, err) != 0)
        return -1;
    fputs("systemctl restart dunningd-send and dunningctl reload put it in force\n", session->out);
    return 0;
}

/* ---- setup ---- */

/* Between the files nobody has to look, so it is done when all are there; what is wrong then is taken back. */
static int verify(const struct setup *setup, const char *record, struct err *err)
{
    struct session *session = setup->session;
    struct config *after;
    struct findings findings;
    struct err why = {.text = ""};

    findings_init(&findings, setup->arena);
    if (config_load(setup->file, 1, &after, &findings) == 0) {
        config_free(&after);
        return 0;
    }
    for (size_t i = 0; i < findings.count; i++)
        if (findings.list[i].severity == SEVERITY_ERROR)
            fprintf(stderr, "%s\n", finding_line(&findings.list[i], setup->arena));
    if (setup_undo(session, setup->folder, false, &why) != 0)
        return err_set(err, ERR_CONFIG, "the new files do not fit together, and %s (%s)", why.text, record);
    return err_set(err, ERR_CONFIG, "the new files do not fit together as said above; all are as they were");
}

static int write_and_verify(const struct setup *setup, const struct setup_plan *plan, struct err *err)
{
    const char *record;
    struct err ignored;

    if (plan->count == 0)
        return 0;
    if (setup_write(setup, plan, &record, err) == 0)
        return verify(setup, record, err);
    if (!text_empty(record))
        setup_undo(setup->session, setup->folder, false, &ignored);
    return -1;
}

static int perform(struct setup *setup, struct err *err)
{
    bool asks = setup_can_ask(setup->session), dry = setup->session->arguments->given[OPTION_DRY_RUN];
    struct setup_plan plan;

    if (setup_look(setup, err) != 0 || (asks ? setup_ask(setup, err) : setup_take(setup, err)) != 0 ||
        setup_make_plan(setup, &plan, err) != 0)
        return -1;
    setup_show_plan(setup, &plan, dry);
    if (dry)
        return 0;
    if (asks && setup_confirm(setup, "Go on?", err) != 0)
        return -1;
    if (write_and_verify(setup, &plan, err) != 0)
        return -1;
    int result = setup_run_stages(setup, err);
    setup_tell_next(setup);
    return result;
}

int verb_setup(struct session *session, struct err *err)
{
    struct setup setup = {.session = session, .arena = session->arena};
    const struct rlimit none = {0, 0};

    /* A password is in its memory for a while. */
    setrlimit(RLIMIT_CORE, &none);
    return session->arguments->given[OPTION_UNDO] ? undo(session, err) : perform(&setup, err);
}
