/* A provider file from any bytes, by the real loader; what is taken crosses the wire unchanged. */
#include "lib_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    config_try("providers/box.conf", &(struct feed){data, size});
    return 0;
}
