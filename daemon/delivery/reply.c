#include "delivery/reply.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "delivery/carry.h"

#define ID_MAX_BYTES 500

struct reply {
    json_t *json; /* NULL: no JSON */
};

struct reply *reply_read(const char *body, size_t length)
{
    struct reply *reply = calloc(1, sizeof *reply);
    if (reply != NULL && length > 0)
        reply->json = json_loadb(body, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    return reply;
}

void reply_free(struct reply *reply)
{
    if (reply == NULL)
        return;
    json_decref(reply->json);
    free(reply);
}

/* RFC 6901 section 4: ~1 is a slash, ~0 a tilde. */
static void unescape(char *token)
{
    char *to = token;
    for (; *token != '\0'; token++) {
        if (token[0] == '~' && (token[1] == '0' || token[1] == '1'))
            *to++ = *++token == '0' ? '~' : '/';
        else
            *to++ = *token;
    }
    *to = '\0';
}

static const json_t *step(const json_t *json, const char *token)
{
    int64_t index;
    if (json_is_object(json))
        return json_object_get(json, token);
    if (json_is_array(json) && parse_i64(token, 0, INT32_MAX, &index))
        return json_array_get(json, (size_t)index);
    return NULL;
}

static const json_t *find(const json_t *json, const char *pointer, struct arena *arena)
{
    if (pointer[0] != '/')
        return NULL;
    char *rest = arena_copy(arena, pointer + 1);
    while (rest != NULL && json != NULL) {
        char *token = strsep(&rest, "/");
        unescape(token);
        json = step(json, token);
    }
    return json;
}

/* As text: a string without its quotes, anything else as compact JSON. */
static const char *as_text(const json_t *json, struct arena *arena)
{
    if (json == NULL)
        return NULL;
    if (json_is_string(json))
        return arena_copy(arena, json_string_value(json));
    char *dump = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *text = arena_copy(arena, dump == NULL ? "" : dump);
    free(dump);
    return text;
}

const char *const *reply_pointed(const struct reply *reply, const struct provider *provider, struct arena *arena)
{
    const char **pointed = arena_array(arena, provider->answer_count + 1, sizeof *pointed);
    for (size_t i = 0; reply != NULL && i < provider->answer_count; i++)
        pointed[i] = as_text(find(reply->json, provider->answers[i].pointer, arena), arena);
    return pointed;
}

static const char *first_line(const struct carry *carry, struct arena *arena)
{
    size_t length = strcspn(carry->body->data, "\r\n");
    return arena_copy_n(arena, carry->body->data, length);
}

const char *reply_id(const struct reply *reply, const struct carry *carry, struct arena *arena)
{
    const char *where = carry->provider->id_pointer, *id;
    if (text_starts(where, "header:"))
        id = carry->id_header;
    else if (text_equal(where, "line"))
        id = first_line(carry, arena);
    else
        id = as_text(find(reply->json, where, arena), arena);
    return id == NULL ? "" : arena_copy_n(arena, id, text_cut(id, ID_MAX_BYTES));
}
