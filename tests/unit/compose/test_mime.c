#include "fake/test.h"

#include <gmime/gmime.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/mime.h"

static const char *content(struct arena *arena, const char *source, const char **encoding)
{
    struct text out;

    text_init(&out, arena);
    mime_add_text_part(&out, "plain", source);
    *encoding = strstr(out.data, "quoted-printable") != NULL ? "q" : "b";
    return strstr(out.data, "\r\n\r\n") + 4;
}

static void base64_by_the_vectors_of_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *want;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xff\xfe\xfb", "//77"}};
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text out;
        text_init(&out, arena);
        mime_add_base64(&out, cases[i].bytes, strlen(cases[i].bytes));
        expect_text(cases[i].bytes, out.data, cases[i].want);
    }
    arena_free(&arena);
}

#define TEN "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void quoted_printable(void **state)
{
    (void)state;
    static const struct {
        const char *source, *want;
    } cases[] = {
        {"", "\r\n"},
        {"plain", "plain\r\n"},
        {"plain\n", "plain\r\n"},
        {"a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd\r\n"},
        {"\n\n", "\r\n\r\n"},
        {"a=b", "a=3Db\r\n"},
        {"in plain words é€", "in plain words =C3=A9=E2=82=AC\r\n"},
        {"blank \nat \n the end\t\n", "blank=20\r\nat=20\r\n the end=09\r\n"},
        {" ", "=20\r\n"},
        {"  ", " =20\r\n"},
        {"in\tside", "in=09side\r\n"},
        {".", "=2E\r\n"},
        {".\n..\n.x\nx.\n", "=2E\r\n..\r\n.x\r\nx.\r\n"},
        {"From me\nxFrom me\nFromage\n", "=46rom me\r\nxFrom me\r\nFromage\r\n"},
        {"\x01\x7f", "=01=7F\r\n"},
        {SEVENTY "12345", SEVENTY "12345\r\n"},
        {SEVENTY "123456", SEVENTY "12345=\r\n6\r\n"},
        {SEVENTY "123=", SEVENTY "123=\r\n=3D\r\n"},
        {SEVENTY "12=", SEVENTY "12=3D\r\n"},
        {SEVENTY "12345.", SEVENTY "12345=\r\n=2E\r\n"},
        {SEVENTY "12345From me", SEVENTY "12345=\r\n=46rom me\r\n"},
        {SEVENTY "1234 ", SEVENTY "1234=\r\n=20\r\n"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *encoding;
        expect_text(cases[i].source, content(arena, cases[i].source, &encoding), cases[i].want);
        expect_text(cases[i].source, encoding, "q");
    }
    arena_free(&arena);
}

static void other_scripts_go_as_base64(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *encoding;

    expect_text("Hindi", content(arena, "कृपया", &encoding), "4KSV4KWD4KSq4KSv4KS+DQo=\r\n");
    assert_string_equal(encoding, "b");
    content(arena, "Die Größe und das Maß der Dinge", &encoding);
    assert_string_equal(encoding, "q");
    arena_free(&arena);
}

/* What GMime makes of the encoded lines again. */
static const char *decoded(struct arena *arena, const char *encoding, const char *text)
{
    GMimeEncoding state;
    size_t length = strlen(text);
    char *out = arena_alloc(arena, length + 100);

    g_mime_encoding_init_decode(&state, *encoding == 'q' ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
                                                         : GMIME_CONTENT_ENCODING_BASE64);
    g_mime_encoding_step(&state, text, length, out);
    return out;
}

static void whatever_is_written_is_read_again(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",  "=", " ",    "\t",   ".", "From ", "é",   "€",
                                         "漢", "😀", "\r\n", "\r\n", TEN, "word ", "<p>", "\x01"};
    uint32_t seed = 99;

    for (int round = 0; round < 3000; round++) {
        struct arena *arena = arena_new(0);
        struct text source;
        const char *encoding;
        text_init(&source, arena);
        for (int i = 0; i < 60; i++) {
            seed = seed * 1664525U + 1013904223U;
            text_add(&source, pieces[(seed >> 16) % LENGTH(pieces)]);
        }
        text_add(&source, "\r\n");
        const char *text = content(arena, source.data, &encoding);
        expect_text(source.data, decoded(arena, encoding, text), source.data);
        for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1)
            expect_true("the line is short", strcspn(line, "\r") <= 76);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_by_the_vectors_of_rfc_4648),
        cmocka_unit_test(quoted_printable),
        cmocka_unit_test(other_scripts_go_as_base64),
        cmocka_unit_test(whatever_is_written_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
