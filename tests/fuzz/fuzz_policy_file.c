/* A policy file from any bytes, by the real loader; what is taken gives example dates. */
#include "lib_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    config_try("policies/50-standard.conf", &(struct feed){data, size});
    return 0;
}
