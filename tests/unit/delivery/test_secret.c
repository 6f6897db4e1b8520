#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "delivery/secret.h"

static char folder[] = "/tmp/dunningd-secret-XXXXXX";

static void put(const char *name, const char *bytes, size_t length)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    put("plain", "secret", 6);
    put("line", "two words\n", 10);
    put("crlf", "dos\r\n", 5);
    put("two-lines", "a\n\n", 3);
    put("credentials_unit", "of the unit", 11);
    put("credentials_plain", "of another", 10);
    put("odd", "p&s \"\\\x01 \xc3\xb6", 10);
    put("empty", "", 0);
    put("only-line", "\n", 1);
    put("nul", "a\0b", 3);
    char *big = calloc(1, 70000);
    assert_non_null(big);
    memset(big, 'x', 70000);
    put("big", big, 70000);
    put("largest", big, 65536);
    free(big);
    char path[200];
    snprintf(path, sizeof path, "%s/folder", folder);
    return mkdir(path, 0700);
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"plain",
                                        "line",
                                        "crlf",
                                        "two-lines",
                                        "odd",
                                        "empty",
                                        "only-line",
                                        "nul",
                                        "big",
                                        "largest",
                                        "credentials_unit",
                                        "credentials_plain"};
    char path[200];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/folder", folder);
    rmdir(path);
    return rmdir(folder);
}

static void files_are_read_without_their_line_end(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } cases[] = {{"plain", "secret"},
                 {"line", "two words"},
                 {"crlf", "dos"},
                 {"two-lines", "a\n"},
                 {"unit", "of the unit"} /* as systemd names it */};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret;
        struct err err;
        assert_int_equal(secret_read(folder, cases[i].name, &secret, &err), 0);
        assert_string_equal(secret.text, cases[i].text);
        assert_int_equal(secret.length, strlen(cases[i].text));
        secret_free(&secret);
        assert_null(secret.text);
    }
    struct secret secret;
    assert_int_equal(secret_read(folder, "largest", &secret, NULL), 0);
    assert_int_equal(secret.length, 65536);
    secret_free(&secret);
}

static void what_is_no_credential_is_refused_with_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words;
    } cases[] = {
        {"absent", "credential absent cannot be read"},
        {"empty", "credential empty is empty"},
        {"only-line", "credential only-line is empty"},
        {"nul", "no text"},
        {"big", "longer than 64 KiB"},
        {"folder", "credential folder"},
        {"../plain", "characters"},
        {".hidden", "characters"},
        {"", "characters"},
        {"a/b", "characters"},
        {"a\nb", "characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret;
        struct err err = {0};
        assert_int_equal(secret_read(folder, cases[i].name, &secret, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        if (strstr(err.text, cases[i].words) == NULL)
            fail_msg("%s: %s", cases[i].name, err.text);
    }
    struct secret secret;
    struct err err = {0};
    assert_int_equal(secret_read("", "plain", &secret, &err), -1);
    assert_non_null(strstr(err.text, "LoadCredential="));
}

static void references_are_filled_in_for_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *filled;
    } cases[] = {
        {"", ""},
        {"no reference", "no reference"},
        {"\x02none:plain\x03", "secret"},
        {"a\x02none:plain\x03z", "asecretz"},
        {"\x02none:plain\x03\x02none:line\x03", "secrettwo words"},
        {"\x02url:odd\x03", "p%26s%20%22%5C%01%20%C3%B6"},
        {"\x02"
         "form:odd\x03",
         "p%26s%20%22%5C%01%20%C3%B6"},
        {"\x02json:odd\x03", "p&s \\\"\\\\\\u0001 \xc3\xb6"},
        {"\x02"
         "base64:plain\x03",
         "c2VjcmV0"},
        {"\x02"
         "base64:crlf\x03",
         "ZG9z"},
        {"\x02"
         "base64:two-lines\x03",
         "YQo="},
        {"\x02"
         "base64:line\x03.",
         "dHdvIHdvcmRz."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret filled;
        struct err err;
        assert_int_equal(secret_fill(folder, cases[i].text, strlen(cases[i].text), &filled, &err), 0);
        assert_string_equal(filled.text, cases[i].filled);
        assert_int_equal(filled.length, strlen(cases[i].filled));
        secret_free(&filled);
    }
}

static void bytes_around_references_are_kept(void **state)
{
    (void)state;
    struct secret filled;
    assert_int_equal(secret_fill(folder, "\0a\x02none:plain\x03\0", 15, &filled, NULL), 0);
    assert_int_equal(filled.length, 9);
    assert_memory_equal(filled.text, "\0asecret\0", 9);
    secret_free(&filled);
}

#define FIFTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void malformed_references_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"\x02none:plain", "\x02\x03",
                                        "\x02plain\x03",  "\x02rot13:plain\x03",
                                        "\x02none:\x03",  "x\x02none:absent\x03",
                                        "\x02:plain\x03", ("\x02none:" FIFTY FIFTY FIFTY "\x03")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret filled;
        struct err err = {0};
        assert_int_equal(secret_fill(folder, cases[i], strlen(cases[i]), &filled, &err), -1);
        assert_true(strlen(err.text) > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_without_their_line_end),
        cmocka_unit_test(what_is_no_credential_is_refused_with_its_name),
        cmocka_unit_test(references_are_filled_in_for_their_place),
        cmocka_unit_test(bytes_around_references_are_kept),
        cmocka_unit_test(malformed_references_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
