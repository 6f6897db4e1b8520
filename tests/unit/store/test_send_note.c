/* Notes to the send log: what is written comes back, and what was damaged is no note. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "fake/test.h"
#include "model/notice.h"
#include "store/send_note.h"

static struct notice_item items[] = {
    {"R 100%/1", 2, 1, 1, BLOCK_DUE, "reminder", 10000, 500, 20500, DAY_NONE, 20600},
    {"-", 1, 3, 0, BLOCK_CARRIED, "", -7, 0, DAY_NONE, 20400, DAY_NONE},
    {"Ö\t\x7f", 1, 1, 2, BLOCK_UPCOMING, "a b", 0, 0, 20500, DAY_NONE, DAY_NONE},
};

static struct notice notice_of(void)
{
    struct notice notice = {.id = 12,
                            .contact = 11,
                            .customer = "C 17",
                            .entity = "",
                            .policy = "standard",
                            .step = "formal",
                            .group_invoice = "-",
                            .currency = "EUR",
                            .action = ACTION_NOTICE,
                            .total = 9493,
                            .on = 20490,
                            .deadline = DAY_NONE,
                            .planned_at = 1770000000,
                            .items = items,
                            .item_count = LENGTH(items)};

    return notice;
}

static const struct message message = {.id = 31,
                                       .notice = 12,
                                       .channel = CHANNEL_SMS,
                                       .recipient = 2,
                                       .revision = 3,
                                       .digest = "abc",
                                       .message_id = "<n12.c1@x.invalid>",
                                       .provider = "way"};

static const char *line_of(struct arena *arena)
{
    struct notice notice = notice_of();
    struct send_note note = {77, 0xfedcba9876543210U, &notice, &message};

    return send_note_format(&note, arena);
}

static void expect_item(const struct notice_item *got, const struct notice_item *want)
{
    expect_text("invoice", got->invoice_id, want->invoice_id);
    expect_text("step", got->step, want->step);
    expect_int("line", got->line, want->line);
    expect_int("episode", got->episode, want->episode);
    expect_int("occurrence", got->occurrence, want->occurrence);
    expect_int("block", (int)got->block, (int)want->block);
    expect_int("open", got->open, want->open);
    expect_int("credited", got->credited, want->credited);
    expect_int("due", got->due_on, want->due_on);
    expect_int("carried", got->carried_on, want->carried_on);
    expect_int("deadline", got->deadline, want->deadline);
}

static void what_is_written_comes_back(void **state)
{
    struct arena *arena = arena_new(0);
    struct notice want = notice_of();
    struct send_note got;

    (void)state;
    expect_true("parsed", send_note_parse(line_of(arena), arena, &got));
    expect_int("attempt", got.attempt, 77);
    expect_true("token", got.token == 0xfedcba9876543210U);
    expect_int("notice", got.notice->id, 12);
    expect_text("customer", got.notice->customer, want.customer);
    expect_text("entity", got.notice->entity, "");
    expect_text("group", got.notice->group_invoice, "-");
    expect_text("currency", got.notice->currency, "EUR");
    expect_int("action", (int)got.notice->action, ACTION_NOTICE);
    expect_int("total", got.notice->total, 9493);
    expect_int("deadline", got.notice->deadline, DAY_NONE);
    expect_int("planned", got.notice->planned_at, 1770000000);
    expect_int("message", got.message->id, 31);
    expect_int("channel", (int)got.message->channel, CHANNEL_SMS);
    expect_int("revision", got.message->revision, 3);
    expect_text("id", got.message->message_id, "<n12.c1@x.invalid>");
    expect_int("items", (int64_t)got.notice->item_count, LENGTH(items));
    for (size_t i = 0; i < LENGTH(items); i++)
        expect_item(&got.notice->items[i], &items[i]);
    arena_free(&arena);
}

/* Every beginning of a line, and every line with one byte changed. */
static void what_was_damaged_is_no_note(void **state)
{
    struct arena *arena = arena_new(0);
    const char *line = line_of(arena);
    size_t length = strlen(line);
    struct send_note got;

    (void)state;
    for (size_t i = 0; i < length; i++) {
        char *copy = arena_copy(arena, line);
        copy[i] = copy[i] == '3' ? '4' : '3';
        expect_true("changed", !send_note_parse(copy, arena, &got));
        expect_true("cut", !send_note_parse(arena_copy_n(arena, line, i), arena, &got));
    }
    arena_free(&arena);
}

/* ---- the file ---- */

struct seen {
    int count;
    int64_t last;
};

static void see(void *context, const struct send_note *note)
{
    struct seen *seen = context;

    seen->count++;
    seen->last = note->attempt;
}

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void add(struct send_notes *notes, int64_t attempt)
{
    struct notice notice = notice_of();
    struct send_note note = {attempt, 5, &notice, &message};

    send_notes_add(notes, &note);
}

static void a_torn_note_spoils_no_other(void **state)
{
    char folder[] = "/tmp/dunningd-notes-XXXXXX", log[64], file[64];
    struct send_notes *notes;
    struct seen seen = {0, 0};
    struct stat status;
    struct err err;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(log, sizeof log, "%s/send.log", folder);
    snprintf(file, sizeof file, "%s/send.log.notes", folder);
    expect_int("opened", send_notes_open(&notes, log, &err), 0);
    add(notes, 1);
    add(notes, 2);
    expect_int("written", send_notes_write(notes, &err), 0);
    send_notes_close(&notes);
    append(file, "3 0000000000000005 12 and torn");
    expect_int("opened again", send_notes_open(&notes, log, &err), 0);
    add(notes, 4);
    expect_int("written again", send_notes_write(notes, &err), 0);
    expect_int("read", send_notes_each(notes, see, &seen, &err), 0);
    expect_int("three are whole", seen.count, 3);
    expect_int("the last one too", seen.last, 4);
    expect_int("found", stat(file, &status), 0);
    expect_int("nobody else's", status.st_mode & 0777, 0600);
    send_notes_close(&notes);
    unlink(file);
    rmdir(folder);
}

static void what_cannot_be_written_is_said(void **state)
{
    struct send_notes *notes;
    struct err err = {0};

    (void)state;
    expect_int("no folder", send_notes_open(&notes, "/nonexistent/folder/send.log", &err), -1);
    expect_true("says so", strstr(err.text, "cannot be opened") != NULL);
    expect_true("nothing is open", notes == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_comes_back),
        cmocka_unit_test(what_was_damaged_is_no_note),
        cmocka_unit_test(a_torn_note_spoils_no_other),
        cmocka_unit_test(what_cannot_be_written_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
