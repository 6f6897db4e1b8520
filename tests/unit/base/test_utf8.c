#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"

/* Encodes by the definition in RFC 3629 section 3, for every number of up to 21 bits. */
static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(leads[size] | code);
    return size;
}

static void every_code_point_is_decoded(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x1fffff; code++) {
        char bytes[4];
        size_t size = encode(code, bytes);
        bool valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        uint32_t decoded = 0;
        assert_int_equal(text_decode(bytes, size, &decoded), valid ? size : 0);
        if (valid)
            assert_int_equal(decoded, code);
        assert_int_equal(text_decode(bytes, size - 1, &decoded), 0);
    }
}

static void malformed_bytes_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *bytes;
        bool valid;
    } cases[] = {
        {"empty", "", true},
        {"all lengths", "a\u00e9\u20ac\U0001f600", true},
        {"highest", "\xf4\x8f\xbf\xbf", true},
        {"above the highest", "\xf4\x90\x80\x80", false},
        {"continuation alone", "a\x80", false},
        {"lead alone", "\xc3", false},
        {"lead and ASCII", "\xc3(", false},
        {"three with two", "\xe2\x82", false},
        {"overlong slash in two", "\xc0\xaf", false},
        {"overlong slash in three", "\xe0\x80\xaf", false},
        {"overlong in four", "\xf0\x80\x82\xac", false},
        {"low surrogate", "\xed\xa0\x80", false},
        {"high surrogate", "\xed\xbf\xbf", false},
        {"just before the surrogates", "\xed\x9f\xbf", true},
        {"five bytes", "\xf8\x88\x80\x80\x80", false},
        {"0xff", "\xff", false},
        {"Latin-1", "M\xfcller", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].remark, text_is_utf8(cases[i].bytes, strlen(cases[i].bytes)), cases[i].valid);
}

static void cuts_fall_between_characters(void **state)
{
    (void)state;
    static const char text[] = "a\u00e9\u20ac\U0001f600z"; /* begins at 0 1 3 6 10, ends at 11 */
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
    for (size_t max = 0; max < LENGTH(want); max++)
        assert_int_equal(text_cut(text, max), want[max]);
    /* Bytes that are no UTF-8 are cut anyway. */
    assert_int_equal(text_cut("\x80\x80\x80\x80\x80\x80\x80", 5), 5);
}

static void control_characters_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool has;
    } cases[] = {
        {"", false},         {"plain \u00e4 \u20ac", false},
        {"\xc2\xa0", false}, {"a\nb", true},
        {"\r", true},        {"\x1b[31m", true},
        {"\x7f", true},      {"\xc2\x80", true},
        {"\xc2\x9f", true},  {"M\xfcller", true},
        {"tab\t", true},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].text, text_has_control(cases[i].text), cases[i].has);
}

static void logs_get_nothing_that_acts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *want;
    } cases[] = {
        {"250 2.0.0 queued as 4F3", 200, "250 2.0.0 queued as 4F3"},
        {"a\r\nb", 200, "a\\x0d\\x0ab"},
        {"say \"hi\" \\", 200, "say \\\"hi\\\" \\\\"},
        {"\xc2\x85\x7f\x1b[0m", 200, "\\xc2\\x85\\x7f\\x1b[0m"},
        {"M\xfcller", 200, "M\\xfcller"},
        {"\u20ac\u20ac", 5, "\u20ac"},
        {"\u20ac\u20ac", 6, "\u20ac\u20ac"},
        {"ab\n", 5, "ab"},
        {"ab\n", 6, "ab\\x0a"},
        {"a\"", 2, "a"},
        {"abc", 0, ""},
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].want, text_escape_log(arena, cases[i].text, cases[i].max), cases[i].want);
    arena_free(&arena);
}

static void clips_fit_their_buffer(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want; /* in a buffer of 8 */
    } cases[] = {
        {"", ""},
        {"1234567", "1234567"},
        {"12345678", "1234..."},
        {"12\n4", "12?4"},
        {"1\xfc", "1?"},
        {"12\u20ac\u20ac5678", "12..."},
        {"1\u20ac\u20ac5678", "1\u20ac..."},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char buffer[8];
        expect_text(cases[i].want, text_clip(cases[i].text, buffer, sizeof buffer), cases[i].want);
    }
}

static void ascii_ends_at_the_first_high_bit(void **state)
{
    (void)state;
    assert_true(text_is_ascii(""));
    assert_true(text_is_ascii("Smith & Sons \x7F\n"));
    assert_false(text_is_ascii("M\xC3\xBCller"));
    assert_false(text_is_ascii("end \xFF"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_ends_at_the_first_high_bit), cmocka_unit_test(every_code_point_is_decoded),
        cmocka_unit_test(malformed_bytes_are_seen),         cmocka_unit_test(cuts_fall_between_characters),
        cmocka_unit_test(control_characters_are_found),     cmocka_unit_test(logs_get_nothing_that_acts),
        cmocka_unit_test(clips_fit_their_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
