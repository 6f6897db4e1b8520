#include "base/text.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

void text_init(struct text *text, struct arena *arena)
{
    *text = (struct text){.arena = arena, .data = arena_alloc(arena, 64), .capacity = 64};
}

/* Makes room for more bytes and the NUL behind them. */
static void reserve(struct text *text, size_t more)
{
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return;
    size_t capacity = need > 2 * text->capacity ? need : 2 * text->capacity;
    text->data = arena_grow(text->arena, text->data, text->length + 1, capacity, 1);
    text->capacity = capacity;
}

void text_add(struct text *text, const char *string)
{
    text_add_n(text, string, strlen(string));
}

void text_add_n(struct text *text, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    reserve(text, length);
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add_char(struct text *text, char c)
{
    text_add_n(text, &c, 1);
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vaddf(text, format, args);
    va_end(args);
}

void text_vaddf(struct text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

bool text_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool text_equal_nocase(const char *a, const char *b)
{
    while (*a != '\0' && text_lower_char(*a) == text_lower_char(*b)) {
        a++;
        b++;
    }
    return text_lower_char(*a) == text_lower_char(*b);
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

bool text_empty(const char *text)
{
    return text == NULL || *text == '\0';
}

bool text_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (*list != '\0') {
        size_t size = 0;
        while (list[size] != '\0' && list[size] != ',' && !text_is_space(list[size]))
            size++;
        if (size > 0 && size == length && memcmp(list, word, size) == 0)
            return true;
        list += size + (list[size] != '\0');
    }
    return false;
}

char *text_lower(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text);
    for (char *c = copy; *c != '\0'; c++)
        *c = text_lower_char(*c);
    return copy;
}

char *text_trim(struct arena *arena, const char *text)
{
    while (text_is_space(*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && text_is_space(text[length - 1]))
        length--;
    return arena_copy_n(arena, text, length);
}
