#include "unit/compose/vectors.h"

#include "compose/gsm.h"
#include "compose/sms.h"

static const char *const coding_words[] = {[SMS_GSM7] = "GSM-7", [SMS_UCS2] = "UCS-2"};

static void segments_agree_with_the_vectors(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/sms_segments.csv");
    struct vector row;
    int tried = 0;

    assert_true(vectors_next(arena, &at, &row)); /* the header */
    assert_string_equal(row.field[4], "segments");
    while (vectors_next(arena, &at, &row)) {
        if (vectors_is_divergent(&row))
            continue;
        const struct sms_measure measure = sms_measure(row.field[1]);
        expect_int(row.field[0], measure.segments, atoi(row.field[4]));
        expect_int(row.field[0], measure.units, atoi(row.field[3]));
        expect_text(row.field[0], coding_words[measure.coding], row.field[2]);
        tried++;
    }
    assert_true(tried >= 50);
    arena_free(&arena);
}

/* Every character of 3GPP TS 23.038 and some that are often taken for one. */
static void the_alphabet_is_complete(void **state)
{
    (void)state;
    static const struct {
        const char *characters;
        int septets;
    } cases[] = {
        {"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?", 1},
        {"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà", 1},
        {"\f^{}\\[~]|€", 2},
        {"áíóúçÀÂêîôûëïÿ°₹ł’“”–…\t`\x7fΑΒΕЖ漢😀ÁÍÓÚÈ", 0},
    };
    int in_alphabet = 0;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (const char *at = cases[i].characters; *at != '\0';) {
            const char *remark = at;
            expect_int(remark, gsm_septets(gsm_next_point(&at)), cases[i].septets);
        }
    }
    for (uint32_t point = 0; point < 0x30000; point++)
        in_alphabet += gsm_septets(point) > 0;
    assert_int_equal(in_alphabet, 127 + 10); /* 128 places, one of them the escape */
}

static void nearest_forms_agree_with_the_vectors(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/sms_translit.csv");
    static const struct {
        const char *input, *want; /* where the vector describes instead of giving the bytes, and where we chose */
    } ours[] = {{"€", "€"},         {"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "}, {"\xE2\x80\x8B", ""}, {"•", "-"},
                {"Ñandú", "Ñandu"}, {"ß", "ß"}};
    struct vector row;
    int tried = 0;

    assert_true(vectors_next(arena, &at, &row));
    while (vectors_next(arena, &at, &row)) {
        const char *want = row.field[1];
        for (size_t i = 0; i < LENGTH(ours); i++) {
            if (text_equal(ours[i].input, row.field[0]))
                want = ours[i].want;
        }
        if (vectors_is_divergent(&row))
            continue;
        expect_text(row.field[0], sms_transliterate(arena, row.field[0]), want);
        tried++;
    }
    assert_true(tried >= 12);
    arena_free(&arena);
}

static void nearest_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"Größe 5 € {x} – „gut“…", "Größe 5 € {x} - \"gut\"..."},
        {"e\xCC\x81t\xC3\xA9", "été"}, /* a decomposed é is composed: it is in the alphabet */
        {"x\xCC\x82", "x"},            /* an accent that nothing composes */
        {"Dvořák, Čapek, Żółć", "Dvorak, Capek, Zolc"},
        {"ő ű ş ğ İ ı", "o u s g I i"},
        {"₹500 ₹ 500", "Rs 500 Rs 500"},
        {"a\tb\xE2\x80\x89"
         "c\xE3\x80\x80"
         "d",
         "a b c d"},
        {"½ kg ² ™ №", "1/2 kg 2 TM No"},
        {"«oui» ‹non›", "\"oui\" 'non'"},
        {"STRAẞE", "STRAßE"},
        {"Привет", "Привет"}, /* nothing near: kept */
        {"नमस्ते", "नमस्ते"},
        {"한국", "한국"},
        {"😀", "😀"},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].text, sms_transliterate(arena, cases[i].text), cases[i].want);
    arena_free(&arena);
}

static void pairs_are_never_split(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *unit;
        int before; /* "a" so many times, then unit so many times */
        int times, want;
    } cases[] = {
        {"160 septets", "a", 0, 160, 1},
        {"161 septets", "a", 0, 161, 2},
        {"80 euros", "€", 0, 80, 1},
        {"81 euros", "€", 0, 81, 2},
        {"one odd septet and euros", "€", 1, 79, 1},
        {"152 and a pair in each", "€", 0, 152, 2},
        {"153 euros need three", "€", 0, 153, 3},
        {"35 emoji", "😀", 0, 35, 1},
        {"36 emoji", "😀", 0, 36, 2},
        {"66 units of emoji in each", "😀", 0, 66, 2},
        {"67 emoji need three", "😀", 0, 67, 3},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text text;
        text_init(&text, arena);
        for (int k = 0; k < cases[i].before; k++)
            text_add(&text, "a");
        for (int k = 0; k < cases[i].times; k++)
            text_add(&text, cases[i].unit);
        expect_int(cases[i].remark, sms_measure(text.data).segments, cases[i].want);
    }
    arena_free(&arena);
}

static void bytes_that_are_no_utf8_do_no_harm(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xff", "\xc3", "a\xe2\x82", "\xf0\x9f\x98", "\x80\x80", "\xed\xa0\x80"};
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(texts); i++) {
        assert_int_equal(sms_measure(texts[i]).segments, 1);
        assert_int_equal(sms_measure(texts[i]).coding, SMS_UCS2);
        assert_non_null(sms_transliterate(arena, texts[i]));
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_agree_with_the_vectors),
        cmocka_unit_test(the_alphabet_is_complete),
        cmocka_unit_test(nearest_forms_agree_with_the_vectors),
        cmocka_unit_test(nearest_forms),
        cmocka_unit_test(pairs_are_never_split),
        cmocka_unit_test(bytes_that_are_no_utf8_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
