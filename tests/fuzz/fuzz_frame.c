/* Frames between the programs: what is understood is packed again to the same bytes. */
#include <string.h>

#include "fuzz.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char buffer[WIRE_FRAME_MAX];
    struct arena *arena = arena_new(0);
    struct frame frame = {0};
    if (size <= WIRE_FRAME_MAX && frame_unpack(data, size, arena, &frame) == 0) {
        REQUIRE(frame.fd == -1, "a descriptor out of nothing");
        REQUIRE((int)frame.type >= 0 && frame.type < FRAME_COUNT, "a frame of no type");
        REQUIRE((int)frame.phase >= 0 && frame.phase <= PHASE_DONE, "a frame in no phase");
        REQUIRE((int)frame.class >= 0 && frame.class <= OUTCOME_UNCERTAIN, "a frame of no class");
        frame.attempt += fuzz_plant;
        size_t length = frame_pack(&frame, buffer);
        REQUIRE(length == size && memcmp(buffer, data, size) == 0, "a frame came back as another");
    }
    arena_free(&arena);
    return 0;
}
