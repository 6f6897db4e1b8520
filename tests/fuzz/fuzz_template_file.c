/* A template file from any bytes, by the real loader. */
#include "lib_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    config_try("templates/en/t.txt", &(struct feed){data, size});
    return 0;
}
