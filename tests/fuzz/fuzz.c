#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

bool fuzz_plant;
int fuzz_plant_number;

__attribute__((weak)) int fuzz_plants(void)
{
    return 1;
}

bool fuzz_planted(int number)
{
    return fuzz_plant && fuzz_plant_number == number;
}

static void remove_folder(void);

void fuzz_violated(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "property violated: %s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    remove_folder();
    abort();
}

uint64_t feed_number(struct feed *feed, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width && feed->left > 0; i++, feed->at++, feed->left--)
        value |= (uint64_t)*feed->at << (8 * i);
    return value;
}

size_t feed_below(struct feed *feed, size_t count)
{
    return (size_t)feed_number(feed, count > 256 ? 2 : 1) % count;
}

bool feed_flag(struct feed *feed)
{
    return (feed_number(feed, 1) & 1) != 0;
}

static const char *take(struct feed *feed, struct arena *arena, size_t length)
{
    const char *text = arena_copy_n(arena, (const char *)feed->at, length);
    feed->at += length;
    feed->left -= length;
    return text;
}

const char *feed_line(struct feed *feed, struct arena *arena)
{
    if (feed->left == 0)
        return "";
    const uint8_t *end = memchr(feed->at, '\n', feed->left);
    const char *text = take(feed, arena, end == NULL ? feed->left : (size_t)(end - feed->at));
    if (end != NULL)
        feed_number(feed, 1);
    return text;
}

const char *feed_rest(struct feed *feed, struct arena *arena)
{
    return feed->left == 0 ? "" : take(feed, arena, feed->left);
}

/* ---- files ---- */

static char folder[64];
static pid_t folder_owner;

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    if (folder[0] != '\0' && getpid() == folder_owner)
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof folder, "/dev/shm/dunningd-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        perror("mkdtemp");
        exit(1);
    }
    folder_owner = getpid();
    atexit(remove_folder);
    return folder;
}

const char *fuzz_put(const char *name, const void *bytes, size_t size)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || (size > 0 && write(fd, bytes, size) != (ssize_t)size)) {
        perror(path);
        exit(1);
    }
    close(fd);
    return path;
}

int fuzz_memory(const void *bytes, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || (size > 0 && write(fd, bytes, size) != (ssize_t)size) || lseek(fd, 0, SEEK_SET) != 0) {
        perror("memfd_create");
        exit(1);
    }
    return fd;
}

/* ---- what always holds ---- */

void fuzz_check_shown(const char *what, const char *text)
{
    REQUIRE(text != NULL, "%s is NULL", what);
    REQUIRE(text_is_utf8(text, strlen(text)), "%s is not UTF-8", what);
    REQUIRE(!text_has_control(text), "%s has a control character", what);
}

void fuzz_check_err(const struct err *err)
{
    REQUIRE(err->code != ERR_NONE, "a failure without a code");
    REQUIRE(err->text[0] != '\0', "a failure without a sentence");
    REQUIRE(memchr(err->text, '\0', sizeof err->text) != NULL, "an error's sentence without an end");
    fuzz_check_shown("an error's sentence", err->text);
}

void fuzz_check_findings(const struct findings *findings, size_t lines)
{
    size_t errors = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        errors += finding->severity == SEVERITY_ERROR;
        REQUIRE(finding->text != NULL && finding->text[0] != '\0', "a finding without a sentence");
        fuzz_check_shown("a finding", finding->text);
        REQUIRE(finding->line >= 0 && (size_t)finding->line <= lines, "a finding in line %d of %zu", finding->line,
                lines);
    }
    REQUIRE(errors == findings->errors, "%zu errors counted, %zu listed", findings->errors, errors);
}
