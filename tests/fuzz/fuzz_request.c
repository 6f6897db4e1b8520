/* Requests and providers on the wire: what is understood is packed again to the same bytes. */
#include <string.h>

#include "fuzz.h"
#include "wire/request.h"

static void check_request(const uint8_t *data, size_t size, struct arena *arena)
{
    struct request request = {0};
    struct err err = {0};
    size_t length;
    if (request_unpack(data, size, arena, &request, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    REQUIRE((int)request.kind >= 0 && request.kind <= PROVIDER_DROP, "a request of no kind");
    if (fuzz_plant)
        request.kind = request.kind == PROVIDER_SMTP ? PROVIDER_HTTP : PROVIDER_SMTP;
    const void *bytes = request_pack(&request, arena, &length);
    REQUIRE(bytes != NULL && length == size && memcmp(bytes, data, size) == 0, "a request came back as another");
}

static void check_provider(const uint8_t *data, size_t size, struct arena *arena)
{
    struct provider provider = {0};
    struct err err = {0};
    size_t length;
    if (provider_unpack(data, size, arena, &provider, &err) != 0) {
        fuzz_check_err(&err);
        return;
    }
    provider.connections += fuzz_plant;
    const void *bytes = provider_pack(&provider, arena, &length);
    REQUIRE(bytes != NULL && length == size && memcmp(bytes, data, size) == 0, "a provider came back as another");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    if (size > 0 && (data[0] & 1) != 0)
        check_provider(data + 1, size - 1, arena);
    else if (size > 0)
        check_request(data + 1, size - 1, arena);
    arena_free(&arena);
    return 0;
}
