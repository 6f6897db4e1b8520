#include "engine/request_of.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/email.h"
#include "engine/request_http.h"

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

const char *request_reference(const struct request_key *key, struct arena *arena)
{
    char notice[NOTICE_TEXT_SIZE];
    const char *stem = arena_printf(arena, "%s-%s-%d", notice_name(key->notice, notice),
                                    names_word(&channel_names, (int)key->channel), key->recipient);
    return key->revision > 1 ? arena_printf(arena, "%s-r%d", stem, key->revision) : stem;
}

static int cannot_carry(const struct making *making)
{
    return err_set(making->err, ERR_CONFIG, "%s: a provider of kind %s cannot carry %s; name another in channels.%s",
                   making->provider->file, names_word(&provider_kind_names, (int)making->provider->kind),
                   names_word(&channel_names, (int)making->key->channel),
                   names_word(&channel_names, (int)making->key->channel));
}

static int check_address(const struct making *making, const char *what, bool ok)
{
    if (ok)
        return 0;
    return err_set(making->err, ERR_REFUSED,
                   "provider %s: %s is not a bare address that may go to a mail server; "
                   "correct it",
                   making->provider->name, what);
}

static int request_smtp(struct making *making, const struct business *business, struct request *request)
{
    const struct rendered *rendered = making->rendered;
    if (text_empty(rendered->mail) || rendered->mail_length == 0)
        return cannot_carry(making);
    const char *from = making->provider->envelope_from;
    request->from = text_empty(from) ? business->email : from;
    request->to = making->address;
    request->body = rendered->mail;
    request->body_length = rendered->mail_length;
    if (check_address(making, "the envelope's sender", email_address_ok(request->from)) != 0)
        return -1;
    return check_address(making, "the recipient", email_recipient_ok(request->to));
}

static void set_body(struct request *request, const char *body, size_t length)
{
    request->body = or_empty(body);
    request->body_length = length;
}

static size_t length_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

/* DESIGN 4: NOTICE-CHANNEL-N.eml, .txt for SMS, .json for a handoff, whose CSV goes with it. */
static int request_drop(struct making *making, struct request *request)
{
    const struct rendered *rendered = making->rendered;
    const char *extension = "";
    switch (making->key->channel) {
    case CHANNEL_EMAIL:
        extension = ".eml";
        set_body(request, rendered->mail, rendered->mail_length);
        break;
    case CHANNEL_SMS:
        extension = ".txt";
        set_body(request, rendered->sms, length_of(rendered->sms));
        break;
    case CHANNEL_AGENCY:
        extension = ".json";
        set_body(request, rendered->package_json, length_of(rendered->package_json));
        request->second_body = or_empty(rendered->package_csv);
        request->second_length = length_of(rendered->package_csv);
        break;
    case CHANNEL_TASK:
    case CHANNEL_LETTER:
    case CHANNEL_PHONE:
        break;
    }
    if (request->body_length == 0)
        return cannot_carry(making);
    request->file = arena_printf(making->arena, "%s%s", making->reference, extension);
    if (request->second_length > 0)
        request->second_file = arena_printf(making->arena, "%s.csv", making->reference);
    return 0;
}

int request_of(const struct request_parts *parts, struct arena *arena, struct request *out, struct err *err)
{
    struct making making = {.provider = parts->provider,
                            .rendered = parts->rendered,
                            .address = parts->address,
                            .key = parts->key,
                            .reference = request_reference(parts->key, arena),
                            .arena = arena,
                            .err = err};
    struct request request = {.kind = making.provider->kind,
                              .from = "",
                              .to = "",
                              .method = "",
                              .url = "",
                              .file = "",
                              .body = "",
                              .second_file = "",
                              .second_body = ""};
    int result = 0;
    switch (making.provider->kind) {
    case PROVIDER_SMTP:
        result = request_smtp(&making, parts->business, &request);
        break;
    case PROVIDER_HTTP:
        making.values = request_values(&making, parts->business);
        result = request_http(&making, &request);
        break;
    case PROVIDER_DROP:
        result = request_drop(&making, &request);
        break;
    }
    if (result == 0)
        *out = request;
    return result;
}
