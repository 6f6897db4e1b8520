/*
 * A note is one line of words with a CRC behind them.  An empty text is "-";
 * what does not print, a space, '%' and a lonely '-' are %XX.
 */
#include "store/send_note.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/parse.h"
#include "base/text.h"

#define CRC_DIGITS 8

/* ---- writing ---- */

static void put_text(struct text *out, const char *value)
{
    text_add_char(out, ' ');
    if (text_empty(value))
        text_add_char(out, '-');
    else if (text_equal(value, "-"))
        text_add(out, "%2d");
    else
        for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
            if (*c <= ' ' || *c == '%' || *c == 0x7f)
                text_addf(out, "%%%02x", *c);
            else
                text_add_n(out, (const char *)c, 1);
        }
}

static void put_number(struct text *out, int64_t value)
{
    text_addf(out, " %" PRId64, value);
}

static void put_word(struct text *out, const struct names *names, int value)
{
    put_text(out, names_word(names, value));
}

static void put_notice(struct text *out, const struct notice *notice)
{
    put_number(out, notice->id);
    put_number(out, notice->contact);
    put_number(out, notice->planned_at);
    put_text(out, notice->customer);
    put_text(out, notice->entity);
    put_text(out, notice->policy);
    put_text(out, notice->step);
    put_word(out, &action_names, (int)notice->action);
    put_text(out, notice->group_invoice);
    put_text(out, notice->currency);
    put_number(out, notice->before_due);
    put_number(out, notice->total);
    put_number(out, notice->on);
    put_number(out, notice->deadline);
}

static void put_message(struct text *out, const struct message *message)
{
    put_number(out, message->id);
    put_word(out, &channel_names, (int)message->channel);
    put_number(out, message->recipient);
    put_number(out, message->revision);
    put_text(out, message->digest);
    put_text(out, message->message_id);
    put_text(out, message->provider);
}

static void put_item(struct text *out, const struct notice_item *item)
{
    put_text(out, item->invoice_id);
    put_number(out, item->line);
    put_number(out, item->episode);
    put_number(out, item->occurrence);
    put_word(out, &block_names, (int)item->block);
    put_text(out, item->step);
    put_number(out, item->open);
    put_number(out, item->credited);
    put_number(out, item->due_on);
    put_number(out, item->carried_on);
    put_number(out, item->deadline);
}

const char *send_note_format(const struct send_note *note, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "%" PRId64 " %016" PRIx64, note->attempt, note->token);
    put_notice(&out, note->notice);
    put_message(&out, note->message);
    put_number(&out, (int64_t)note->notice->item_count);
    for (size_t i = 0; i < note->notice->item_count; i++)
        put_item(&out, &note->notice->items[i]);
    text_add_char(&out, ' ');
    text_addf(&out, "%08" PRIx32, digest_crc32(out.data, out.length));
    return out.data;
}

/* ---- reading ---- */

struct reading {
    const char *at, *end;
    struct arena *arena;
    bool bad;
};

/* The next word, still escaped; "" where there is none. */
static const char *next(struct reading *reading)
{
    const char *start = reading->at, *stop = start;

    while (stop < reading->end && *stop != ' ')
        stop++;
    if (stop == start)
        reading->bad = true;
    reading->at = stop < reading->end ? stop + 1 : stop;
    return arena_copy_n(reading->arena, start, (size_t)(stop - start));
}

static int64_t get_number(struct reading *reading)
{
    int64_t value = 0;

    if (!parse_i64(next(reading), INT64_MIN, INT64_MAX, &value))
        reading->bad = true;
    return value;
}

static int32_t get_small(struct reading *reading)
{
    int64_t value = get_number(reading);

    if (value < INT32_MIN || value > INT32_MAX)
        reading->bad = true;
    return (int32_t)value;
}

static const char *get_text(struct reading *reading)
{
    const char *word = next(reading);
    struct text out;

    if (text_equal(word, "-"))
        return "";
    text_init(&out, reading->arena);
    for (; *word; word++) {
        char hex[3] = {0};
        if (*word != '%') {
            text_add_char(&out, *word);
            continue;
        }
        if (word[1] == '\0' || word[2] == '\0') {
            reading->bad = true;
            break;
        }
        memcpy(hex, word + 1, 2);
        text_add_char(&out, (char)strtoul(hex, NULL, 16));
        word += 2;
    }
    return out.data;
}

static int get_word(struct reading *reading, const struct names *names)
{
    int value = names_find(names, get_text(reading));

    reading->bad = reading->bad || value < 0;
    return value;
}

static void get_notice(struct reading *reading, struct notice *notice)
{
    notice->id = get_number(reading);
    notice->contact = get_number(reading);
    notice->planned_at = get_number(reading);
    notice->customer = get_text(reading);
    notice->entity = get_text(reading);
    notice->policy = get_text(reading);
    notice->step = get_text(reading);
    notice->action = (enum action)get_word(reading, &action_names);
    notice->group_invoice = get_text(reading);
    snprintf(notice->currency, sizeof notice->currency, "%s", get_text(reading));
    notice->before_due = get_number(reading) != 0;
    notice->total = get_number(reading);
    notice->on = get_small(reading);
    notice->deadline = get_small(reading);
    notice->status = NOTICE_PLANNED;
    notice->template_name = notice->language = "";
}

static void get_message(struct reading *reading, struct message *message)
{
    message->id = get_number(reading);
    message->channel = (enum channel)get_word(reading, &channel_names);
    message->recipient = get_small(reading);
    message->revision = get_small(reading);
    message->digest = get_text(reading);
    message->message_id = get_text(reading);
    message->provider = get_text(reading);
    message->name = message->address = message->language = "";
}

static void get_item(struct reading *reading, struct notice_item *item)
{
    item->invoice_id = get_text(reading);
    item->line = get_small(reading);
    item->episode = get_small(reading);
    item->occurrence = get_small(reading);
    item->block = (enum block)get_word(reading, &block_names);
    item->step = get_text(reading);
    item->open = get_number(reading);
    item->credited = get_number(reading);
    item->due_on = get_small(reading);
    item->carried_on = get_small(reading);
    item->deadline = get_small(reading);
}

/* Ends the line before its CRC. */
static bool is_whole(const char *line, struct reading *reading)
{
    const char *space = strrchr(line, ' ');
    char *end;

    if (!space || strlen(space + 1) != CRC_DIGITS)
        return false;
    reading->end = space;
    return digest_crc32(line, (size_t)(space + 1 - line)) == (uint32_t)strtoul(space + 1, &end, 16) && *end == '\0';
}

bool send_note_parse(const char *line, struct arena *arena, struct send_note *out)
{
    struct notice *notice = arena_alloc(arena, sizeof *notice);
    struct message *message = arena_alloc(arena, sizeof *message);
    struct reading reading = {.at = line, .arena = arena};

    if (!is_whole(line, &reading))
        return false;
    *out = (struct send_note){.notice = notice, .message = message};
    out->attempt = get_number(&reading);
    out->token = strtoull(next(&reading), NULL, 16);
    get_notice(&reading, notice);
    get_message(&reading, message);
    int64_t count = get_number(&reading);
    if (reading.bad || count < 0 || count > reading.end - reading.at)
        return false;
    notice->items = arena_array(arena, (size_t)count + 1, sizeof *notice->items);
    for (; notice->item_count < (size_t)count && !reading.bad; notice->item_count++)
        get_item(&reading, &notice->items[notice->item_count]);
    message->notice = notice->id;
    return !reading.bad && reading.at == reading.end;
}
