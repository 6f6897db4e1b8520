#include "ctl/arguments.h"

#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"

struct reading {
    struct arena *arena;
    struct arguments *out;
    struct err *err;
    bool all_words; /* after "--" */
};

static const char *name_of(const struct reading *reading)
{
    const struct command *command = reading->out->command;

    return command ? command_name(command, reading->arena) : "dunningctl";
}

static int refuse(const struct reading *reading, const char *what, const char *why)
{
    const struct command *command = reading->out->command;

    if (!command)
        return err_set(reading->err, ERR_USAGE, "%s: %s; dunningctl --help lists the verbs", what, why);
    return err_set(reading->err, ERR_USAGE, "%s: %s; usage: %s", what, why, command_usage(command, reading->arena));
}

/* ---- values ---- */

static bool is_choice(const char *choices, const char *word)
{
    size_t length = strlen(word);

    while (*choices != '\0') {
        size_t here = strcspn(choices, "|");
        if (here == length && strncmp(choices, word, length) == 0)
            return true;
        choices += here + (choices[here] == '|');
    }
    return false;
}

/* "open|done" is a list of words, "INVOICE|CUSTOMER" is not. */
static bool is_list_of_words(const char *argument)
{
    return strchr(argument, '|') != NULL && argument[0] >= 'a' && argument[0] <= 'z';
}

static bool take_span(const char *text, struct local_time *time)
{
    static const int64_t seconds[] = {
        [UNIT_DAY] = 86400, [UNIT_WEEK] = 604800, [UNIT_HOUR] = 3600, [UNIT_MINUTE] = 60, [UNIT_SECOND] = 1,
    };
    struct duration span;

    if (!parse_duration(text, &span) || span.n == 0 || span.unit == UNIT_BUSINESS_DAY || span.unit == UNIT_MONTH)
        return false;
    time->before_s = seconds[span.unit] * span.n;
    return true;
}

static bool take_time(const char *text, enum option_kind kind, struct local_time *time)
{
    if (kind == KIND_DATE)
        return day_parse(text, &time->day);
    return parse_local(text, &time->day, &time->seconds) || take_span(text, time);
}

static bool take_map(struct reading *reading, const char *value)
{
    struct arguments *out = reading->out;
    const char *equals = strchr(value, '=');

    if (!equals || equals == value || equals[1] == '\0')
        return false;
    const char **map = arena_grow(reading->arena, out->map, out->map_count * 2, out->map_count * 2 + 3, sizeof *map);
    map[out->map_count * 2] = arena_copy_n(reading->arena, value, (size_t)(equals - value));
    map[out->map_count * 2 + 1] = arena_copy(reading->arena, equals + 1);
    map[++out->map_count * 2] = NULL;
    out->map = map;
    return true;
}

static int take_value(struct reading *reading, const struct command_option *option, const char *value)
{
    static const char *const expected[] = {
        [KIND_FLAG] = "",
        [KIND_TEXT] = "",
        [KIND_DATE] = "give a date such as 2026-12-28",
        [KIND_TIME] = "give a local time such as 2026-12-28T09:00, or a date",
        [KIND_NUMBER] = "give a whole number from 1 to 1000000",
        [KIND_MAP] = "give our name and the file's, such as amount=Betrag",
        [KIND_SET] = "give a key and its value, such as day_count=act/360",
    };
    enum option_kind kind = option_names[option->id].kind;
    struct arguments *out = reading->out;
    bool good = true;

    switch (kind) {
    case KIND_FLAG:
        break;
    case KIND_TEXT:
        good = !text_has_control(value);
        break;
    case KIND_DATE:
    case KIND_TIME:
        good = take_time(value, kind, &out->time[option->id]);
        break;
    case KIND_NUMBER:
        good = parse_i64(value, 1, 1000000, &out->number[option->id]);
        break;
    case KIND_MAP:
    case KIND_SET:
        good = take_map(reading, value);
        break;
    }
    if (!good)
        return refuse(reading, arena_printf(reading->arena, "--%s", option_names[option->id].name),
                      kind == KIND_TEXT ? "give plain text on one line" : expected[kind]);
    if (is_list_of_words(option->argument) && !is_choice(option->argument, value))
        return refuse(reading, arena_printf(reading->arena, "--%s", option_names[option->id].name),
                      arena_printf(reading->arena, "give one of %s", option->argument));
    out->text[option->id] = value;
    return 0;
}

/* ---- options ---- */

static const struct command_option *find_option(const struct reading *reading, const char *name, size_t length)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const char *known = option_names[id].name;
        if (strlen(known) != length || strncmp(known, name, length) != 0)
            continue;
        if (reading->out->command)
            return command_option(reading->out->command, (enum option_id)id);
        for (const struct command_option *common = common_options; common->sentence; common++)
            if (common->id == (enum option_id)id)
                return common;
    }
    return NULL;
}

/* Returns how many further words of the line were taken, or -1. */
static int take_option(struct reading *reading, const char *word, const char *next)
{
    size_t length = strcspn(word + 2, "=");
    const struct command_option *option = find_option(reading, word + 2, length);
    const char *value = word[2 + length] == '=' ? word + 2 + length + 1 : NULL;

    if (!option)
        return refuse(reading, arena_copy_n(reading->arena, word, length + 2),
                      arena_printf(reading->arena, "%s has no such option", name_of(reading)));
    reading->out->given[option->id] = true;
    if (text_empty(option->argument))
        return value ? refuse(reading, word, "this option takes no value") : 0;
    if (!value && !next)
        return refuse(reading, word, arena_printf(reading->arena, "%s is missing", option->argument));
    if (take_value(reading, option, value ? value : next) != 0)
        return -1;
    return value ? 0 : 1;
}

/* ---- verbs ---- */

static int refuse_later(const struct reading *reading, const struct later *later)
{
    return err_set(reading->err, ERR_USAGE, "%s%s%s: not available in this version; %s", later->verb,
                   text_empty(later->word) ? "" : " ", later->word, later->instead);
}

static const struct later *find_later(const char *verb, const char *word)
{
    for (size_t i = 0; i < later_count; i++)
        if (text_equal(later_words[i].verb, verb) && text_equal(later_words[i].word, word))
            return &later_words[i];
    return NULL;
}

static int take_verb(struct reading *reading, const char *word)
{
    const struct later *later = find_later(word, "");

    if (later)
        return refuse_later(reading, later);
    for (size_t i = 0; i < command_count; i++) {
        if (!text_equal(commands[i].verb, word))
            continue;
        if (text_empty(commands[i].sub))
            reading->out->command = &commands[i];
        else
            reading->out->verb = word;
        return 0;
    }
    return refuse(reading, word, "there is no such verb");
}

static const char *subs_of(const struct reading *reading)
{
    struct text out;

    text_init(&out, reading->arena);
    for (size_t i = 0; i < command_count; i++)
        if (text_equal(commands[i].verb, reading->out->verb))
            text_addf(&out, "%s%s", out.length > 0 ? " or " : "", commands[i].sub);
    return out.data;
}

static int take_sub(struct reading *reading, const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (text_equal(commands[i].verb, reading->out->verb) && text_equal(commands[i].sub, word)) {
            reading->out->command = &commands[i];
            return 0;
        }
    }
    return refuse(reading, arena_printf(reading->arena, "%s %s", reading->out->verb, word),
                  arena_printf(reading->arena, "say %s", subs_of(reading)));
}

static int take_word(struct reading *reading, const char *word)
{
    struct arguments *out = reading->out;
    const struct command *command = out->command;

    if (!command)
        return !text_empty(reading->out->verb) ? take_sub(reading, word) : take_verb(reading, word);
    if (out->word_count == 0 && !text_empty(command->choices) && !is_choice(command->choices, word)) {
        const struct later *later = find_later(command->verb, word);
        return later ? refuse_later(reading, later) : refuse(reading, word, "not one of the words that may stand here");
    }
    if (out->word_count == command->max)
        return refuse(reading, word, "there is one argument too many");
    out->words[out->word_count++] = word;
    return 0;
}

/* ---- the whole line ---- */

static int finish(struct reading *reading)
{
    struct arguments *out = reading->out;
    const struct command *command = out->command;

    out->help = out->given[OPTION_HELP];
    if (out->version || out->help)
        return 0;
    if (!command && !text_empty(out->verb))
        return refuse(reading, reading->out->verb, arena_printf(reading->arena, "say %s", subs_of(reading)));
    if (!command)
        return err_set(reading->err, ERR_USAGE, "a verb is missing; dunningctl --help lists the verbs");
    if (out->word_count < command->min)
        return refuse(reading, name_of(reading), "an argument is missing");
    for (const struct command_option *option = command->options; option->sentence; option++)
        if (option->required && !out->given[option->id])
            return refuse(reading, name_of(reading),
                          arena_printf(reading->arena, "--%s is missing", option_names[option->id].name));
    if (out->given[OPTION_JSON] && !command_option(command, OPTION_JSON))
        return refuse(reading, "--json", arena_printf(reading->arena, "%s prints nothing", name_of(reading)));
    return 0;
}

static void set_blank(struct arguments *out, size_t room, struct arena *arena)
{
    *out = (struct arguments){.words = arena_array(arena, room + 1, sizeof *out->words), .verb = ""};
    for (int i = 0; i < OPTION_COUNT; i++) {
        out->text[i] = "";
        out->time[i].day = DAY_NONE;
    }
}

int arguments_read(int argc, const char *const *argv, struct arena *arena, struct arguments *out, struct err *err)
{
    struct reading reading = {.arena = arena, .out = out, .err = err};

    set_blank(out, (size_t)(argc > 0 ? argc : 0), arena);
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        int taken = 0;
        if (reading.all_words || word[0] != '-' || word[1] == '\0')
            taken = take_word(&reading, word);
        else if (text_equal(word, "--"))
            reading.all_words = true;
        else if (text_equal(word, "--version") && !out->command)
            out->version = true;
        else if (word[1] != '-')
            taken = refuse(&reading, word, "options begin with two dashes");
        else
            taken = take_option(&reading, word, i + 1 < argc ? argv[i + 1] : NULL);
        if (taken < 0)
            return -1;
        i += taken;
    }
    return finish(&reading);
}
