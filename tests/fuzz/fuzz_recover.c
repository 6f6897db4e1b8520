/*
 * A start over a send log, its notes and requests that anything may be in, with
 * the newest state or an older copy of it: the real engine is turned until it
 * rests, and a sender takes all that it is given.  However the log was changed,
 * nobody gets again what the state or an unbroken log says may have been sent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "engine/pulse.h"
#include "engine/work.h"
#include "fake/engine/stand_ins.h"
#include "lib_books.h"
#include "lib_config.h"
#include "store/facts.h"
#include "store/sqlite_util.h"

enum { FILE_MAX = 1 << 18, LINES = 4, LINE_MAX_SIZE = 1024, CHANGES = 12, TURNS = 400, YESES = 64 };
enum { SENT_AGAIN, FROM_OLDER, NO_REST, TWICE_IN_BOOKS, PLANTS };

struct bytes {
    uint8_t data[FILE_MAX];
    size_t size;
};
static struct bytes newest, older, log_file, notes_file, log_now, notes_now;
static char lines[LINES][LINE_MAX_SIZE], notes[LINES][LINE_MAX_SIZE], owners[LINES][8];
static struct engine *engine;
static int post;
static char yes_to[YESES][8];
static size_t yes_count;

static const char conf[] = "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n"
                           "timezone = \"UTC\"; language = \"en\"; country = \"DE\";\n"
                           "ledger = { path = \"ledger.db\"; max_age = \"never\"; };\n"
                           "state = { directory = \"state\"; };\nstatus_log = \"status.log\";\n"
                           "directories = { policies = \"policies\"; providers = \"providers\";\n"
                           "  templates = \"templates\"; calendars = \"calendars\"; };\n"
                           "limits = { breaker = \"off\"; ramp = \"off\"; };\n"
                           "channels = { email = [\"box\"]; sms = [\"box\"]; agency = [\"box\"]; };\n";

int fuzz_plants(void)
{
    return PLANTS;
}

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    return path;
}

static void read_bytes(const char *name, struct bytes *out)
{
    FILE *file = fopen(path_of(name), "rbe");
    REQUIRE(file != NULL, "%s", name);
    out->size = fread(out->data, 1, sizeof out->data, file);
    fclose(file);
    REQUIRE(out->size > 0 && out->size < sizeof out->data, "%s has %zu bytes", name, out->size);
}

/* Asks the state beside the engine; the first column as a text. */
static void ask(const char *sql, int64_t number, char *out, size_t size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    sqlite3_open(path_of("state/state.db"), &db);
    REQUIRE(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_bind_int64(statement, 1, number);
    out[0] = '\0';
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL)
        snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

#define OWNER                                                                                                  \
    "SELECT n.customer FROM attempts a JOIN messages m ON m.id = a.message JOIN notices n ON n.id = m.notice " \
    "WHERE a.id = ?1"

static void split(const struct bytes *file, char out[LINES][LINE_MAX_SIZE])
{
    const char *at = (const char *)file->data;
    for (int i = 0; i < LINES; i++) {
        const char *end = memchr(at, '\n', file->size - (size_t)(at - (const char *)file->data));
        REQUIRE(end != NULL && end - at < LINE_MAX_SIZE - 1, "line %d of a good file", i);
        snprintf(out[i], LINE_MAX_SIZE, "%.*s", (int)(end - at + 1), at);
        at = end + 1;
    }
}

/* As it was before anything was claimed: a copy made then. */
static void make_older(void)
{
    static const char sql[] =
        "DELETE FROM attempts; DELETE FROM requests; DELETE FROM tasks; DELETE FROM events WHERE kind <> 'planned';"
        "DELETE FROM requests_to_engine; DELETE FROM daily; DELETE FROM minutes; DELETE FROM holds;"
        "UPDATE messages SET status = 'planned', attempts = 0, claimed_at = NULL, rendered_on = NULL, last_at = NULL,"
        " message_id = '', provider = '' WHERE status <> 'reserve'; UPDATE notices SET status = 'planned';"
        "UPDATE records SET status = 'planned', revoked = 0; DELETE FROM minutes; VACUUM;";
    sqlite3 *db = NULL;
    char *problem = NULL;
    sqlite3_open(path_of("state/state.db"), &db);
    sqlite3_exec(db, sql, NULL, NULL, &problem);
    REQUIRE(problem == NULL, "an older copy: %s", problem);
    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close(db);
    read_bytes("state/state.db", &older);
}

static void open_all(void)
{
    char ledger[256];
    config_usual();
    fuzz_put("dunningd.conf", conf, sizeof conf - 1);
    mkdir(path_of("outbox"), 0700);
    snprintf(ledger, sizeof ledger, "%s", path_of("ledger.db"));
    books_make_ledger(ledger);
    books_make_state(path_of("state"), ledger);
    read_bytes("state/state.db", &newest);
    read_bytes("state-witness/send.log", &log_file);
    read_bytes("state-witness/send.log.notes", &notes_file);
    split(&log_file, lines);
    split(&notes_file, notes);
    for (int i = 0; i < LINES; i++)
        ask(OWNER, i + 1, owners[i], sizeof owners[i]);
    make_older();
}

/* ---- what the input makes of the files ---- */

static void put_line(struct bytes *out, const char *line)
{
    size_t length = strlen(line);
    memcpy(out->data + out->size, line, length);
    out->size += length;
}

/* The lines in an order and a number of the input's, and then single bytes. */
static void change_file(const struct bytes *good, char all[LINES][LINE_MAX_SIZE], struct bytes *out, struct feed *feed)
{
    size_t shape = feed_below(feed, 4), count = feed_below(feed, 7);
    *out = *good;
    if (shape == 0)
        return;
    out->size = 0;
    for (size_t i = 0; i < count; i++)
        put_line(out, all[feed_below(feed, LINES)]);
    if (shape == 2 && out->size > 0)
        out->size -= feed_below(feed, 80) % out->size;
    for (size_t i = 0; shape == 3 && i < CHANGES && feed->left > 2 && out->size > 0; i++) {
        size_t at = (size_t)feed_number(feed, 2) % out->size;
        out->data[at] = (uint8_t)feed_number(feed, 1);
    }
}

/* So many lines stand at the beginning of the log as they were written. */
static size_t unbroken(void)
{
    size_t at = 0, count = 0;
    for (; count < LINES; count++) {
        size_t length = strlen(lines[count]);
        if (at + length > log_now.size || memcmp(log_now.data + at, lines[count], length) != 0)
            break;
        at += length;
    }
    return count;
}

static bool has_note(size_t number)
{
    return memmem(notes_now.data, notes_now.size, notes[number], strlen(notes[number])) != NULL;
}

/* The state of the input's choice, with what a person asks for in it. */
static void put_state(bool old, const char *kind)
{
    const struct bytes *bytes = old ? &older : &newest;
    const struct said said = {"kim", "asked", BOOKS_NOW + 60};
    struct state *state = NULL;
    struct err err = {0};
    int64_t id;
    unlink(path_of("state/state.db-wal"));
    unlink(path_of("state/state.db-shm"));
    fuzz_put("state/state.db", bytes->data, bytes->size);
    if (kind[0] == '\0')
        return;
    REQUIRE(state_open(&state, path_of("state"), STATE_FACTS, &err) == 0, "%s", err.text);
    REQUIRE(facts_request(state, kind, &said, &id, &err) == 0, "%s", err.text);
    state_close(&state);
}

/* ---- the sender ---- */

static void say(struct frame frame)
{
    REQUIRE(frame_send(post, &frame) > 0, "the engine does not listen");
}

static void greet(bool holds)
{
    struct frame frame = frame_blank(FRAME_HELLO);
    frame.name = "a test";
    say(frame);
    frame = frame_blank(FRAME_IN_HAND);
    if (holds) { /* the fourth, which was committing */
        frame.attempt = 4;
        frame.token = UINT64_C(0xfeed0000) + 4;
        say(frame);
    }
    frame.attempt = 0;
    frame.token = 0;
    say(frame);
}

static void answer(const struct frame *heard)
{
    struct frame frame = frame_blank(heard->type == FRAME_SUBMIT ? FRAME_ASK : FRAME_OUTCOME);
    frame.attempt = heard->attempt;
    frame.token = heard->token;
    frame.class = OUTCOME_ACCEPTED;
    frame.phase = PHASE_DONE;
    frame.text = "taken";
    if (heard->type == FRAME_YES) {
        REQUIRE(yes_count < YESES, "no end of messages");
        ask(OWNER, heard->attempt, yes_to[yes_count++], sizeof yes_to[0]);
    }
    if (heard->type == FRAME_SUBMIT || heard->type == FRAME_YES)
        say(frame);
}

static bool hear(void)
{
    struct arena *arena = arena_new(0);
    struct frame frame;
    bool any = false;
    while (frame_receive(post, arena, &frame) > 0) {
        any = true;
        answer(&frame);
        if (frame.fd >= 0)
            close(frame.fd);
    }
    arena_free(&arena);
    return any;
}

/* ---- the engine ---- */

static bool turn(struct err *err)
{
    bool closed = false;
    int worked = frames_read(engine, &closed, err) == 0 ? pulse_work(engine, err) : -1;
    return worked >= 0 && !stand_in.ended && (hear() || worked > 0);
}

/* Until it rests, or ends by itself because of what it found. */
static void run_engine(bool holds)
{
    struct engine_options options = {.sender = "", .progress = true};
    struct arena *arena = arena_new(0);
    struct config *config = NULL;
    struct findings findings;
    struct err err = {0};
    int pair[2], turns = 0;
    findings_init(&findings, arena);
    REQUIRE(config_load(path_of("dunningd.conf"), 1, &config, &findings) == 0, "the configuration is wrong");
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0, "no socket");
    options.sender_fd = pair[0];
    post = pair[1];
    engine = arena_alloc(arena, sizeof *engine);
    stand_in = (struct stand_in){.wall = BOOKS_NOW + 120, .boot_ms = 5000000};
    if (engine_start(engine, &options, config, &err) == 0 && pulse_link_up(engine, &err) == 0) {
        greet(holds);
        REQUIRE(pulse_tick(engine, &err) == 0, "tick: %s", err.text);
        while (turns++ < TURNS && (turn(&err) || fuzz_planted(NO_REST)))
            continue;
        REQUIRE(turns < TURNS, "the engine does not come to rest");
    }
    if (err.code != ERR_NONE)
        fuzz_check_err(&err);
    engine_close(engine);
    close(post);
    arena_free(&arena);
}

/* ---- what must not be ---- */

static bool was_written_to(const char *customer)
{
    for (size_t i = 0; i < yes_count; i++)
        if (strcmp(yes_to[i], customer) == 0)
            return true;
    return false;
}

static void check_yes(bool old, const char *kind)
{
    bool anyway = strcmp(kind, "recover-anyway") == 0;
    size_t known = unbroken();
    if (fuzz_planted(SENT_AGAIN) && !old)
        snprintf(yes_to[yes_count++], sizeof yes_to[0], "%s", owners[1]);
    if (fuzz_planted(FROM_OLDER) && old)
        snprintf(yes_to[yes_count++], sizeof yes_to[0], "%s", owners[0]);
    for (size_t i = 0; i < LINES; i++) {
        bool by_log = i < known && (!old || !anyway || has_note(i));
        bool by_state = !old && i < 3; /* it knows how these ended, or that nobody knows */
        REQUIRE(!(by_log || by_state) || !was_written_to(owners[i]), "%s gets it again, says the %s", owners[i],
                by_log ? "log" : "state");
    }
}

/* One more attempt of a message that is accepted. */
static void spoil_books(void)
{
    sqlite3 *db = NULL;
    sqlite3_open(path_of("state/state.db"), &db);
    sqlite3_exec(db,
                 "INSERT INTO attempts(message, n, token, status, provider, claimed_at, committed_at, ledger_version,"
                 " sha256) SELECT message, n + 1, 9, 'sent', provider, claimed_at, committed_at, ledger_version, sha256"
                 " FROM attempts WHERE status = 'accepted'",
                 NULL, NULL, NULL);
    sqlite3_close(db);
}

/* The books afterwards, by the audit's own eyes. */
static void check_books(void)
{
    struct arena *arena = arena_new(0);
    char state[256];
    struct audit_books books = {.state = state, .ledger = "", .witness = "", .now = MOMENT_NONE};
    struct audit_report report;
    struct err err = {0};
    snprintf(state, sizeof state, "%s", path_of("state/state.db"));
    REQUIRE(audit_run(&books, arena, &report, &err) == 0, "the audit failed: %s", err.text);
    for (size_t i = 0; i < report.count; i++)
        REQUIRE(report.list[i].rule != AUDIT_I3 && report.list[i].rule != AUDIT_I5, "%s: %s: %s", report.list[i].check,
                report.list[i].subject, report.list[i].text);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"", "recover", "recover-anyway", "approve-breaker", "no such request"};
    struct feed feed = {data, size};
    if (newest.size == 0)
        open_all();
    bool old = feed_flag(&feed), holds = feed_flag(&feed);
    const char *kind = kinds[feed_below(&feed, 5)];
    change_file(&log_file, lines, &log_now, &feed);
    change_file(&notes_file, notes, &notes_now, &feed);
    fuzz_put("state-witness/send.log", log_now.data, log_now.size);
    fuzz_put("state-witness/send.log.notes", notes_now.data, notes_now.size);
    yes_count = 0;
    put_state(old, kind);
    run_engine(holds);
    if (fuzz_planted(TWICE_IN_BOOKS))
        spoil_books();
    check_yes(old, kind);
    check_books();
    return 0;
}
