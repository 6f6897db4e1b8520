/*
 * The audit over books that anything may be in: state, ledger and send log.
 * It always comes to its end with sentences, says the same twice, nothing of
 * good books, and what it must of a fault that stands alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "base/zone.h"
#include "lib_books.h"
#include "lib_hostile.h"
#include "lib_state_words.h"

enum { CHANGES = 16, LOG_MAX = 1 << 16 };
enum { SLANDER, DEAF, NO_SENTENCE, NO_RULE, MISCOUNTED, FORGETFUL, PLANTS };

/* Faults that the audit has to see where nothing else is wrong: the first is none. */
static const struct {
    const char *sql, *check;
} faults[] = {
    {"", ""},
    {"UPDATE attempts SET committed_at = NULL WHERE status = 'accepted'", "no_commit_point"},
    {"UPDATE notices SET total = total + 1 WHERE status = 'accepted'", "total"},
    {"UPDATE messages SET status = 'lost' WHERE status = 'accepted'", "words"},
    {"UPDATE messages SET attempts = attempts + 1 WHERE status = 'accepted'", "attempts_counted"},
    {"UPDATE attempts SET token = token + 1 WHERE status = 'uncertain'", "unknown_send"},
    {"UPDATE messages SET rendered_on = rendered_on - 5 WHERE status = 'accepted'", "another_day"},
    {"UPDATE notices SET total = 9223372036854775807", "total"},
    {"UPDATE notice_items SET open = 9223372036854775807, block = 'due', occurrence = 1", "total"},
    {"UPDATE attempts SET committed_at = committed_at + 36000 WHERE status = 'uncertain'", "outside_hours"},
    {"UPDATE events SET kind = 'item_settled', invoices = 'I-6', customer = 'C-6', at = at - 999 WHERE seq = 1",
     "seen_settled"},
};
enum { FAULTS = sizeof faults / sizeof *faults };

static const struct zone *utc(void *zones, const char *name)
{
    (void)zones;
    return name[0] == '?' ? NULL : &zone_utc;
}

static struct hostile state, ledger;
static const struct audit_ladder ladder = {
    .policy = "standard",
    .rungs = (const struct audit_rung[]){{"early", 0, true},
                                         {"reminder", 1, false},
                                         {"notice", 2, false},
                                         {"call", 3, false}},
    .count = 4,
    .hours = {.zone = "UTC", .closed_weekdays = 0x60, .from = 8 * 3600, .to = 18 * 3600}};
static struct audit_books books = {.now = BOOKS_NOW + 60,
                                   .poll_s = 3600,
                                   .cap_per_day = 1,
                                   .ladders = &ladder,
                                   .ladder_count = 1,
                                   .since = MOMENT_NONE,
                                   .zone = utc,
                                   .live = true,
                                   .deep = true};
static char state_file[160], ledger_file[160], log_file[160];
static uint8_t good_log[LOG_MAX];
static size_t good_log_size;

int fuzz_plants(void)
{
    return PLANTS;
}

static void open_all(void)
{
    char good[200], folder[160], witness[200];
    state.words = ledger.words = state_words(&state.word_count);
    ledger.word_count = state.word_count;
    snprintf(good, sizeof good, "%s/good-ledger.db", fuzz_folder());
    books_make_ledger(good);
    snprintf(ledger_file, sizeof ledger_file, "%s/ledger.db", fuzz_folder());
    hostile_open(&ledger, ledger_file, good);
    snprintf(folder, sizeof folder, "%s/good", fuzz_folder());
    books_make_state(folder, good);
    snprintf(good, sizeof good, "%s/state.db", folder);
    snprintf(state_file, sizeof state_file, "%s/state.db", fuzz_folder());
    hostile_open(&state, state_file, good);
    snprintf(witness, sizeof witness, "%s-witness/send.log", folder);
    FILE *file = fopen(witness, "rbe");
    REQUIRE(file != NULL, "%s", witness);
    good_log_size = fread(good_log, 1, sizeof good_log, file);
    fclose(file);
    snprintf(log_file, sizeof log_file, "%s/send.log", fuzz_folder());
    books.state = state_file;
    books.ledger = ledger_file;
    books.witness = log_file;
}

static void change(struct hostile *hostile, struct feed *feed, size_t changes)
{
    hostile_sql(hostile, "BEGIN");
    hostile_restore(hostile);
    for (; changes > 0 && feed->left > 0; changes--)
        hostile_change(hostile, feed);
    hostile_sql(hostile, "COMMIT");
}

static bool has(const struct audit_report *report, const char *check)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->list[i].check, check) == 0)
            return true;
    return false;
}

static void spoil(struct audit_report *report)
{
    static struct audit_finding slander = {AUDIT_I3, "accepted_twice", "I-1", "something", "nothing"};
    if (fuzz_planted(SLANDER) && report->found == 0)
        *report = (struct audit_report){.list = &slander, .count = 1, .found = 1, .checks = report->checks};
    if (fuzz_planted(DEAF))
        report->found = (int64_t)(report->count = 0);
    if (fuzz_planted(MISCOUNTED) && report->count > 0)
        report->found = 0;
    if (fuzz_planted(NO_SENTENCE) && report->count > 0)
        report->list[0].text = "";
    if (fuzz_planted(NO_RULE) && report->count > 0)
        report->list[0].rule = AUDIT_RULES;
}

static void check_report(const struct audit_report *report)
{
    REQUIRE(report->found >= (int64_t)report->count, "%zu listed of %" PRId64, report->count, report->found);
    REQUIRE(report->checks > 50, "%zu checks", report->checks);
    for (size_t i = 0; i < report->count; i++) {
        const struct audit_finding *finding = &report->list[i];
        REQUIRE((unsigned)finding->rule < AUDIT_RULES, "no rule");
        REQUIRE(finding->subject != NULL && finding->text[0] != '\0' && finding->cure[0] != '\0', "%s: no sentence",
                finding->check);
    }
}

static int64_t run(const char *check, bool good)
{
    struct arena *arena = arena_new(0);
    struct audit_report report;
    struct err err = {0};
    int64_t found = -1;
    if (audit_run(&books, arena, &report, &err) == 0) {
        spoil(&report);
        check_report(&report);
        found = report.found;
        REQUIRE(!good || found == 0, "%s of good books: %s", good ? report.list[0].check : "", report.list[0].text);
        REQUIRE(check[0] == '\0' || has(&report, check), "nothing of %s", check);
    } else {
        REQUIRE(!good && check[0] == '\0', "the audit failed: %s", err.text);
        fuzz_check_err(&err);
    }
    arena_free(&arena);
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    if (state.db == NULL)
        open_all();
    size_t fault = feed_below(&feed, FAULTS), state_changes = feed_below(&feed, CHANGES);
    size_t ledger_changes = feed_below(&feed, CHANGES);
    bool alone = feed.left == 0;
    change(&state, &feed, state_changes);
    change(&ledger, &feed, ledger_changes);
    if (faults[fault].sql[0] != '\0')
        hostile_sql(&state, faults[fault].sql);
    fuzz_put("send.log", feed.left > 0 ? feed.at : good_log, feed.left > 0 ? feed.left : good_log_size);
    int64_t found = run(alone ? faults[fault].check : "", alone && fault == 0);
    REQUIRE(run("", false) == found + fuzz_planted(FORGETFUL), "the second time another count than %" PRId64, found);
    return 0;
}
