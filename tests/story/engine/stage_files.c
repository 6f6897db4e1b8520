/* The folder of a stage: configuration, ledger, books. */
#include "stage.h"

#include <ftw.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "store/facts.h"
#include "store/ledger_writer.h"

#define STAGE_BEGIN INT64_C(1896512400) /* Tue 2030-02-05 09:00 UTC */

struct stage_world stage_world;

/* ---- files ---- */

const char *stage_path(const struct stage *stage, const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", stage->folder, name);
    return path;
}

static void put(const struct stage *stage, const char *name, const char *text)
{
    FILE *file = fopen(stage_path(stage, name), "we");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("%s cannot be written", name);
}

static void put_provider(const struct stage *stage, const char *name, const char *rest)
{
    char file[64], text[512];

    snprintf(file, sizeof file, "providers/%s.conf", name);
    snprintf(text, sizeof text, "provider = { name = \"%s\"; %s };\n", name, rest);
    put(stage, file, text);
}

#define SMTP "kind = \"smtp\"; url = \"smtp://127.0.0.1:25\"; tls = \"none\";"
#define HTTP                                                                             \
    "kind = \"http\"; url = \"http://127.0.0.1:80/\"; encoding = \"form\";\n fields = (" \
    "{ name = \"text\"; value = \"{{text}}\"; });"

static void put_shared(const struct stage *stage)
{
    static const char *const folders[] = {"providers", "policies", "templates", "templates/en",
                                          "calendars", "witness",  "outbox"};

    for (size_t i = 0; i < LENGTH(folders); i++)
        mkdir(stage_path(stage, folders[i]), 0700);
    put_provider(stage, "mail", SMTP);
    put_provider(stage, "mail2", SMTP);
    put_provider(stage, "slow", SMTP " per_second = 2;");
    put_provider(stage, "text", HTTP);
    put_provider(stage, "agent", HTTP);
    put_provider(stage, "agent2", HTTP);
    put_provider(stage, "box", "kind = \"drop\"; directory = \"outbox\";");
    put(stage, "templates/en/t.subject", "Your account\n");
    put(stage, "templates/en/t.txt", "TOTAL {{total_raw}} {{currency}}\n");
    put(stage, "templates/en/t.sms", "You owe {{total_raw}} {{currency}}.\n");
}

static const char *or_else(const char *text, const char *preset)
{
    return text != NULL ? text : preset;
}

static void put_scene(const struct stage *stage, const struct scene *scene)
{
    char text[4096];

    snprintf(text, sizeof text, "policy = { name = \"plain\"; %s\n steps = (\n%s\n); };\n", or_else(scene->more, ""),
             or_else(scene->steps, "{ name = \"first\"; action = \"remind\"; at = \"due + 3d\"; send = [\"email\"]; "
                                   "fallback = [\"task\"]; template = \"t\"; }"));
    put(stage, "policies/plain.conf", text);
    snprintf(text, sizeof text,
             "business = { name = \"Example GmbH\"; email = \"accounts@example.invalid\"; };\n"
             "entities = ({ entity = \"north\"; name = \"North GmbH\"; email = \"north@example.invalid\"; });\n"
             "timezone = \"UTC\"; language = \"en\"; country = \"DE\";\n"
             "ledger = { path = \"ledger.db\"; max_age = \"%s\"; };\n"
             "state = { directory = \"state\"; };\nwitness = \"witness/send.log\";\n"
             "directories = { policies = \"policies\"; providers = \"providers\"; templates = \"templates\";\n"
             "                calendars = \"calendars\"; };\n"
             "channels = { %s };\nsender = { socket = \"%s/sock\"; connections = %d; };\n"
             "limits = { %s };\nstatus_log = \"status.log\";\n",
             or_else(scene->max_age, "never"),
             or_else(scene->channels,
                     "email = [\"mail\", \"mail2\"]; sms = [\"text\"]; agency = [\"agent\", \"agent2\"];"),
             stage->folder, scene->connections > 0 ? scene->connections : 8,
             or_else(scene->limits, "breaker = \"off\"; ramp = \"off\";"));
    put(stage, "dunningd.conf", text);
}

static int listen_at(const struct stage *stage)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/sock", stage->folder);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4) != 0)
        fail_msg("no socket at %s", address.sun_path);
    return fd;
}

/* In memory where there is such a place, since much is synced. */
static const char *temporary(void)
{
    const char *named = getenv("TMPDIR");

    if (named != NULL && strlen(named) < 48)
        return named;
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

void stage_open(struct stage *stage, const struct scene *scene)
{
    stage_world = (struct stage_world){.disk_full = false};
    stand_in = (struct stand_in){.wall = STAGE_BEGIN, .boot_ms = 5000000};
    *stage = (struct stage){.listener = -1, .post = -1};
    snprintf(stage->folder, sizeof stage->folder, "%s/dunningd-story-XXXXXX", temporary());
    if (mkdtemp(stage->folder) == NULL)
        fail_msg("no folder at %s", stage->folder);
    put_shared(stage);
    put_scene(stage, scene);
    stage->listener = listen_at(stage);
    stage_ledger(stage, "SELECT 1");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void stage_close(struct stage *stage)
{
    stage_world.disk_full = stage_world.sync_fails = false;
    if (stage->engine != NULL)
        stage_stop(stage);
    stage_leave(stage);
    for (int i = 0; i < stage->count; i++)
        free(stage->seen[i].bytes);
    close(stage->listener);
    nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- the ledger, the books ---- */

void stage_ledger(const struct stage *stage, const char *sql)
{
    struct ledger_writer *writer = NULL;
    struct err err = {0};
    char *text = NULL;

    if (ledger_writer_open(&writer, stage_path(stage, "ledger.db"), &err) != 0)
        fail_msg("%s", err.text);
    if (sqlite3_exec(writer->db, sql, NULL, NULL, &text) != SQLITE_OK)
        fail_msg("%s: %s", sql, text);
    ledger_writer_close(&writer);
}

void stage_debtor(const struct stage *stage, const char *customer, const char *invoice, int euros)
{
    char sql[1024];

    snprintf(sql, sizeof sql,
             "INSERT INTO customers(customer_id, name, email, phone, sms_consent) "
             "VALUES('%s', 'Name', '%s@shop.invalid', '+49305550001', '2030-01-01 asked');"
             "INSERT INTO invoices(invoice_id, customer_id, issued_on, due_on, currency, amount) "
             "VALUES('%s', '%s', '2030-01-01', '2030-02-02', 'EUR', %d)",
             customer, customer, invoice, customer, euros * 100);
    stage_ledger(stage, sql);
}

int64_t stage_number(const struct stage *stage, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t number = -1;

    if (sqlite3_open_v2(stage_path(stage, "state/state.db"), &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(stmt) == SQLITE_ROW)
        number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}

void stage_request(const struct stage *stage, const char *kind)
{
    struct said said = {"jo", "asked", stand_in.wall};
    struct state *state = NULL;
    struct err err = {0};
    int64_t id;

    if (state_open(&state, stage_path(stage, "state"), STATE_FACTS, &err) != 0 ||
        facts_request(state, kind, &said, &id, &err) != 0)
        fail_msg("%s: %s", kind, err.text);
    state_close(&state);
}

void stage_settle(const struct stage *stage, const char *channel, bool sent)
{
    struct said said = {"jo", "asked the provider", stand_in.wall};
    struct state *state = NULL;
    struct err err = {0};
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT id FROM messages WHERE channel = '%s' AND status = 'uncertain'", channel);
    if (state_open(&state, stage_path(stage, "state"), STATE_FACTS, &err) != 0 ||
        facts_settle(state, stage_number(stage, sql), sent, &said, &err) != 0)
        fail_msg("settle %s: %s", channel, err.text);
    state_close(&state);
}

void stage_record(const struct stage *stage, const char *customer, const char *invoice, const char *step)
{
    struct said said = {"jo", "by letter", stand_in.wall};
    struct record record = {.invoice_id = invoice,
                            .line = 1,
                            .episode = 1,
                            .occurrence = 1,
                            .step = step,
                            .policy = "plain",
                            .status = RECORD_ACCEPTED,
                            .reason = REASON_NONE,
                            .at = stand_in.wall,
                            .on = (day_t)(stand_in.wall / DAY_SECONDS),
                            .deadline = DAY_NONE,
                            .due_on = DAY_NONE,
                            .channel = "letter"};
    struct state *state = NULL;
    struct err err = {0};

    if (state_open(&state, stage_path(stage, "state"), STATE_FACTS, &err) != 0 ||
        facts_record(state, &record, customer, &said, &err) != 0)
        fail_msg("record %s: %s", invoice, err.text);
    state_close(&state);
}

static void copy_file(const struct stage *stage, const char *from, const char *to)
{
    static unsigned char bytes[1 << 22];
    FILE *file = fopen(stage_path(stage, from), "re");
    size_t length = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;

    if (file != NULL)
        fclose(file);
    file = fopen(stage_path(stage, to), "we");
    if (file == NULL || length == 0 || length == sizeof bytes || fwrite(bytes, 1, length, file) != length ||
        fclose(file) != 0)
        fail_msg("%s cannot be copied", from);
}

void stage_keep_state(const struct stage *stage)
{
    stage_number(stage, "PRAGMA wal_checkpoint(TRUNCATE)");
    copy_file(stage, "state/state.db", "kept.db");
}

void stage_restore_state(const struct stage *stage)
{
    unlink(stage_path(stage, "state/state.db-wal"));
    unlink(stage_path(stage, "state/state.db-shm"));
    copy_file(stage, "kept.db", "state/state.db");
}
