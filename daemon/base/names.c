#include "base/names.h"

#include "base/arena.h"
#include "base/text.h"

const char *names_word(const struct names *names, int value)
{
    return value >= 0 && (size_t)value < names->count ? names->words[value] : "?";
}

int names_find(const struct names *names, const char *word)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->words[i], word))
            return (int)i;
    return -1;
}

const char *names_all(const struct names *names, struct arena *arena)
{
    struct text all;
    text_init(&all, arena);
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            text_add(&all, i + 1 == names->count ? " or " : ", ");
        text_add(&all, names->words[i]);
    }
    return all.data;
}
