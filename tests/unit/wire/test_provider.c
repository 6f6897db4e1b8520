#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "wire/request.h"

static struct provider_field headers[] = {{"Accept", "application/json"}};
static struct provider_field fields[] = {{"to", "{{to}}"}, {"text", "{{text}}"}};
static struct provider_answer answers[] = {
    {200, 299, "/messages/0/status", "0", OUTCOME_ACCEPTED},
    {429, 429, "", "", OUTCOME_REFUSED_FOR_NOW},
};

static const struct provider full = {
    .name = "n",
    .file = "f",
    .kind = PROVIDER_HTTP,
    .url = "u",
    .tls = TLS_NONE,
    .user = "us",
    .credential = "c",
    .oauth = "o",
    .ca_file = "ca",
    .envelope_from = "ef",
    .method = "m",
    .encoding = BODY_MULTIPART,
    .headers = headers,
    .fields = fields,
    .header_count = 1,
    .field_count = 2,
    .body = "b",
    .content_type = "ct",
    .id_pointer = "id",
    .answers = answers,
    .answer_count = 2,
    .retry_after_max_s = 3,
    .idempotency_window_s = 4,
    .directory = "d",
    .connections = 5,
    .connect_timeout_s = 6,
    .reply_timeout_s = 7,
    .per_second = 8,
    .password = "pw",
};

static void assert_fields_equal(const struct provider_field *a, const struct provider_field *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(a[i].name, b[i].name);
        assert_string_equal(a[i].value, b[i].value);
    }
}

static void every_member_comes_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct provider out;
    size_t length;
    const void *bytes = provider_pack(&full, arena, &length);
    struct err err;
    assert_int_equal(provider_unpack(bytes, length, arena, &out, &err), 0);
    const char *const strings[][2] = {
        {out.name, "n"},       {out.file, "f"},      {out.url, "u"},           {out.user, "us"},
        {out.credential, "c"}, {out.oauth, "o"},     {out.ca_file, "ca"},      {out.envelope_from, "ef"},
        {out.method, "m"},     {out.body, "b"},      {out.content_type, "ct"}, {out.id_pointer, "id"},
        {out.directory, "d"},  {out.password, "pw"}, {out.sender, ""}, /* stays behind */
    };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        assert_string_equal(strings[i][0], strings[i][1]);
    const int numbers[][2] = {
        {(int)out.kind, PROVIDER_HTTP}, {(int)out.tls, TLS_NONE},      {(int)out.encoding, BODY_MULTIPART},
        {out.retry_after_max_s, 3},     {out.idempotency_window_s, 4}, {out.connections, 5},
        {out.connect_timeout_s, 6},     {out.reply_timeout_s, 7},      {out.per_second, 8},
        {(int)out.header_count, 1},     {(int)out.field_count, 2},     {(int)out.answer_count, 2},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_int_equal(numbers[i][0], numbers[i][1]);
    assert_fields_equal(out.headers, headers, 1);
    assert_fields_equal(out.fields, fields, 2);
    assert_int_equal(out.answers[1].status_from, 429);
    assert_int_equal(out.answers[1].outcome, OUTCOME_REFUSED_FOR_NOW);
    assert_string_equal(out.answers[0].pointer, "/messages/0/status");
    assert_string_equal(out.answers[0].equals, "0");
    arena_free(&arena);
}

/* A member that is not in the table of offsets would come back as zero: none of full's bytes may. */
static void no_member_is_forgotten(void **state)
{
    (void)state;
    /* a new member changes the size: add it to daemon/wire/provider.c, to full above, and here */
    assert_int_equal(sizeof full, 216);
    struct arena *arena = arena_new(0);
    struct provider out;
    size_t length;
    const void *bytes = provider_pack(&full, arena, &length);
    assert_int_equal(provider_unpack(bytes, length, arena, &out, NULL), 0);
    const unsigned char *in_bytes = (const unsigned char *)&full, *out_bytes = (const unsigned char *)&out;
    for (size_t at = 0; at + sizeof(int) <= sizeof full; at += sizeof(int)) {
        int in_word, out_word;
        memcpy(&in_word, in_bytes + at, sizeof in_word);
        memcpy(&out_word, out_bytes + at, sizeof out_word);
        if (in_word != 0 && out_word == 0)
            fail_msg("the bytes at %zu of struct provider do not cross the wire", at);
    }
    arena_free(&arena);
}

static void damage_is_refused_or_harmless(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0), *scratch = arena_new(0);
    struct provider out;
    size_t length;
    const unsigned char *good = provider_pack(&full, arena, &length);
    for (size_t cut = 0; cut < length; cut++)
        assert_int_equal(provider_unpack(good, cut, scratch, &out, NULL), -1);
    for (size_t at = 0; at < length; at++) {
        unsigned char *bytes = malloc(length);
        assert_non_null(bytes);
        memcpy(bytes, good, length);
        bytes[at] ^= 0xff;
        if (provider_unpack(bytes, length, scratch, &out, NULL) == 0)
            assert_in_range(out.kind, PROVIDER_SMTP, PROVIDER_DROP);
        free(bytes);
        arena_reset(scratch);
    }
    arena_free(&scratch);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_comes_back),
        cmocka_unit_test(no_member_is_forgotten),
        cmocka_unit_test(damage_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
