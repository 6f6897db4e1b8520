#include "memory_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 32, PATH_SIZE = 256, REGIONS_MAX = 64, SHM_LOCKS = SQLITE_SHM_NLOCK };

struct file {
    char path[PATH_SIZE];
    unsigned char *bytes;
    size_t length, capacity;
    bool exists, remove_at_close;
    int handles, shared;
    void *reserved, *exclusive; /* handles that hold it */
    void *regions[REGIONS_MAX];
    int region_size, shm_users;
    int shm_shared[SHM_LOCKS];
    void *shm_exclusive[SHM_LOCKS];
};

struct handle {
    sqlite3_file base;
    struct file *file;
    int level;
    bool shm_used;
    unsigned char shm_shared[SHM_LOCKS];
};

static struct file files[FILES_MAX];
struct life life = {.left = -1};

bool life_ends_here(void)
{
    if (!life.running)
        return false;
    life.operations++;
    if (life.left == 0)
        life.dead = true;
    if (life.left > 0)
        life.left--;
    return life.dead;
}

static struct file *find(const char *path, bool make)
{
    struct file *free_one = NULL;

    for (int i = 0; i < FILES_MAX; i++) {
        if (files[i].path[0] != '\0' && strcmp(files[i].path, path) == 0)
            return &files[i];
        if (free_one == NULL && files[i].path[0] == '\0')
            free_one = &files[i];
    }
    if (!make)
        return NULL;
    if (free_one == NULL)
        abort();
    snprintf(free_one->path, sizeof free_one->path, "%s", path);
    return free_one;
}

/* What lies between the file's end and `from` is zero, as in a file with a hole. */
static void reserve(struct file *file, size_t from, size_t length)
{
    if (length > file->capacity) {
        size_t capacity = file->capacity == 0 ? 65536 : file->capacity;

        while (capacity < length)
            capacity *= 2;
        file->bytes = realloc(file->bytes, capacity);
        if (file->bytes == NULL)
            abort();
        file->capacity = capacity;
    }
    if (from > file->length)
        memset(file->bytes + file->length, 0, from - file->length);
}

struct image memory_image(const char *path)
{
    const struct file *file = find(path, false);
    struct image image = {NULL, file == NULL ? 0 : file->length};

    if (image.length == 0)
        return image;
    image.bytes = malloc(image.length);
    if (image.bytes == NULL)
        abort();
    memcpy(image.bytes, file->bytes, image.length);
    return image;
}

void memory_restore(const char *path, const struct image *image)
{
    struct file *file = find(path, true);

    if (file->reserved != NULL || file->exclusive != NULL)
        abort();
    /* Whoever has it open finds an index of the log that is no good, and looks at everything anew. */
    for (int i = 0; i < REGIONS_MAX; i++)
        if (file->regions[i] != NULL)
            memset(file->regions[i], 0, (size_t)file->region_size);
    file->length = 0;
    reserve(file, 0, image->length);
    if (image->length > 0)
        memcpy(file->bytes, image->bytes, image->length);
    file->length = image->length;
    file->exists = image->length > 0;
}

/* ---- reading and writing ---- */

static struct file *of(sqlite3_file *base)
{
    return ((struct handle *)(void *)base)->file;
}

static int on_read(sqlite3_file *base, void *buffer, int amount, sqlite3_int64 offset)
{
    const struct file *file = of(base);
    size_t at = (size_t)offset, want = (size_t)amount;
    size_t got = at >= file->length ? 0 : file->length - at;

    if (got >= want) {
        memcpy(buffer, file->bytes + at, want);
        return SQLITE_OK;
    }
    if (got > 0)
        memcpy(buffer, file->bytes + at, got);
    memset((unsigned char *)buffer + got, 0, want - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int on_write(sqlite3_file *base, const void *buffer, int amount, sqlite3_int64 offset)
{
    struct file *file = of(base);
    size_t end = (size_t)offset + (size_t)amount;

    if (life_ends_here())
        return SQLITE_IOERR_WRITE;
    reserve(file, (size_t)offset, end);
    memcpy(file->bytes + offset, buffer, (size_t)amount);
    if (end > file->length)
        file->length = end;
    return SQLITE_OK;
}

static int on_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = of(base);

    if (life_ends_here())
        return SQLITE_IOERR_TRUNCATE;
    reserve(file, (size_t)size, (size_t)size);
    file->length = (size_t)size;
    return SQLITE_OK;
}

static int on_sync(sqlite3_file *base, int flags)
{
    (void)base;
    (void)flags;
    return life_ends_here() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int on_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)of(base)->length;
    return SQLITE_OK;
}

/* ---- locks of the file ---- */

static void give_up(struct handle *handle, int level)
{
    struct file *file = handle->file;

    if (level < SQLITE_LOCK_RESERVED) {
        if (file->reserved == handle)
            file->reserved = NULL;
        if (file->exclusive == handle)
            file->exclusive = NULL;
    }
    if (level < SQLITE_LOCK_SHARED && handle->level >= SQLITE_LOCK_SHARED)
        file->shared--;
    if (level < handle->level)
        handle->level = level;
}

static int on_lock(sqlite3_file *base, int level)
{
    struct handle *handle = (struct handle *)(void *)base;
    struct file *file = handle->file;

    if (level <= handle->level)
        return SQLITE_OK;
    if (file->exclusive != NULL && file->exclusive != handle)
        return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && file->reserved != NULL && file->reserved != handle)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && file->shared > (handle->level >= SQLITE_LOCK_SHARED ? 1 : 0))
        return SQLITE_BUSY;
    if (handle->level < SQLITE_LOCK_SHARED)
        file->shared++;
    if (level >= SQLITE_LOCK_RESERVED)
        file->reserved = handle;
    if (level == SQLITE_LOCK_EXCLUSIVE)
        file->exclusive = handle;
    handle->level = level;
    return SQLITE_OK;
}

static int on_unlock(sqlite3_file *base, int level)
{
    give_up((struct handle *)(void *)base, level);
    return SQLITE_OK;
}

static int on_check(sqlite3_file *base, int *out)
{
    *out = of(base)->reserved != NULL;
    return SQLITE_OK;
}

/* ---- the index of the write-ahead log ---- */

static int on_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
    struct handle *handle = (struct handle *)(void *)base;
    struct file *file = handle->file;

    if (!handle->shm_used) {
        handle->shm_used = true;
        file->shm_users++;
    }
    if (region >= REGIONS_MAX)
        return SQLITE_IOERR_SHMMAP;
    if (file->regions[region] == NULL && extend) {
        file->regions[region] = calloc(1, (size_t)size);
        if (file->regions[region] == NULL)
            return SQLITE_IOERR_NOMEM;
    }
    file->region_size = size;
    *out = file->regions[region];
    return SQLITE_OK;
}

static int shm_unlock(struct handle *handle, int at)
{
    struct file *file = handle->file;

    if (file->shm_exclusive[at] == handle)
        file->shm_exclusive[at] = NULL;
    if (handle->shm_shared[at]) {
        handle->shm_shared[at] = 0;
        file->shm_shared[at]--;
    }
    return SQLITE_OK;
}

static bool shm_is_free(const struct handle *handle, int at, bool exclusive)
{
    const struct file *file = handle->file;

    if (file->shm_exclusive[at] != NULL && file->shm_exclusive[at] != handle)
        return false;
    return !exclusive || file->shm_shared[at] == (handle->shm_shared[at] ? 1 : 0);
}

static int on_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    struct handle *handle = (struct handle *)(void *)base;
    struct file *file = handle->file;
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;

    for (int i = offset; i < offset + n; i++) {
        if ((flags & SQLITE_SHM_UNLOCK) != 0)
            shm_unlock(handle, i);
        else if (!shm_is_free(handle, i, exclusive))
            return SQLITE_BUSY;
    }
    for (int i = offset; i < offset + n && (flags & SQLITE_SHM_UNLOCK) == 0; i++) {
        if (exclusive) {
            file->shm_exclusive[i] = handle;
        } else if (!handle->shm_shared[i]) {
            handle->shm_shared[i] = 1;
            file->shm_shared[i]++;
        }
    }
    return SQLITE_OK;
}

static void on_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int on_shm_unmap(sqlite3_file *base, int remove)
{
    struct handle *handle = (struct handle *)(void *)base;
    struct file *file = handle->file;

    (void)remove;
    if (!handle->shm_used)
        return SQLITE_OK;
    for (int i = 0; i < SHM_LOCKS; i++)
        shm_unlock(handle, i);
    handle->shm_used = false;
    if (--file->shm_users > 0)
        return SQLITE_OK;
    for (int i = 0; i < REGIONS_MAX; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
    return SQLITE_OK;
}

/* ---- the rest of a file ---- */

static int on_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int on_sector(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

static int on_device(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int on_close(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)(void *)base;

    on_shm_unmap(base, 0);
    give_up(handle, SQLITE_LOCK_NONE);
    if (--handle->file->handles == 0 && handle->file->remove_at_close) {
        handle->file->length = 0;
        handle->file->exists = handle->file->remove_at_close = false;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_device,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
};

/* ---- the files ---- */

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags)
{
    static int temporary;
    struct handle *handle = (struct handle *)(void *)base;
    char name[32];

    (void)vfs;
    memset(handle, 0, sizeof *handle);
    if (path == NULL) {
        snprintf(name, sizeof name, "temporary-%d", temporary++);
        path = name;
    }
    struct file *file = find(path, (flags & SQLITE_OPEN_CREATE) != 0 || (flags & SQLITE_OPEN_MAIN_DB) != 0);
    if (file == NULL)
        return SQLITE_CANTOPEN;
    file->exists = true;
    file->remove_at_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    file->handles++;
    handle->file = file;
    handle->base.pMethods = &methods;
    if (out_flags != NULL)
        *out_flags = flags;
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    struct file *file = find(path, false);

    (void)vfs;
    (void)sync;
    if (file == NULL || !file->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    if (life_ends_here())
        return SQLITE_IOERR_DELETE;
    file->length = 0;
    file->exists = false;
    return SQLITE_OK;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    const struct file *file = find(path, false);

    (void)vfs;
    (void)flags;
    *out = file != NULL && file->exists;
    return SQLITE_OK;
}

static int on_full(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void)vfs;
    snprintf(out, (size_t)size, "%s", path);
    return SQLITE_OK;
}

/* Time and chance are the same at each run. */
static int on_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    static uint64_t state = 1;

    (void)vfs;
    for (int i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (char)(state >> 56);
    }
    return size;
}

/* Nobody else runs, so waiting helps nobody. */
static int on_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int on_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = INT64_C(212669150400000); /* a day of 2027 */
    return SQLITE_OK;
}

static int on_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

void memory_vfs_install(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct handle),
        .mxPathname = PATH_SIZE - 1,
        .zName = "memory",
        .xOpen = on_open,
        .xDelete = on_delete,
        .xAccess = on_access,
        .xFullPathname = on_full,
        .xRandomness = on_randomness,
        .xSleep = on_sleep,
        .xGetLastError = on_last_error,
        .xCurrentTimeInt64 = on_time,
    };

    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}
