#include "base/arena.h"
#include "engine/report.h"
#include "fake/test.h"

static const struct {
    const char *remark, *reply, *recipient, *want;
} cases[] = {
    {"a queue id stays", "250 2.0.0 queued as 4F3", "a@b.example", "250 2.0.0 queued as 4F3"},
    {"the recipient", "550 5.1.1 <jo@shop.example>: unknown", "jo@shop.example", "550 5.1.1 <<recipient>>: unknown"},
    {"in other letters", "550 JO@Shop.Example unknown", "jo@shop.example", "550 <recipient> unknown"},
    {"another address", "550 see postmaster@mx.example.", "jo@shop.example", "550 see <recipient>."},
    {"an address with signs", "550 jo+x.y=z@shop.example!", "", "550 <recipient>!"},
    {"beyond ASCII", "550 j\xc3\xb6@shop.example no", "", "550 <recipient> no"},
    {"a lone at sign", "250 ok @ 12:00", "", "250 ok @ 12:00"},
    {"a number of seven digits", "202 accepted 1234567", "", "202 accepted <recipient>"},
    {"six digits stay", "202 accepted 123456", "", "202 accepted 123456"},
    {"an international number with spaces", "no route to +49 151 2345 6789", "", "no route to <recipient>"},
    {"a national number", "no route to 0151/234567-8 today", "", "no route to <recipient> today"},
    {"the recipient's number without its plus", "bad number 4915123456789", "+4915123456789", "bad number <recipient>"},
    {"the recipient's number with dashes", "bad number 49-151-234-56789", "+4915123456789", "bad number <recipient>"},
    {"a date stays", "at 2026-11-24 09:00:03 done", "", "at 2026-11-24 09:00:03 done"},
    {"letters around digits are an id", "id=SM12345678ab", "", "id=SM12345678ab"},
    {"dotted codes stay", "421 4.7.28 try 1.2.3.4 later", "", "421 4.7.28 try 1.2.3.4 later"},
    {"lines become one", "250-first\r\n250 second\r\n", "", "250-first 250 second"},
    {"control characters", "a\x01\x1b[2Jb", "", "a\\x01\\x1b[2Jb"},
    {"a word with a digit behind a number", "no route to 0170 1234567 2nd try", "", "no route to <recipient> 2nd try"},
    {"an address right behind the recipient", "no 12345kim@mail.example", "12345", "no <recipient><recipient>"},
    {"nothing", "", "a@b.example", ""},
};

static void replies_lose_their_persons(void **state)
{
    struct arena *arena = arena_new(0);

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i].remark, public_text(arena, cases[i].reply, cases[i].recipient), cases[i].want);
    arena_free(&arena);
}

static void a_long_reply_is_cut_between_characters(void **state)
{
    struct arena *arena = arena_new(0);
    char reply[400];

    (void)state;
    memset(reply, 'x', sizeof reply);
    memcpy(reply + 199, "\xc3\xa4", 2);
    reply[399] = '\0';
    expect_int("199 bytes: the next character would be cut", (intmax_t)strlen(public_text(arena, reply, "")), 199);
    memset(reply, 'y', sizeof reply - 1);
    expect_int("200 bytes", (intmax_t)strlen(public_text(arena, reply, "")), PUBLIC_TEXT_MAX);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_lose_their_persons),
        cmocka_unit_test(a_long_reply_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
