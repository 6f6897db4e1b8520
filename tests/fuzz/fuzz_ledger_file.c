/*
 * Any bytes as the ledger's database file: refused with a sentence, or read
 * with rows within limits.  Behind a `P` they are changes of a good file,
 * three bytes for where and one for what, and without any all items are read.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib_books.h"
#include "lib_hostile.h"
#include "lib_ledger.h"

enum { GOOD_MAX = 1 << 20, LOST = LEDGER_PLANTS, STILL_OPEN, NO_SENTENCE, PLANTS };

static uint8_t good[GOOD_MAX], changed[GOOD_MAX];
static size_t good_size;

int fuzz_plants(void)
{
    return PLANTS;
}

/* Small pages and no file beside it, so that a change of one byte meets something. */
static void make_good(void)
{
    struct hostile raw = {0};
    char path[256];
    snprintf(path, sizeof path, "%s/good.db", fuzz_folder());
    books_make_ledger(path);
    REQUIRE(sqlite3_open(path, &raw.db) == SQLITE_OK, "%s", path);
    hostile_sql(&raw, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM;");
    sqlite3_close(raw.db);
    FILE *file = fopen(path, "rbe");
    REQUIRE(file != NULL, "%s", path);
    good_size = fread(good, 1, sizeof good, file);
    fclose(file);
    REQUIRE(good_size > 0 && good_size < sizeof good, "a good file of %zu bytes", good_size);
}

static void change_good(struct feed *feed)
{
    memcpy(changed, good, good_size);
    while (feed->left >= 4) {
        size_t at = (size_t)feed_number(feed, 3) % good_size;
        changed[at] = (uint8_t)feed_number(feed, 1);
    }
}

static const char *put_file(const uint8_t *bytes, size_t size)
{
    static char path[256];
    char other[300];
    snprintf(path, sizeof path, "%s", fuzz_put("any.db", bytes, size));
    snprintf(other, sizeof other, "%s-wal", path);
    unlink(other);
    snprintf(other, sizeof other, "%s-shm", path);
    unlink(other);
    return path;
}

static void read_file(const char *path, bool whole)
{
    struct ledger *ledger = NULL;
    struct err err = {0};
    if (ledger_open(&ledger, "sqlite", path, LEDGER_SCAN, &err) == 0) {
        int64_t items = ledger_read_all(ledger) - fuzz_planted(LOST);
        REQUIRE(!whole || items == BOOKS_ITEMS, "%" PRId64 " of %d items", items, BOOKS_ITEMS);
    } else {
        REQUIRE((ledger == NULL) != fuzz_planted(STILL_OPEN), "refused and still open");
        REQUIRE(!whole, "a good file is refused: %s", err.text);
        fuzz_check_err(fuzz_planted(NO_SENTENCE) ? &(struct err){ERR_FAILED, ""} : &err);
    }
    ledger_close(&ledger);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    bool changes = size > 0 && data[0] == 'P';
    if (!changes) {
        read_file(put_file(data, size), false);
        return 0;
    }
    if (good_size == 0)
        make_good();
    feed_number(&feed, 1);
    bool whole = feed.left < 4;
    change_good(&feed);
    read_file(put_file(changed, good_size), whole);
    return 0;
}
