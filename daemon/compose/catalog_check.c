/*
 * The check of a whole catalog: every name is looked up in the table of names
 * as the renderer will look it up in the values, through sections and partials.
 */
#include <string.h>

#include "base/arena.h"
#include "compose/catalog_set.h"
#include "compose/render.h"
#include "compose/template_node.h"

/* What the names inside a section may refer to. */
struct scope {
    const struct template_name *row; /* NULL: the whole */
    const struct scope *outer;
};

struct walk {
    struct catalog_scope place;
    const struct template *template;
    const struct scope *scope;
    struct findings *findings;
    size_t first_finding; /* of this walk's catalog */
    int partials;
    size_t steps;
};

static void walk_nodes(struct walk *walk, const struct node *node);

/* A partial is met once per template that uses it; what is wrong with it is said once. */
static bool is_said(const struct walk *walk, int line, const char *sentence)
{
    const struct findings *findings = walk->findings;

    for (size_t i = walk->first_finding; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->line == line && text_equal(finding->file, walk->template->name) &&
            text_equal(finding->text, sentence))
            return true;
    }
    return false;
}

static void say(struct walk *walk, const struct node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct walk *walk, const struct node *node, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *sentence = arena_vprintf(walk->findings->arena, format, args);
    va_end(args);
    if (!is_said(walk, node->line, sentence))
        findings_add(walk->findings, SEVERITY_ERROR, walk->template->name, node->line, "%s", sentence);
}

/* The names of all lists of items are declared once, as items.NAME. */
static const char *row_prefix(const struct template_name *row)
{
    static const char *const lists[] = {"due_items", "carried_items", "upcoming_items", "info_items"};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (text_equal(row->name, lists[i]))
            return "items";
    }
    return row->name;
}

/* The row of a name inside another row, NULL if there is none. */
static const struct template_name *find_row(const struct template_name *within, const char *part)
{
    const char *prefix = within != NULL ? row_prefix(within) : "";
    size_t length = strlen(prefix);

    for (size_t i = 0; i < template_name_count; i++) {
        const char *name = template_name_table[i].name;
        if (length > 0 && (strncmp(name, prefix, length) != 0 || name[length++] != '.')) {
            length = strlen(prefix);
            continue;
        }
        if (text_equal(name + length, part))
            return &template_name_table[i];
        length = strlen(prefix);
    }
    return NULL;
}

/* Rows whose names can be reached by a dot; all other sections are lists. */
static bool is_map(const struct template_name *row)
{
    return row->section && text_list_has("business customer contact notice offer", row->name);
}

static const struct template_name *look_up(const struct walk *walk, const struct node *node)
{
    const struct template_name *row = NULL;

    for (const struct scope *scope = walk->scope; scope != NULL && row == NULL; scope = scope->outer) {
        if (scope->row == NULL || scope->row->section)
            row = find_row(scope->row, node->parts[0]);
    }
    for (size_t i = 1; i < node->part_count && row != NULL; i++)
        row = is_map(row) ? find_row(row, node->parts[i]) : NULL;
    return row;
}

/* {{.}} is a text only inside a section over a text or over a list of texts. */
static bool has_element_text(const struct walk *walk)
{
    const struct template_name *row = walk->scope->row;

    if (row == NULL || is_map(row))
        return false;
    for (size_t i = 0; i < template_name_count && row->section; i++) {
        const char *name = template_name_table[i].name, *prefix = row_prefix(row);
        if (text_starts(name, prefix) && name[strlen(prefix)] == '.')
            return false;
    }
    return true;
}

static void unknown(struct walk *walk, const struct node *node)
{
    const struct node first = {.parts = node->parts, .part_count = 1};
    const struct template_name *row = node->part_count > 1 ? look_up(walk, &first) : NULL;

    if (row != NULL && row->section && !is_map(row))
        say(walk, node, "{{%s}}: %s is a list; write {{#%s}} and name what you want of each inside", node->text,
            row->name, row->name);
    else
        say(walk, node, "there is no value {{%s}}; dunning-template(5) lists all names", node->text);
}

static void walk_value(struct walk *walk, const struct node *node)
{
    if (node->part_count == 0) {
        if (!has_element_text(walk))
            say(walk, node, "{{.}} means nothing here; it stands inside a section over a list of texts");
        return;
    }
    const struct template_name *row = look_up(walk, node);
    if (row == NULL)
        unknown(walk, node);
    else if (row->section)
        say(walk, node, "{{%s}} cannot be printed; it is a section, write {{#%s}} ... {{/%s}}", node->text, node->text,
            node->text);
}

static void walk_section(struct walk *walk, const struct node *node)
{
    const struct template_name *row = node->part_count > 0 ? look_up(walk, node) : walk->scope->row;
    struct scope inner = {.row = row, .outer = walk->scope};

    if (row == NULL) {
        unknown(walk, node);
        return;
    }
    if (node->kind == NODE_SECTION)
        walk->scope = &inner;
    walk_nodes(walk, node->children);
    walk->scope = node->kind == NODE_SECTION ? inner.outer : walk->scope;
}

static void walk_partial(struct walk *walk, const struct node *node)
{
    const struct template *outer = walk->template;
    const struct template *inner = catalog_partial(&walk->place, node->text);
    const char *ending = names_word(&part_names, (int)walk->place.part);

    if (inner == NULL) {
        say(walk, node, "there is no partial %s/_%s.%s; add it or remove {{>%s}}", walk->place.language, node->text,
            ending, node->text);
        return;
    }
    if (walk->partials == TEMPLATE_PARTIALS_MAX) {
        say(walk, node, "partials are nested deeper than %d; break the circle", TEMPLATE_PARTIALS_MAX);
        return;
    }
    walk->template = inner;
    walk->partials++;
    walk_nodes(walk, inner->nodes);
    walk->partials--;
    walk->template = outer;
}

static void walk_nodes(struct walk *walk, const struct node *node)
{
    for (; node != NULL; node = node->next) {
        if (++walk->steps > TEMPLATE_STEPS_MAX / 10)
            return;
        switch (node->kind) {
        case NODE_TEXT:
            break;
        case NODE_VALUE:
        case NODE_RAW:
            walk_value(walk, node);
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            walk_section(walk, node);
            break;
        case NODE_PARTIAL:
            walk_partial(walk, node);
            break;
        }
    }
}

static void check_names(const struct catalog *catalog, const struct template_set *set, enum part part,
                        struct walk *walk)
{
    const struct scope root = {.row = NULL};

    if (set->part[part] == NULL)
        return;
    walk->place = (struct catalog_scope){.catalog = catalog, .language = set->language, .part = part};
    walk->template = set->part[part];
    walk->scope = &root;
    walk->steps = 0;
    walk_nodes(walk, set->part[part]->nodes);
    walk->scope = NULL;
    if (walk->steps > TEMPLATE_STEPS_MAX / 10)
        findings_add(walk->findings, SEVERITY_ERROR, set->part[part]->name, 0,
                     "the partials of this template multiply each other; use fewer of them");
}

/* What must stand beside what: an email needs a subject and a text, HTML only accompanies a text. */
static void check_parts(const struct template_set *set, struct findings *findings)
{
    static const struct {
        enum part has, lacks;
    } rules[] = {{PART_TEXT, PART_SUBJECT}, {PART_SUBJECT, PART_TEXT}, {PART_HTML, PART_TEXT}};

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct template *has = set->part[rules[i].has];
        if (has != NULL && set->part[rules[i].lacks] == NULL)
            findings_add(findings, SEVERITY_ERROR, has->name, 0,
                         "there is no %s.%s beside this file; an email needs a subject and a text", set->name,
                         names_word(&part_names, (int)rules[i].lacks));
    }
}

void catalog_check(struct catalog *catalog, struct findings *findings)
{
    struct walk walk = {.findings = findings, .first_finding = findings->count};

    for (size_t i = 0; i < catalog->count; i++) {
        const struct template_set *set = catalog->sets[i];
        if (set->name[0] == '_')
            continue;
        check_parts(set, findings);
        for (int part = 0; part < PART_COUNT; part++)
            check_names(catalog, set, (enum part)part, &walk);
    }
}

const char *template_set_lacks(const struct template_set *set, enum channel channel)
{
    switch (channel) {
    case CHANNEL_EMAIL:
        if (set->part[PART_SUBJECT] == NULL)
            return names_word(&part_names, PART_SUBJECT);
        return set->part[PART_TEXT] == NULL ? names_word(&part_names, PART_TEXT) : NULL;
    case CHANNEL_SMS:
        return set->part[PART_SMS] == NULL ? names_word(&part_names, PART_SMS) : NULL;
    case CHANNEL_AGENCY:
    case CHANNEL_TASK:
    case CHANNEL_LETTER:
    case CHANNEL_PHONE:
        break;
    }
    return NULL;
}
