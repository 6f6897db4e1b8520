#include "model/notice.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"

static const char *const action_words[] = {"remind", "notice", "offer_plan", "handoff", "task"};
const struct names action_names = {action_words, sizeof action_words / sizeof *action_words};
_Static_assert(sizeof action_words / sizeof *action_words == ACTION_TASK + 1, "one word for each value");

static const char *const charge_kind_words[] = {"interest", "compensation", "fee"};
const struct names charge_kind_names = {charge_kind_words, sizeof charge_kind_words / sizeof *charge_kind_words};
_Static_assert(sizeof charge_kind_words / sizeof *charge_kind_words == CHARGE_FEE + 1, "one word for each value");

static const char *const channel_words[] = {"email", "sms", "agency", "task", "letter", "phone"};
const struct names channel_names = {channel_words, sizeof channel_words / sizeof *channel_words};
_Static_assert(sizeof channel_words / sizeof *channel_words == CHANNEL_PHONE + 1, "one word for each value");

static const char *const notice_status_words[] = {"awaiting_approval", "planned",   "accepted", "failed",
                                                  "uncertain",         "withdrawn", "rejected", "bounced"};
const struct names notice_status_names = {notice_status_words,
                                          sizeof notice_status_words / sizeof *notice_status_words};
_Static_assert(sizeof notice_status_words / sizeof *notice_status_words == NOTICE_BOUNCED + 1,
               "one word for each value");

static const char *const block_words[] = {"due", "carried", "upcoming", "info"};
const struct names block_names = {block_words, sizeof block_words / sizeof *block_words};
_Static_assert(sizeof block_words / sizeof *block_words == BLOCK_INFO + 1, "one word for each value");

char *notice_name(int64_t id, char buffer[NOTICE_TEXT_SIZE])
{
    snprintf(buffer, NOTICE_TEXT_SIZE, "N-%06" PRId64, id);
    return buffer;
}

int64_t notice_number(const char *text)
{
    int64_t id;

    if ((text[0] == 'N' || text[0] == 'n') && text[1] == '-')
        text += 2;
    return parse_i64(text, 1, INT64_MAX, &id) ? id : 0;
}
