#include <string.h>

#include "base/arena.h"
#include "compose/template_node.h"

#define OUTPUT_MAX 1048576

/* The values in sight: the innermost section's first. */
struct scope {
    const struct value *value;
    const struct scope *outer;
};

struct render {
    const struct template_render_options *options;
    const struct template *template; /* the one being rendered, for messages */
    const struct scope *scope;
    const char *indent; /* before each line of the partial's own text */
    bool line_start;    /* the next output begins such a line */
    int partials;
    size_t steps, limit;
    struct text *out;
    struct err *err;
};

static int render_nodes(struct render *render, const struct node *node);

static int complain(struct render *render, const struct node *node, const char *sentence)
{
    return err_set(render->err, ERR_CONFIG, "%s:%d: %s", render->template->name, node->line, sentence);
}

/* The value of a name, NULL if there is none: the first part by scope, the others by descent only. */
static const struct value *look_up(const struct render *render, const struct node *node)
{
    const struct value *value = NULL;

    if (node->part_count == 0)
        return render->scope->value;
    for (const struct scope *scope = render->scope; scope != NULL && value == NULL; scope = scope->outer)
        value = value_get(scope->value, node->parts[0]);
    for (size_t i = 1; i < node->part_count && value != NULL; i++)
        value = value_get(value, node->parts[i]);
    return value;
}

static int look_up_known(struct render *render, const struct node *node, const struct value **value)
{
    *value = look_up(render, node);
    if (*value != NULL || !render->options->unknown_is_error)
        return 0;
    return err_set(render->err, ERR_CONFIG, "%s:%d: there is no value %s; dunning-template(5) lists them",
                   render->template->name, node->line, node->text);
}

static void begin_line(struct render *render)
{
    if (render->line_start)
        text_add(render->out, render->indent);
    render->line_start = false;
}

static void render_text(struct render *render, const struct node *node)
{
    const char *text = node->text;

    if (*render->indent == '\0') {
        text_add(render->out, text);
        return;
    }
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (length > 0)
            begin_line(render);
        if (text[length] == '\n')
            length++;
        text_add_n(render->out, text, length);
        render->line_start = text[length - 1] == '\n';
        text += length;
    }
}

/* Not to escape is the template's choice, but no template may break a header or an SMS. */
static enum escape escape_of(const struct render *render, const struct node *node)
{
    enum escape escape = render->options->escape;

    if (node->kind == NODE_VALUE || escape == ESCAPE_HEADER || escape == ESCAPE_SMS)
        return escape;
    return ESCAPE_NONE;
}

static int render_value(struct render *render, const struct node *node)
{
    const struct value *value;

    if (look_up_known(render, node, &value) != 0)
        return -1;
    begin_line(render);
    if (value == NULL)
        return 0;
    if (value_is_verbatim(value)) {
        text_add(render->out, value_as_text(value));
        return 0;
    }
    const char *fault = template_escape(render->out, escape_of(render, node), value_as_text(value));
    if (fault != NULL)
        return err_set(render->err, ERR_REFUSED, "%s:%d: the value %s %s", render->template->name, node->line,
                       node->text, fault);
    return 0;
}

static int render_within(struct render *render, const struct node *node, const struct value *value)
{
    struct scope scope = {.value = value, .outer = render->scope};

    render->scope = &scope;
    int result = render_nodes(render, node->children);
    render->scope = scope.outer;
    return result;
}

static int render_section(struct render *render, const struct node *node)
{
    const struct value *value;

    if (look_up_known(render, node, &value) != 0)
        return -1;
    bool yes = value != NULL && value_is_true(value);
    if (node->kind == NODE_INVERTED)
        return yes ? 0 : render_nodes(render, node->children);
    if (!yes)
        return 0;
    if (value_kind(value) != VALUE_LIST)
        return render_within(render, node, value);
    for (size_t i = 0; i < value_count(value); i++) {
        if (render_within(render, node, value_at(value, i)) != 0)
            return -1;
    }
    return 0;
}

static int render_partial(struct render *render, const struct node *node)
{
    const struct template_render_options *options = render->options;
    const struct template *outer = render->template;
    const struct template *inner =
        options->partial != NULL ? options->partial(options->partial_context, node->text) : NULL;
    const char *indent = render->indent;

    if (inner == NULL && options->unknown_is_error)
        return err_set(render->err, ERR_CONFIG, "%s:%d: there is no partial _%s beside it", outer->name, node->line,
                       node->text);
    if (!node->standalone)
        begin_line(render);
    if (inner == NULL)
        return 0;
    if (render->partials == TEMPLATE_PARTIALS_MAX)
        return complain(render, node, "partials call each other without end; break the circle");
    /* The lines of the partial's own text are indented as its tag is; what values bring along is not. */
    render->indent = node->standalone ? arena_printf(render->out->arena, "%s%s", indent, node->indent) : "";
    render->line_start = node->standalone;
    render->template = inner;
    render->partials++;
    int result = render_nodes(render, inner->nodes);
    render->partials--;
    render->template = outer;
    render->indent = indent;
    render->line_start = node->standalone;
    return result;
}

static int render_node(struct render *render, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        render_text(render, node);
        return 0;
    case NODE_VALUE:
    case NODE_RAW:
        return render_value(render, node);
    case NODE_SECTION:
    case NODE_INVERTED:
        return render_section(render, node);
    case NODE_PARTIAL:
        return render_partial(render, node);
    }
    return 0;
}

static int render_nodes(struct render *render, const struct node *node)
{
    for (; node != NULL; node = node->next) {
        if (++render->steps > TEMPLATE_STEPS_MAX)
            return complain(render, node, "the template takes too many steps; its sections and partials multiply");
        if (render_node(render, node) != 0)
            return -1;
        if (render->out->length > render->limit)
            return complain(render, node, "the text grows beyond the limit; shorten the template or its lists");
    }
    return 0;
}

int template_render(const struct template *template, const struct value *values,
                    const struct template_render_options *options, struct text *out, struct err *err)
{
    struct scope scope = {.value = values};
    struct render render = {
        .options = options, .template = template, .scope = &scope, .indent = "", .out = out, .err = err};

    render.limit = out->length + (options->max_output > 0 ? options->max_output : OUTPUT_MAX);
    return render_nodes(&render, template->nodes);
}
