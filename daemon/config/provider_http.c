/* What is to be checked of a provider of kind http. */
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "compose/template.h"
#include "config/provider_file.h"
#include "config/provider_values.h"

/* ---- templates ---- */

struct naming {
    struct reader *reader;
    const config_setting_t *setting;
    const char *key;
};

static bool is_value(const char *name)
{
    for (size_t i = 0; i < provider_value_count; i++)
        if (text_equal(provider_values[i].name, name))
            return true;
    return false;
}

/* The name of the credential in "credential.NAME" or "credential_base64.NAME", NULL if it is neither. */
static const char *credential_of(const char *name)
{
    static const char *const prefixes[] = {"credential.", "credential_base64."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (text_starts(name, prefixes[i]))
            return name + strlen(prefixes[i]);
    return NULL;
}

static void check_name(void *context, const char *name, bool section, int line)
{
    const struct naming *naming = context;
    const char *credential = credential_of(name);
    (void)line;
    if (credential == NULL && !is_value(name))
        reader_error(naming->reader, naming->setting,
                     "%s: there is no value {{%s}} for a provider; dunning-provider(5) lists them", naming->key, name);
    else if (credential != NULL && (section || credential[0] == '\0' || strchr(credential, '.') != NULL))
        reader_error(naming->reader, naming->setting,
                     "%s: {{%s}} is no credential; write {{credential.NAME}} with a name without dots", naming->key,
                     name);
}

void provider_template_check(struct reader *reader, const config_setting_t *setting, const char *key,
                             const char *source)
{
    struct template *template;
    struct template_fault fault;
    struct naming naming = {reader, setting, key};
    if (template_parse_at(reader->findings->arena, key, source, &template, &fault) != 0)
        reader_error(reader, setting, "%s: %s", key, fault.err.text);
    else
        template_names(template, check_name, &naming);
}

/* ---- headers and fields ---- */

static bool is_token(const char *name)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return name[0] != '\0' && strspn(name, token) == strlen(name);
}

static void check_header(struct reader *reader, config_setting_t *setting, const struct provider *provider, size_t at)
{
    const struct provider_field *header = &provider->headers[at];
    static const char *const ours[] = {"Host",       "Content-Length", "Transfer-Encoding",
                                       "Connection", "Expect",         "Upgrade"};
    config_setting_t *name = reader_member(setting, "name");
    if (name != setting && !is_token(header->name))
        reader_error(reader, name, "headers: \"%s\" is no name of a header; write it like X-Api-Key", header->name);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (text_equal_nocase(header->name, ours[i]))
            reader_error(reader, name, "headers: %s is set by the sender itself; remove it", header->name);
    if (text_equal_nocase(header->name, "Authorization") && provider->user[0] != '\0')
        reader_error(reader, name, "headers: user sets Authorization already; keep one of both");
    provider_template_check(reader, reader_member(setting, "value"), header->name, header->value);
}

/* True if the path of one name begins with the other, "to" and "to.0": in JSON a value cannot be both. */
static bool collide(const char *a, const char *b)
{
    size_t length = strlen(a);
    return text_starts(b, a) && (b[length] == '\0' || b[length] == '.');
}

static void check_field(struct reader *reader, config_setting_t *setting, const struct provider *provider, size_t at)
{
    const struct provider_field *field = &provider->fields[at];
    config_setting_t *name = reader_member(setting, "name");
    if (name != setting && (field->name[0] == '\0' || strchr(field->name, '"') != NULL))
        reader_error(reader, name, "fields: \"%s\" is no name of a field; write one without quotes", field->name);
    for (size_t i = 0; i < at && name != setting && provider->encoding == BODY_JSON; i++)
        if (collide(provider->fields[i].name, field->name) || collide(field->name, provider->fields[i].name))
            reader_error(reader, name, "fields: %s and %s cannot both be in one JSON body; rename one",
                         provider->fields[i].name, field->name);
    provider_template_check(reader, reader_member(setting, "value"), field->name, field->value);
}

static void check_parts(struct reader *reader, config_setting_t *setting, const struct provider *provider)
{
    config_setting_t *headers = config_setting_get_member(setting, "headers");
    config_setting_t *fields = config_setting_get_member(setting, "fields");
    for (size_t i = 0; i < provider->header_count; i++)
        check_header(reader, config_setting_get_elem(headers, (unsigned)i), provider, i);
    for (size_t i = 0; i < provider->field_count; i++)
        check_field(reader, config_setting_get_elem(fields, (unsigned)i), provider, i);
}

static void check_body(struct reader *reader, config_setting_t *setting, const struct provider *provider)
{
    if (provider->body[0] == '\0') {
        if (provider->content_type[0] != '\0')
            reader_error(reader, reader_member(setting, "content_type"),
                         "content_type: belongs to body; fields have the type of their encoding, remove it");
        return;
    }
    if (provider->field_count > 0)
        reader_error(reader, reader_member(setting, "body"), "body: there are fields too; keep one of both");
    if (provider->content_type[0] == '\0')
        reader_error(reader, reader_member(setting, "body"),
                     "body: content_type is missing; add content_type = \"application/json\"; or what it is");
    if (text_equal(provider->method, "GET"))
        reader_error(reader, reader_member(setting, "body"),
                     "body: GET has none; use POST, or fields with encoding = "
                     "\"query\"");
    provider_template_check(reader, reader_member(setting, "body"), "body", provider->body);
}

static void check_url(struct reader *reader, config_setting_t *setting, const struct provider *provider)
{
    config_setting_t *url = reader_member(setting, "url");
    bool plain = text_starts(provider->url, "http://");
    const char *host = plain ? provider->url + 7 : provider->url + 8;
    if ((!plain && !text_starts(provider->url, "https://")) || host[0] == '\0' || host[0] == '/') {
        reader_error(reader, url, "url: this is no web address; write it like https://api.example.com/messages");
        return;
    }
    if (host[0] == '{' || memchr(host, '@', strcspn(host, "/?")) != NULL || strchr(provider->url, ' ') != NULL)
        reader_error(reader, url, "url: the host must stand in it as it is, without user, password or spaces");
    if (plain && !provider_url_is_local(provider->url))
        reader_warn(reader, url,
                    "url: http:// sends messages and credentials readable for everyone on the way; use "
                    "https://");
    provider_template_check(reader, url, "url", provider->url);
}

/* ---- answers ---- */

static bool parse_status(struct arena *arena, const char *text, struct provider_answer *answer)
{
    const char *dash = strchr(text, '-');
    const char *first = dash == NULL ? text : arena_copy_n(arena, text, (size_t)(dash - text));
    int64_t from, to;
    if (!parse_i64(first, 100, 599, &from) || !parse_i64(dash == NULL ? text : dash + 1, 100, 599, &to) || from > to)
        return false;
    answer->status_from = (int)from;
    answer->status_to = (int)to;
    return true;
}

static void convert_answer(struct reader *reader, config_setting_t *setting, const struct answer_keys *keys,
                           struct provider_answer *answer)
{
    bool pointer = keys->pointer[0] != '\0';
    *answer = (struct provider_answer){.pointer = keys->pointer,
                                       .equals = pointer ? keys->equals : keys->contains,
                                       .outcome = keys->outcome};
    if (config_setting_get_member(setting, "status") != NULL &&
        !parse_status(reader->findings->arena, keys->status, answer))
        reader_error(reader, reader_member(setting, "status"),
                     "status: \"%s\" is no HTTP status; write one like 202, or a range like 400-499", keys->status);
    if (pointer && keys->pointer[0] != '/')
        reader_error(reader, reader_member(setting, "pointer"),
                     "pointer: \"%s\" is no JSON pointer; it begins with a slash, like /messages/0/status",
                     keys->pointer);
    if (pointer && keys->contains[0] != '\0')
        reader_error(reader, reader_member(setting, "contains"), "contains: there is a pointer too; keep one of both");
    if (!pointer && keys->equals[0] != '\0')
        reader_error(reader, reader_member(setting, "equals"),
                     "equals: there is no pointer that says of what; add pointer, or use contains");
}

static void convert_answers(struct reader *reader, config_setting_t *setting, struct provider_keys *keys)
{
    struct provider *provider = &keys->provider;
    config_setting_t *answers = config_setting_get_member(setting, "answers");
    provider->answers = arena_array(reader->arena, keys->answer_count + 1, sizeof *provider->answers);
    for (size_t i = 0; i < keys->answer_count; i++)
        convert_answer(reader, config_setting_get_elem(answers, (unsigned)i), &keys->answers[i],
                       &provider->answers[provider->answer_count++]);
}

static void check_id(struct reader *reader, config_setting_t *setting, const char *id)
{
    static const char header[] = "header:";
    bool named = text_starts(id, header) && is_token(id + strlen(header));
    if (id[0] != '\0' && id[0] != '/' && !named && !text_equal(id, "line"))
        reader_error(reader, reader_member(setting, "id"),
                     "id: \"%s\" is not known here; use a JSON pointer like /id, header:NAME or line", id);
}

void provider_file_finish_http(struct reader *reader, config_setting_t *setting, void *target)
{
    struct provider_keys *keys = target;
    struct provider *provider = &keys->provider;
    provider_file_finish_common(reader, provider);
    if (config_setting_get_member(setting, "url") != NULL)
        check_url(reader, setting, provider);
    provider_file_check_login(reader, setting, provider);
    check_parts(reader, setting, provider);
    check_body(reader, setting, provider);
    convert_answers(reader, setting, keys);
    check_id(reader, setting, provider->id_pointer);
    if (provider->idempotency_window_s > 0)
        reader_warn(reader, reader_member(setting, "idempotency_window"),
                    "idempotency_window: has no effect in this version; a message whose outcome is not known is held "
                    "for a person");
    if (text_equal(provider->method, "GET") && provider->field_count > 0 && provider->encoding != BODY_QUERY)
        reader_error(reader, reader_member(setting, "encoding"),
                     "encoding: GET has no body; use encoding = \"query\" or another method");
}
