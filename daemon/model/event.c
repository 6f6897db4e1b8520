#include "model/event.h"

#include <syslog.h>

static const char *const event_words[] = {
    [EVENT_STARTED] = "started",
    [EVENT_STOPPED] = "stopped",
    [EVENT_RELOADED] = "reloaded",
    [EVENT_RELOAD_FAILED] = "reload_failed",
    [EVENT_PASS] = "pass",
    [EVENT_SUMMARY] = "summary",
    [EVENT_BLOCKED] = "blocked",
    [EVENT_UNBLOCKED] = "unblocked",
    [EVENT_PLANNED] = "planned",
    [EVENT_APPROVAL_ASKED] = "approval_asked",
    [EVENT_APPROVED] = "approved",
    [EVENT_REJECTED] = "rejected",
    [EVENT_CLAIMED] = "claimed",
    [EVENT_ACCEPTED] = "accepted",
    [EVENT_REFUSED] = "refused",
    [EVENT_REFUSED_FOR_NOW] = "refused_for_now",
    [EVENT_MISCONFIGURED] = "misconfigured",
    [EVENT_STOPPED_AT_COMMIT] = "stopped_at_commit",
    [EVENT_UNCERTAIN] = "uncertain",
    [EVENT_SETTLED_UNCERTAIN] = "settled_uncertain",
    [EVENT_WITHDRAWN] = "withdrawn",
    [EVENT_SUPERSEDED] = "superseded",
    [EVENT_FALLBACK] = "fallback",
    [EVENT_REACHED] = "reached",
    [EVENT_PASSED_OVER] = "passed_over",
    [EVENT_HELD] = "held",
    [EVENT_RELEASED] = "released",
    [EVENT_TASK] = "task",
    [EVENT_TASK_DONE] = "task_done",
    [EVENT_ITEM_SETTLED] = "item_settled",
    [EVENT_ITEM_REOPENED] = "item_reopened",
    [EVENT_EXHAUSTED] = "exhausted",
    [EVENT_HANDED_OFF] = "handed_off",
    [EVENT_OPTED_OUT] = "opted_out",
    [EVENT_OPTED_IN] = "opted_in",
    [EVENT_IMPORTED] = "imported",
    [EVENT_RECOVERED] = "recovered",
    [EVENT_STEP_SET] = "step_set",
};
_Static_assert(sizeof event_words / sizeof *event_words == EVENT_COUNT, "one word for each event");
const struct names event_names = {event_words, EVENT_COUNT};

static const struct event_kind_info infos[] = {
    [EVENT_STARTED] = {"11c20e932e4a4d538b3d5de6132654c9", LOG_NOTICE, true, "the daemon has started"},
    [EVENT_STOPPED] = {"a459a2b8fb15449986b179de62c47121", LOG_NOTICE, true, "the daemon has stopped"},
    [EVENT_RELOADED] = {"8f4f25854b0d4d69829352f08cd4bb15", LOG_NOTICE, true,
                        "the configuration was read again and is in force"},
    [EVENT_RELOAD_FAILED] = {"d8a256f09a9640a789b05040600e9212", LOG_ERR, true,
                             "the new configuration is wrong; the old one stays in force"},
    [EVENT_PASS] = {"a11cc62eadda4fd58494a616b3592a97", LOG_INFO, false, "a pass over the ledger has ended"},
    [EVENT_SUMMARY] = {"7305eaf3a3624ffa8b0eaa7866a66770", LOG_NOTICE, true, "what happened on one day"},
    [EVENT_BLOCKED] = {"887fbfac5aed4772838748b782589b6a", LOG_WARNING, true,
                       "nothing is sent until the reason is gone"},
    [EVENT_UNBLOCKED] = {"fbba690b315a40d188dd7667f840e840", LOG_NOTICE, true, "sending goes on"},
    [EVENT_PLANNED] = {"e5a8789f85cf44348d416f1248a80697", LOG_INFO, false, "a notice was planned"},
    [EVENT_APPROVAL_ASKED] = {"8d217e1038ec43b38390cd0c2917cfcf", LOG_NOTICE, true, "a notice waits for approval"},
    [EVENT_APPROVED] = {"3bacfa863c1f441784ef6a880e19054a", LOG_NOTICE, true, "a person approved a notice"},
    [EVENT_REJECTED] = {"9b3c61a00fd64d228d2bc02c98eb224c", LOG_NOTICE, true, "a person rejected a notice"},
    [EVENT_CLAIMED] = {"f89866b2395846d580cba00d8264ad7e", LOG_DEBUG, false,
                       "a message was written and given to the sender"},
    [EVENT_ACCEPTED] = {"316a16123bd146a48cd00a19273a12d2", LOG_INFO, true, "a provider accepted a message"},
    [EVENT_REFUSED] = {"5914ba36c0014ad78653bb05d169cf21", LOG_WARNING, true, "a provider refused a message for good"},
    [EVENT_REFUSED_FOR_NOW] = {"e913660e23a14bd7856eb521994fa152", LOG_NOTICE, true,
                               "a provider refused a message for now; it is tried again"},
    [EVENT_MISCONFIGURED] = {"f96280c52294429c83c2e8ea8902cb94", LOG_ERR, true,
                             "a provider cannot be used as it is configured; its messages wait"},
    [EVENT_STOPPED_AT_COMMIT] = {"e169aa370f47497480c86bef17b82f7c", LOG_NOTICE, true,
                                 "the last check before the end of a message said no"},
    [EVENT_UNCERTAIN] = {"3f7727f4bb3f49b1826e460aa145dfb0", LOG_WARNING, true,
                         "nobody can know whether a message was sent; a person has to settle it"},
    [EVENT_SETTLED_UNCERTAIN] = {"91ded5eb0b344a0d8c6d587aa07704a3", LOG_NOTICE, true,
                                 "an uncertain message was settled"},
    [EVENT_WITHDRAWN] = {"b348c213d8f0431c88600e2a850da3e7", LOG_INFO, true, "a planned notice no longer stands"},
    [EVENT_SUPERSEDED] = {"f418533a9d554954849c7485a112aa38", LOG_INFO, false,
                          "a message is written anew with the figures of today"},
    [EVENT_FALLBACK] = {"51f0223020ec41f6810162095f51d873", LOG_NOTICE, true, "the next channel of a step is tried"},
    [EVENT_REACHED] = {"d1e702fd8b054b1d835f10f893d4ce19", LOG_INFO, false, "a step is reached"},
    [EVENT_PASSED_OVER] = {"6aee84e841314fc0851a6349ed9b2c01", LOG_INFO, true,
                           "a step is passed over for this episode"},
    [EVENT_HELD] = {"04552f241cfb423589e436847abeb6f1", LOG_INFO, true, "an item is held"},
    [EVENT_RELEASED] = {"00064eedc8374e5d8cd1fd1b7a845764", LOG_INFO, true,
                        "an item is no longer held; its step is re-timed"},
    [EVENT_TASK] = {"8dc3192a34e04c738888f3ba413dae08", LOG_NOTICE, true, "a person has to do something"},
    [EVENT_TASK_DONE] = {"449201e5edab4fe28922f6f69f91cc84", LOG_NOTICE, true, "a task is done"},
    [EVENT_ITEM_SETTLED] = {"262ad55ff3654dbb8e687c0fb46ef8f6", LOG_INFO, true, "an item is paid; its episode ends"},
    [EVENT_ITEM_REOPENED] = {"406e6faf19c546518fbbed4c691ddf1a", LOG_NOTICE, true,
                             "an item that was paid is open again"},
    [EVENT_EXHAUSTED] = {"9e66fc849354437b876b01f952e18749", LOG_NOTICE, true,
                         "all steps were taken and the item is still open"},
    [EVENT_HANDED_OFF] = {"c0cdee015ebc4ce58bb93002e97c31b3", LOG_NOTICE, true,
                          "items were given to the collection agency"},
    [EVENT_OPTED_OUT] = {"ba90a34021d94cc1805382d880408bf0", LOG_NOTICE, true, "an address is suppressed"},
    [EVENT_OPTED_IN] = {"e94b2ebc3d664621861695075074543b", LOG_NOTICE, true, "an address is no longer suppressed"},
    [EVENT_IMPORTED] = {"77ed1801e2f942d284b2f232fe12da5a", LOG_NOTICE, false, "a file was imported into the ledger"},
    [EVENT_RECOVERED] = {"d22f5a6973554c0c8eac29c805d59011", LOG_NOTICE, true,
                         "work in flight was sorted out after a start"},
    [EVENT_STEP_SET] = {"ceed084f73ac4f5c87f8dfb50b31fa60", LOG_NOTICE, true, "a person recorded a step by hand"},
};
_Static_assert(sizeof infos / sizeof *infos == EVENT_COUNT, "one row for each event");

const struct event_kind_info *event_kind_info(enum event_kind kind)
{
    return &infos[(unsigned)kind < EVENT_COUNT ? kind : EVENT_PASS];
}

static const bool typed[EVENT_COUNT] = {
    [EVENT_APPROVED] = true, [EVENT_REJECTED] = true, [EVENT_SETTLED_UNCERTAIN] = true,
    [EVENT_REACHED] = true,  [EVENT_STEP_SET] = true,
};

bool event_text_is_typed(enum event_kind kind)
{
    return (unsigned)kind < EVENT_COUNT && typed[kind];
}

struct event event_blank(enum event_kind kind, moment_t at)
{
    return (struct event){.kind = kind,
                          .at = at,
                          .customer = "",
                          .invoices = "",
                          .policy = "",
                          .step = "",
                          .channel = "",
                          .provider = "",
                          .provider_id = "",
                          .text = "",
                          .author = ""};
}
