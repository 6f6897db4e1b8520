/*
 * Stories of the rules: a policy, a small ledger, what people do on which day,
 * and the log that must come of it.  The real configuration loader and the
 * real decision; everything that is sent is accepted at once unless the story
 * says otherwise.  tests/story/rules/README tells the language.
 *
 *   story_rules [FILE...]     without a file: all of tests/story/rules
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/text.h"
#include "config/config.h"
#include "config/zones.h"
#include "policy/decide.h"

#define LIST_MAX 64
#define LINE_MAX_LENGTH 1024

struct deed { /* something that happens on a day */
    moment_t at;
    char *words;
    int line;
    bool done;
};

struct story {
    const char *file;
    struct arena *arena;
    char folder[64];
    FILE *conf;
    struct config *config;
    char zone[64], entity_lines[512], limits[256];
    struct customer customers[LIST_MAX];
    size_t customer_count;
    struct item items[LIST_MAX];
    size_t item_count;
    struct payment payments[LIST_MAX];
    size_t payment_count;
    struct person persons[LIST_MAX];
    size_t person_count;
    struct hold holds[LIST_MAX];
    size_t hold_count;
    struct record records[LIST_MAX];
    size_t record_count;
    struct notice_past past[LIST_MAX];
    size_t past_count;
    struct deed deeds[LIST_MAX];
    size_t deed_count;
    day_t from, until;
    char expected[16384], actual[16384];
    bool show_passed, show_tasks, show_holds;
    struct dossier *dossier;
    int64_t next_notice;
    int failures;
};

static void fail(struct story *story, int line, const char *what)
{
    printf("%s:%d: %s\n", story->file, line, what);
    story->failures++;
}

/* ---- reading ---- */

static const char *option(struct story *story, char *words, const char *key, const char *preset)
{
    char pattern[64];
    char *found, *end;

    snprintf(pattern, sizeof pattern, " %s=", key);
    found = strstr(words, pattern);
    if (found == NULL)
        return preset;
    found += strlen(pattern);
    end = found + strcspn(found, *found == '"' ? "" : " ");
    if (*found == '"') {
        found++;
        end = strchr(found, '"');
        end = end == NULL ? found + strlen(found) : end;
    }
    return arena_copy_n(story->arena, found, (size_t)(end - found));
}

static day_t option_day(struct story *story, char *words, const char *key)
{
    const char *text = option(story, words, key, "");
    day_t day = DAY_NONE;

    if (*text != '\0' && !day_parse(text, &day))
        fail(story, 0, text);
    return day;
}

static int64_t option_money(struct story *story, char *words, const char *key, const char *currency)
{
    int64_t minor = 0;
    struct err err = {0};

    if (money_parse(option(story, words, key, "0"), currency, '.', &minor, &err) != 0)
        fail(story, 0, err.text);
    return minor;
}

static const char *word(struct story *story, const char *words, int index)
{
    const char *p = words;

    for (int i = 0; i < index; i++) {
        p += strcspn(p, " ");
        p += strspn(p, " ");
    }
    return arena_copy_n(story->arena, p, strcspn(p, " "));
}

static void read_customer(struct story *story, char *words)
{
    struct customer *c = &story->customers[story->customer_count++];

    c->id = word(story, words, 1);
    c->name = option(story, words, "name", "Somebody");
    c->email = option(story, words, "email", "somebody@example.invalid");
    c->phone = option(story, words, "phone", "");
    c->language = option(story, words, "language", "en");
    c->timezone = option(story, words, "timezone", "");
    c->country = option(story, words, "country", "DE");
    c->segment = option(story, words, "segment", "b2b");
    c->policy = option(story, words, "policy", "");
    c->tags = option(story, words, "tags", "");
    c->bill_to = option(story, words, "bill_to", "");
    c->sms_consent = option(story, words, "sms_consent", "");
    c->hold_reason = option(story, words, "hold_reason", "");
    c->hold_until = option_day(story, words, "hold_until");
    c->status = (enum customer_status)names_find(&customer_status_names, option(story, words, "status", "active"));
    c->terms = c->owner = c->address = c->street = c->postcode = c->city = c->vat_id = c->legal_form = "";
}

static void set_item(struct story *story, struct item *item, char *words)
{
    const char *text;

    text = option(story, words, "currency", item->currency[0] == '\0' ? "EUR" : "");
    if (*text != '\0')
        snprintf(item->currency, CURRENCY_SIZE, "%s", text);
    if (strstr(words, " amount=") != NULL)
        item->amount = option_money(story, words, "amount", item->currency);
    if (strstr(words, " disputed_amount=") != NULL)
        item->disputed_amount = option_money(story, words, "disputed_amount", item->currency);
    if (strstr(words, " due=") != NULL)
        item->due_on = option_day(story, words, "due");
    if (strstr(words, " issued=") != NULL)
        item->issued_on = option_day(story, words, "issued");
    if (strstr(words, " disputed_on=") != NULL)
        item->disputed_on = option_day(story, words, "disputed_on");
    if (strstr(words, " sent_on=") != NULL)
        item->sent_on = option_day(story, words, "sent_on");
    if (strstr(words, " hold_until=") != NULL)
        item->hold_until = option_day(story, words, "hold_until");
    item->hold_reason = option(story, words, "hold_reason", item->hold_reason);
    item->policy = option(story, words, "policy", item->policy);
    item->entity = option(story, words, "entity", item->entity);
    item->related_invoice = option(story, words, "related", item->related_invoice);
    item->customer_id = option(story, words, "customer", item->customer_id);
    item->method = (enum payment_method)names_find(&payment_method_names,
                                                   option(story, words, "method",
                                                          names_word(&payment_method_names, (int)item->method)));
    item->status =
        (enum item_status)names_find(&item_status_names,
                                     option(story, words, "status", names_word(&item_status_names, (int)item->status)));
}

static void read_item(struct story *story, char *words, enum item_kind kind)
{
    struct item *item = &story->items[story->item_count++];

    memset(item, 0, sizeof *item);
    item->invoice_id = item->number = word(story, words, 1);
    item->line = atoi(option(story, words, "line", "1"));
    item->customer_id = story->customer_count > 0 ? story->customers[0].id : "";
    item->entity = item->policy = item->related_invoice = item->hold_reason = item->reference = "";
    item->po_number = item->subject = item->pay_url = item->document = "";
    item->tags = option(story, words, "tags", "");
    item->kind = kind;
    item->issued_on = item->due_on = item->sent_on = item->hold_until = item->disputed_on = item->discount_on =
        DAY_NONE;
    set_item(story, item, words);
    if (item->issued_on == DAY_NONE && item->due_on != DAY_NONE)
        item->issued_on = item->due_on - 30;
}

static void read_payment(struct story *story, char *words)
{
    struct payment *payment = &story->payments[story->payment_count++];

    memset(payment, 0, sizeof *payment);
    payment->id = word(story, words, 1);
    payment->customer_id = story->customers[0].id;
    payment->entity = option(story, words, "entity", "");
    payment->invoice_id = option(story, words, "item", "");
    payment->line = atoi(option(story, words, "line", "0"));
    payment->reference = option(story, words, "reference", "");
    payment->reverses = option(story, words, "reverses", "");
    snprintf(payment->currency, CURRENCY_SIZE, "%s", option(story, words, "currency", "EUR"));
    payment->amount = option_money(story, words, "amount", payment->currency);
    payment->paid_on = option_day(story, words, "on");
    payment->changed_on = option_day(story, words, "changed");
    payment->status = (enum payment_status)names_find(&payment_status_names, option(story, words, "status", "booked"));
}

static void read_person(struct story *story, char *words)
{
    struct person *person = &story->persons[story->person_count++];

    person->id = word(story, words, 1);
    person->customer_id = story->customers[0].id;
    person->entity = option(story, words, "entity", "");
    person->name = option(story, words, "name", "Person");
    person->email = option(story, words, "email", "");
    person->phone = option(story, words, "phone", "");
    person->language = option(story, words, "language", "");
    person->sms_consent = option(story, words, "sms_consent", "");
    person->role = (enum contact_role)names_find(&contact_role_names, option(story, words, "role", "billing"));
    person->active = true;
}

/* "reached A formal on=2026-03-09 deadline=2026-03-23": history before the story begins. */
static void read_reached(struct story *story, char *words)
{
    struct record *record = &story->records[story->record_count++];
    struct notice_past *past = &story->past[story->past_count++];

    memset(record, 0, sizeof *record);
    memset(past, 0, sizeof *past);
    record->invoice_id = word(story, words, 1);
    record->step = past->step = word(story, words, 2);
    record->line = atoi(option(story, words, "line", "1"));
    record->episode = record->occurrence = 1;
    record->policy = past->policy = record->channel = past->message_id = past->entity = "";
    record->status = RECORD_ACCEPTED;
    record->on = past->on = option_day(story, words, "on");
    record->at = past->at = (moment_t)record->on * DAY_SECONDS + 8 * 3600;
    record->deadline = option_day(story, words, "deadline");
    record->due_on = DAY_NONE;
    record->first_notice_action = strstr(words, " notice") != NULL;
    record->notice = past->id = past->contact = story->next_notice++;
    past->group_invoice = option(story, words, "group_invoice", "");
    past->status = NOTICE_ACCEPTED;
    snprintf(past->currency, CURRENCY_SIZE, "EUR");
}

static void read_deed(struct story *story, const char *words, int line)
{
    struct deed *deed = &story->deeds[story->deed_count++];
    day_t day = DAY_NONE;
    int32_t seconds = 43200;
    const char *when = word(story, words, 1);

    if (!day_parse(when, &day) && !parse_local(when, &day, &seconds))
        fail(story, line, "a deed needs a date or a date and time");
    deed->at = (moment_t)day * DAY_SECONDS + seconds; /* wall clock; moved to the zone once that is known */
    deed->words = arena_copy(story->arena, words + strcspn(words, " ") + 1 + strlen(when) + 1);
    deed->line = line;
}

/* A policy or calendar: the lines up to "end" go to a file of the story's configuration. */
static void copy_block(struct story *story, FILE *from, const char *path, const char *head, const char *tail, int *line)
{
    char buffer[LINE_MAX_LENGTH];
    FILE *to = fopen(path, "w");

    if (to == NULL) {
        fail(story, *line, strerror(errno));
        return;
    }
    fputs(head, to);
    while (fgets(buffer, sizeof buffer, from) != NULL && strcmp(buffer, "end\n") != 0) {
        fputs(buffer, to);
        (*line)++;
    }
    (*line)++;
    fputs(tail, to);
    fclose(to);
}

static void read_block(struct story *story, FILE *from, char *words, int *line)
{
    char path[256], head[128];

    if (text_starts(words, "policy ")) {
        snprintf(path, sizeof path, "%s/policies/%s.conf", story->folder, word(story, words, 1));
        snprintf(head, sizeof head, "policy = { name = \"%s\";\n", word(story, words, 1));
        copy_block(story, from, path, head, "};\n", line);
    } else if (text_starts(words, "calendar ")) {
        snprintf(path, sizeof path, "%s/calendars/%s.txt", story->folder, word(story, words, 1));
        copy_block(story, from, path, "", "", line);
    } else {
        char buffer[LINE_MAX_LENGTH];

        while (fgets(buffer, sizeof buffer, from) != NULL && strcmp(buffer, "end\n") != 0) {
            size_t used = strlen(story->expected);

            snprintf(story->expected + used, sizeof story->expected - used, "%s", buffer);
            (*line)++;
        }
        (*line)++;
    }
}

static void read_show(struct story *story, const char *words)
{
    story->show_passed = strstr(words, "passed") != NULL;
    story->show_tasks = strstr(words, "tasks") != NULL;
    story->show_holds = strstr(words, "holds") != NULL;
}

static void read_story(struct story *story, FILE *from);

/* "use standard": the lines of standard.inc beside the story. */
static void read_use(struct story *story, const char *words)
{
    const char *slash = strrchr(story->file, '/');
    const char *folder = slash == NULL ? "." : arena_copy_n(story->arena, story->file, (size_t)(slash - story->file));
    FILE *from = fopen(arena_printf(story->arena, "%s/%s.inc", folder, words + 4), "r");

    if (from == NULL) {
        fail(story, 0, "the file to use is not there");
        return;
    }
    read_story(story, from);
    fclose(from);
}

static void read_line(struct story *story, FILE *from, char *words, int *line)
{
    if (*words == '#' || *words == '\0')
        return;
    if (text_starts(words, "policy ") || text_starts(words, "calendar ") || text_equal(words, "expect"))
        read_block(story, from, words, line);
    else if (text_starts(words, "customer "))
        read_customer(story, words);
    else if (text_starts(words, "item "))
        read_item(story, words, ITEM_INVOICE);
    else if (text_starts(words, "credit "))
        read_item(story, words, ITEM_CREDIT_NOTE);
    else if (text_starts(words, "charge "))
        read_item(story, words, ITEM_CHARGE);
    else if (text_starts(words, "payment "))
        read_payment(story, words);
    else if (text_starts(words, "person "))
        read_person(story, words);
    else if (text_starts(words, "use "))
        read_use(story, words);
    else if (text_starts(words, "reached "))
        read_reached(story, words);
    else if (text_starts(words, "on "))
        read_deed(story, words, *line);
    else if (text_starts(words, "show "))
        read_show(story, words);
    else if (text_starts(words, "zone "))
        snprintf(story->zone, sizeof story->zone, "%s", words + 5);
    else if (text_starts(words, "limits "))
        snprintf(story->limits, sizeof story->limits, "%s", words + 7);
    else if (text_starts(words, "from "))
        day_parse(words + 5, &story->from);
    else if (text_starts(words, "until "))
        day_parse(words + 6, &story->until);
    else
        fail(story, *line, "the story does not know this word");
}

static void read_story(struct story *story, FILE *from)
{
    char buffer[LINE_MAX_LENGTH];
    int line = 0;

    while (fgets(buffer, sizeof buffer, from) != NULL) {
        line++;
        buffer[strcspn(buffer, "\n")] = '\0';
        read_line(story, from, buffer, &line);
    }
}

/* ---- configuration ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    FILE *to;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    to = fopen(path, "w");
    if (to == NULL)
        abort();
    fputs(text, to);
    fclose(to);
}

static void make_folder(struct story *story)
{
    static const char *const folders[] = {"policies",  "providers", "templates", "templates/en",
                                          "calendars", "rates",     "state"};
    static const char *const names[] = {"t", "courtesy", "reminder", "formal", "plan", "handoff", "final", "second"};
    char path[256];

    snprintf(story->folder, sizeof story->folder, "/tmp/story.XXXXXX");
    if (mkdtemp(story->folder) == NULL)
        abort();
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", story->folder, folders[i]);
        mkdir(path, 0700);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "templates/en/%s.subject", names[i]);
        write_file(story->folder, path, "x\n");
        snprintf(path, sizeof path, "templates/en/%s.txt", names[i]);
        write_file(story->folder, path, "x\n");
        snprintf(path, sizeof path, "templates/en/%s.sms", names[i]);
        write_file(story->folder, path, "x\n");
    }
    write_file(story->folder, "providers/box.conf",
               "provider = { name = \"box\"; kind = \"drop\"; directory = \"/tmp\"; };\n");
}

static void write_conf(struct story *story)
{
    char text[2048];

    snprintf(
        text, sizeof text,
        "business = { name = \"Example\"; email = \"accounts@example.invalid\"; };\n"
        "timezone = \"%s\"; language = \"en\"; country = \"DE\";\n"
        "ledger = { driver = \"sqlite\"; path = \"ledger.db\"; max_age = \"never\"; };\n"
        "state = { driver = \"sqlite\"; directory = \"state\"; };\n"
        "directories = { policies = \"policies\"; providers = \"providers\"; templates = \"templates\"; calendars = "
        "\"calendars\"; rates = \"rates\"; };\n"
        "channels = { email = [\"box\"]; sms = [\"box\"]; agency = [\"box\"]; };\nstatus_log = \"\";\n%s\n",
        story->zone, story->limits);
    write_file(story->folder, "dunningd.conf", text);
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char path[512];

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct stat status;

        if (text_equal(entry->d_name, ".") || text_equal(entry->d_name, ".."))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
            remove_folder(path);
        else
            unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

static int load(struct story *story)
{
    struct findings findings;
    char path[256];

    findings_init(&findings, story->arena);
    write_conf(story);
    snprintf(path, sizeof path, "%s/dunningd.conf", story->folder);
    if (config_load(path, 1, &story->config, &findings) == 0)
        return 0;
    for (size_t i = 0; i < findings.count; i++)
        fail(story, 0, finding_line(&findings.list[i], story->arena));
    return -1;
}

/* ---- the log ---- */

static void say(struct story *story, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct story *story, const char *format, ...)
{
    size_t used = strlen(story->actual);
    va_list args;

    va_start(args, format);
    vsnprintf(story->actual + used, sizeof story->actual - used, format, args);
    va_end(args);
}

static const struct zone *zone_of(const struct story *story)
{
    return story->dossier->zone != NULL ? story->dossier->zone : story->config->rulebook.zone;
}

static void say_when(struct story *story, moment_t at)
{
    int32_t seconds;
    char day[DAY_TEXT_SIZE];

    day_format(zone_day(zone_of(story), at, &seconds), day);
    say(story, "%s %02d:%02d ", day, (int)(seconds / 3600), (int)(seconds / 60 % 60));
}

static void say_items(struct story *story, const struct notice *notice, enum block block, const char *head)
{
    char amount[MONEY_TEXT_SIZE];
    bool first = true;

    for (size_t i = 0; i < notice->item_count; i++) {
        const struct notice_item *item = &notice->items[i];

        if (item->block != block)
            continue;
        say(story, "%s%s", first ? head : " ", item->invoice_id);
        if (item->line > 1)
            say(story, "/%d", (int)item->line);
        if (item->occurrence > 1)
            say(story, "#%d", (int)item->occurrence);
        if (*item->step != '\0' && (item->occurrence == 0 || !text_equal(item->step, notice->step)))
            say(story, "@%s", item->step);
        say(story, "=%s", money_format(item->open - item->credited, notice->currency, amount));
        first = false;
    }
}

static void say_channels(struct story *story, const struct notice *notice)
{
    for (size_t i = 0; i < notice->message_count; i++) {
        const struct message_plan *plan = &notice->messages[i];

        if (i == 0 && plan->channel == CHANNEL_EMAIL && notice->message_count == 1)
            return;
        say(story, "%s%s%s", i == 0 ? "; by " : " ", names_word(&channel_names, (int)plan->channel),
            plan->later ? plan->fallback ? "?" : "+" : "");
    }
}

static void say_notice(struct story *story, const struct notice *notice, moment_t now)
{
    char amount[MONEY_TEXT_SIZE], day[DAY_TEXT_SIZE];

    say_when(story, now);
    say(story, "%s%s", notice->needs_approval ? "asks " : "", notice->step);
    say_items(story, notice, BLOCK_DUE, ": ");
    say_items(story, notice, BLOCK_UPCOMING, "; upcoming ");
    say_items(story, notice, BLOCK_CARRIED, "; carried ");
    say_items(story, notice, BLOCK_INFO, "; listed ");
    say(story, "; total %s %s", money_format(notice->total, notice->currency, amount), notice->currency);
    if (notice->deadline != DAY_NONE)
        say(story, "; deadline %s", day_format(notice->deadline, day));
    for (size_t i = 0; i < notice->instalment_count; i++)
        say(story, "%s%s", i == 0 ? "; plan " : " + ",
            money_format(notice->instalments[i].amount, notice->currency, amount));
    say_channels(story, notice);
    say(story, "\n");
}

static void say_decision(struct story *story, const struct decision *decision, moment_t now)
{
    for (size_t i = 0; story->show_holds && i < decision->change_count; i++) {
        const struct case_change *change = &decision->changes[i];
        const char *what = change->held       ? "held"
                           : change->released ? "released"
                           : change->settled  ? "settled"
                           : change->reopened ? "reopened"
                                              : NULL;

        if (what == NULL)
            continue;
        say_when(story, now);
        say(story, "%s %s %s\n", what, change->item->invoice_id, names_word(&reason_names, (int)change->reason));
    }
    for (size_t i = 0; story->show_passed && i < decision->passed_count; i++) {
        say_when(story, now);
        say(story, "passed %s %s %s\n", decision->passed[i].item->invoice_id,
            decision->passed[i].policy->steps[decision->passed[i].step].name,
            names_word(&reason_names, (int)decision->passed[i].reason));
    }
    for (size_t i = 0; i < decision->withdrawal_count; i++) {
        say_when(story, now);
        say(story, "withdrawn %s\n", names_word(&reason_names, (int)decision->withdrawals[i].reason));
    }
    for (size_t i = 0; i < decision->timeout_count; i++) {
        say_when(story, now);
        say(story, "%s out of time\n", decision->timeouts[i].approve ? "approved" : "rejected");
    }
    for (size_t i = 0; i < decision->notice_count; i++)
        say_notice(story, &decision->notices[i], now);
    for (size_t i = 0; story->show_tasks && i < decision->task_count; i++) {
        say_when(story, now);
        say(story, "task %s%s%s\n", names_word(&task_kind_names, (int)decision->tasks[i].kind),
            decision->tasks[i].item != NULL ? " " : "",
            decision->tasks[i].item != NULL ? decision->tasks[i].item->invoice_id : "");
    }
}

/* ---- deeds ---- */

static struct item *find_item(struct story *story, const char *id)
{
    for (size_t i = 0; i < story->dossier->item_count; i++)
        if (text_equal(story->dossier->items[i].invoice_id, id))
            return &story->dossier->items[i];
    return NULL;
}

static void do_set(struct story *story, struct deed *deed)
{
    struct item *item = find_item(story, word(story, deed->words, 1));

    if (item == NULL)
        fail(story, deed->line, "no such item");
    else
        set_item(story, item, deed->words);
}

static void do_hold(struct story *story, struct deed *deed)
{
    struct hold *hold = &story->holds[story->hold_count++];
    const char *target = word(story, deed->words, 1);

    memset(hold, 0, sizeof *hold);
    hold->scope = find_item(story, target) != NULL ? HOLD_INVOICE : HOLD_CUSTOMER;
    hold->kind = (enum hold_kind)names_find(&hold_kind_names, option(story, deed->words, "kind", "operator"));
    hold->target = target;
    hold->reason = hold->author = "";
    hold->start_at = deed->at;
    hold->until = option_day(story, deed->words, "until");
    hold->released_at = MOMENT_NONE;
    story->dossier->holds = story->holds;
    story->dossier->hold_count = story->hold_count;
}

static void do_release(struct story *story, struct deed *deed)
{
    for (size_t i = 0; i < story->hold_count; i++)
        if (text_equal(story->holds[i].target, word(story, deed->words, 1)))
            story->holds[i].released_at = deed->at;
}

static void set_records(struct story *story, int64_t notice, enum record_status status, moment_t at)
{
    for (size_t i = 0; i < story->dossier->record_count; i++) {
        struct record *record = &story->dossier->records[i];

        if (record->notice != notice)
            continue;
        record->status = status;
        if (status == RECORD_ACCEPTED) {
            record->at = at;
            record->on = zone_day(zone_of(story), at, NULL);
        }
    }
}

/* The latest notice of a step; one that is in doubt comes before all others. */
static struct notice_past *find_past(struct story *story, const char *step)
{
    struct notice_past *best = NULL;

    for (size_t i = 0; i < story->dossier->past_count; i++) {
        struct notice_past *past = &story->dossier->past[i];

        if (text_equal(past->step, step) && (best == NULL || best->status != NOTICE_UNCERTAIN))
            best = past;
    }
    return best;
}

static void do_outcome(struct story *story, struct deed *deed, enum notice_status status, enum record_status record)
{
    struct notice_past *past = find_past(story, word(story, deed->words, 1));

    if (past == NULL) {
        fail(story, deed->line, "no such notice");
        return;
    }
    past->status = status;
    if (status == NOTICE_ACCEPTED) {
        past->at = deed->at;
        past->on = zone_day(zone_of(story), deed->at, NULL);
    }
    set_records(story, past->id, record, deed->at);
    for (size_t i = 0; i < story->dossier->live_count; i++)
        if (story->dossier->live[i].id == past->id)
            story->dossier->live[i].status = status;
}

static void do_unpay(struct story *story, struct deed *deed)
{
    const char *id = word(story, deed->words, 1);
    struct dossier *dossier = story->dossier;

    for (size_t i = 0; i < dossier->payment_count; i++)
        if (text_equal(dossier->payments[i].id, id)) {
            memmove(&dossier->payments[i], &dossier->payments[i + 1],
                    (dossier->payment_count - i - 1) * sizeof *dossier->payments);
            dossier->payment_count--;
            return;
        }
    fail(story, deed->line, "no such payment");
}

/* "because A min_gap": the item's reason at this moment. */
static void do_because(struct story *story, struct deed *deed)
{
    static const struct conditions conditions = {.clock_ok = true, .rehearsal = true};
    struct decision *decision = decide(story->dossier, &story->config->rulebook, &conditions, deed->at, story->arena);
    const char *id = word(story, deed->words, 1), *want = word(story, deed->words, 2);
    char text[256];

    for (size_t i = 0; i < decision->verdict_count; i++) {
        const struct verdict *verdict = &decision->verdicts[i];

        if (!text_equal(verdict->item->invoice_id, id) ||
            text_equal(names_word(&reason_names, (int)verdict->reason), want))
            continue;
        snprintf(text, sizeof text, "%s waits for %s, not for %s", id, names_word(&reason_names, (int)verdict->reason),
                 want);
        fail(story, deed->line, text);
    }
}

static void do_deed(struct story *story, struct deed *deed)
{
    const char *verb = word(story, deed->words, 0);

    deed->done = true;
    if (text_equal(verb, "set"))
        do_set(story, deed);
    else if (text_equal(verb, "hold"))
        do_hold(story, deed);
    else if (text_equal(verb, "release"))
        do_release(story, deed);
    else if (text_equal(verb, "accepted"))
        do_outcome(story, deed, NOTICE_ACCEPTED, RECORD_ACCEPTED);
    else if (text_equal(verb, "uncertain"))
        do_outcome(story, deed, NOTICE_UNCERTAIN, RECORD_UNCERTAIN);
    else if (text_equal(verb, "withdrawn"))
        do_outcome(story, deed, NOTICE_WITHDRAWN, RECORD_WITHDRAWN);
    else if (text_equal(verb, "bounced"))
        do_outcome(story, deed, NOTICE_BOUNCED, RECORD_BOUNCED);
    else if (text_equal(verb, "failed"))
        do_outcome(story, deed, NOTICE_FAILED, RECORD_PLANNED);
    else if (text_equal(verb, "rejected"))
        do_outcome(story, deed, NOTICE_REJECTED, RECORD_PLANNED);
    else if (text_equal(verb, "unpay"))
        do_unpay(story, deed);
    else if (text_equal(verb, "because"))
        do_because(story, deed);
    else
        fail(story, deed->line, "the story does not know this deed");
}

/* ---- the run ---- */

static int item_order(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = strcmp(x->invoice_id, y->invoice_id);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int payment_order(const void *a, const void *b)
{
    const struct payment *x = a, *y = b;

    return x->paid_on != y->paid_on ? (x->paid_on > y->paid_on) - (x->paid_on < y->paid_on) : strcmp(x->id, y->id);
}

static int record_order(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int order = strcmp(x->invoice_id, y->invoice_id);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static void make_dossier(struct story *story)
{
    struct dossier *dossier = arena_alloc(story->arena, sizeof *dossier);

    qsort(story->records, story->record_count, sizeof *story->records, record_order);
    dossier->records = story->records;
    dossier->record_count = story->record_count;
    dossier->past = story->past;
    dossier->past_count = story->past_count;
    qsort(story->items, story->item_count, sizeof *story->items, item_order);
    qsort(story->payments, story->payment_count, sizeof *story->payments, payment_order);
    dossier->customer = dossier->members = story->customers;
    dossier->member_count = story->customer_count;
    dossier->items = story->items;
    dossier->item_count = story->item_count;
    dossier->payments = story->payments;
    dossier->payment_count = story->payment_count;
    dossier->persons = story->persons;
    dossier->person_count = story->person_count;
    dossier->zone = zones_find(story->config->zones, story->customers[0].timezone);
    story->dossier = dossier;
}

static void place_deeds(struct story *story)
{
    for (size_t i = 0; i < story->deed_count; i++) {
        moment_t wall = story->deeds[i].at;
        day_t day = (day_t)(wall / DAY_SECONDS);

        story->deeds[i].at = zone_moment(story->config->rulebook.zone, day, (int32_t)(wall % DAY_SECONDS));
    }
}

static moment_t next_deed(const struct story *story)
{
    moment_t best = MOMENT_NEVER;

    for (size_t i = 0; i < story->deed_count; i++)
        if (!story->deeds[i].done && story->deeds[i].at < best)
            best = story->deeds[i].at;
    return best;
}

static void do_deeds(struct story *story, moment_t now)
{
    for (size_t i = 0; i < story->deed_count; i++)
        if (!story->deeds[i].done && story->deeds[i].at <= now)
            do_deed(story, &story->deeds[i]);
}

static moment_t next_moment(const struct story *story, const struct decision *decision, moment_t now)
{
    const struct zone *zone = story->config->rulebook.zone;
    day_t row = dossier_next_row(story->dossier, zone_day(zone, now, NULL));
    moment_t next = decision->next_at;

    if (row != DAY_NONE && zone_moment(zone, row, 0) < next)
        next = zone_moment(zone, row, 0);
    return next_deed(story) < next ? next_deed(story) : next;
}

static void run(struct story *story)
{
    static const struct conditions conditions = {.clock_ok = true, .rehearsal = true};
    const struct zone *zone = story->config->rulebook.zone;
    moment_t now = zone_moment(zone, story->from, 0), end = zone_moment(zone, story->until + 1, 0);
    int rounds = 0;

    while (now < end) {
        struct decision *decision;
        bool busy;

        do_deeds(story, now);
        decision = decide(story->dossier, &story->config->rulebook, &conditions, now, story->arena);
        busy = decision_acts(decision);
        say_decision(story, decision, now);
        story->dossier =
            dossier_after(story->dossier, decision,
                          &(struct future){&story->config->rulebook, now, &story->next_notice, story->arena});
        if (busy && rounds++ < 20)
            continue;
        if (busy)
            fail(story, 0, "the decision does not come to rest");
        rounds = 0;
        now = next_moment(story, decision, now);
    }
}

static bool same_time(const char *expected)
{
    return strlen(expected) > 16 && expected[13] == ':';
}

/* An expected line without a time of day stands for any time of that day. */
static bool same_line(const char *expected, size_t expected_length, const char *actual, size_t actual_length)
{
    if (same_time(expected) || actual_length < 17)
        return expected_length == actual_length && strncmp(expected, actual, actual_length) == 0;
    return strncmp(expected, actual, 10) == 0 && expected_length + 6 == actual_length &&
           strncmp(expected + 10, actual + 16, actual_length - 16) == 0;
}

static void compare(struct story *story)
{
    const char *expected = story->expected, *actual = story->actual;

    while (*expected != '\0' || *actual != '\0') {
        size_t e = strcspn(expected, "\n"), a = strcspn(actual, "\n");

        if (!same_line(expected, e, actual, a)) {
            printf("%s: expected: %.*s\n%s:   actual: %.*s\n", story->file, (int)e, expected, story->file, (int)a,
                   actual);
            printf("--- the whole log\n%s---\n", story->actual);
            story->failures++;
            return;
        }
        expected += e + (expected[e] == '\n');
        actual += a + (actual[a] == '\n');
    }
}

static int tell(const char *file)
{
    struct story *story = calloc(1, sizeof *story);
    FILE *from = fopen(file, "r");
    int failures;

    if (story == NULL || from == NULL) {
        printf("%s: %s\n", file, strerror(errno));
        free(story);
        return 1;
    }
    story->file = file;
    story->arena = arena_new(0);
    story->next_notice = 1;
    snprintf(story->zone, sizeof story->zone, "Europe/Berlin");
    make_folder(story);
    read_story(story, from);
    fclose(from);
    if (load(story) == 0) {
        make_dossier(story);
        place_deeds(story);
        run(story);
        compare(story);
        config_free(&story->config);
    }
    remove_folder(story->folder);
    failures = story->failures;
    arena_free(&story->arena);
    free(story);
    return failures;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_story(const struct dirent *entry)
{
    return text_ends(entry->d_name, ".story") ? 1 : 0;
}

int main(int argc, char **argv)
{
    const char *source = getenv("DUNNINGD_SOURCE");
    struct dirent **entries;
    char folder[512], path[1024];
    int count, failed = 0;

    if (argc > 1) {
        for (int i = 1; i < argc; i++)
            failed += tell(argv[i]) != 0;
        return failed != 0;
    }
    snprintf(folder, sizeof folder, "%s/tests/story/rules", source == NULL ? "." : source);
    count = scandir(folder, &entries, is_story, by_name);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        failed += tell(path) != 0;
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    printf("%d passed, %d failed\n", count - failed, failed);
    return failed != 0 || count <= 0;
}
