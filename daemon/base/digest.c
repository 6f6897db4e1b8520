#include "base/digest.h"

#include "base/arena.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <string.h>

/* libcrypto fails here only without memory or without its default provider; neither leaves a safe way on. */
static void must(int ok)
{
    if (ok != 1)
        arena_give_up("libcrypto cannot compute SHA-256: stopping; all that was recorded is safe\n");
}

void digest_sha256(const void *bytes, size_t length, unsigned char out[SHA256_SIZE])
{
    must(EVP_Digest(bytes, length, out, NULL, EVP_sha256(), NULL));
}

char *digest_hex(const unsigned char *bytes, size_t length, char *buffer)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        buffer[2 * i] = hex[bytes[i] >> 4];
        buffer[2 * i + 1] = hex[bytes[i] & 15];
    }
    buffer[2 * length] = '\0';
    return buffer;
}

uint32_t digest_crc32(const void *bytes, size_t length)
{
    /* The reflected polynomial 0xEDB88320 applied to each half byte. */
    /* clang-format off */
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
    };
    /* clang-format on */
    const unsigned char *byte = bytes;
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= byte[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* Feeds the address in lower case, a buffer at a time. */
static void update_lower(EVP_MD_CTX *context, const char *address)
{
    char chunk[128];
    size_t size = 0;
    for (; *address != '\0'; address++) {
        chunk[size++] = text_lower_char(*address);
        if (size == sizeof chunk) {
            must(EVP_DigestUpdate(context, chunk, size));
            size = 0;
        }
    }
    must(EVP_DigestUpdate(context, chunk, size));
}

char *digest_address(const char *channel, const char *address, char buffer[SHA256_TEXT_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    must(context != NULL);
    must(EVP_DigestInit_ex(context, EVP_sha256(), NULL));
    must(EVP_DigestUpdate(context, channel, strlen(channel) + 1)); /* with its NUL */
    update_lower(context, address);
    must(EVP_DigestFinal_ex(context, digest, NULL));
    EVP_MD_CTX_free(context);
    return digest_hex(digest, sizeof digest, buffer);
}
