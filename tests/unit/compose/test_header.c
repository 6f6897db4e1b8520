#include "fake/test.h"

#include <gmime/gmime.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/header.h"

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *value, *want;
    } cases[] = {
        {"", "Subject:\r\n"},
        {"Invoice 4711", "Subject: Invoice 4711\r\n"},
        {"  a   b  ", "Subject: a b\r\n"},
        {"a (b) \"c\" <d> @ e; f, g: h", "Subject: a (b) \"c\" <d> @ e; f, g: h\r\n"},
        {"Größe", "Subject: =?UTF-8?B?R3LDtsOfZQ==?=\r\n"},
        {"die Größe der Straße ist", "Subject: die =?UTF-8?B?R3LDtsOfZQ==?= der =?UTF-8?Q?Stra=C3=9Fe?= ist\r\n"},
        {"Größe Maß", "Subject: =?UTF-8?B?R3LDtsOfZSBNYcOf?=\r\n"},
        {"=?utf-8?Q?x?=", "Subject: =?UTF-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n"},
        {"अनुस्मारक", "Subject: =?UTF-8?B?4KSF4KSo4KWB4KS44KWN4KSu4KS+4KSw4KSV?=\r\n"},
        {"A subject of plain words that is long enough to be folded once, near its end",
         "Subject: A subject of plain words that is long enough to be folded once,\r\n near its end\r\n"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text out;
        text_init(&out, arena);
        header_add_text(&out, "Subject", cases[i].value);
        expect_text(cases[i].value, out.data, cases[i].want);
    }
    arena_free(&arena);
}

static void mailboxes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"", "To: a@b.example\r\n"},
        {"Zoe Example", "To: Zoe Example <a@b.example>\r\n"},
        {"Smith & Sons", "To: Smith & Sons <a@b.example>\r\n"},
        {"Doe, John", "To: \"Doe, John\" <a@b.example>\r\n"},
        {"a \"b\" \\ c", "To: \"a \\\"b\\\" \\\\ c\" <a@b.example>\r\n"},
        {"x <y@z.example>", "To: \"x <y@z.example>\" <a@b.example>\r\n"},
        {"Zoë", "To: =?UTF-8?Q?Zo=C3=AB?= <a@b.example>\r\n"},
        {"Müller, Söhne & Co. GmbH", "To: =?UTF-8?B?TcO8bGxlciwgU8O2aG5l?= & =?UTF-8?B?Q28u?= GmbH <a@b.example>\r\n"},
        {"=?utf-8?Q?x?=", "To: =?UTF-8?B?PT91dGYtOD9RP3g/PQ==?= <a@b.example>\r\n"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text out;
        text_init(&out, arena);
        header_add_mailbox(&out, "To", cases[i].name, "a@b.example");
        expect_text(cases[i].name, out.data, cases[i].want);
    }
    arena_free(&arena);
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        moment_t date;
        int32_t offset;
        const char *want;
    } cases[] = {
        {0, 0, "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"},
        {1795359885, 3600, "Date: Sun, 22 Nov 2026 16:04:45 +0100\r\n"},
        {1795359885, -12600, "Date: Sun, 22 Nov 2026 11:34:45 -0330\r\n"},
        {1795359885, 50400, "Date: Mon, 23 Nov 2026 05:04:45 +1400\r\n"},
        {-1, 0, "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n"},
        {1709164800, -3600, "Date: Wed, 28 Feb 2024 23:00:00 -0100\r\n"},
        {1709251199, 3600, "Date: Fri, 01 Mar 2024 00:59:59 +0100\r\n"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text out;
        text_init(&out, arena);
        header_add_date(&out, cases[i].date, cases[i].offset);
        expect_text("date", out.data, cases[i].want);
    }
    arena_free(&arena);
}

/* RFC 2047: lines of at most 76, encoded words of at most 75 characters. */
static void expect_widths(const char *header)
{
    for (const char *line = header; *line != '\0'; line = strchr(line, '\n') + 1)
        expect_true(line, strcspn(line, "\r") <= 76);
    for (const char *word = strstr(header, "=?"); word != NULL; word = strstr(word + 1, "=?UTF-8?")) {
        const char *end = strstr(word + 10, "?=");
        expect_true(word, end != NULL && end + 2 - word <= 75);
    }
}

static void random_values_are_read_again(void **state)
{
    (void)state;
    static const char *const words[] = {
        "a",
        "Invoice",
        "4711",
        "é",
        "Straße",
        "कृपया",
        "भुगतान",
        "漢字",
        "😀😀😀",
        "=?x?=",
        "=?",
        "?=",
        "–",
        ",",
        "(x)",
        "\"q\"",
        "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ",
        "a@b",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"};
    uint32_t seed = 7;

    g_mime_init();
    for (int round = 0; round < 5000; round++) {
        struct arena *arena = arena_new(0);
        struct text value, out;
        text_init(&value, arena);
        text_init(&out, arena);
        for (int i = 0; i < 1 + round % 12; i++) {
            seed = seed * 1664525U + 1013904223U;
            text_addf(&value, "%s%s", i > 0 ? " " : "", words[(seed >> 16) % LENGTH(words)]);
        }
        header_add_text(&out, "Subject", value.data);
        expect_widths(out.data);
        char *unfolded = g_mime_utils_header_unfold(out.data + strlen("Subject: "));
        char *read = g_mime_utils_header_decode_text(NULL, unfolded);
        expect_text(out.data, text_trim(arena, read), value.data);
        g_free(read);
        g_free(unfolded);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(mailboxes),
        cmocka_unit_test(dates),
        cmocka_unit_test(random_values_are_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
