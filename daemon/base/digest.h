/*
 * Digests: SHA-256 (libcrypto) and CRC-32 (zlib's polynomial, for the witness lines).
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_TEXT_SIZE 65

void digest_sha256(const void *bytes, size_t length, unsigned char out[SHA256_SIZE]);
char *digest_hex(const unsigned char *bytes, size_t length, char *buffer); /* buffer: 2 * length + 1 */
uint32_t digest_crc32(const void *bytes, size_t length);

/* Under which an address is kept in unique keys: hex SHA-256 of channel, a NUL, and the address in lower case. */
char *digest_address(const char *channel, const char *address, char buffer[SHA256_TEXT_SIZE]);

#endif
