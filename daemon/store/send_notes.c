/* The file of notes: appended to in one write for each group, read line by line. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/send_note.h"

struct send_notes {
    struct arena *arena, *pending_arena;
    char *path;
    int fd;
    struct text pending;
};

static int failed(const struct send_notes *notes, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: the notes to the send log %s: %s; nothing is sent without them", notes->path,
                   what, strerror(errno));
}

static void forget_pending(struct send_notes *notes)
{
    arena_reset(notes->pending_arena);
    text_init(&notes->pending, notes->pending_arena);
}

/* A line that a crash left unfinished is ended, so that the next one is whole. */
static int end_torn_line(struct send_notes *notes)
{
    struct stat status;
    char last;

    if (fstat(notes->fd, &status) != 0)
        return -1;
    if (status.st_size == 0)
        return 0;
    if (pread(notes->fd, &last, 1, status.st_size - 1) != 1)
        return -1;
    if (last != '\n')
        text_add_char(&notes->pending, '\n');
    return 0;
}

int send_notes_open(struct send_notes **out, const char *witness, struct err *err)
{
    struct arena *arena = arena_new(0);
    struct send_notes *notes = arena_alloc(arena, sizeof *notes);

    *out = NULL;
    notes->arena = arena;
    notes->pending_arena = arena_new(0);
    notes->path = arena_printf(arena, "%s.notes", witness);
    forget_pending(notes);
    notes->fd = open(notes->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (notes->fd < 0 || end_torn_line(notes) != 0) {
        failed(notes, "cannot be opened", err);
        send_notes_close(&notes);
        return -1;
    }
    *out = notes;
    return 0;
}

void send_notes_close(struct send_notes **notes)
{
    struct send_notes *old = *notes;
    struct arena *arena;

    *notes = NULL;
    if (!old)
        return;
    if (old->fd >= 0)
        close(old->fd);
    arena_free(&old->pending_arena);
    arena = old->arena; /* the notes themselves lie in it */
    arena_free(&arena);
}

void send_notes_add(struct send_notes *notes, const struct send_note *note)
{
    text_add(&notes->pending, send_note_format(note, notes->pending_arena));
    text_add_char(&notes->pending, '\n');
}

int send_notes_write(struct send_notes *notes, struct err *err)
{
    const char *bytes = notes->pending.data;
    size_t left = notes->pending.length;
    int result = 0;

    while (left > 0 && result == 0) {
        ssize_t written = write(notes->fd, bytes, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            result = failed(notes, "cannot be written", err);
            break;
        }
        bytes += written;
        left -= (size_t)written;
    }
    forget_pending(notes);
    if (result != 0)
        text_add_char(&notes->pending, '\n'); /* what got there ends here */
    return result;
}

int send_notes_each(const struct send_notes *notes, void (*visit)(void *context, const struct send_note *note),
                    void *context, struct err *err)
{
    FILE *file = fopen(notes->path, "re");
    struct arena *arena = arena_new(0);
    size_t size = 0;
    char *line = NULL;
    ssize_t length;

    while (file && (length = getline(&line, &size, file)) > 0) {
        struct send_note note;
        if (line[length - 1] != '\n')
            break;
        line[length - 1] = '\0';
        arena_reset(arena);
        if (send_note_parse(line, arena, &note))
            visit(context, &note);
    }
    int result = !file || ferror(file) ? failed(notes, "cannot be read", err) : 0;
    if (file)
        fclose(file);
    free(line);
    arena_free(&arena);
    return result;
}
