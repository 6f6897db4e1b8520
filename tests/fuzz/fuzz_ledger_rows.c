/* A hostile database: the ledger's tables without types and rules, filled with anything. */
#include <stdio.h>

#include "lib_books.h"
#include "lib_hostile.h"
#include "lib_ledger.h"

enum { ROWS = 24 };

static const char *const words[] = {"C-1",    "C-2",        "I-1",        "I-2",           "P-1",        "EUR",
                                    "JPY",    "2026-10-01", "2026-02-30", "open",          "",           "booked",
                                    "charge", "0001-01-01", "de-AT",      "Europe/Berlin", "a@b.example"};

static struct hostile hostile = {.words = words, .word_count = sizeof words / sizeof *words};
static struct ledger *ledger;

int fuzz_plants(void)
{
    return LEDGER_PLANTS;
}

static void open_all(void)
{
    struct err err = {0};
    char good[128], other[128];
    snprintf(good, sizeof good, "%s/good.db", fuzz_folder());
    snprintf(other, sizeof other, "%s/hostile.db", fuzz_folder());
    books_make_ledger(good);
    hostile_open(&hostile, other, good);
    REQUIRE(ledger_open(&ledger, "sqlite", other, LEDGER_SCAN, &err) == 0, "%s", err.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    if (ledger == NULL)
        open_all();
    hostile_sql(&hostile, "BEGIN");
    hostile_clear(&hostile);
    for (int i = 0; i < ROWS && feed.left > 0; i++)
        hostile_put_row(&hostile, &feed);
    hostile_sql(&hostile, "COMMIT");
    ledger_read_all(ledger);
    return 0;
}
