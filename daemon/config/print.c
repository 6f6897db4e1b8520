/* The example files: every option of a group, commented out, at its default. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "config/option.h"

enum { INDENT = 2, WIDTH = 98 };

struct printing {
    struct text *out;
    int depth;
    bool active; /* the keys around are no comments: what is required can stand as it is */
};

static void margin(const struct printing *printing, bool comment)
{
    text_add(printing->out, comment ? "#" : "");
    text_addf(printing->out, "%*s", printing->depth * INDENT, "");
}

/* A sentence as comment lines. */
static void print_sentence(const struct printing *printing, const char *sentence)
{
    size_t width = (size_t)(WIDTH - printing->depth * INDENT);
    while (*sentence != '\0') {
        size_t length = strlen(sentence);
        if (length > width)
            for (length = width; length > 1 && sentence[length] != ' '; length--)
                ;
        size_t shown = length;
        while (shown > 1 && sentence[shown - 1] == ' ')
            shown--;
        text_addf(printing->out, "%*s# %.*s\n", printing->depth * INDENT, "", (int)shown, sentence);
        sentence += length;
        sentence += strspn(sentence, " ");
    }
}

static void print_group(struct printing *printing, const struct option_group *group);

/* A group that has a default is there anyway, so its braces need no comment signs. */
static void print_inner(struct printing *printing, const struct option *option)
{
    bool list = option->type == OPTION_LIST;
    bool active = printing->active && (option->preset == NULL || option->preset[0] != '\0');
    struct printing inner = {printing->out, printing->depth + 1, active};
    margin(printing, !active);
    text_addf(printing->out, "%s = %s\n", option->name, list ? "({" : "{");
    print_group(&inner, option->group);
    margin(printing, !active);
    text_add(printing->out, list ? "});\n" : "};\n");
}

static void print_value(const struct printing *printing, const struct option *option)
{
    bool required = option->preset == NULL;
    const char *value = required || option->preset[0] == '\0' ? option->example : option->preset;
    margin(printing, !printing->active || !required);
    text_addf(printing->out, "%s = %s;\n", option->name, value);
}

/* "1..60" as people say it. */
static const char *range_words(struct arena *arena, const char *values)
{
    const char *dots = strstr(values, "..");
    return arena_printf(arena, "%.*s to %s", (int)(dots - values), values, dots + 2);
}

static const char *values_of(const struct option *option, struct arena *arena)
{
    switch (option->type) {
    case OPTION_INT:
    case OPTION_SECONDS:
        return range_words(arena, option->values);
    case OPTION_WORD:
    case OPTION_WORD_LIST:
        return option_words(option, arena);
    case OPTION_TEXT_LIST:
        return option->values == NULL ? "" : option_words(option, arena);
    case OPTION_NAME:
    case OPTION_TEXT:
    case OPTION_LINES:
    case OPTION_PATH:
    case OPTION_BOOL:
    case OPTION_DURATION:
    case OPTION_DATE:
    case OPTION_CLOCK:
    case OPTION_PERCENT:
    case OPTION_MONEY_LIST:
    case OPTION_LIST:
    case OPTION_GROUP:
    case OPTION_SPECIAL:
    case OPTION_LATER:
        break;
    }
    return "";
}

static bool is_without_default(const struct option *option)
{
    return option->preset != NULL && option->preset[0] == '\0' && option->group == NULL &&
           strstr(option->sentence, "Default:") == NULL;
}

static void print_comment(const struct printing *printing, const struct option *option)
{
    struct arena *arena = printing->out->arena;
    const char *values = values_of(option, arena);
    print_sentence(printing, arena_printf(arena, "%s%s%s%s%s", option->sentence,
                                          values[0] == '\0' ? "" : "  Values: ", values, values[0] == '\0' ? "" : ".",
                                          is_without_default(option) ? "  No default; an example:" : ""));
}

static void print_option(struct printing *printing, const struct option *option)
{
    if (option->type == OPTION_LATER)
        return;
    print_comment(printing, option);
    if (option->group != NULL)
        print_inner(printing, option);
    else
        print_value(printing, option);
}

static void print_group(struct printing *printing, const struct option_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        if (i > 0 && printing->depth == 0)
            text_add_char(printing->out, '\n');
        print_option(printing, &group->options[i]);
    }
}

void option_print_example(const struct option_group *group, const char *key, struct text *out)
{
    struct printing printing = {out, key == NULL ? 0 : 1, true};
    text_addf(out,
              "# Example of a configuration file, see %s.\n"
              "# Lines that begin with # and a key show the key at its default.\n\n",
              group->manual);
    if (key != NULL)
        text_addf(out, "%s = {\n", key);
    print_group(&printing, group);
    if (key != NULL)
        text_add(out, "};\n");
}
