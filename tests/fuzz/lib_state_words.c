#include "lib_state_words.h"

#include "model/case.h"
#include "model/event.h"
#include "model/hold.h"
#include "model/notice.h"
#include "model/outcome.h"
#include "model/reason.h"

enum { WORDS_MAX = 255 };

static const struct names *const lists[] = {&notice_status_names, &message_status_names, &attempt_status_names,
                                            &record_status_names, &action_names,         &channel_names,
                                            &block_names,         &hold_scope_names,     &hold_kind_names,
                                            &task_kind_names,     &task_status_names,    &task_outcome_names,
                                            &reason_names,        &event_names};

static const char *const more[] = {"",         "C-1",       "C-2",        "C-3",   "I-1",     "I-2",    "I-7",
                                   "standard", "EUR",       "JPY",        "EUROS", "reserve", "frozen", "first",
                                   "all",      "box",       "1",          "0",     "-1",      "early",  "reminder",
                                   "notice",   "call",      "recover",    "en",    "de-AT",   "reload", "none",
                                   "letter",   "withdrawn", "passed_over"};

const char *const *state_words(size_t *count)
{
    static const char *words[WORDS_MAX];
    static size_t found;
    for (size_t i = 0; found == 0 && i < sizeof more / sizeof *more; i++)
        words[i] = more[i];
    if (found == 0) {
        found = sizeof more / sizeof *more;
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            for (size_t n = 0; n < lists[i]->count && found < WORDS_MAX; n++)
                words[found++] = lists[i]->words[n];
    }
    *count = found;
    return words;
}
