/* What a provider said, made public: nothing of the recipient, no address, no long number, one line. */
#include <string.h>

#include "engine/report.h"
#include "fuzz.h"

static bool is_word(char c)
{
    return text_is_digit(c) || (text_lower_char(c) >= 'a' && text_lower_char(c) <= 'z');
}

/* The digits that stand for a control character are no name. */
static bool is_escape(const char *text, const char *end)
{
    return end - text >= 4 && end[-4] == '\\' && end[-3] == 'x';
}

/* A letter or digit, "@", and another: some address. */
static bool has_address(const char *text)
{
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@'))
        if (at > text && is_word(at[-1]) && is_word(at[1]) && !is_escape(text, at))
            return true;
    return false;
}

/*
 * A number by itself of seven digits or more: neither end touches a letter, a
 * point or an underscore.  What the cut goes through may have gone on.
 */
static bool has_number(const char *text)
{
    bool cut = strlen(text) >= PUBLIC_TEXT_MAX - 3;
    for (const char *at = text; *at != '\0';) {
        size_t digits = strspn(at, "0123456789");
        char before = at > text ? at[-1] : ' ', after = at[digits];
        if (digits >= 7 && strchr(" ,;:(\"'<=", before) != NULL &&
            (after == '\0' ? !cut : strchr(" ,;:)\"'>", after) != NULL))
            return true;
        at += digits > 0 ? digits : 1;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *recipient = feed_line(&feed, arena);
    const char *text = feed_rest(&feed, arena);
    if (!text_is_utf8(recipient, strlen(recipient)))
        recipient = ""; /* the ledger's reader lets no such address through */
    const char *shown = public_text(arena, text, recipient);
    if (fuzz_plant)
        shown = arena_printf(arena, "%s eve@mail.example", shown);
    REQUIRE(strlen(shown) <= PUBLIC_TEXT_MAX, "%zu bytes", strlen(shown));
    for (const char *at = shown; *at != '\0'; at++)
        REQUIRE((unsigned char)*at >= 0x20 && *at != 0x7f, "a control character");
    REQUIRE(!text_is_utf8(text, strlen(text)) || text_is_utf8(shown, strlen(shown)), "cut inside a code point");
    REQUIRE(!has_address(shown), "an address was left");
    REQUIRE(!has_number(shown), "a long number was left");
    if (strlen(recipient) >= 5 && strchr(recipient, '@') != NULL && strpbrk(recipient, "\r\n\t<> ") == NULL)
        REQUIRE(strcasestr(shown, recipient) == NULL, "the recipient was left");
    arena_free(&arena);
    return 0;
}
