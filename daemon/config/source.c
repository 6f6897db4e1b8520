#include "config/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

static char *refuse(struct findings *findings, const char *file, const char *why)
{
    findings_add(findings, SEVERITY_ERROR, file, 0, "%s", why);
    return NULL;
}

/* Reads size bytes, or fewer if the file has become shorter; -1 on error. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t length = 0;
    while (length < size) {
        ssize_t more = read(fd, bytes + length, size - length);
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return -1;
        if (more == 0)
            break;
        length += (size_t)more;
    }
    return (ssize_t)length;
}

static int line_of(const char *text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* Offset of the first byte that does not belong to a UTF-8 character, or length. */
static size_t utf8_end(const char *bytes, size_t length)
{
    size_t at = 0;
    uint32_t code;
    for (size_t taken; (taken = text_decode(bytes + at, length - at, &code)) > 0;)
        at += taken;
    return at;
}

static char *check_bytes(char *bytes, size_t length, const char *file, struct findings *findings)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const char *nul = memchr(bytes, '\0', length);
    if (nul != NULL) {
        findings_add(findings, SEVERITY_ERROR, file, line_of(bytes, (size_t)(nul - bytes)),
                     "there is a NUL byte; this is no text file");
        return NULL;
    }
    size_t good = utf8_end(bytes, length);
    if (good < length) {
        findings_add(findings, SEVERITY_ERROR, file, line_of(bytes, good),
                     "this line is not UTF-8; convert the file, for instance with iconv");
        return NULL;
    }
    return text_starts(bytes, mark) ? bytes + strlen(mark) : bytes;
}

static char *read_open(int fd, const char *file, struct arena *arena, struct findings *findings)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return refuse(findings, file, "this is no regular file; put a text file there");
    if (status.st_size > SOURCE_MAX)
        return refuse(findings, file, "the file is larger than 1 MiB; split it");
    char *bytes = arena_alloc(arena, (size_t)status.st_size + 1);
    ssize_t length = read_all(fd, bytes, (size_t)status.st_size);
    if (length < 0)
        return refuse(findings, file, arena_printf(arena, "cannot read the file: %s", strerror(errno)));
    return check_bytes(bytes, (size_t)length, file, findings);
}

char *source_read(const char *file, struct arena *arena, struct findings *findings)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return refuse(findings, file, arena_printf(arena, "cannot open the file: %s", strerror(errno)));
    char *text = read_open(fd, file, arena, findings);
    close(fd);
    return text;
}
