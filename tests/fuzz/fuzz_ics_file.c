/* An iCalendar file from any bytes, by the real loader. */
#include "lib_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    config_try("calendars/office.ics", &(struct feed){data, size});
    return 0;
}
