/*
 * completion: what shells need to complete command lines, from the table of
 * verbs.  Each shell gets its own text; what may follow is worked out here.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ctl/session.h"
#include "ctl/verbs.h"

/* ---- words ---- */

/* "a|b|c" as separate words; other arguments are none. */
static bool are_words(const char *argument)
{
    if (text_empty(argument))
        return false;
    for (const char *at = argument; *at != '\0'; at++)
        if ((*at >= 'A' && *at <= 'Z') || *at == '=' || *at == '.')
            return false;
    return true;
}

static const char *spaced(const char *words, struct arena *arena)
{
    char *copy = arena_copy(arena, words);

    for (char *at = copy; *at != '\0'; at++)
        if (*at == '|')
            *at = ' ';
    return copy;
}

static bool takes_file(const struct command_option *option)
{
    return text_equal(option->argument, "FILE") || text_equal(option->argument, "DIR");
}

/* Each verb once, in the order of the table. */
static bool is_first(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (text_equal(commands[i].verb, commands[index].verb))
            return false;
    return true;
}

static const char *subs_of(const char *verb, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    for (size_t i = 0; i < command_count; i++)
        if (text_equal(commands[i].verb, verb) && !text_empty(commands[i].sub))
            text_addf(&out, "%s%s", out.length > 0 ? " " : "", commands[i].sub);
    return out.data;
}

/* Calls back for each option that a verb takes, its own first. */
typedef void each_option(FILE *out, const struct command *command, const struct command_option *option,
                         struct arena *arena);

static void walk_options(FILE *out, const struct command *command, each_option *each, struct arena *arena)
{
    for (const struct command_option *option = command->options; option->sentence; option++)
        each(out, command, option, arena);
    for (const struct command_option *option = common_options; option->sentence; option++)
        if (command_option(command, option->id) == option)
            each(out, command, option, arena);
}

/* ---- bash ---- */

static void bash_name(FILE *out, const struct command *command, const struct command_option *option,
                      struct arena *arena)
{
    (void)command;
    (void)arena;
    fprintf(out, " --%s", option_names[option->id].name);
}

static void bash_value(FILE *out, const struct command *command, const struct command_option *option,
                       struct arena *arena)
{
    const char *name = command_name(command, arena);

    if (are_words(option->argument))
        fprintf(out, "    '%s --%s') words='%s' ;;\n", name, option_names[option->id].name,
                spaced(option->argument, arena));
    else if (!text_empty(option->argument))
        fprintf(out, "    '%s --%s') words=%s ;;\n", name, option_names[option->id].name,
                takes_file(option) ? "FILE" : "NONE");
}

static void bash_verbs(FILE *out, struct arena *arena)
{
    fputs("    verbs='", out);
    for (size_t i = 0; i < command_count; i++)
        if (is_first(i))
            fprintf(out, "%s%s", i > 0 ? " " : "", commands[i].verb);
    fputs("'\n    case $verb in\n", out);
    for (size_t i = 0; i < command_count; i++)
        if (is_first(i) && !text_empty(subs_of(commands[i].verb, arena)))
            fprintf(out, "    %s) subs='%s' ;;\n", commands[i].verb, subs_of(commands[i].verb, arena));
    fputs("    esac\n", out);
}

static void bash_arguments(FILE *out, const struct command *command, struct arena *arena)
{
    const char *what = "";

    if (!text_empty(command->choices))
        what = spaced(command->choices, arena);
    else if ((command->needs & CREATES_FILE) != 0)
        what = "FILE";
    fprintf(out, "    '%s') options='", command_name(command, arena));
    walk_options(out, command, bash_name, arena);
    fprintf(out, "' first='%s' files=%s ;;\n", what, (command->needs & OPENS_FILES) != 0 ? "yes" : "");
}

static void print_bash(FILE *out, struct arena *arena)
{
    fputs("# bash completion for dunningctl(1); made from its table of verbs.\n"
          "_dunningctl() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local verb=${COMP_WORDS[1]} at=2 name verbs subs='' words='' options='' first='' files=''\n",
          out);
    bash_verbs(out, arena);
    fputs("    name=$verb\n"
          "    if [ -n \"$subs\" ]; then name=\"$verb ${COMP_WORDS[2]}\"; at=3; fi\n"
          "    case $name in\n",
          out);
    for (size_t i = 0; i < command_count; i++)
        bash_arguments(out, &commands[i], arena);
    fputs("    esac\n    case \"$name $prev\" in\n", out);
    for (size_t i = 0; i < command_count; i++)
        walk_options(out, &commands[i], bash_value, arena);
    fputs("    esac\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then words=$verbs\n"
          "    elif [ -n \"$subs\" ] && [ \"$COMP_CWORD\" = 2 ]; then words=$subs\n"
          "    elif [ -n \"$words\" ]; then :\n"
          "    elif [ \"${cur#-}\" != \"$cur\" ]; then words=$options\n"
          "    elif [ -n \"$first\" ] && [ \"$COMP_CWORD\" = \"$at\" ]; then words=$first\n"
          "    elif [ -n \"$files\" ]; then words=FILE\n"
          "    fi\n"
          "    case $words in\n"
          "    NONE) COMPREPLY=() ;;\n"
          "    FILE) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); compopt -o filenames 2>/dev/null ;;\n"
          "    *) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\") ;;\n"
          "    esac\n"
          "}\n"
          "complete -F _dunningctl dunningctl\n",
          out);
}

/* ---- zsh ---- */

/* Within '...[...]': brackets, colons and quotes mean something there. */
static const char *zsh_text(const char *sentence, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    for (; *sentence != '\0'; sentence++) {
        if (*sentence == '\'')
            text_add(&out, "'\\'");
        else if (strchr("[]:\\", *sentence))
            text_add(&out, "\\");
        text_add_char(&out, *sentence);
    }
    return out.data;
}

static void zsh_option(FILE *out, const struct command *command, const struct command_option *option,
                       struct arena *arena)
{
    const char *name = option_names[option->id].name;

    (void)command;
    fprintf(out, " \\\n            '--%s[%s]", name, zsh_text(option->sentence, arena));
    if (are_words(option->argument))
        fprintf(out, ":%s:(%s)", name, spaced(option->argument, arena));
    else if (!text_empty(option->argument))
        fprintf(out, ":%s:%s", zsh_text(option->argument, arena), takes_file(option) ? "_files" : " ");
    fputs("'", out);
}

static void zsh_command(FILE *out, const struct command *command, struct arena *arena)
{
    fprintf(out, "    '%s')\n        _arguments", command_name(command, arena));
    walk_options(out, command, zsh_option, arena);
    if (!text_empty(command->choices))
        fprintf(out, " \\\n            '1:kind:(%s)'", spaced(command->choices, arena));
    if ((command->needs & (OPENS_FILES | CREATES_FILE)) != 0)
        fputs(" \\\n            '*:file:_files'", out);
    fputs(" ;;\n", out);
}

static void print_zsh(FILE *out, struct arena *arena)
{
    fputs("#compdef dunningctl\n# zsh completion for dunningctl(1); made from its table of verbs.\n"
          "local name=${words[2]}\n"
          "if (( CURRENT == 2 )); then\n    local -a verbs=(",
          out);
    for (size_t i = 0; i < command_count; i++)
        if (is_first(i))
            fprintf(out, "\n        '%s:%s'", commands[i].verb, zsh_text(commands[i].sentence, arena));
    fputs("\n    )\n    _describe verb verbs\n    return\nfi\ncase $name in\n", out);
    for (size_t i = 0; i < command_count; i++)
        if (is_first(i) && !text_empty(subs_of(commands[i].verb, arena)))
            fprintf(out,
                    "%s)\n    if (( CURRENT == 3 )); then compadd %s; return; fi\n"
                    "    name=\"$name ${words[3]}\"\n    shift words; (( CURRENT-- )) ;;\n",
                    commands[i].verb, subs_of(commands[i].verb, arena));
    fputs("esac\nshift words; (( CURRENT-- ))\ncase $name in\n", out);
    for (size_t i = 0; i < command_count; i++)
        zsh_command(out, &commands[i], arena);
    fputs("esac\n", out);
}

/* ---- fish ---- */

static const char *fish_text(const char *sentence, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    for (; *sentence != '\0'; sentence++) {
        if (*sentence == '\'' || *sentence == '\\')
            text_add(&out, "\\");
        text_add_char(&out, *sentence);
    }
    return out.data;
}

static const char *fish_condition(const struct command *command, struct arena *arena)
{
    if (text_empty(command->sub))
        return arena_printf(arena, "__fish_seen_subcommand_from %s", command->verb);
    return arena_printf(arena, "__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s", command->verb,
                        command->sub);
}

static void fish_option(FILE *out, const struct command *command, const struct command_option *option,
                        struct arena *arena)
{
    fprintf(out, "complete -c dunningctl -n '%s' -l %s -d '%s'", fish_condition(command, arena),
            option_names[option->id].name, fish_text(option->sentence, arena));
    if (are_words(option->argument))
        fprintf(out, " -x -a '%s'", spaced(option->argument, arena));
    else if (!text_empty(option->argument))
        fputs(takes_file(option) ? " -r -F" : " -x", out);
    fputs("\n", out);
}

static void fish_command(FILE *out, const struct command *command, struct arena *arena)
{
    if (!text_empty(command->choices))
        fprintf(out, "complete -c dunningctl -n '%s' -a '%s'\n", fish_condition(command, arena),
                spaced(command->choices, arena));
    if ((command->needs & (OPENS_FILES | CREATES_FILE)) != 0)
        fprintf(out, "complete -c dunningctl -n '%s' -F\n", fish_condition(command, arena));
    walk_options(out, command, fish_option, arena);
}

static void print_fish(FILE *out, struct arena *arena)
{
    fputs("# fish completion for dunningctl(1); made from its table of verbs.\ncomplete -c dunningctl -f\n", out);
    for (size_t i = 0; i < command_count; i++) {
        const char *subs = subs_of(commands[i].verb, arena);
        if (!is_first(i))
            continue;
        fprintf(out, "complete -c dunningctl -n __fish_use_subcommand -a %s -d '%s'\n", commands[i].verb,
                fish_text(text_empty(subs) ? commands[i].sentence : subs, arena));
        if (!text_empty(subs))
            fprintf(out,
                    "complete -c dunningctl -n '__fish_seen_subcommand_from %s; and not "
                    "__fish_seen_subcommand_from %s' -a '%s'\n",
                    commands[i].verb, subs, subs);
    }
    for (size_t i = 0; i < command_count; i++)
        fish_command(out, &commands[i], arena);
}

/* ---- the verb ---- */

int verb_completion(struct session *session, struct err *err)
{
    static const struct {
        const char *shell;
        void (*print)(FILE *out, struct arena *arena);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    const char *wanted = session->arguments->words[0];

    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (text_equal(shells[i].shell, wanted)) {
            shells[i].print(session->out, session->arena);
            return ferror(session->out) ? err_set(err, ERR_FAILED, "cannot write to standard output") : 0;
        }
    return err_set(err, ERR_USAGE, "completion %s: give bash, zsh or fish", wanted);
}
