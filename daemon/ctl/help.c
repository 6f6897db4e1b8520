#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/command.h"

#define VERB_WIDTH 14
#define OPTION_WIDTH 28

static const char *const exit_sentences[] = {
    [ERR_NONE] = "done",
    [ERR_FAILED] = "failed",
    [ERR_USAGE] = "wrong usage",
    [ERR_NOT_FOUND] = "not found",
    [ERR_CONFIG] = "configuration or input invalid",
    [ERR_REFUSED] = "refused by a rule",
};

const char *exit_sentence(enum err_code code)
{
    return (size_t)code < sizeof exit_sentences / sizeof *exit_sentences ? exit_sentences[code] : "";
}

static void add_padded(struct text *out, const char *word, size_t width)
{
    text_add(out, word);
    for (size_t i = strlen(word); i < width; i++)
        text_add_char(out, ' ');
}

const char *help_program(struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_add(&out, "usage: dunningctl VERB [ARGUMENT...] [--config FILE] [--json]\n"
                   "       dunningctl VERB --help\n"
                   "       dunningctl --help | --version\n\n"
                   "Everything that a person does with dunningd(8).\n\n");
    for (size_t i = 0; i < command_count; i++) {
        text_add(&out, "  ");
        add_padded(&out, command_name(&commands[i], arena), VERB_WIDTH);
        text_addf(&out, " %s\n", commands[i].sentence);
    }
    text_add(&out, "\nexit status:");
    for (int code = ERR_NONE; code <= ERR_REFUSED; code++)
        text_addf(&out, "%s %d %s", code == ERR_NONE ? "" : ",", code, exit_sentence((enum err_code)code));
    text_add(&out, "\nexample: dunningctl status\n");
    return out.data;
}

static void add_options(struct text *out, const struct command *command, const struct command_option *list)
{
    for (; list->sentence; list++) {
        if (!command_option(command, list->id))
            continue;
        const char *word = arena_printf(out->arena, "--%s%s%s", option_names[list->id].name,
                                        text_empty(list->argument) ? "" : " ", list->argument);
        text_add(out, "  ");
        add_padded(out, word, OPTION_WIDTH);
        text_addf(out, "%s%s%s\n", strlen(word) > OPTION_WIDTH ? "\n                               " : " ",
                  list->sentence, list->required ? "; must be given" : "");
    }
}

static void add_exits(struct text *out, const struct command *command)
{
    text_add(out, "\nexit status:");
    for (int code = ERR_NONE; code <= ERR_REFUSED; code++)
        if (code == ERR_NONE || code == ERR_USAGE || (command->exits & EXITS(code)) != 0)
            text_addf(out, "%s %d %s", code == ERR_NONE ? "" : ",", code, exit_sentence((enum err_code)code));
    text_add_char(out, '\n');
}

const char *help_command(const struct command *command, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    text_addf(&out, "usage: %s\n\n", command_usage(command, arena));
    text_add_char(&out, (char)(command->sentence[0] - 'a' + 'A'));
    text_addf(&out, "%s%s\n\n", command->sentence + 1, text_ends(command->sentence, "?") ? "" : ".");
    add_options(&out, command, command->options);
    add_options(&out, command, common_options);
    add_exits(&out, command);
    text_addf(&out, "example: dunningctl %s\n", command->example);
    return out.data;
}
