/*
 * Frames: one layout for all types, so that the header of a hello can be read
 * whatever the other side's protocol; what a type must carry is a table.
 */
#include "wire/wire.h"

#include <string.h>

#include "base/arena.h"
#include "wire/codec.h"

#define NAME_MAX_BYTES 200
#define REASON_MAX_BYTES 64
#define TEXT_MAX_BYTES 2000
#define ID_MAX_BYTES 1000

#define WORD_COUNT(words) (sizeof(words) / sizeof *(words))

static const char *const frame_words[] = {"hello", "provider", "submit", "ask",    "yes",
                                          "no",    "outcome",  "ack",    "in_hand"};
const struct names frame_names = {frame_words, WORD_COUNT(frame_words)};
_Static_assert(WORD_COUNT(frame_words) == FRAME_COUNT, "one word for each frame");

static const char *const phase_words[] = {"queued", "connect",   "envelope", "body",
                                          "asked",  "committed", "sent",     "done"};
const struct names phase_names = {phase_words, WORD_COUNT(phase_words)};
_Static_assert(WORD_COUNT(phase_words) == PHASE_DONE + 1, "one word for each phase");

/* What a frame of a type must carry. */
struct shape {
    bool attempt, name;
};

static const struct shape shapes[FRAME_COUNT] = {
    [FRAME_HELLO] = {.attempt = false, .name = false},   [FRAME_PROVIDER] = {.attempt = false, .name = true},
    [FRAME_SUBMIT] = {.attempt = true, .name = true},    [FRAME_ASK] = {.attempt = true, .name = false},
    [FRAME_YES] = {.attempt = true, .name = false},      [FRAME_NO] = {.attempt = true, .name = false},
    [FRAME_OUTCOME] = {.attempt = true, .name = false},  [FRAME_ACK] = {.attempt = true, .name = false},
    [FRAME_IN_HAND] = {.attempt = false, .name = false}, /* attempt 0 closes the list */
};

size_t frame_pack(const struct frame *frame, unsigned char *buffer)
{
    struct packer packer = {.bytes = buffer, .capacity = WIRE_FRAME_MAX};
    pack_number(&packer, (uint64_t)frame->type, 1);
    pack_number(&packer, (uint64_t)frame->class, 1);
    pack_number(&packer, (uint64_t)frame->phase, 1);
    pack_number(&packer, 0, 1);
    pack_number(&packer, frame->protocol, 4);
    pack_number(&packer, (uint64_t)frame->attempt, 8);
    pack_number(&packer, (uint64_t)frame->generation, 8);
    pack_number(&packer, frame->token, 8);
    pack_number(&packer, (uint32_t)frame->code, 4);
    pack_number(&packer, (uint32_t)frame->retry_after_s, 4);
    pack_string(&packer, frame->name, NAME_MAX_BYTES);
    pack_string(&packer, frame->reason, REASON_MAX_BYTES);
    pack_string(&packer, frame->text, TEXT_MAX_BYTES);
    pack_string(&packer, frame->provider_id, ID_MAX_BYTES);
    return packer.length;
}
_Static_assert(40 + 4 * 4 + NAME_MAX_BYTES + REASON_MAX_BYTES + TEXT_MAX_BYTES + ID_MAX_BYTES < WIRE_FRAME_MAX,
               "every frame fits");

static void unpack_fields(struct unpacker *unpacker, struct frame *frame)
{
    frame->type = (enum frame_type)unpack_choice(unpacker, FRAME_COUNT);
    frame->class = (enum outcome_class)unpack_choice(unpacker, outcome_class_names.count);
    frame->phase = (enum phase)unpack_choice(unpacker, phase_names.count);
    unpack_choice(unpacker, 1);
    frame->protocol = (uint32_t)unpack_number(unpacker, 4);
    frame->attempt = (int64_t)unpack_number(unpacker, 8);
    frame->generation = (int64_t)unpack_number(unpacker, 8);
    frame->token = unpack_number(unpacker, 8);
    frame->code = (int32_t)(uint32_t)unpack_number(unpacker, 4);
    frame->retry_after_s = (int32_t)(uint32_t)unpack_number(unpacker, 4);
    frame->name = unpack_string(unpacker);
    frame->reason = unpack_string(unpacker);
    frame->text = unpack_string(unpacker);
    frame->provider_id = unpack_string(unpacker);
    frame->fd = -1;
}

int frame_unpack(const unsigned char *bytes, size_t length, struct arena *arena, struct frame *out)
{
    struct unpacker unpacker = {.bytes = bytes, .left = length, .arena = arena};
    struct frame frame;
    unpack_fields(&unpacker, &frame);
    if (!unpack_finished(&unpacker))
        return -1;
    if (shapes[frame.type].attempt && (frame.attempt <= 0 || frame.token == 0))
        return -1;
    if (shapes[frame.type].name && frame.name[0] == '\0')
        return -1;
    *out = frame;
    return 0;
}
