/*
 * Runs a target over files and, by a seed, over changes of them; the same
 * seed makes the same changes.  An input on which the process ends is left in
 * a file whose name is printed.
 *
 *   replay [--plant [--number N]] [--changes N] [--seed N] FILE|FOLDER...
 *   replay --plants     prints how many defects can be planted
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20, GROWTH = 64 };

struct replay {
    const char *program;
    uint64_t random;
    unsigned long changes, inputs;
};

static unsigned char current[INPUT_MAX + GROWTH];
static size_t current_size;

static void keep_input(int number)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/dunningd-fuzz-input-%ld", (long)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 && !fuzz_plant && write(fd, current, current_size) == (ssize_t)current_size)
        dprintf(STDERR_FILENO, "the input is in %s\n", path);
    if (fuzz_plant)
        unlink(path);
    signal(number, SIG_DFL);
    raise(number);
}

/* splitmix64 */
static uint64_t next_random(struct replay *replay)
{
    uint64_t z = (replay->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(struct replay *replay, size_t count)
{
    return count == 0 ? 0 : (size_t)(next_random(replay) % count);
}

static void insert_bytes(size_t at, size_t from, size_t length)
{
    unsigned char piece[GROWTH];
    memcpy(piece, current + from, length);
    memmove(current + at + length, current + at, current_size - at);
    memcpy(current + at, piece, length);
    current_size += length;
}

/* One change at a random place: a byte, a bit, a piece left out, a piece twice. */
static void change_once(struct replay *replay)
{
    static const unsigned char odd[] = "\0\xff\n\r\t \"'<>&{}[]()=;,:@%+-.\\/0\x7f\x80\xc3";
    size_t at = below(replay, current_size);
    size_t length = 1 + below(replay, 16);
    if (current_size == 0) {
        current[current_size++] = (unsigned char)next_random(replay);
        return;
    }
    if (length > current_size - at)
        length = current_size - at;
    switch (below(replay, 5)) {
    case 0:
        current[at] = odd[below(replay, sizeof odd - 1)];
        break;
    case 1:
        current[at] ^= (unsigned char)(1U << below(replay, 8));
        break;
    case 2:
        memmove(current + at, current + at + length, current_size - at - length);
        current_size -= length;
        break;
    case 3:
        if (current_size + length <= INPUT_MAX)
            insert_bytes(below(replay, current_size), at, length);
        break;
    case 4:
        current[at] = (unsigned char)next_random(replay);
        break;
    }
}

static void run_bytes(struct replay *replay, const unsigned char *bytes, size_t size)
{
    /* A copy of exactly that size, so that reading past its end is noticed. */
    unsigned char *copy = arena_must(malloc(size + (size == 0)));
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    replay->inputs++;
}

static void run_file(struct replay *replay, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    unsigned char *original = arena_must(malloc(INPUT_MAX));
    size_t size = fread(original, 1, INPUT_MAX, file);
    fclose(file);
    memcpy(current, original, size);
    current_size = size;
    run_bytes(replay, current, current_size);
    for (unsigned long i = 0; i < replay->changes; i++) {
        memcpy(current, original, size);
        current_size = size;
        for (size_t n = 1 + below(replay, 4); n > 0; n--)
            change_once(replay);
        run_bytes(replay, current, current_size);
    }
    free(original);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_path(struct replay *replay, const char *path)
{
    struct stat status;
    struct dirent **names;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        run_file(replay, path);
        return;
    }
    int count = scandir(path, &names, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        run_file(replay, file);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

int main(int argc, char **argv)
{
    struct replay replay = {.program = argv[0]};
    signal(SIGABRT, keep_input);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--plant") == 0)
            fuzz_plant = true;
        else if (strcmp(argv[i], "--number") == 0 && i + 1 < argc)
            fuzz_plant_number = atoi(argv[++i]);
        else if (strcmp(argv[i], "--plants") == 0)
            return printf("%d\n", fuzz_plants()) > 0 ? 0 : 1;
        else if (strcmp(argv[i], "--changes") == 0 && i + 1 < argc)
            replay.changes = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            replay.random = strtoul(argv[++i], NULL, 10);
        else
            run_path(&replay, argv[i]);
    }
    printf("%lu inputs, no violation\n", replay.inputs);
    return replay.inputs > 0 ? 0 : 1;
}
