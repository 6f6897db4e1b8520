/*
 * A provider on the wire: the plain members by a table of offsets, in the
 * order of the table, then the three lists.
 */
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "wire/codec.h"
#include "wire/request.h"

#define PROVIDER_MAGIC 0x72505544U /* "DUPr" */
#define PROVIDER_VERSION 1
#define STRING_MAX (1U << 16)

enum member_type { MEMBER_STRING, MEMBER_INT, MEMBER_CHOICE };

struct member {
    enum member_type type;
    size_t offset;
    const struct names *names; /* of a choice */
};

#define STRING(field) MEMBER_STRING, offsetof(struct provider, field), NULL
#define INT(field) MEMBER_INT, offsetof(struct provider, field), NULL
#define CHOICE(field, words) MEMBER_CHOICE, offsetof(struct provider, field), &(words)

static const struct member members[] = {
    {STRING(name)},
    {STRING(file)},
    {CHOICE(kind, provider_kind_names)},
    {STRING(url)},
    {CHOICE(tls, tls_mode_names)},
    {STRING(user)},
    {STRING(credential)},
    {STRING(oauth)},
    {STRING(ca_file)},
    {STRING(envelope_from)},
    {STRING(method)},
    {CHOICE(encoding, body_encoding_names)},
    {STRING(body)},
    {STRING(content_type)},
    {STRING(id_pointer)},
    {INT(retry_after_max_s)},
    {INT(idempotency_window_s)},
    {STRING(directory)},
    {INT(connections)},
    {INT(connect_timeout_s)},
    {INT(reply_timeout_s)},
    {INT(per_second)},
    {STRING(password)},
};
#define MEMBER_COUNT (sizeof members / sizeof *members)

/* The table reads and writes them as int. */
_Static_assert(sizeof(int) == sizeof(int32_t), "int32_t members are int");
_Static_assert(sizeof(enum provider_kind) == sizeof(int) && sizeof(enum tls_mode) == sizeof(int) &&
                   sizeof(enum body_encoding) == sizeof(int),
               "choices are int");

static void pack_member(struct packer *packer, const struct member *member, const struct provider *provider)
{
    const char *at = (const char *)provider + member->offset;
    const char *text;
    int number;
    switch (member->type) {
    case MEMBER_STRING:
        memcpy(&text, at, sizeof text);
        pack_string(packer, text, STRING_MAX);
        break;
    case MEMBER_INT:
        memcpy(&number, at, sizeof number);
        pack_number(packer, (uint32_t)number, 4);
        break;
    case MEMBER_CHOICE:
        memcpy(&number, at, sizeof number);
        pack_number(packer, (uint64_t)number, 1);
        break;
    }
}

static void unpack_member(struct unpacker *unpacker, const struct member *member, struct provider *provider)
{
    char *at = (char *)provider + member->offset;
    const char *text;
    int number;
    switch (member->type) {
    case MEMBER_STRING:
        text = unpack_string(unpacker);
        memcpy(at, &text, sizeof text);
        break;
    case MEMBER_INT:
        number = (int)(uint32_t)unpack_number(unpacker, 4);
        memcpy(at, &number, sizeof number);
        break;
    case MEMBER_CHOICE:
        number = unpack_choice(unpacker, member->names->count);
        memcpy(at, &number, sizeof number);
        break;
    }
}

static void pack_fields(struct packer *packer, const struct provider_field *fields, size_t count)
{
    pack_number(packer, count, 4);
    for (size_t i = 0; i < count; i++) {
        pack_string(packer, fields[i].name, STRING_MAX);
        pack_string(packer, fields[i].value, STRING_MAX);
    }
}

static struct provider_field *unpack_fields(struct unpacker *unpacker, size_t *count)
{
    *count = unpack_count(unpacker, 8);
    struct provider_field *fields = arena_array(unpacker->arena, *count + 1, sizeof *fields);
    for (size_t i = 0; i < *count; i++) {
        fields[i].name = unpack_string(unpacker);
        fields[i].value = unpack_string(unpacker);
    }
    return fields;
}

static void pack_answers(struct packer *packer, const struct provider *provider)
{
    pack_number(packer, provider->answer_count, 4);
    for (size_t i = 0; i < provider->answer_count; i++) {
        const struct provider_answer *answer = &provider->answers[i];
        pack_number(packer, (uint32_t)answer->status_from, 4);
        pack_number(packer, (uint32_t)answer->status_to, 4);
        pack_string(packer, answer->pointer, STRING_MAX);
        pack_string(packer, answer->equals, STRING_MAX);
        pack_number(packer, (uint64_t)answer->outcome, 1);
    }
}

static void unpack_answers(struct unpacker *unpacker, struct provider *provider)
{
    provider->answer_count = unpack_count(unpacker, 17);
    provider->answers = arena_array(unpacker->arena, provider->answer_count + 1, sizeof *provider->answers);
    for (size_t i = 0; i < provider->answer_count; i++) {
        struct provider_answer *answer = &provider->answers[i];
        answer->status_from = (int)(uint32_t)unpack_number(unpacker, 4);
        answer->status_to = (int)(uint32_t)unpack_number(unpacker, 4);
        answer->pointer = unpack_string(unpacker);
        answer->equals = unpack_string(unpacker);
        answer->outcome = (enum outcome_class)unpack_choice(unpacker, outcome_class_names.count);
    }
}

static void pack_provider(struct packer *packer, const struct provider *provider)
{
    pack_number(packer, PROVIDER_MAGIC, 4);
    pack_number(packer, PROVIDER_VERSION, 4);
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        pack_member(packer, &members[i], provider);
    pack_fields(packer, provider->headers, provider->header_count);
    pack_fields(packer, provider->fields, provider->field_count);
    pack_answers(packer, provider);
}

const void *provider_pack(const struct provider *provider, struct arena *arena, size_t *length)
{
    struct packer packer = {.bytes = NULL};
    pack_provider(&packer, provider);
    pack_room(&packer, arena);
    pack_provider(&packer, provider);
    *length = packer.length;
    return packer.bytes;
}

int provider_unpack(const void *bytes, size_t length, struct arena *arena, struct provider *out, struct err *err)
{
    struct unpacker unpacker = {.bytes = bytes, .left = length, .arena = arena};
    if (unpack_number(&unpacker, 4) != PROVIDER_MAGIC || unpack_number(&unpacker, 4) != PROVIDER_VERSION)
        return err_set(err, ERR_FAILED, "the provider is of another version; restart dunningd and dunningd-send");

    struct provider provider = {.sender = ""};
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        unpack_member(&unpacker, &members[i], &provider);
    provider.headers = unpack_fields(&unpacker, &provider.header_count);
    provider.fields = unpack_fields(&unpacker, &provider.field_count);
    unpack_answers(&unpacker, &provider);
    if (!unpack_finished(&unpacker))
        return err_set(err, ERR_FAILED, "the provider that came over the wire is damaged; restart dunningd");
    *out = provider;
    return 0;
}
