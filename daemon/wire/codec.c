#include "wire/codec.h"

#include <string.h>

#include "base/arena.h"

void pack_bytes(struct packer *packer, const void *bytes, size_t length)
{
    if (packer->bytes != NULL) {
        if (packer->bad || length > packer->capacity - packer->length) {
            packer->bad = true;
            return;
        }
        if (length > 0)
            memcpy(packer->bytes + packer->length, bytes, length);
    }
    packer->length += length;
}

void pack_room(struct packer *packer, struct arena *arena)
{
    packer->bytes = arena_alloc(arena, packer->length);
    packer->capacity = packer->length;
    packer->length = 0;
}

void pack_number(struct packer *packer, uint64_t value, size_t width)
{
    unsigned char little[8];
    for (size_t i = 0; i < width; i++)
        little[i] = (unsigned char)(value >> (8 * i));
    pack_bytes(packer, little, width);
}

void pack_block(struct packer *packer, const void *bytes, size_t length)
{
    if (length > UINT32_MAX) {
        packer->bad = true;
        return;
    }
    pack_number(packer, length, 4);
    pack_bytes(packer, bytes, length);
}

void pack_string(struct packer *packer, const char *text, size_t max)
{
    if (text == NULL)
        text = "";
    size_t length = strlen(text);
    if (length > max) {
        length = max;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    pack_block(packer, text, length);
}

/* The next length bytes, or NULL once there are not that many. */
static const unsigned char *take(struct unpacker *unpacker, size_t length)
{
    if (unpacker->bad || length > unpacker->left) {
        unpacker->bad = true;
        return NULL;
    }
    const unsigned char *at = unpacker->bytes;
    unpacker->bytes += length;
    unpacker->left -= length;
    return at;
}

uint64_t unpack_number(struct unpacker *unpacker, size_t width)
{
    const unsigned char *at = take(unpacker, width);
    uint64_t value = 0;
    for (size_t i = 0; at != NULL && i < width; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

int unpack_choice(struct unpacker *unpacker, size_t count)
{
    uint64_t value = unpack_number(unpacker, 1);
    if (value >= count) {
        unpacker->bad = true;
        return 0;
    }
    return (int)value;
}

const char *unpack_block(struct unpacker *unpacker, size_t *length)
{
    size_t wanted = (size_t)unpack_number(unpacker, 4);
    const unsigned char *at = take(unpacker, wanted);
    *length = at == NULL ? 0 : wanted;
    if (at == NULL)
        return "";
    return arena_copy_n(unpacker->arena, (const char *)at, wanted);
}

const char *unpack_string(struct unpacker *unpacker)
{
    size_t length;
    const char *text = unpack_block(unpacker, &length);
    if (strlen(text) == length)
        return text;
    unpacker->bad = true;
    return "";
}

size_t unpack_count(struct unpacker *unpacker, size_t least)
{
    size_t count = (size_t)unpack_number(unpacker, 4);
    if (count > unpacker->left / least) {
        unpacker->bad = true;
        return 0;
    }
    return count;
}

bool unpack_finished(const struct unpacker *unpacker)
{
    return !unpacker->bad && unpacker->left == 0;
}
