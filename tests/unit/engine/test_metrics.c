#include "engine/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "fake/test.h"

static struct logged_event logged(int64_t seq, enum event_kind kind, const char *channel, const char *provider)
{
    struct logged_event logged = {seq, event_blank(kind, 1795420800 + seq)};

    logged.event.channel = channel;
    logged.event.provider = provider;
    return logged;
}

static void count(struct metrics_tally *tally, int64_t seq, enum event_kind kind, const char *channel,
                  const char *provider)
{
    struct logged_event one = logged(seq, kind, channel, provider);

    tally_add(tally, &one);
}

static void fill(struct metrics_tally *tally)
{
    count(tally, 1, EVENT_STARTED, "", "");
    count(tally, 2, EVENT_ACCEPTED, "email", "smarthost");
    count(tally, 3, EVENT_ACCEPTED, "email", "smarthost");
    count(tally, 4, EVENT_UNCERTAIN, "sms", "kannel");
    count(tally, 5, EVENT_RELOAD_FAILED, "", "");
}

static const char *text_of(const struct metrics_tally *tally, const char *blocked, struct arena *arena)
{
    const char *entities[] = {"", "say \"AT\\01\""};
    moment_t until[] = {MOMENT_NONE, 1795000000};
    struct state_counts counts = {.planned = 7, .open_tasks = 2, .oldest_planned = 1795400000};
    struct ledger_marks marks = {.entities = entities, .complete_until = until, .count = 2};
    struct metrics_scene scene = {.tally = tally,
                                  .counts = &counts,
                                  .marks = &marks,
                                  .blocked = blocked,
                                  .running = true,
                                  .started_at = 1795420801,
                                  .next_look = MOMENT_NEVER,
                                  .state_cache = 16777216,
                                  .ledger_cache = 8388608};

    return metrics_text(&scene, arena);
}

static void each_sample_stands_there(void **state)
{
    static const char *const lines[] = {
        "\ndunningd_running 1\n",
        "\ndunningd_start_time_seconds 1795420801\n",
        "\ndunningd_events_total{event=\"accepted\"} 2\n",
        "\ndunningd_events_total{event=\"refused\"} 0\n",
        "\ndunningd_attempts_total{channel=\"email\",provider=\"smarthost\",outcome=\"accepted\"} 2\n",
        "\ndunningd_attempts_total{channel=\"sms\",provider=\"kannel\",outcome=\"uncertain\"} 1\n",
        "\ndunningd_messages{status=\"planned\"} 7\n",
        "\ndunningd_tasks_open 2\n",
        "\ndunningd_oldest_planned_timestamp_seconds 1795400000\n",
        "\ndunningd_sending_blocked{reason=\"clock\"} 1\n",
        "\ndunningd_sending_blocked{reason=\"breaker\"} 0\n",
        "\ndunningd_sender_connected 0\n",
        "\ndunningd_config_last_reload_successful 0\n",
        "\ndunningd_config_last_reload_success_timestamp_seconds 1795420801\n",
        "\ndunningd_last_accepted_timestamp_seconds 1795420803\n",
        "\ndunningd_database_cache_bytes{database=\"state\"} 16777216\n",
        "\ndunningd_database_cache_bytes{database=\"ledger\"} 8388608\n",
        "\ndunningd_ledger_complete_until_timestamp_seconds{entity=\"say \\\"AT\\\\01\\\"\"} 1795000000\n",
    };
    struct arena *arena = arena_new(0);
    struct metrics_tally tally;

    (void)state;
    tally_init(&tally, arena);
    fill(&tally);
    const char *text = text_of(&tally, "clock", arena);
    for (size_t i = 0; i < LENGTH(lines); i++)
        expect_part("a sample", text, lines[i]);
    expect_true("what never was has no sample", strstr(text, "\ndunningd_next_look_timestamp_seconds ") == NULL);
    expect_true("nor a feed that nobody knows", strstr(text, "entity=\"\"") == NULL);
    arena_free(&arena);
}

/* Events are counted once, whatever is read again, and what the state keeps is the same tally. */
static void a_restart_counts_nothing_twice(void **state)
{
    struct arena *arena = arena_new(0);
    struct metrics_tally first, second;

    (void)state;
    tally_init(&first, arena);
    tally_init(&second, arena);
    fill(&first);
    tally_read(&second, tally_text(&first, arena));
    fill(&second);
    expect_text("the same figures", text_of(&second, "", arena), text_of(&first, "", arena));
    count(&second, 6, EVENT_ACCEPTED, "email", "smarthost");
    expect_int("the next one counts", second.events[EVENT_ACCEPTED], 3);
    arena_free(&arena);
}

static void rubbish_counts_nothing(void **state)
{
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "event\n",
                                        "event nonsense 5\n",
                                        "event accepted -5\n",
                                        "way email\n",
                                        "way email x 1 2 3\n",
                                        "\x01\xff seq",
                                        "last x"};
    struct arena *arena = arena_new(0);

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct metrics_tally tally;

        tally_init(&tally, arena);
        tally_read(&tally, texts[i]);
        expect_int(texts[i], tally.events[EVENT_ACCEPTED], 0);
        expect_int(texts[i], (int64_t)tally.way_count, 0);
    }
    arena_free(&arena);
}

static const char *manual(struct arena *arena)
{
    FILE *file = fopen("man/dunningd-metrics.5", "r");
    char *page = arena_alloc(arena, 32768);

    expect_true("the manual", file != NULL);
    page[fread(page, 1, 32767, file)] = '\0';
    fclose(file);
    return page;
}

/* Both ways: each metric stands in the manual, and the manual names no other. */
static void the_manual_has_them_all(void **state)
{
    struct arena *arena = arena_new(0);
    size_t named = 0;
    const char *page = manual(arena);

    (void)state;
    for (size_t i = 0; i < metric_info_count; i++)
        expect_part("dunningd-metrics(5)", page, arena_printf(arena, ".It Cm %s\n", metric_infos[i].name));
    for (const char *at = page; (at = strstr(at, ".It Cm ")) != NULL; at++)
        named++;
    expect_int("no other metric", (int64_t)named, (int64_t)metric_info_count);
    for (const char *const *word = metrics_hindrances; *word; word++)
        expect_part("a reason", page, *word);
    arena_free(&arena);
}

static void the_file_is_whole_and_for_all(void **state)
{
    char folder[] = "/tmp/dunningd-metrics-XXXXXX", path[128], other[128], read[64] = "";
    struct err err = {0};
    struct stat st;

    (void)state;
    expect_true("a folder", mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/a.prom", folder);
    snprintf(other, sizeof other, "%s/none/a.prom", folder);
    mode_t mask = umask(0077);
    expect_int("the first", metrics_put(path, "one\n", &err), 0);
    expect_int("the second", metrics_put(path, "two\n", &err), 0);
    umask(mask);
    FILE *file = fopen(path, "r");
    expect_true("it is there", file != NULL && fgets(read, sizeof read, file) != NULL);
    fclose(file);
    expect_text("the newer text", read, "two\n");
    expect_true("for all to read", stat(path, &st) == 0 && (st.st_mode & 0777) == 0644);
    expect_int("no folder", metrics_put(other, "x\n", &err), -1);
    expect_part("says which file", err.text, other);
    unlink(path);
    expect_int("nothing else was left", rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sample_stands_there),      cmocka_unit_test(a_restart_counts_nothing_twice),
        cmocka_unit_test(rubbish_counts_nothing),        cmocka_unit_test(the_manual_has_them_all),
        cmocka_unit_test(the_file_is_whole_and_for_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
