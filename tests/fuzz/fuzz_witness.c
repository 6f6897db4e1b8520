/* Any bytes as a send log: opened with what is whole, or refused; a line that is added is found, also by the next. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "store/witness.h"

static void visit(void *context, const struct witness_line *line)
{
    int64_t *last = context;
    REQUIRE(line->serial > *last, "serial %" PRId64 " after %" PRId64, line->serial, *last);
    REQUIRE(strlen(line->sha256) == 64, "a digest of %zu digits", strlen(line->sha256));
    *last = line->serial;
}

static void add_line(struct witness *witness)
{
    struct witness_line line = {.attempt = witness_last_attempt(witness) + 1, .token = 0xfeed, .at = 1793491200};
    struct err err = {0};
    memset(line.sha256, 'a', 64);
    int64_t serial = witness_serial(witness);
    if (witness_add(witness, &line, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    REQUIRE(witness_sync(witness, &err) == 0, "no sync: %s", err.text);
    REQUIRE(witness_serial(witness) == serial + 1, "another serial than the next");
    REQUIRE(witness_has(witness, line.attempt, line.token) != fuzz_plant, "a line that was added is not there");
}

static int open_log(const char *path, int64_t synced, bool *torn, struct witness **witness)
{
    struct err err = {0};
    if (witness_open(witness, path, synced, torn, &err) == 0)
        return 0;
    fuzz_check_err(&err);
    REQUIRE(*witness == NULL, "refused and still open");
    return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct witness *witness = NULL;
    bool torn = false;
    int64_t synced = (int64_t)feed_number(&feed, 1), last = 0;
    char path[256];
    snprintf(path, sizeof path, "%s", fuzz_put("send.log", feed.at, feed.left));
    if (open_log(path, synced, &torn, &witness) != 0)
        return 0;
    int64_t serial = witness_serial(witness);
    witness_each(witness, 1, visit, &last);
    REQUIRE(last == serial, "the last line is %" PRId64 ", not %" PRId64, last, serial);
    if (serial < synced)
        REQUIRE(witness_lacks_lines(witness) && witness_has(witness, 1, 1), "missing lines are no doubt");
    add_line(witness);
    serial = witness_serial(witness);
    witness_close(&witness);
    REQUIRE(open_log(path, serial, &torn, &witness) == 0, "what was just written cannot be opened");
    REQUIRE(!torn, "torn again");
    REQUIRE(witness_serial(witness) == serial, "the second time another last line");
    witness_close(&witness);
    return 0;
}
