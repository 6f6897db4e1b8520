#include "delivery/hide.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/carry.h"
#include "delivery/secret.h"

enum { SHORTEST = 4, REFERENCE_MAX = 140 }; /* what is shorter stands in many a word by chance */

static const char *const encodings[] = {"none", "url", "json", "base64"};

/* How much of the secret stands at the end of the text, because it was cut there; 0 too little to tell. */
static size_t cut_at_end(const char *text, const struct secret *secret)
{
    size_t length = strlen(text);

    for (size_t part = secret->length - 1; part >= SHORTEST; part--)
        if (part <= length && memcmp(text + length - part, secret->text, part) == 0)
            return part;
    return 0;
}

static const char *hide(struct arena *arena, const char *text, const struct secret *secret)
{
    struct text out;
    const char *at = secret->length < SHORTEST ? NULL : strstr(text, secret->text);
    size_t part;

    if (secret->length < SHORTEST)
        return text;
    text_init(&out, arena);
    for (; at; at = strstr(text, secret->text)) {
        text_add_n(&out, text, (size_t)(at - text));
        text_add(&out, HIDDEN);
        text = at + secret->length;
    }
    part = cut_at_end(text, secret);
    text_add_n(&out, text, strlen(text) - part);
    if (part > 0)
        text_add(&out, HIDDEN);
    return out.data;
}

/* In each encoding that a reference may ask for, since a provider may undo one and do another. */
static const char *hide_named(const struct carry *carry, const char *name, size_t length, const char *text)
{
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        char reference[REFERENCE_MAX];
        struct secret form;
        struct err ignored;
        int n = snprintf(reference, sizeof reference, "\x02%s:%.*s\x03", encodings[i], (int)length, name);
        if (n < 0 || (size_t)n >= sizeof reference ||
            secret_fill(carry->credentials, reference, (size_t)n, &form, &ignored) != 0)
            continue;
        text = hide(carry->arena, text, &form);
        secret_free(&form);
    }
    return text;
}

static const char *hide_referenced(const struct carry *carry, const char *from, size_t length, const char *text)
{
    const char *end = from + length, *begin;

    while (length > 0 && from < end && (begin = memchr(from, '\x02', (size_t)(end - from))) != NULL) {
        const char *stop = memchr(begin, '\x03', (size_t)(end - begin));
        const char *colon = stop ? memchr(begin, ':', (size_t)(stop - begin)) : NULL;
        if (!colon)
            break;
        text = hide_named(carry, colon + 1, (size_t)(stop - colon - 1), text);
        from = stop + 1;
    }
    return text;
}

const char *hide_credentials(const struct carry *carry, const char *text)
{
    const struct provider *provider = carry->provider;
    const struct request *request = carry->request;
    const char *const named[] = {provider->credential, provider->oauth};

    if (text_empty(text))
        return text;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (!text_empty(named[i]))
            text = hide_named(carry, named[i], strlen(named[i]), text);
    if (!text_empty(provider->password)) {
        struct secret secret;
        secret_set(&secret, provider->password);
        text = hide(carry->arena, text, &secret);
        secret_free(&secret);
    }
    if (request->kind != PROVIDER_HTTP)
        return text;
    text = hide_referenced(carry, request->url, strlen(request->url), text);
    text = hide_referenced(carry, request->body, request->body_length, text);
    for (size_t i = 0; i < request->header_count; i++)
        text = hide_referenced(carry, request->headers[i], strlen(request->headers[i]), text);
    return text;
}
