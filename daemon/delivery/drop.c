/*
 * Files in a folder: written under a temporary name and synced before the
 * commit point is asked, then renamed without replacing anything.  The folder
 * can be asked again at any time, so a drop is never uncertain (DESIGN 4).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "delivery/carry.h"
#include "wire/wire.h"

#define NAME_MAX_BYTES 200
#define TEMPORARY_SIZE (NAME_MAX_BYTES + 8)

/* The curl codes that classify knows these failures by. */
enum { CODE_DENIED = 9, CODE_WRITE = 23, CODE_UNFIT = 43, CODE_NO_FOLDER = 78 };

struct piece {
    const char *name, *bytes;
    size_t length;
};

enum there { THERE_NOT, THERE_SAME, THERE_OTHER, THERE_ERROR };

static int code_of(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
        return CODE_DENIED;
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return CODE_NO_FOLDER;
    }
    return CODE_WRITE;
}

static int fail(struct carry *carry, const char *what, const char *name)
{
    int error = errno;
    carry_fail(carry, code_of(error), "cannot %s %s: %s", what, name, strerror(error));
    return -1;
}

static bool name_is_fit(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= NAME_MAX_BYTES && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* True if the file holds exactly the bytes: same length, same SHA-256. */
static bool same_bytes(int fd, const struct piece *piece)
{
    unsigned char there[SHA256_SIZE], ours[SHA256_SIZE];
    bool same = false;
    char *bytes = malloc(piece->length + 1);
    size_t length = 0;
    while (bytes != NULL && length <= piece->length) {
        ssize_t got = read(fd, bytes + length, piece->length + 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    if (bytes != NULL && length == piece->length) {
        digest_sha256(bytes, length, there);
        digest_sha256(piece->bytes, piece->length, ours);
        same = memcmp(there, ours, sizeof ours) == 0;
    }
    free(bytes);
    return same;
}

static enum there look(struct carry *carry, int folder, const struct piece *piece)
{
    struct stat status;
    int fd = openat(folder, piece->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return THERE_NOT;
    if (fd < 0 && errno == ELOOP)
        return THERE_OTHER;
    if (fd < 0) {
        fail(carry, "read", piece->name);
        return THERE_ERROR;
    }
    bool same = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && same_bytes(fd, piece);
    close(fd);
    return same ? THERE_SAME : THERE_OTHER;
}

/* One name for one file, so that what a crash leaves behind is cleared by the next try. */
static const char *temporary_name(const struct piece *piece, char buffer[TEMPORARY_SIZE])
{
    snprintf(buffer, TEMPORARY_SIZE, ".%s.part", piece->name);
    return buffer;
}

static int write_temporary(struct carry *carry, int folder, const struct piece *piece)
{
    char buffer[TEMPORARY_SIZE];
    const char *name = temporary_name(piece, buffer);
    unlinkat(folder, name, 0);
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd < 0)
        return fail(carry, "create", name);
    int result = wire_write_all(fd, piece->bytes, piece->length) == 0 && fsync(fd) == 0 ? 0 : -1;
    if (result != 0)
        fail(carry, "write", name);
    if (close(fd) != 0 && result == 0)
        result = fail(carry, "write", name);
    if (result != 0)
        unlinkat(folder, name, 0);
    return result;
}

static int put_in_place(struct carry *carry, int folder, const struct piece *piece)
{
    char buffer[TEMPORARY_SIZE];
    const char *name = temporary_name(piece, buffer);
    int result = renameat2(folder, name, folder, piece->name, RENAME_NOREPLACE);
    if (result != 0 &&
        (errno == EINVAL || errno == ENOSYS)) { /* not on this file system; link does not replace either */
        result = linkat(folder, name, folder, piece->name, 0);
        if (result == 0)
            unlinkat(folder, name, 0);
    }
    return result == 0 ? 0 : fail(carry, "put in place", piece->name);
}

static void remove_temporaries(int folder, const struct piece *pieces, size_t count)
{
    char buffer[TEMPORARY_SIZE];
    for (size_t i = 0; i < count; i++)
        unlinkat(folder, temporary_name(&pieces[i], buffer), 0);
}

/* The pieces that are not there yet move to the front; -1: one is there with other content, or the folder failed. */
static int missing(struct carry *carry, int folder, struct piece *pieces, size_t *count)
{
    size_t left = 0;
    for (size_t i = 0; i < *count; i++) {
        switch (look(carry, folder, &pieces[i])) {
        case THERE_NOT:
            pieces[left++] = pieces[i];
            break;
        case THERE_SAME:
            break;
        case THERE_OTHER:
            carry->status = DROP_OTHER_CONTENT;
            carry_fail(carry, CODE_WRITE, "%s is there already with other content; look at it and move it away",
                       pieces[i].name);
            return -1;
        case THERE_ERROR:
            return -1;
        }
    }
    *count = left;
    return 0;
}

/* The names are safe only now. */
static int sync_folder(struct carry *carry, int folder)
{
    return fsync(folder) == 0 ? 0 : fail(carry, "sync", "the folder");
}

static int write_pieces(struct carry *carry, int folder, const struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (write_temporary(carry, folder, &pieces[i]) != 0)
            return -1;
    carry_reach(carry, PHASE_BODY);
    if (!carry_ask(carry))
        return -1;
    for (size_t i = 0; i < count; i++) {
        /* each is safe before the next, for after a power cut too the main file says that the whole is there */
        if ((i > 0 && sync_folder(carry, folder) != 0) || put_in_place(carry, folder, &pieces[i]) != 0)
            return -1;
    }
    carry_reach(carry, PHASE_SENT);
    if (sync_folder(carry, folder) != 0)
        return -1;
    carry->status = DROP_WRITTEN;
    return 0;
}

static void drop_into(struct carry *carry, int folder, struct piece *pieces, size_t count)
{
    size_t left = count;
    if (missing(carry, folder, pieces, &left) != 0)
        return;
    if (left == 0) {
        /* put there by an attempt that had its yes and could not tell, and perhaps not sync either */
        if (sync_folder(carry, folder) != 0)
            return;
        carry->status = DROP_THERE;
        carry->committed_ms = carry_clock_ms();
        carry_reach(carry, PHASE_DONE);
        return;
    }
    if (write_pieces(carry, folder, pieces, left) == 0)
        carry_reach(carry, PHASE_DONE);
    else
        remove_temporaries(folder, pieces, left);
}

void carry_drop(struct carry *carry)
{
    const struct request *request = carry->request;
    /* what goes along comes first, so that who finds the main file finds the whole */
    struct piece pieces[] = {{request->second_file, request->second_body, request->second_length},
                             {request->file, request->body, request->body_length}};
    size_t first = text_empty(request->second_file) ? 1 : 0;
    for (size_t i = first; i < 2; i++)
        if (!name_is_fit(pieces[i].name)) {
            carry_fail(carry, CODE_UNFIT, "the file's name is not fit");
            return;
        }
    carry_reach(carry, PHASE_CONNECT);
    const char *path = carry->provider->directory;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        fail(carry, "open the folder", path);
        return;
    }
    drop_into(carry, folder, pieces + first, 2 - first);
    close(folder);
    if (carry->curl_code == 0)
        carry->provider_id = request->file;
}
