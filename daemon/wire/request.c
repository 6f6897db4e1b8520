#include "wire/request.h"

#include "base/arena.h"
#include "wire/codec.h"

#define REQUEST_MAGIC 0x71525544U /* "DURq" */
#define REQUEST_VERSION 1
#define STRING_MAX (1U << 20)

static void pack_request(struct packer *packer, const struct request *request)
{
    pack_number(packer, REQUEST_MAGIC, 4);
    pack_number(packer, REQUEST_VERSION, 4);
    pack_number(packer, (uint64_t)request->kind, 1);
    pack_string(packer, request->from, STRING_MAX);
    pack_string(packer, request->to, STRING_MAX);
    pack_string(packer, request->method, STRING_MAX);
    pack_string(packer, request->url, STRING_MAX);
    pack_number(packer, request->header_count, 4);
    for (size_t i = 0; i < request->header_count; i++)
        pack_string(packer, request->headers[i], STRING_MAX);
    pack_string(packer, request->file, STRING_MAX);
    pack_block(packer, request->body, request->body_length);
    pack_string(packer, request->second_file, STRING_MAX);
    pack_block(packer, request->second_body, request->second_length);
}

const void *request_pack(const struct request *request, struct arena *arena, size_t *length)
{
    struct packer packer = {.bytes = NULL};
    pack_request(&packer, request);
    pack_room(&packer, arena);
    pack_request(&packer, request);
    *length = packer.length;
    return packer.bytes;
}

static const char *const *unpack_headers(struct unpacker *unpacker, size_t *count)
{
    *count = unpack_count(unpacker, 4);
    const char **headers = arena_array(unpacker->arena, *count + 1, sizeof *headers);
    for (size_t i = 0; i < *count; i++)
        headers[i] = unpack_string(unpacker);
    return headers;
}

int request_unpack(const void *bytes, size_t length, struct arena *arena, struct request *out, struct err *err)
{
    struct unpacker unpacker = {.bytes = bytes, .left = length, .arena = arena};
    if (unpack_number(&unpacker, 4) != REQUEST_MAGIC)
        return err_set(err, ERR_FAILED, "the request is damaged; it was not sent");
    if (unpack_number(&unpacker, 4) != REQUEST_VERSION)
        return err_set(err, ERR_FAILED, "the request is of another version; restart dunningd and dunningd-send");

    struct request request = {0};
    request.kind = (enum provider_kind)unpack_choice(&unpacker, provider_kind_names.count);
    request.from = unpack_string(&unpacker);
    request.to = unpack_string(&unpacker);
    request.method = unpack_string(&unpacker);
    request.url = unpack_string(&unpacker);
    request.headers = unpack_headers(&unpacker, &request.header_count);
    request.file = unpack_string(&unpacker);
    request.body = unpack_block(&unpacker, &request.body_length);
    request.second_file = unpack_string(&unpacker);
    request.second_body = unpack_block(&unpacker, &request.second_length);
    if (!unpack_finished(&unpacker))
        return err_set(err, ERR_FAILED, "the request is damaged; it was not sent");
    *out = request;
    return 0;
}
