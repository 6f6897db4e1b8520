/* Any bytes as the ledger's database file: refused with a sentence, or read with rows within limits. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib_ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ledger *ledger = NULL;
    struct err err = {0};
    char path[256], other[300];
    snprintf(path, sizeof path, "%s", fuzz_put("any.db", data, size));
    snprintf(other, sizeof other, "%s-wal", path);
    unlink(other);
    snprintf(other, sizeof other, "%s-shm", path);
    unlink(other);
    if (ledger_open(&ledger, "sqlite", path, LEDGER_SCAN, &err) == 0) {
        ledger_read_all(ledger);
    } else {
        REQUIRE(ledger == NULL, "refused and still open");
        fuzz_check_err(&err);
        if (fuzz_plant)
            fuzz_check_err(&(struct err){ERR_NONE, ""});
    }
    ledger_close(&ledger);
    return 0;
}
