/* The command line of dunningctl: any words are understood or refused with a sentence. */
#include <string.h>

#include "ctl/arguments.h"
#include "fuzz.h"

enum { WORDS = 32 };

static void check(const struct arguments *arguments, int count)
{
    REQUIRE(arguments->word_count <= (size_t)count, "more words than were given");
    if (arguments->command == NULL) {
        REQUIRE(arguments->help || arguments->version, "nothing to do");
        return;
    }
    size_t words = arguments->word_count + (fuzz_plant ? 100 : 0);
    if (!arguments->help)
        REQUIRE(words >= arguments->command->min && words <= arguments->command->max, "%zu arguments", words);
    for (size_t i = 0; i < arguments->word_count; i++)
        REQUIRE(arguments->words[i] != NULL, "a word is missing");
    REQUIRE(arguments->words == NULL || arguments->words[arguments->word_count] == NULL, "the list has no end");
    for (int id = 0; id < OPTION_COUNT; id++) {
        REQUIRE(arguments->text[id] != NULL, "an option without text");
        REQUIRE(!arguments->given[id] || command_option(arguments->command, (enum option_id)id) != NULL,
                "an option that the verb has not");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *words[WORDS + 1] = {"dunningctl"};
    struct arguments arguments = {0};
    struct err err = {0};
    int count = 1;
    while (feed.left > 0 && count < WORDS)
        words[count++] = feed_line(&feed, arena);
    if (arguments_read(count, words, arena, &arguments, &err) == 0) {
        check(&arguments, count);
    } else {
        REQUIRE(err.code == ERR_USAGE, "refused with code %d", (int)err.code);
        fuzz_check_err(&err);
    }
    arena_free(&arena);
    return 0;
}
