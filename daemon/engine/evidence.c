#include "engine/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "wire/request.h"

/* True if the rest of the descriptor is these bytes and no more. */
static bool same_bytes(int fd, const char *bytes, size_t length)
{
    char buffer[8192];
    size_t at = 0;

    for (;;) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && at == length;
        if ((size_t)n > length - at || memcmp(buffer, bytes + at, (size_t)n) != 0)
            return false;
        at += (size_t)n;
    }
}

/* A name that its sender had no time to sync may be gone after a power cut, so it proves nothing before that. */
static enum evidence evidence_there(int folder)
{
    return fsync(folder) == 0 ? EVIDENCE_SENT : EVIDENCE_NONE;
}

enum evidence evidence_of_file(const char *directory, const char *file, const void *bytes, size_t length)
{
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum evidence evidence = EVIDENCE_NONE;

    if (folder < 0)
        return EVIDENCE_NONE;
    int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        evidence = same_bytes(fd, bytes, length) ? evidence_there(folder) : EVIDENCE_NOT_SENT;
    else if (errno == ENOENT)
        evidence = EVIDENCE_NOT_SENT;
    if (fd >= 0)
        close(fd);
    close(folder);
    return evidence;
}

/* What goes along was put there first; if it is missing all the same, another attempt completes it. */
static enum evidence evidence_of_request(const char *directory, const struct request *request)
{
    enum evidence found = evidence_of_file(directory, request->file, request->body, request->body_length);

    if (found != EVIDENCE_SENT || text_empty(request->second_file))
        return found;
    return evidence_of_file(directory, request->second_file, request->second_body, request->second_length);
}

int evidence_find(struct engine *engine, const struct attempt *attempt, enum evidence *out, struct err *err)
{
    const struct provider *provider = config_provider(engine->config, attempt->provider);
    struct arena *arena = arena_new(0);
    struct request request;
    struct request_bytes stored;
    int result = 0;

    *out = EVIDENCE_NONE;
    if (provider && provider->kind == PROVIDER_DROP) {
        result = state_request(engine->state, attempt->message, arena, &stored, err);
        if (result == 0 && stored.bytes && request_unpack(stored.bytes, stored.length, arena, &request, NULL) == 0 &&
            request.kind == PROVIDER_DROP)
            *out = evidence_of_request(provider->directory, &request);
    }
    arena_free(&arena);
    return result;
}
