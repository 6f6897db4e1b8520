#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/carry.h"
#include "delivery/reply.h"

static const char *pointed_at(struct arena *arena, const char *body, const char *pointer)
{
    struct provider_answer row = {.pointer = pointer, .equals = ""};
    const struct provider provider = {.answers = &row, .answer_count = 1};
    struct reply *reply = reply_read(body, strlen(body));
    const char *value = reply_pointed(reply, &provider, arena)[0];
    reply_free(reply);
    return value;
}

static void pointers_find_values(void **state)
{
    (void)state;
    static const char doc[] =
        "{\"a\":{\"b\":[\"x\",2,true,null,1.5,{\"c\":\"\"}]},\"\":\"empty\",\"m~n\":1,\"s/t\":\"slash\","
        "\"01\":\"name\",\"e\":[]}";
    static const struct {
        const char *body, *pointer, *value, *remark;
    } cases[] = {
        {doc, "/a/b/0", "x", "a string without its quotes"},
        {doc, "/a/b/1", "2", "an integer"},
        {doc, "/a/b/2", "true", "a truth value"},
        {doc, "/a/b/3", "null", "null is there"},
        {doc, "/a/b/5/c", "", "an empty string is there"},
        {doc, "/a/b/5", "{\"c\":\"\"}", "an object as compact JSON"},
        {doc, "/a/b/6", NULL, "past the end"},
        {doc, "/a/b/-1", NULL, "no index"},
        {doc, "/a/b/-", NULL, "the place after the end has no value"},
        {doc, "/a/b/x", NULL, "no index"},
        {doc, "/a/b/0/z", NULL, "into a string"},
        {doc, "/", "empty", "the empty name"},
        {doc, "/m~0n", "1", "an escaped tilde"},
        {doc, "/s~1t", "slash", "an escaped slash"},
        {doc, "/01", "name", "digits are a name in an object"},
        {doc, "/e", "[]", "an empty list is there"},
        {doc, "/nothing", NULL, "not there"},
        {doc, "a/b", NULL, "no pointer"},
        {doc, "", NULL, "no pointer"},
        {"\"alone\"", "/a", NULL, "a bare value has no members"},
        {"{\"a\":1,\"a\":2}", "/a", NULL, "duplicate names are no JSON for us"},
        {"{\"a\":1} x", "/a", NULL, "nor is trailing garbage"},
        {"{\"a\":\"\xff\"}", "/a", NULL, "nor bad UTF-8"},
        {"<html>", "/a", NULL, "nor HTML"},
        {"", "/a", NULL, "nor nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        const char *value = pointed_at(arena, cases[i].body, cases[i].pointer);
        if ((value == NULL) != (cases[i].value == NULL) || (value != NULL && strcmp(value, cases[i].value) != 0))
            fail_msg("%s: %s", cases[i].remark, value == NULL ? "not found" : value);
        arena_free(&arena);
    }
}

static void the_id_is_found_where_the_provider_says(void **state)
{
    (void)state;
    static const struct {
        const char *where, *body, *header, *id;
    } cases[] = {
        {"", "{\"id\":\"x\"}", "h", ""},
        {"/id", "{\"id\":\"x\"}", "h", "x"},
        {"/id", "{\"id\":17}", "h", "17"},
        {"/id", "no json", "h", ""},
        {"line", "0: Accepted\r\nmore", "h", "0: Accepted"},
        {"line", "", "h", ""},
        {"header:X-Id", "x", "abc", "abc"},
        {"header:X-Id", "x", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        const struct provider provider = {.id_pointer = cases[i].where};
        struct text body;
        text_init(&body, arena);
        text_add(&body, cases[i].body);
        const struct carry carry = {.provider = &provider, .body = &body, .id_header = cases[i].header};
        struct reply *reply = reply_read(body.data, body.length);
        assert_string_equal(reply_id(reply, &carry, arena), cases[i].id);
        reply_free(reply);
        arena_free(&arena);
    }
}

static void a_long_id_is_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const struct provider provider = {.id_pointer = "line"};
    struct text body;
    text_init(&body, arena);
    for (int i = 0; i < 1000; i++)
        text_add(&body, "\xc3\xa4");
    const struct carry carry = {.provider = &provider, .body = &body, .id_header = ""};
    struct reply *reply = reply_read(body.data, body.length);
    const char *id = reply_id(reply, &carry, arena);
    assert_int_equal(strlen(id), 500);
    assert_true(text_is_utf8(id, strlen(id)));
    reply_free(reply);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_find_values),
        cmocka_unit_test(the_id_is_found_where_the_provider_says),
        cmocka_unit_test(a_long_id_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
