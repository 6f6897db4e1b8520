/*
 * Do a text and an HTML page say the same?  Both become a list of words: tags
 * are stripped, entities decoded, no-break spaces are spaces, and words made of
 * rules and bullets only do not count.
 */
#ifndef COMPOSE_SAME_WORDS_H
#define COMPOSE_SAME_WORDS_H

#include "fake/test.h"

#include "base/arena.h"
#include "base/text.h"

static inline bool words_is_inline(const char *tag)
{
    static const char *const names[] = {"a", "b", "strong", "i", "em", "span", "code", "small", "u"};
    size_t length = strcspn(tag += *tag == '/', " >/\t\r\n");

    for (size_t i = 0; i < LENGTH(names); i++) {
        if (strlen(names[i]) == length && strncmp(names[i], tag, length) == 0)
            return true;
    }
    return false;
}

/* Behind the element that begins here if it shows no words, else NULL. */
static inline const char *words_hidden_end(const char *html)
{
    static const char *const pairs[][2] = {{"<!--", "-->"},
                                           {"<head", "</head>"},
                                           {"<style", "</style>"},
                                           {"<title", "</title>"}};

    for (size_t i = 0; i < LENGTH(pairs); i++) {
        if (text_starts(html, pairs[i][0])) {
            const char *end = strstr(html, pairs[i][1]);
            return end != NULL ? end + strlen(pairs[i][1]) : html + strlen(html);
        }
    }
    return NULL;
}

static inline const char *words_entity(struct text *out, const char *at)
{
    static const struct {
        const char *entity, *text;
    } entities[] = {{"&amp;", "&"},   {"&lt;", "<"},    {"&gt;", ">"},   {"&quot;", "\""},
                    {"&#39;", "'"},   {"&apos;", "'"},  {"&nbsp;", " "}, {"&#160;", " "},
                    {"&ndash;", "–"}, {"&mdash;", "—"}, {"&euro;", "€"}, {"&hellip;", "…"}};

    for (size_t i = 0; i < LENGTH(entities); i++) {
        if (text_starts(at, entities[i].entity)) {
            text_add(out, entities[i].text);
            return at + strlen(entities[i].entity);
        }
    }
    text_add_char(out, '&');
    return at + 1;
}

static inline const char *words_of_html(struct arena *arena, const char *html)
{
    struct text out;

    text_init(&out, arena);
    while (*html != '\0') {
        const char *behind = words_hidden_end(html);
        if (behind != NULL) {
            html = behind;
        } else if (*html == '<') {
            if (!words_is_inline(html + 1))
                text_add_char(&out, ' ');
            html += strcspn(html, ">");
            html += *html == '>';
        } else if (*html == '&') {
            html = words_entity(&out, html);
        } else {
            text_add_char(&out, *html++);
        }
    }
    return out.data;
}

/* One blank between words, none around them. */
static inline const char *words_normal(struct arena *arena, const char *text)
{
    static const char *const blanks[] = {" ", "\n", "\r", "\t", "\xC2\xA0", "\xE2\x80\xAF"};
    struct text spaced, out;

    text_init(&spaced, arena);
    while (*text != '\0') {
        size_t skip = 0;
        for (size_t i = 0; i < LENGTH(blanks); i++) {
            if (text_starts(text, blanks[i]))
                skip = strlen(blanks[i]);
        }
        text_add_char(&spaced, skip > 0 ? ' ' : *text);
        text += skip > 0 ? skip : 1;
    }
    text_init(&out, arena);
    for (char *save, *word = strtok_r(spaced.data, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save)) {
        if (word[strspn(word, "-=*_|")] != '\0' && strcmp(word, "•") != 0)
            text_addf(&out, "%s%s", out.length > 0 ? " " : "", word);
    }
    return out.data;
}

/* NULL if they say the same, else where they part. */
static inline const char *words_difference(struct arena *arena, const char *text, const char *html)
{
    const char *a = words_normal(arena, text), *b = words_normal(arena, words_of_html(arena, html));
    size_t at = 0, from;

    if (strcmp(a, b) == 0)
        return NULL;
    while (a[at] != '\0' && a[at] == b[at])
        at++;
    from = at > 30 ? at - 30 : 0;
    return arena_printf(arena, "text \"%.70s\", HTML \"%.70s\"", a + from, b + from);
}

#endif
