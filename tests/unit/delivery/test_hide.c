/* A provider that repeats what it was sent does not get a credential into anybody's log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/arena.h"
#include "delivery/carry.h"
#include "delivery/hide.h"

static char folder[] = "/tmp/dunningd-hide-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    put("relay", "p&ss\"word\n");
    put("token", "tok-1234567");
    put("pin", "123");
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"relay", "token", "pin"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

static const struct {
    const char *said, *kept, *remark;
} cases[] = {
    {"250 2.0.0 queued", "250 2.0.0 queued", "nothing of it"},
    {"no p&ss\"word here", "no <credential> here", "as it is"},
    {"p%26ss%22word", "<credential>", "as in a URL"},
    {"{\"login\":\"p&ss\\\"word\"}", "{\"login\":\"<credential>\"}", "as in JSON"},
    {"Basic cCZzcyJ3b3Jk=", "Basic <credential>=", "in base64"},
    {"tok-1234567 and tok-1234567", "<credential> and <credential>", "of a header, twice"},
    {"HTTP 401 Bearer tok-123", "HTTP 401 Bearer <credential>", "cut at the end"},
    {"inline secret: in-the-file", "inline secret: <credential>", "of the provider file"},
    {"123 is a pin", "123 is a pin", "too short to be told from a word"},
    {"another credential: rel", "another credential: rel", "a name is no secret"},
    {"", "", "nothing was said"},
};

static void what_was_used_is_hidden(void **state)
{
    static const char *const headers[] = {"Authorization: Bearer \x02none:token\x03", "X-Pin: \x02none:pin\x03"};
    struct provider provider = {.kind = PROVIDER_HTTP,
                                .credential = "relay",
                                .oauth = "not-there",
                                .password = "in-the-file"};
    struct request request = {.kind = PROVIDER_HTTP,
                              .url = "https://gateway.example/?broken=\x02none",
                              .body = "x",
                              .body_length = 1,
                              .headers = headers,
                              .header_count = 2};
    struct carry carry = {.provider = &provider, .request = &request, .credentials = folder, .arena = arena_new(0)};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *kept = hide_credentials(&carry, cases[i].said);
        if (strcmp(kept, cases[i].kept) != 0)
            fail_msg("%s: kept %s, not %s", cases[i].remark, kept, cases[i].kept);
    }
    arena_free(&carry.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_used_is_hidden)};

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
