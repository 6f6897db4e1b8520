/*
 * What the fuzz targets share.  A target is one function over any bytes: it
 * feeds them to a part of the daemon and checks what must hold whatever they
 * are.  libFuzzer drives it (tests/fuzz/run), or replay.c does with files.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* The target's function; always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Set by `replay --plant`: the target then spoils what the code under test
 * gave back, as a defect would, and a property has to notice.
 */
extern bool fuzz_plant;

/*
 * A target whose properties are many has a defect for each: how many (one,
 * where the target does not say), and which of them is planted now, from 0.
 */
int fuzz_plants(void);
extern int fuzz_plant_number;
/* Is this one planted now? */
bool fuzz_planted(int number);

/* Ends the process where a property does not hold. */
#define REQUIRE(holds, ...) ((holds) ? (void)0 : fuzz_violated(__FILE__, __LINE__, __VA_ARGS__))
_Noreturn void fuzz_violated(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Bytes being used up; at the end all numbers are 0 and all texts "". */
struct feed {
    const uint8_t *at;
    size_t left;
};
uint64_t feed_number(struct feed *feed, size_t width); /* 1 to 8 bytes, little-endian */
size_t feed_below(struct feed *feed, size_t count);    /* 0 to count - 1; one byte, two where count is above 256 */
bool feed_flag(struct feed *feed);
/* Up to the next line feed, which is used up, or to the end; cut at a NUL. */
const char *feed_line(struct feed *feed, struct arena *arena);
/* All that is left; cut at a NUL. */
const char *feed_rest(struct feed *feed, struct arena *arena);

/* A folder of this process in memory, removed when it exits. */
const char *fuzz_folder(void);
/* A file in that folder with these bytes; returns its path, in a buffer of the call. */
const char *fuzz_put(const char *name, const void *bytes, size_t size);
/* A descriptor of a file in memory that holds the bytes, at its start. */
int fuzz_memory(const void *bytes, size_t size);

/* What every error must be: code and a sentence without control characters. */
void fuzz_check_err(const struct err *err);
/* Findings likewise; lines at most that of the input's end. */
void fuzz_check_findings(const struct findings *findings, size_t lines);

/* Is it a text that may be shown: UTF-8, without control characters? */
void fuzz_check_shown(const char *what, const char *text);

#endif
