/* Templates from any bytes, over fixed values: parsed or refused with a line, and every context keeps its rules. */
#include <string.h>

#include "compose/template.h"
#include "fuzz.h"

enum { OUTPUT_MAX = 20000 };

static const struct template *partial;

static const struct template *find_partial(void *context, const char *name)
{
    (void)context;
    return name[0] == 'p' ? partial : NULL;
}

static struct value *make_values(struct arena *arena)
{
    struct value *map = value_map(arena), *list = value_list(arena), *inner = value_map(arena);
    value_set_text(map, "a", "plain");
    value_set_text(map, "b", "<script>'\"&\xc3\xa4");
    value_set_text(map, "e", "");
    value_set_text(inner, "a", "inner");
    value_set(map, "yes", value_bool(arena, true));
    value_set(map, "no", value_bool(arena, false));
    value_push(list, inner);
    value_push(list, value_text(arena, "x<y"));
    value_set(map, "list", list);
    value_set(map, "map", inner);
    return map;
}

static void check_output(const struct text *out, enum escape escape, const char *source)
{
    REQUIRE(out->length <= OUTPUT_MAX, "%zu bytes were made", out->length);
    REQUIRE(out->length == strlen(out->data), "a NUL in what was made");
    REQUIRE(text_is_utf8(out->data, out->length), "what was made is not UTF-8");
    if (escape == ESCAPE_HTML && strpbrk(source, "<") == NULL && strstr(source, "{{{") == NULL &&
        strchr(source, '&') == NULL && strchr(source, '=') == NULL)
        REQUIRE(strchr(out->data, '<') == NULL, "a value made a tag");
}

static void render(const struct template *template, const char *source, enum escape escape, struct arena *arena)
{
    struct template_render_options options = {.escape = escape,
                                              .partial = find_partial,
                                              .max_output = OUTPUT_MAX,
                                              .unknown_is_error = escape == ESCAPE_URL};
    struct text out, again;
    struct err err = {0};
    text_init(&out, arena);
    text_init(&again, arena);
    const struct value *values = make_values(arena);
    if (template_render(template, values, &options, &out, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    if (fuzz_plant)
        text_add(&out, "<");
    check_output(&out, escape, source);
    REQUIRE(template_render(template, values, &options, &again, &err) == 0, "the second time it failed");
    REQUIRE(strcmp(again.data, out.data) == 0, "the second time another text");
}

static void visit(void *context, const char *name, bool section, int line)
{
    (void)section;
    REQUIRE(name[0] != '\0' && line >= 1, "a name without text or line");
    ++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct template_fault fault = {0};
    struct template *template = NULL;
    size_t names = 0;
    const char *source = feed_rest(&feed, arena);
    if (template_parse_at(arena, "en/t.txt", source, &template, &fault) != 0) {
        fuzz_check_err(&fault.err);
        REQUIRE(fault.line >= 0 && (size_t)fault.line <= size + 1, "line %d", fault.line);
    } else {
        template_names(template, visit, &names);
        REQUIRE(names <= size, "%zu names in %zu bytes", names, size);
        partial = template;
        for (int escape = ESCAPE_NONE; escape <= ESCAPE_URL; escape++)
            render(template, source, (enum escape)escape, arena);
        partial = NULL;
    }
    arena_free(&arena);
    return 0;
}
