#include "model/case.h"

static const char *const record_status_words[] = {"planned",     "accepted",  "uncertain",
                                                  "passed_over", "withdrawn", "bounced"};
const struct names record_status_names = {record_status_words,
                                          sizeof record_status_words / sizeof *record_status_words};
_Static_assert(sizeof record_status_words / sizeof *record_status_words == RECORD_BOUNCED + 1,
               "one word for each value");
