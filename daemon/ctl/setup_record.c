#include "ctl/setup_record.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/names.h"
#include "base/text.h"
#include "config/folder.h"
#include "config/source.h"

#define PREFIX "setup-"
#define SUFFIX ".undo"
#define NONE "-"
#define HEAD "# Written by dunningctl setup; dunningctl setup --undo takes it back.\n"

static const char *const kind_words[] = {
    [RECORD_WAS] = "was", [RECORD_NEW] = "new", [RECORD_IMPORT] = "import", [RECORD_TEST] = "test"};
static const struct names kind_names = {kind_words, sizeof kind_words / sizeof *kind_words};

/* ---- names ---- */

const char *record_file(const char *folder, const char *stamp, struct arena *arena)
{
    return arena_printf(arena, "%s/" PREFIX "%s" SUFFIX, folder, stamp);
}

const char *record_kept(const char *path, const char *stamp, struct arena *arena)
{
    return arena_printf(arena, "%s.before-setup-%s", path, stamp);
}

/* A second that no record has yet, so that they stand in the order in which they were written. */
const char *record_stamp(const char *folder, moment_t now, struct arena *arena)
{
    char stamp[RECORD_STAMP_SIZE];

    for (time_t at = (time_t)now;; at++) {
        struct tm parts;
        gmtime_r(&at, &parts);
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
        if (access(record_file(folder, stamp, arena), F_OK) != 0)
            return arena_copy(arena, stamp);
    }
}

const char *record_digest(const char *text, struct arena *arena)
{
    unsigned char digest[SHA256_SIZE];
    char hex[SHA256_TEXT_SIZE];

    digest_sha256(text, strlen(text), digest);
    return arena_copy(arena, digest_hex(digest, SHA256_SIZE, hex));
}

/* ---- text ---- */

const char *record_text(const struct setup_record *record, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, HEAD);
    for (size_t i = 0; i < record->count; i++) {
        const struct record_line *line = &record->lines[i];
        text_addf(&out, "%s %s %s\n", kind_words[line->kind], text_empty(line->word) ? NONE : line->word,
                  text_empty(line->path) ? NONE : line->path);
    }
    return out.data;
}

/* "was DIGEST PATH": a path may have spaces. */
static bool read_line(const char *text, struct arena *arena, struct record_line *out)
{
    size_t kind = strcspn(text, " ");
    const char *word = text + kind + (text[kind] != '\0');
    size_t length = strcspn(word, " ");
    int found = names_find(&kind_names, arena_copy_n(arena, text, kind));

    if (found < 0 || word[length] != ' ')
        return false;
    *out = (struct record_line){(enum record_kind)found, arena_copy_n(arena, word, length),
                                arena_copy(arena, word + length + 1)};
    if (text_equal(out->word, NONE))
        out->word = "";
    return true;
}

static int read_lines(struct setup_record *record, const char *text, struct arena *arena, struct err *err)
{
    size_t room = 1;

    for (const char *at = text; *at != '\0'; at++)
        room += *at == '\n';
    record->lines = arena_array(arena, room, sizeof *record->lines);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *line = arena_copy_n(arena, text, length);
        text += length + (text[length] == '\n');
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (!read_line(line, arena, &record->lines[record->count++]))
            return err_set(err, ERR_CONFIG,
                           "%s: \"%s\" is no line of such a file; the copies are named *.before-setup-%s", record->file,
                           line, record->stamp);
    }
    return 0;
}

int record_newest(const char *folder, struct arena *arena, struct setup_record *out, struct err *err)
{
    struct findings findings;
    struct folder all;

    *out = (struct setup_record){.file = "", .stamp = ""};
    findings_init(&findings, arena);
    if (!folder_read(folder, false, arena, &findings, &all))
        return err_set(err, ERR_FAILED, "%s", finding_line(&findings.list[0], arena));
    for (size_t i = 0; i < all.count; i++) {
        if (!text_starts(all.names[i], PREFIX) || !text_ends(all.names[i], SUFFIX))
            continue;
        size_t length = strlen(all.names[i]) - strlen(PREFIX) - strlen(SUFFIX);
        out->file = folder_file(&all, i, arena);
        out->stamp = arena_copy_n(arena, all.names[i] + strlen(PREFIX), length);
    }
    if (text_empty(out->file))
        return err_set(err, ERR_NOT_FOUND, "%s: no setup has written anything here that could be taken back", folder);
    const char *text = source_read(out->file, arena, &findings);
    if (!text)
        return err_set(err, ERR_FAILED, "%s", finding_line(&findings.list[findings.count - 1], arena));
    return read_lines(out, text, arena, err);
}
