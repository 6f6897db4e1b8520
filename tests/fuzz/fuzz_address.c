/* Mail addresses: what passes is one address that cannot end an SMTP command or a header. */
#include <string.h>

#include "compose/address.h"
#include "compose/email.h"
#include "fuzz.h"
#include "store/import_email.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *address = feed_rest(&feed, arena);
    const char *problem = import_email_problem(address);
    if (problem != NULL)
        REQUIRE(problem[0] != '\0' && text_is_utf8(problem, strlen(problem)), "a problem without words");
    const char *ascii = email_address_ok(address) ? email_address_ascii(arena, address) : NULL;
    if (fuzz_plant && ascii != NULL)
        ascii = arena_printf(arena, "%s>", ascii);
    if (email_address_ok(address)) {
        REQUIRE(strlen(address) <= 254, "%zu bytes", strlen(address));
        fuzz_check_shown("an address", address);
        REQUIRE(ascii != NULL, "an address that passes has no form for the wire");
        REQUIRE(strpbrk(ascii, " \t\r\n<>\"(),;:\\[]") == NULL, "a character that ends or divides an address");
        const char *at = strchr(ascii, '@');
        REQUIRE(at != NULL && at > ascii && at[1] != '\0' && strchr(at + 1, '@') == NULL, "not one @ in the middle");
        for (; *at != '\0'; at++)
            REQUIRE((unsigned char)*at < 0x80, "the domain is not ASCII");
    }
    arena_free(&arena);
    return 0;
}
