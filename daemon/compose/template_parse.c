#include <string.h>

#include "base/arena.h"
#include "compose/template_node.h"

#define SPACES " \t"
#define BLANKS " \t\r\n"

/* An open section: where its next child goes. */
struct level {
    struct node *section; /* NULL at the bottom */
    struct node **tail;
};

struct parser {
    struct arena *arena;
    const char *source, *at; /* at: the first byte that no node has yet */
    int line;                /* of at */
    const char *open, *close;
    struct level levels[TEMPLATE_SECTIONS_MAX + 1];
    size_t depth;
    struct template_fault *fault;
};

/* A tag as found in the source. */
struct tag {
    char sigil; /* '\0' for a plain variable */
    const char *begin, *end;
    const char *content; /* without the blanks around it */
    int line;
};

static int count_lines(const char *from, const char *to)
{
    int lines = 0;

    for (; from < to; from++)
        lines += *from == '\n';
    return lines;
}

static void advance(struct parser *parser, const char *to)
{
    parser->line += count_lines(parser->at, to);
    parser->at = to;
}

static struct node *add_node(struct parser *parser, enum node_kind kind, const char *text, int line)
{
    struct level *level = &parser->levels[parser->depth];
    struct node *node = arena_alloc(parser->arena, sizeof *node);

    node->kind = kind;
    node->line = line;
    node->text = text;
    node->indent = "";
    *level->tail = node;
    level->tail = &node->next;
    return node;
}

static void add_text(struct parser *parser, const char *to)
{
    if (to > parser->at)
        add_node(parser, NODE_TEXT, arena_copy_n(parser->arena, parser->at, (size_t)(to - parser->at)), parser->line);
    advance(parser, to);
}

static const char *trimmed(struct parser *parser, const char *from, const char *to)
{
    while (from < to && strchr(BLANKS, *from) != NULL)
        from++;
    while (from < to && strchr(BLANKS, to[-1]) != NULL)
        to--;
    return arena_copy_n(parser->arena, from, (size_t)(to - from));
}

static int fault_set(struct parser *parser, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int fault_set(struct parser *parser, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    parser->fault->line = line;
    err_set(&parser->fault->err, ERR_CONFIG, "%s", arena_vprintf(parser->arena, format, args));
    va_end(args);
    return -1;
}

/* Reads the tag that begins at begin. */
static int read_tag(struct parser *parser, const char *begin, struct tag *tag)
{
    const char *from = begin + strlen(parser->open);
    const char *closer = parser->close;

    *tag =
        (struct tag){.begin = begin, .end = from, .content = "", .line = parser->line + count_lines(parser->at, begin)};
    if (*from != '\0' && strchr("#^/>!&={<$", *from) != NULL)
        tag->sigil = *from++;
    if (tag->sigil == '{')
        closer = arena_printf(parser->arena, "}%s", parser->close);
    else if (tag->sigil == '=')
        closer = arena_printf(parser->arena, "=%s", parser->close);
    const char *to = strstr(from, closer);
    if (to == NULL)
        return fault_set(parser, tag->line, "a tag begins here with %s and never ends; close it with %s", parser->open,
                         closer);
    tag->end = to + strlen(closer);
    tag->content = trimmed(parser, from, to);
    return 0;
}

/*
 * Tags that print nothing take their line with them when they stand alone on
 * it.  Sets *from and *to to what goes; false: only the tag itself.
 */
static bool alone_on_line(const struct parser *parser, const struct tag *tag, const char **from, const char **to)
{
    const char *start = tag->begin, *end = tag->end + strspn(tag->end, SPACES);

    while (start > parser->at && strchr(SPACES, start[-1]) != NULL)
        start--;
    if (start > parser->source && start[-1] != '\n')
        return false;
    if (end[0] == '\r' && end[1] == '\n')
        end++;
    if (*end != '\0' && *end != '\n')
        return false;
    *from = start;
    *to = *end == '\n' ? end + 1 : end;
    return true;
}

/* "a.b.c" to its parts; "." has none. */
static int take_name(struct parser *parser, const struct tag *tag, struct node *node)
{
    const char *name = tag->content;
    size_t length = strlen(name), parts = 1;

    if (length == 0)
        return fault_set(parser, tag->line, "this tag has no name; write a name between %s and %s", parser->open,
                         parser->close);
    if (length > TEMPLATE_NAME_MAX)
        return fault_set(parser, tag->line, "the name in this tag is longer than %d bytes; is a closing %s missing?",
                         TEMPLATE_NAME_MAX, parser->close);
    if (name[strcspn(name, BLANKS)] != '\0')
        return fault_set(parser, tag->line, "\"%s\" is no name; a name has no spaces in it", name);
    if (text_equal(name, "."))
        return 0;
    for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
        parts++;
    const char **list = arena_array(parser->arena, parts, sizeof *list);
    for (size_t i = 0; i < parts; i++) {
        size_t size = strcspn(name, ".");
        if (size == 0)
            return fault_set(parser, tag->line, "\"%s\" is no name; dots stand between words only", tag->content);
        list[i] = arena_copy_n(parser->arena, name, size);
        name += size + (name[size] == '.');
    }
    node->parts = list;
    node->part_count = parts;
    return 0;
}

static int add_variable(struct parser *parser, const struct tag *tag)
{
    return take_name(parser, tag,
                     add_node(parser, tag->sigil == '\0' ? NODE_VALUE : NODE_RAW, tag->content, tag->line));
}

static int open_section(struct parser *parser, const struct tag *tag)
{
    if (parser->depth == TEMPLATE_SECTIONS_MAX)
        return fault_set(parser, tag->line, "sections are nested deeper than %d; move inner ones into a partial",
                         TEMPLATE_SECTIONS_MAX);
    struct node *node = add_node(parser, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, tag->content, tag->line);
    parser->levels[++parser->depth] = (struct level){.section = node, .tail = &node->children};
    return take_name(parser, tag, node);
}

static int close_section(struct parser *parser, const struct tag *tag)
{
    const struct node *section = parser->levels[parser->depth].section;

    if (section == NULL)
        return fault_set(parser, tag->line,
                         "{{/%s}} closes a section that was never opened; remove it or open "
                         "{{#%s}} before it",
                         tag->content, tag->content);
    if (!text_equal(section->text, tag->content))
        return fault_set(parser, tag->line,
                         "{{/%s}} stands where {{/%s}} must come, which closes the section of "
                         "line %d",
                         tag->content, section->text, section->line);
    parser->depth--;
    return 0;
}

static int set_delimiters(struct parser *parser, const struct tag *tag)
{
    size_t first = strcspn(tag->content, BLANKS);
    const char *second = tag->content + first + strspn(tag->content + first, BLANKS);

    if (first == 0 || *second == '\0' || second[strcspn(second, BLANKS)] != '\0' || strchr(tag->content, '=') != NULL)
        return fault_set(parser, tag->line, "new delimiters are two words without = in them, as in {{=<%% %%>=}}");
    parser->open = arena_copy_n(parser->arena, tag->content, first);
    parser->close = second;
    return 0;
}

static int add_partial(struct parser *parser, const struct tag *tag, const char *line_start)
{
    struct node *node = add_node(parser, NODE_PARTIAL, tag->content, tag->line);

    if (line_start != NULL) {
        node->standalone = true;
        node->indent = arena_copy_n(parser->arena, line_start, (size_t)(tag->begin - line_start));
    }
    if (*tag->content == '*')
        return fault_set(parser, tag->line,
                         "{{>%s}} takes its name from a value, which is not supported; name the "
                         "partial",
                         tag->content);
    return take_name(parser, tag, node);
}

static int add_tag(struct parser *parser, const struct tag *tag, const char *line_start)
{
    switch (tag->sigil) {
    case '#':
    case '^':
        return open_section(parser, tag);
    case '/':
        return close_section(parser, tag);
    case '>':
        return add_partial(parser, tag, line_start);
    case '=':
        return set_delimiters(parser, tag);
    case '!':
        return 0;
    case '<':
    case '$':
        return fault_set(parser, tag->line, "{{%c%s}} is template inheritance, which is not supported; use partials",
                         tag->sigil, tag->content);
    }
    return add_variable(parser, tag);
}

static int parse_tag(struct parser *parser, const char *begin)
{
    struct tag tag;
    const char *from, *to, *line_start = NULL;

    if (read_tag(parser, begin, &tag) != 0)
        return -1;
    from = tag.begin;
    to = tag.end;
    if (tag.sigil != '\0' && strchr("#^/>!=", tag.sigil) != NULL && alone_on_line(parser, &tag, &from, &to))
        line_start = from;
    add_text(parser, from);
    if (add_tag(parser, &tag, line_start) != 0)
        return -1;
    advance(parser, to);
    return 0;
}

/* What no template may hold, whatever its tags: 0, or -1 with the fault set. */
static int check_source(struct parser *parser, const char *source)
{
    size_t length = strlen(source);

    if (length > TEMPLATE_SOURCE_MAX)
        return fault_set(parser, 0, "the template is larger than %d KiB; shorten it", TEMPLATE_SOURCE_MAX / 1024);
    if (!text_is_utf8(source, length))
        return fault_set(parser, 0, "the template is not UTF-8; save it in that encoding");
    for (const char *c = source; *c != '\0'; c++) {
        if (((unsigned char)*c < ' ' && strchr("\t\r\n", *c) == NULL) || *c == 0x7f)
            return fault_set(parser, 1 + count_lines(source, c),
                             "there is a control character in this line; remove it");
    }
    return 0;
}

static int parse(struct parser *parser)
{
    if (check_source(parser, parser->source) != 0)
        return -1;
    for (;;) {
        const char *begin = strstr(parser->at, parser->open);
        if (begin == NULL)
            break;
        if (parse_tag(parser, begin) != 0)
            return -1;
    }
    add_text(parser, parser->at + strlen(parser->at));
    const struct node *section = parser->levels[parser->depth].section;
    if (section != NULL)
        return fault_set(parser, section->line, "the section {{%c%s}} is never closed; add {{/%s}}",
                         section->kind == NODE_SECTION ? '#' : '^', section->text, section->text);
    return 0;
}

int template_parse_at(struct arena *arena, const char *name, const char *source, struct template **out,
                      struct template_fault *fault)
{
    struct template *template = arena_alloc(arena, sizeof *template);
    struct parser *parser = arena_alloc(arena, sizeof *parser);

    template->name = arena_copy(arena, name);
    *parser = (struct parser){
        .arena = arena, .source = source, .at = source, .line = 1, .open = "{{", .close = "}}", .fault = fault};
    parser->levels[0].tail = &template->nodes;
    if (parse(parser) != 0)
        return -1;
    *out = template;
    return 0;
}

int template_parse(struct arena *arena, const char *name, const char *source, struct template **out, struct err *err)
{
    struct template_fault fault = {0};

    if (template_parse_at(arena, name, source, out, &fault) == 0)
        return 0;
    if (fault.line == 0)
        return err_set(err, ERR_CONFIG, "%s: %s", name, fault.err.text);
    return err_set(err, ERR_CONFIG, "%s:%d: %s", name, fault.line, fault.err.text);
}

static void visit_names(const struct node *node, void (*visit)(void *context, const char *name, bool section, int line),
                        void *context)
{
    for (; node != NULL; node = node->next) {
        switch (node->kind) {
        case NODE_TEXT:
        case NODE_PARTIAL:
            break;
        case NODE_VALUE:
        case NODE_RAW:
            visit(context, node->text, false, node->line);
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            visit(context, node->text, true, node->line);
            visit_names(node->children, visit, context);
            break;
        }
    }
}

void template_names(const struct template *template,
                    void (*visit)(void *context, const char *name, bool section, int line), void *context)
{
    visit_names(template->nodes, visit, context);
}
