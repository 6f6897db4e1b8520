/*
 * The HTTP request of a provider file: URL, headers and body.
 */
#include "engine/request_http.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"

void request_percent(struct text *out, const char *raw)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *raw != '\0'; raw++) {
        if (*raw == '\x02') {
            size_t length = strcspn(raw, "\x03");
            text_add_n(out, raw, length + 1);
            raw += length;
        } else if (strchr(unreserved, *raw) != NULL) {
            text_add_char(out, *raw);
        } else {
            text_addf(out, "%%%02X", (unsigned)(unsigned char)*raw);
        }
    }
}

/* name=value pairs, as in a form or a query. */
static int add_pairs(struct making *making, struct text *out)
{
    const struct provider *provider = making->provider;
    for (size_t i = 0; i < provider->field_count; i++) {
        const struct provider_field *field = &provider->fields[i];
        const char *value;
        if (request_render_field(making, field, "form", &value) != 0)
            return -1;
        if (i > 0)
            text_add_char(out, '&');
        request_percent(out, field->name);
        text_add_char(out, '=');
        request_percent(out, value);
    }
    return 0;
}

static int add_query(struct making *making, struct request *request)
{
    struct text url;
    text_init(&url, making->arena);
    text_add(&url, request->url);
    if (making->provider->field_count > 0)
        text_add_char(&url, strchr(request->url, '?') == NULL ? '?' : '&');
    if (add_pairs(making, &url) != 0)
        return -1;
    request->url = url.data;
    return 0;
}

/* A boundary that is in none of the values, the same for the same values. */
static const char *boundary_of(struct making *making, const char *const *values, size_t count)
{
    struct text all;
    text_init(&all, making->arena);
    for (size_t i = 0; i < count; i++)
        text_add(&all, values[i]);
    unsigned char digest[SHA256_SIZE];
    char hex[SHA256_TEXT_SIZE];
    for (const char *boundary = "";; text_add(&all, boundary)) {
        digest_sha256(all.data, all.length, digest);
        boundary = arena_printf(making->arena, "dunning-%.32s", digest_hex(digest, sizeof digest, hex));
        if (strstr(all.data, boundary) == NULL)
            return boundary;
    }
}

static int add_multipart(struct making *making, struct text *out, const char **content_type)
{
    const struct provider *provider = making->provider;
    const char **values = arena_array(making->arena, provider->field_count + 1, sizeof *values);
    for (size_t i = 0; i < provider->field_count; i++)
        if (request_render_field(making, &provider->fields[i], "none", &values[i]) != 0)
            return -1;
    const char *boundary = boundary_of(making, values, provider->field_count);
    for (size_t i = 0; i < provider->field_count; i++)
        text_addf(out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary,
                  provider->fields[i].name, values[i]);
    text_addf(out, "--%s--\r\n", boundary);
    *content_type = arena_printf(making->arena, "multipart/form-data; boundary=%s", boundary);
    return 0;
}

/* How values are escaped in a body that the provider file gives as a whole: the first type that begins so. */
static const struct body_type {
    const char *prefix;
    enum escape escape;
    const char *credential_encoding;
} body_types[] = {
    {"application/json", ESCAPE_JSON, "json"}, {"application/x-www-form-urlencoded", ESCAPE_URL, "form"},
    {"application/xml", ESCAPE_HTML, "none"},  {"text/xml", ESCAPE_HTML, "none"},
    {"text/html", ESCAPE_HTML, "none"},        {"", ESCAPE_NONE, "none"},
};

static int whole_body(struct making *making, struct text *out, const char **content_type)
{
    const struct provider *provider = making->provider;
    const struct body_type *type = body_types;
    const char *body;
    while (!text_starts(text_lower(making->arena, provider->content_type), type->prefix))
        type++;
    const struct place place = {.name = "body", .escape = type->escape, .credentials = type->credential_encoding};
    if (request_render(making, &place, provider->body, &body) != 0)
        return -1;
    text_add(out, body);
    *content_type = provider->content_type;
    return 0;
}

int request_body(struct making *making, struct request *request, const char **content_type)
{
    const struct provider *provider = making->provider;
    struct text body;
    int result = 0;
    text_init(&body, making->arena);
    *content_type = "";
    if (!text_empty(provider->body)) {
        result = whole_body(making, &body, content_type);
    } else if (provider->field_count > 0) {
        switch (provider->encoding) {
        case BODY_FORM:
            *content_type = "application/x-www-form-urlencoded";
            result = add_pairs(making, &body);
            break;
        case BODY_JSON:
            *content_type = "application/json";
            result = request_json(making, &body);
            break;
        case BODY_QUERY:
            result = add_query(making, request);
            break;
        case BODY_MULTIPART:
            result = add_multipart(making, &body, content_type);
            break;
        }
    }
    request->body = body.data;
    request->body_length = body.length;
    return result;
}

/* A credential reference is the only thing with control characters that may be in a header or a URL. */
static bool fit(const char *text, bool spaces)
{
    for (; *text != '\0'; text++) {
        if (*text == '\x02')
            text += strcspn(text, "\x03");
        else if ((unsigned char)*text < 0x20 || *text == 0x7f || (!spaces && *text == ' '))
            return false;
    }
    return true;
}

static int add_headers(struct making *making, struct request *request, const char *content_type)
{
    const struct provider *provider = making->provider;
    const char **headers = arena_array(making->arena, provider->header_count + 1, sizeof *headers);
    bool typed = content_type[0] == '\0';
    size_t count = 0;
    for (size_t i = 0; i < provider->header_count; i++) {
        const struct provider_field *field = &provider->headers[i];
        const char *value;
        if (request_render_field(making, field, "none", &value) != 0)
            return -1;
        if (!fit(field->name, false) || !fit(value, true))
            return err_set(making->err, ERR_REFUSED,
                           "%s: the header %s would get a control character; "
                           "use {{reference}} or another value that has none",
                           provider->file, field->name);
        typed = typed || text_equal_nocase(field->name, "Content-Type");
        headers[count++] = arena_printf(making->arena, "%s: %s", field->name, value);
    }
    if (!typed)
        headers[count++] = arena_printf(making->arena, "Content-Type: %s", content_type);
    request->headers = headers;
    request->header_count = count;
    return 0;
}

int request_http(struct making *making, struct request *request)
{
    const struct provider *provider = making->provider;
    const struct place url = {.name = "url", .escape = ESCAPE_URL, .credentials = "url"};
    const char *content_type;
    request->method = text_empty(provider->method) ? "POST" : provider->method;
    if (request_render(making, &url, provider->url, &request->url) != 0 ||
        request_body(making, request, &content_type) != 0)
        return -1;
    if (!fit(request->url, false))
        return err_set(making->err, ERR_CONFIG, "%s: the URL has a space or a control character; write it as %%20",
                       provider->file);
    return add_headers(making, request, content_type);
}
