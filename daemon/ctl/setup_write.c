/* setup: the files are written, one after the other, each wholly; a record of them comes first. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/put_file.h"
#include "ctl/setup.h"
#include "ctl/setup_record.h"

#define MODE_FILE 0644
#define MODE_SECRET 0600
#define MODE_FOLDER 0755
#define MODE_SECRETS 0700

static struct setup_record make_record(const struct setup *setup, const struct setup_plan *plan)
{
    static const struct {
        enum question_id id;
        const char *kind;
    } imports[] = {{ASK_CUSTOMERS, "customers"}, {ASK_INVOICES, "invoices"}, {ASK_PAYMENTS, "payments"}};
    size_t room = plan->count + sizeof imports / sizeof *imports + 1;
    struct setup_record record = {.lines = arena_array(setup->arena, room, sizeof *record.lines)};

    for (size_t i = 0; i < plan->count; i++) {
        const struct setup_file *file = &plan->files[i];
        /* Everybody may read the record, and a digest is enough to try passwords by. */
        const char *digest = file->secret ? "" : record_digest(file->text, setup->arena);
        record.lines[record.count++] = (struct record_line){file->is_new ? RECORD_NEW : RECORD_WAS, digest, file->path};
    }
    for (size_t i = 0; i < sizeof imports / sizeof *imports; i++)
        if (!text_empty(setup->answer[imports[i].id]))
            record.lines[record.count++] =
                (struct record_line){RECORD_IMPORT, imports[i].kind, setup->answer[imports[i].id]};
    if (!text_empty(setup->answer[ASK_TEST]))
        record.lines[record.count++] = (struct record_line){RECORD_TEST, "", ""};
    record.stamp = record_stamp(setup->folder, setup->session->now, setup->arena);
    record.file = record_file(setup->folder, record.stamp, setup->arena);
    return record;
}

static int write_file(const struct setup *setup, const struct setup_file *file, const char *stamp, struct err *err)
{
    const char *folder = arena_copy_n(setup->arena, file->path, (size_t)(strrchr(file->path, '/') - file->path));

    if (put_folder(folder, file->secret ? MODE_SECRETS : MODE_FOLDER, err) != 0)
        return -1;
    return put_file(&(struct put){file->path, file->text, file->secret ? MODE_SECRET : MODE_FILE,
                                  record_kept(file->path, stamp, setup->arena)},
                    err);
}

static int write_all(const struct setup *setup, const struct setup_plan *plan, const char **file, struct err *err)
{
    const struct setup_record record = make_record(setup, plan);

    *file = record.file;
    if (put_file(&(struct put){record.file, record_text(&record, setup->arena), MODE_FILE, ""}, err) != 0)
        return -1;
    for (size_t i = 0; i < plan->count; i++)
        if (write_file(setup, &plan->files[i], record.stamp, err) != 0)
            return -1;
    return 0;
}

/* An interrupt waits until all are written. */
static void block_signals(sigset_t *before)
{
    sigset_t blocked;

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGHUP);
    sigprocmask(SIG_BLOCK, &blocked, before);
}

int setup_write(const struct setup *setup, const struct setup_plan *plan, const char **record, struct err *err)
{
    int folder = open(setup->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sigset_t before;

    *record = "";
    if (folder < 0 || flock(folder, LOCK_EX | LOCK_NB) != 0) {
        int fault = errno;
        if (folder >= 0)
            close(folder);
        return err_set(err, ERR_FAILED, "%s: %s", setup->folder,
                       fault == EWOULDBLOCK ? "another setup is writing here; try again when it is done"
                                            : strerror(fault));
    }
    block_signals(&before);
    int result = write_all(setup, plan, record, err);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(folder);
    return result;
}
