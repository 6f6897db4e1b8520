#include "fake/test.h"

#include "store/import_email.h"

#define SIXTY "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"

static const struct {
    const char *address;
    const char *problem; /* NULL: good */
} cases[] = {
    {"a@b.example", NULL},
    {"first.last+tag@sub.domain.example", NULL},
    {"o'brien@example.com", NULL},
    {"root@localhost", NULL},
    {"m\xc3\xbcller@b\xc3\xbc"
     "cher.example",
     NULL},
    {SIXTY "@example.com", NULL},
    {"nobody", "has no @"},
    {"a@", "broken domain"},
    {"@b.example", "before the @ is broken"},
    {"a@@b.example", "two @"},
    {"a@b@c.example", "two @"},
    {"a@b.example, c@d.example", "more than one address"},
    {"a@b.example;c@d.example", "more than one address"},
    {"a@b.example c@d.example", "more than one address"},
    {"Anna <a@b.example>", "no bare email address"},
    {"a b@c.example", "no bare email address"},
    {"\"a\"@c.example", "no bare email address"},
    {"a@b.example\r\nBcc: c@d.example", "no bare email address"},
    {"a@b.example\nX: y", "no bare email address"},
    {".a@b.example", "before the @ is broken"},
    {"a..b@c.example", "before the @ is broken"},
    {"a.@c.example", "before the @ is broken"},
    {"a@b..example", "broken domain"},
    {"a@.example", "broken domain"},
    {"a@example.", "broken domain"},
    {"a@exa_mple", "broken domain"},
    {"a@-b.example", "broken domain"},
    {"a@b-.example", "broken domain"},
    {"a@" SIXTY "abcd.example", "broken domain"},
    {"a@" SIXTY "abc.example", NULL},
    {"!#$%&'*+-/=?^_`{|}~@b.example", NULL},
    {"a:b@c.example", "before the @ is broken"},
    {"a@[127.0.0.1]", "no bare email address"},
    {SIXTY "12345@example.com", "too long"},
    {"a@" SIXTY SIXTY SIXTY SIXTY "1.example.com", "too long"},
};

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *problem = import_email_problem(cases[i].address);

        expect_int(cases[i].address, problem == NULL, cases[i].problem == NULL);
        if (problem != NULL)
            expect_part(cases[i].address, problem, cases[i].problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
