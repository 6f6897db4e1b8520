/* setup --undo: file by file as it was, in the opposite order; done again after an interruption it goes on. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/source.h"
#include "ctl/put_file.h"
#include "ctl/setup.h"
#include "ctl/setup_record.h"
#include "store/folder.h"

struct undoing {
    struct session *session;
    const struct setup_record *record;
    bool telling;
    struct err *err;
};

static const char *digest_of(const struct undoing *undoing, const char *path)
{
    struct arena *arena = undoing->session->arena;
    struct findings ignored;

    findings_init(&ignored, arena);
    const char *text = source_read(path, arena, &ignored);
    return text ? record_digest(text, arena) : "";
}

static int failed(const struct undoing *undoing, const char *path)
{
    return err_set(undoing->err, ERR_FAILED, "%s: cannot be taken back: %s; then run dunningctl setup --undo again",
                   path, strerror(errno));
}

static void say(const struct undoing *undoing, const char *path, const char *what)
{
    if (undoing->telling)
        fprintf(undoing->session->out, "%s: %s\n", path, what);
}

/* What was changed since by hand is not lost: it gets a name of its own. */
static int keep_changes(const struct undoing *undoing, const struct record_line *line, const char *kept)
{
    const char *now = digest_of(undoing, line->path);
    const char *name = arena_printf(undoing->session->arena, "%s.before-undo-%s", line->path, undoing->record->stamp);

    if (text_empty(line->word) || text_equal(now, line->word) || (kept && text_equal(now, digest_of(undoing, kept))))
        return 0;
    if (link(line->path, name) != 0 && errno != EEXIST && errno != ENOENT)
        return failed(undoing, line->path);
    say(undoing, line->path, "was changed since; that is kept as well, behind its name stands .before-undo");
    return 0;
}

static int undo_was(const struct undoing *undoing, const struct record_line *line)
{
    const char *kept = record_kept(line->path, undoing->record->stamp, undoing->session->arena);

    if (access(kept, F_OK) != 0)
        return 0;
    if (keep_changes(undoing, line, kept) != 0)
        return -1;
    /* Two names of one file stay two names by a rename. */
    if (rename(kept, line->path) != 0 || (unlink(kept) != 0 && errno != ENOENT) || folder_sync_above(line->path) != 0)
        return failed(undoing, line->path);
    say(undoing, line->path, "is as it was");
    return 0;
}

static int undo_new(const struct undoing *undoing, const struct record_line *line)
{
    if (access(line->path, F_OK) != 0)
        return 0;
    if (keep_changes(undoing, line, NULL) != 0)
        return -1;
    if (unlink(line->path) != 0 || folder_sync_above(line->path) != 0)
        return failed(undoing, line->path);
    say(undoing, line->path, "is removed");
    return 0;
}

static int undo_import(const struct undoing *undoing, const struct record_line *line)
{
    if (undoing->telling)
        fprintf(undoing->session->out,
                "%s of %s: what was imported stays in the ledger; dunning-ledger(5) says how rows "
                "are taken out\n",
                line->word, line->path);
    return 0;
}

static int undo_test(const struct undoing *undoing, const struct record_line *line)
{
    (void)line;
    if (undoing->telling)
        fputs("a test message that was sent stays sent\n", undoing->session->out);
    return 0;
}

static int (*const undoers[])(const struct undoing *, const struct record_line *) = {
    [RECORD_WAS] = undo_was, [RECORD_NEW] = undo_new, [RECORD_IMPORT] = undo_import, [RECORD_TEST] = undo_test};

int setup_undo(struct session *session, const char *folder, bool telling, struct err *err)
{
    struct setup_record record;

    if (record_newest(folder, session->arena, &record, err) != 0)
        return -1;
    const struct undoing undoing = {session, &record, telling, err};
    for (size_t i = record.count; i > 0; i--) {
        const struct record_line *line = &record.lines[i - 1];
        if (line->kind <= RECORD_NEW)
            put_file_clean(line->path);
        if (undoers[line->kind](&undoing, line) != 0)
            return -1;
    }
    if (unlink(record.file) != 0 || folder_sync_above(record.file) != 0)
        return failed(&undoing, record.file);
    return 0;
}
