/* Texts on their way to a log, a message or a list: always printable UTF-8 within bounds. */
#include <string.h>

#include "base/log.h"
#include "fuzz.h"
#include "store/ledger_clean.h"

enum { CLIP = 40 };

static void check_clip(const char *text)
{
    char clipped[CLIP];
    text_clip(text, clipped, sizeof clipped);
    REQUIRE(strlen(clipped) < sizeof clipped, "a clipped text is too long");
    fuzz_check_shown("a clipped text", clipped);
}

static void check_log(struct arena *arena, const char *text, size_t max)
{
    struct text line;
    const char *escaped = text_escape_log(arena, text, max);
    REQUIRE(strlen(escaped) <= strlen(text) * 4, "an escaped text is too long");
    text_init(&line, arena);
    text_add(&line, fuzz_plant ? "word\n" : "word");
    log_pair(&line, "key", text);
    REQUIRE(strpbrk(line.data, "\r\n") == NULL, "a log line has a line end");
    REQUIRE(text_starts(line.data, "word"), "a log line lost its beginning");
    fuzz_check_shown("a log line", line.data);
    if (strcmp(line.data, "word") != 0)
        REQUIRE(text_starts(line.data, "word key="), "a log line lost its key");
}

static void check_cut(const char *text, size_t max)
{
    size_t length = text_cut(text, max);
    REQUIRE(length <= max && length <= strlen(text), "cut beyond the end");
    if (text_is_utf8(text, strlen(text)))
        REQUIRE(text_is_utf8(text, length), "cut inside a code point");
}

static void check_decode(const uint8_t *data, size_t size)
{
    size_t at = 0;
    uint32_t code = 0;
    while (at < size) {
        size_t step = text_decode((const char *)data + at, size - at, &code);
        if (step == 0)
            break;
        REQUIRE(step <= 4 && step <= size - at, "a code point beyond the end");
        REQUIRE(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff), "U+%X is no code point", code);
        at += step;
    }
    REQUIRE(text_is_utf8((const char *)data, size) == (at == size), "two readers of UTF-8 disagree");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    size_t max = feed_below(&feed, 64);
    check_decode(feed.at, feed.left);
    const char *clean = ledger_clean((const char *)feed.at, feed.left, false, arena);
    fuzz_check_shown("a cleaned text", clean);
    REQUIRE(!ledger_id_usable((const char *)feed.at, feed.left) || !text_has_control(clean), "an id cannot be used");
    const char *text = feed_rest(&feed, arena);
    check_clip(text);
    check_log(arena, text, max);
    check_cut(text, max);
    REQUIRE(text_columns(clean) <= 2 * strlen(clean), "wider than its bytes");
    const char *trimmed = text_trim(arena, text);
    REQUIRE(trimmed[0] == '\0' || (!text_is_space(trimmed[0]) && !text_is_space(trimmed[strlen(trimmed) - 1])),
            "a trimmed text has white space at an end");
    arena_free(&arena);
    return 0;
}
