/*
 * What a provider's templates see of a message, and how they are rendered.
 */
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "engine/request_http.h"

#define OUTPUT_MAX (8U << 20)

/* In the form of a UUID, from what tells this message and revision from all others: an idempotency key. */
static const char *uuid_of(const struct making *making)
{
    const char *key = arena_printf(making->arena, "%s %lld %s", making->reference, (long long)making->key->message,
                                   making->rendered->message_id == NULL ? "" : making->rendered->message_id);
    unsigned char digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    digest_sha256(key, strlen(key), digest);
    digest[6] = (unsigned char)((digest[6] & 0x0fU) | 0x80U); /* version 8: of our own making */
    digest[8] = (unsigned char)((digest[8] & 0x3fU) | 0x80U);
    digest_hex(digest, sizeof digest, hex);
    return arena_printf(making->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static const char *text_of(const struct making *making)
{
    const struct rendered *rendered = making->rendered;
    const char *text = making->key->channel == CHANNEL_SMS ? rendered->sms : rendered->text;
    return text == NULL ? "" : text;
}

static void set_text(struct value *values, const char *key, const char *text)
{
    value_set_text(values, key, text == NULL ? "" : text);
}

struct value *request_values(const struct making *making, const struct business *business)
{
    const struct rendered *rendered = making->rendered;
    const struct request_key *key = making->key;
    struct value *values = value_map(making->arena);
    bool unicode = key->channel == CHANNEL_SMS && rendered->coding == SMS_UCS2;

    set_text(values, "to", making->address);
    set_text(values, "from", text_empty(rendered->from_address) ? business->email : rendered->from_address);
    set_text(values, "from_name", business->name);
    set_text(values, "reply_to", business->reply_to);
    set_text(values, "subject", rendered->subject);
    set_text(values, "text", text_of(making));
    set_text(values, "html", rendered->html);
    set_text(values, "mail", rendered->mail);
    set_text(values, "message_id", rendered->message_id);
    set_text(values, "package", rendered->package_json);
    set_text(values, "package_csv", rendered->package_csv);
    set_text(values, "sender", key->sender);
    set_text(values, "reference", making->reference);
    set_text(values, "uuid", uuid_of(making));
    set_text(values, "attempt", arena_printf(making->arena, "%lld", (long long)key->attempt));
    set_text(values, "coding", unicode ? "2" : "0");
    value_set(values, "unicode", value_bool(making->arena, unicode));
    return values;
}

/* The credentials of one template: each name that it uses becomes a reference. */
struct credentials {
    struct arena *arena;
    struct value *plain, *base64;
    const char *encoding;
};

static void add_credential(void *context, const char *name, bool section, int line)
{
    static const char plain_prefix[] = "credential.", base64_prefix[] = "credential_base64.";
    struct credentials *credentials = context;
    (void)section;
    (void)line;
    bool base64 = text_starts(name, base64_prefix);
    if (!base64 && !text_starts(name, plain_prefix))
        return;
    name += base64 ? strlen(base64_prefix) : strlen(plain_prefix);
    const char *encoding = base64 ? "base64" : credentials->encoding;
    value_set(base64 ? credentials->base64 : credentials->plain, name,
              value_verbatim(credentials->arena, arena_printf(credentials->arena, "\x02%s:%s\x03", encoding, name)));
}

int request_render(struct making *making, const struct place *place, const char *source, const char **out)
{
    const char *name = arena_printf(making->arena, "%s: %s", making->provider->file, place->name);
    struct template *template;
    if (template_parse(making->arena, name, source, &template, making->err) != 0)
        return -1;

    struct credentials credentials = {.arena = making->arena,
                                      .plain = value_map(making->arena),
                                      .base64 = value_map(making->arena),
                                      .encoding = place->credentials};
    template_names(template, add_credential, &credentials);
    value_set(making->values, "credential", credentials.plain);
    value_set(making->values, "credential_base64", credentials.base64);

    const struct template_render_options options = {.escape = place->escape,
                                                    .max_output = OUTPUT_MAX,
                                                    .unknown_is_error = true};
    struct text text;
    text_init(&text, making->arena);
    if (template_render(template, making->values, &options, &text, making->err) != 0)
        return -1;
    *out = text.data;
    return 0;
}

int request_render_field(struct making *making, const struct provider_field *field, const char *credentials,
                         const char **out)
{
    const struct place place = {.name = field->name, .escape = ESCAPE_NONE, .credentials = credentials};
    return request_render(making, &place, field->value, out);
}
