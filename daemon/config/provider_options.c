/* The keys of provider files. */
#include "base/arena.h"
#include "base/text.h"
#include "config/provider_file.h"
#include "config/tables.h"

#define FILE_NAME "providers"
#define MANUAL "dunning-provider(5)"
#define PROVIDER(member) AT(struct provider_keys, provider.member)

#define COMMON_OPTIONS(example_name, example_kind)                                                           \
    {.name = "name",                                                                                         \
     .type = OPTION_NAME,                                                                                    \
     PROVIDER(name),                                                                                         \
     .example = (example_name),                                                                              \
     .sentence = "Name of the provider; no two have the same."},                                             \
        {.name = "kind",                                                                                     \
         .type = OPTION_WORD,                                                                                \
         PROVIDER(kind),                                                                                     \
         .names = &provider_kind_names,                                                                      \
         .example = (example_kind),                                                                          \
         .sentence = "How it is spoken to."},                                                                \
        {.name = "connections",                                                                              \
         .type = OPTION_INT,                                                                                 \
         PROVIDER(connections),                                                                              \
         .values = "1..64",                                                                                  \
         .preset = "",                                                                                       \
         .example = "8",                                                                                     \
         .sentence = "Connections at a time.  Default: sender.connections of dunningd.conf(5)."},            \
    {                                                                                                        \
        .name = "per_second", .type = OPTION_INT, PROVIDER(per_second), .values = "0..10000", .preset = "0", \
        .sentence = "Messages per second at most; 0 for no limit."                                           \
    }

#define NETWORK_OPTIONS                                                                                     \
    {.name = "ca_file",                                                                                     \
     .type = OPTION_PATH,                                                                                   \
     PROVIDER(ca_file),                                                                                     \
     .preset = "",                                                                                          \
     .example = "\"/etc/ssl/certs/example-ca.pem\"",                                                        \
     .sentence = "File with the certificates that are trusted.  Default: the system's."},                   \
        {.name = "connect_timeout",                                                                         \
         .type = OPTION_SECONDS,                                                                            \
         PROVIDER(connect_timeout_s),                                                                       \
         .values = "1s..5min",                                                                              \
         .preset = "\"30s\"",                                                                               \
         .sentence = "Time to connect."},                                                                   \
    {                                                                                                       \
        .name = "reply_timeout", .type = OPTION_SECONDS, PROVIDER(reply_timeout_s), .values = "1s..10min",  \
        .preset = "\"10min\"", .sentence = "Time to wait for an answer; what is not answered is uncertain." \
    }

#define LOGIN_OPTIONS                                                                                       \
    {.name = "user",                                                                                        \
     .type = OPTION_TEXT,                                                                                   \
     PROVIDER(user),                                                                                        \
     .preset = "",                                                                                          \
     .example = "\"dunning\"",                                                                              \
     .sentence = "User for the login.  Default: no login."},                                                \
        {.name = "credential",                                                                              \
         .type = OPTION_NAME,                                                                               \
         PROVIDER(credential),                                                                              \
         .preset = "",                                                                                      \
         .example = "\"smarthost\"",                                                                        \
         .sentence = "Name of the credential that holds the user's password."},                             \
    {                                                                                                       \
        .name = "password", .type = OPTION_TEXT, PROVIDER(password), .preset = "", .example = "\"secret\"", \
        .sentence = "The password itself, only with allow_inline_secrets of dunningd.conf(5)."              \
    }

static const struct option smtp_options[] = {
    COMMON_OPTIONS("\"smarthost\"", "\"smtp\""),
    {.name = "url",
     .type = OPTION_TEXT,
     PROVIDER(url),
     .example = "\"smtp://mail.example.com:587\"",
     .sentence = "smtp:// or smtps://, host and port of the mail server."},
    {.name = "tls",
     .type = OPTION_WORD,
     PROVIDER(tls),
     .names = &tls_mode_names,
     .preset = "",
     .example = "\"starttls\"",
     .sentence = "starttls is required to succeed; implicit is TLS from the first byte; none is meant for servers on "
                 "this machine.  Default: starttls for smtp://, implicit for smtps://."},
    LOGIN_OPTIONS,
    {.name = "oauth",
     .type = OPTION_NAME,
     PROVIDER(oauth),
     .preset = "",
     .example = "\"smarthost-token\"",
     .sentence = "Name of the credential that holds a bearer token, instead of a password."},
    {.name = "envelope_from",
     .type = OPTION_TEXT,
     PROVIDER(envelope_from),
     .preset = "",
     .example = "\"bounces@example.com\"",
     .sentence = "Address to which bounces go.  Default: business.email of dunningd.conf(5)."},
    NETWORK_OPTIONS,
};

static const struct option header_options[] = {
    {.name = "name",
     .type = OPTION_TEXT,
     AT(struct provider_field, name),
     .example = "\"Authorization\"",
     .sentence = "Name of the header."},
    {.name = "value",
     .type = OPTION_TEXT,
     AT(struct provider_field, value),
     .example = "\"Bearer {{credential.example}}\"",
     .sentence = "Its value, a template."},
};

static const struct option field_options[] = {
    {.name = "name",
     .type = OPTION_TEXT,
     AT(struct provider_field, name),
     .example = "\"text\"",
     .sentence = "Name of the field; in JSON a path with dots, in which numbers are places in a list."},
    {.name = "value",
     .type = OPTION_LINES,
     AT(struct provider_field, value),
     .example = "\"{{text}}\"",
     .sentence = "Its value, a template."},
};

static const struct option answer_options[] = {
    {.name = "status",
     .type = OPTION_TEXT,
     AT(struct answer_keys, status),
     .example = "\"202\"",
     .sentence = "An HTTP status, or a range like 400-499."},
    {.name = "pointer",
     .type = OPTION_TEXT,
     AT(struct answer_keys, pointer),
     .preset = "",
     .example = "\"/messages/0/status\"",
     .sentence = "JSON pointer to a value of the answer that must be there."},
    {.name = "equals",
     .type = OPTION_TEXT,
     AT(struct answer_keys, equals),
     .preset = "",
     .example = "\"0\"",
     .sentence = "What the pointer's value must be, as a text."},
    {.name = "contains",
     .type = OPTION_TEXT,
     AT(struct answer_keys, contains),
     .preset = "",
     .example = "\"Accepted\"",
     .sentence = "A text that the answer must contain, instead of a pointer."},
    {.name = "outcome",
     .type = OPTION_WORD,
     AT(struct answer_keys, outcome),
     .names = &outcome_class_names,
     .values = "accepted|refused|refused_for_now|misconfigured|uncertain",
     .example = "\"accepted\"",
     .sentence = "What such an answer means."},
};

static const struct option http_options[] = {
    COMMON_OPTIONS("\"gateway\"", "\"http\""),
    {.name = "url",
     .type = OPTION_TEXT,
     PROVIDER(url),
     .example = "\"https://api.example.com/messages\"",
     .sentence = "URL of the request, a template."},
    {.name = "method",
     .type = OPTION_WORD,
     PROVIDER(method),
     .values = "POST|PUT|GET",
     .preset = "\"POST\"",
     .sentence = "Method of the request."},
    LOGIN_OPTIONS,
    {.name = "headers",
     .type = OPTION_LIST,
     LIST_AT(struct provider_keys, provider.headers, provider.header_count),
     .preset = "",
     .group = &group_header,
     .example = "( { name = \"...\"; value = \"...\"; } )",
     .sentence = "Headers of the request."},
    {.name = "encoding",
     .type = OPTION_WORD,
     PROVIDER(encoding),
     .names = &body_encoding_names,
     .preset = "\"form\"",
     .sentence = "How the fields are put into the request."},
    {.name = "fields",
     .type = OPTION_LIST,
     LIST_AT(struct provider_keys, provider.fields, provider.field_count),
     .preset = "",
     .group = &group_field,
     .example = "( { name = \"...\"; value = \"...\"; } )",
     .sentence = "Fields of the request, in their order."},
    {.name = "body",
     .type = OPTION_LINES,
     PROVIDER(body),
     .preset = "",
     .example = "\"{\\\"to\\\": \\\"{{to}}\\\", \\\"text\\\": \\\"{{text}}\\\"}\"",
     .sentence = "The whole body, a template, instead of fields."},
    {.name = "content_type",
     .type = OPTION_TEXT,
     PROVIDER(content_type),
     .preset = "",
     .example = "\"application/json\"",
     .sentence = "Content-Type of body; values are escaped for it."},
    {.name = "sender",
     .type = OPTION_TEXT,
     PROVIDER(sender),
     .preset = "",
     .example = "\"Example\"",
     .sentence = "Name of the sender of an SMS, for {{sender}}."},
    {.name = "answers",
     .type = OPTION_LIST,
     LIST_AT(struct provider_keys, answers, answer_count),
     .preset = "",
     .group = &group_answer,
     .example = "( { status = \"202\"; outcome = \"accepted\"; } )",
     .sentence = "What answers mean; the first row that fits decides, what fits none is judged by its status."},
    {.name = "id",
     .type = OPTION_TEXT,
     PROVIDER(id_pointer),
     .preset = "",
     .example = "\"/id\"",
     .sentence = "Where the answer has the provider's own name of the message: a JSON pointer, header:NAME, or line "
                 "for its first line."},
    {.name = "retry_after_max",
     .type = OPTION_SECONDS,
     PROVIDER(retry_after_max_s),
     .values = "1s..7d",
     .preset = "\"1h\"",
     .sentence = "A longer Retry-After of the provider is cut to this."},
    {.name = "idempotency_window",
     .type = OPTION_SECONDS,
     PROVIDER(idempotency_window_s),
     .values = "1min..7d",
     .preset = "",
     .example = "\"24h\"",
     .sentence = "How long the provider takes the same request for the same message.  Default: it does not."},
    NETWORK_OPTIONS,
};

static const struct option drop_options[] = {
    COMMON_OPTIONS("\"outbox\"", "\"drop\""),
    {.name = "directory",
     .type = OPTION_PATH,
     PROVIDER(directory),
     .example = "\"/var/spool/dunningd/outbox\"",
     .sentence = "Directory into which each message is written as a file; it belongs to the sender."},
};

static const struct provider_kind_row {
    const struct option_group *group;
} kinds[] = {
    [PROVIDER_SMTP] = {&group_smtp},
    [PROVIDER_HTTP] = {&group_http},
    [PROVIDER_DROP] = {&group_drop},
};

/* The kind says which keys there are, so it is read first. */
static void read_provider(struct reader *reader, const struct option *option, config_setting_t *setting, void *member)
{
    struct provider **provider = member;
    struct provider_keys keys;
    const char *word = "";
    (void)option;
    if (config_setting_is_group(setting) != CONFIG_TRUE || config_setting_get_member(setting, "kind") == NULL ||
        config_setting_lookup_string(setting, "kind", &word) != CONFIG_TRUE) {
        reader_error(reader, setting, "provider: kind is missing; add kind = \"smtp\";, \"http\" or \"drop\"");
        return;
    }
    int kind = names_find(&provider_kind_names, word);
    if (kind < 0) {
        reader_error(reader, config_setting_get_member(setting, "kind"), "kind: \"%s\" is not known here; use %s", word,
                     names_all(&provider_kind_names, reader->findings->arena));
        return;
    }
    reader_group(reader, setting, kinds[kind].group, &keys);
    *provider = arena_alloc(reader->arena, sizeof **provider);
    **provider = keys.provider;
}

static const struct option file_options[] = {
    {.name = "provider",
     .type = OPTION_SPECIAL,
     AT(struct provider_file, provider),
     .example = "{ ... }",
     .read = read_provider,
     .sentence = "The provider of this file."},
};

const struct option_group group_provider_file = {FILE_NAME, "", MANUAL, GROUP_OF(file_options, struct provider_file)};
const struct option_group group_smtp = {FILE_NAME, "provider smtp", MANUAL,
                                        GROUP_OF(smtp_options, struct provider_keys),
                                        .finish = provider_file_finish_smtp};
const struct option_group group_http = {FILE_NAME, "provider http", MANUAL,
                                        GROUP_OF(http_options, struct provider_keys),
                                        .finish = provider_file_finish_http};
const struct option_group group_drop = {FILE_NAME, "provider drop", MANUAL,
                                        GROUP_OF(drop_options, struct provider_keys),
                                        .finish = provider_file_finish_drop};
const struct option_group group_header = {FILE_NAME, "header", MANUAL, GROUP_OF(header_options, struct provider_field)};
const struct option_group group_field = {FILE_NAME, "field", MANUAL, GROUP_OF(field_options, struct provider_field)};
const struct option_group group_answer = {FILE_NAME, "answer", MANUAL, GROUP_OF(answer_options, struct answer_keys)};
