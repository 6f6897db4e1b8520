/* Any value in a fixed template: in each context it stays a value, and a reader of that context gets it back. */
#include <jansson.h>
#include <string.h>

#include "compose/template.h"
#include "fuzz.h"

static const char *render(struct arena *arena, const char *value, enum escape escape)
{
    struct template *template;
    struct text out;
    struct err err = {0};
    struct value *map = value_map(arena);
    const struct template_render_options options = {.escape = escape};
    value_set_text(map, "x", value);
    text_init(&out, arena);
    REQUIRE(template_parse(arena, "t", "{{x}}", &template, &err) == 0, "the template is wrong");
    if (template_render(template, map, &options, &out, &err) == 0)
        return fuzz_plant ? arena_printf(arena, "%s<\"\n", out.data) : out.data;
    fuzz_check_err(&err);
    return NULL;
}

static void check_html(const char *html)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    REQUIRE(strpbrk(html, "<>\"'") == NULL, "a mark of HTML was left");
    for (const char *at = strchr(html, '&'); at != NULL; at = strchr(at + 1, '&')) {
        bool known = false;
        for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
            known = known || text_starts(at, entities[i]);
        REQUIRE(known, "an ampersand was left");
    }
}

static void check_json(struct arena *arena, const char *json, const char *value)
{
    const char *quoted = arena_printf(arena, "\"%s\"", json);
    json_t *read = json_loads(quoted, JSON_DECODE_ANY, NULL);
    REQUIRE(read != NULL, "no JSON string");
    REQUIRE(strcmp(json_string_value(read), value) == 0, "JSON says another value");
    json_decref(read);
}

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF", *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

static void check_url(const char *url, const char *value)
{
    for (; *url != '\0'; value++) {
        int byte = (unsigned char)*url;
        if (*url == '%') {
            REQUIRE(hex(url[1]) >= 0 && hex(url[2]) >= 0, "a broken escape in a URL");
            byte = hex(url[1]) * 16 + hex(url[2]);
            url += 2;
        } else {
            REQUIRE(text_is_ascii((const char[]){*url, 0}) && strchr(" \"#&/:<=>?@[]{}|\\^`+;,", *url) == NULL,
                    "a reserved character was left");
        }
        url++;
        REQUIRE(byte == (unsigned char)*value, "the URL says another value");
    }
    REQUIRE(*value == '\0', "the URL lost the end of the value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *value = feed_rest(&feed, arena), *out;
    bool broken = !text_is_utf8(value, strlen(value));
    if ((out = render(arena, value, ESCAPE_HEADER)) != NULL)
        fuzz_check_shown("a header", out);
    if ((out = render(arena, value, ESCAPE_SMS)) != NULL)
        fuzz_check_shown("an SMS", out);
    if ((out = render(arena, value, ESCAPE_HTML)) != NULL)
        check_html(out);
    if ((out = render(arena, value, ESCAPE_JSON)) != NULL)
        check_json(arena, out, value);
    if ((out = render(arena, value, ESCAPE_URL)) != NULL)
        check_url(out, value);
    REQUIRE((render(arena, value, ESCAPE_NONE) == NULL) == broken, "broken UTF-8 passed, or good was refused");
    arena_free(&arena);
    return 0;
}
