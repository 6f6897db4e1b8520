/* Tables of what the state holds: notices, messages, holds, tasks. */
#include "base/arena.h"
#include "base/text.h"
#include "ctl/lists.h"
#include "ctl/ref.h"
#include "ctl/session.h"

const char *item_name(struct arena *arena, const char *invoice_id, int32_t line)
{
    return line > 1 ? arena_printf(arena, "%s/%d", invoice_id, (int)line) : arena_copy(arena, invoice_id);
}

static const char *notice_text(struct arena *arena, int64_t id)
{
    return id == 0 ? "" : notice_name(id, arena_alloc(arena, NOTICE_TEXT_SIZE));
}

static const enum tone notice_tones[] = {
    [NOTICE_AWAITING_APPROVAL] = TONE_WARN, [NOTICE_PLANNED] = TONE_PLAIN,
    [NOTICE_ACCEPTED] = TONE_GOOD,          [NOTICE_FAILED] = TONE_BAD,
    [NOTICE_UNCERTAIN] = TONE_BAD,          [NOTICE_WITHDRAWN] = TONE_DIM,
    [NOTICE_REJECTED] = TONE_DIM,           [NOTICE_BOUNCED] = TONE_BAD,
};

static size_t recorded_items(const struct notice *notice)
{
    size_t count = 0;

    for (size_t i = 0; i < notice->item_count; i++)
        count += notice->items[i].occurrence > 0;
    return count;
}

void notices_table(struct session *session, struct page *page, const struct notice *list, size_t count)
{
    static const struct column columns[] = {
        {"notice", "notice", false}, {"on", "date", false},           {"customer", "customer", false},
        {"entity", NULL, false},     {"policy", "policy", false},     {"step", "step", false},
        {"action", "action", false}, {"status", "status", false},     {"total", "total", true},
        {"items", "items", true},    {"deadline", "deadline", false}, {"accepted_at", NULL, false},
    };
    struct table *table = page_table(page, "notices", "Notices", COLUMNS(columns), "none");

    for (size_t i = 0; i < count; i++) {
        const struct notice *notice = &list[i];
        TABLE_ROW(table, cell_text(notice_text(session->arena, notice->id)), cell_day(notice->on),
                  cell_text(notice->customer), cell_text(notice->entity), cell_text(notice->policy),
                  cell_text(notice->step), cell_word(&action_names, (int)notice->action),
                  cell_toned(cell_word(&notice_status_names, (int)notice->status), notice_tones[notice->status]),
                  text_empty(notice->currency) ? cell_none() : cell_money(notice->total, notice->currency),
                  cell_number((int64_t)recorded_items(notice)), cell_day(notice->deadline),
                  cell_moment(notice->accepted_at));
    }
}

static const enum tone message_tones[] = {
    [MESSAGE_PLANNED] = TONE_PLAIN,  [MESSAGE_IN_FLIGHT] = TONE_PLAIN, [MESSAGE_ACCEPTED] = TONE_GOOD,
    [MESSAGE_REFUSED] = TONE_BAD,    [MESSAGE_UNCERTAIN] = TONE_BAD,   [MESSAGE_WITHDRAWN] = TONE_DIM,
    [MESSAGE_SUPERSEDED] = TONE_DIM,
};

/* Steps that only a folder has accepted must be told from those that people got. */
static bool by_drop(const struct session *session, const struct message *message)
{
    const struct provider *provider = config_provider(session->config, message->provider);

    return provider && provider->kind == PROVIDER_DROP;
}

static const char *note_of(const struct session *session, const struct message *message)
{
    if (message->reserve)
        return "waits for its turn";
    return message->status == MESSAGE_ACCEPTED && by_drop(session, message) ? "went into a folder" : "";
}

void messages_table(struct session *session, struct page *page, const struct message *list, size_t count)
{
    static const struct column columns[] = {
        {"message", "message", false},  {"notice", "notice", false},     {"channel", "channel", false},
        {"recipient", NULL, true},      {"revision", "revision", true},  {"status", "status", false},
        {"waits", NULL, false},         {"provider", "provider", false}, {"drop", NULL, false},
        {"attempts", "attempts", true}, {"next_try", "next try", false}, {"claimed_at", "claimed", false},
        {NULL, "note", false},
    };
    struct table *table = page_table(page, "messages", "Messages", COLUMNS(columns), "none");

    for (size_t i = 0; i < count; i++) {
        const struct message *message = &list[i];
        TABLE_ROW(table, cell_text(message_name(message->id, arena_alloc(session->arena, MESSAGE_TEXT_SIZE))),
                  cell_text(notice_text(session->arena, message->notice)),
                  cell_word(&channel_names, (int)message->channel), cell_number(message->recipient),
                  cell_number(message->revision),
                  cell_toned(cell_word(&message_status_names, (int)message->status), message_tones[message->status]),
                  cell_bool(message->reserve), cell_text(message->provider), cell_bool(by_drop(session, message)),
                  cell_number(message->attempts),
                  message->status == MESSAGE_PLANNED && message->not_before > 0 ? cell_moment(message->not_before)
                                                                                : cell_none(),
                  cell_moment(message->claimed_at), cell_text(note_of(session, message)));
    }
}

void holds_table(struct page *page, const struct hold *list, size_t count)
{
    static const struct column columns[] = {
        {"hold", "hold", true},
        {"scope", "scope", false},
        {"target", "target", false},
        {"kind", "kind", false},
        {"since", "since", false},
        {"until", "until", false},
        {"released_at", "released", false},
        {"author", "by", false},
        {"reason", "reason", false},
    };
    struct table *table = page_table(page, "holds", "Holds", COLUMNS(columns), "none");

    for (size_t i = 0; i < count; i++) {
        const struct hold *hold = &list[i];
        TABLE_ROW(table, cell_number(hold->id), cell_word(&hold_scope_names, (int)hold->scope), cell_text(hold->target),
                  cell_word(&hold_kind_names, (int)hold->kind), cell_moment(hold->start_at), cell_day(hold->until),
                  cell_moment(hold->released_at), cell_text(hold->author), cell_text(hold->reason));
    }
}

void tasks_table(struct page *page, const struct task *list, size_t count)
{
    static const struct column columns[] = {
        {"task", "task", true},          {"due", "due", false},         {"kind", "kind", false},
        {"customer", "customer", false}, {"invoice", "invoice", false}, {"step", "step", false},
        {"notice", NULL, false},         {"assignee", "for", false},    {"status", "status", false},
        {"outcome", "outcome", false},   {"done_on", "done", false},    {"title", "what", false},
    };
    struct table *table = page_table(page, "tasks", "Tasks", COLUMNS(columns), "none");

    for (size_t i = 0; i < count; i++) {
        const struct task *task = &list[i];
        bool done = task->status == TASK_DONE;
        TABLE_ROW(table, cell_number(task->id), cell_day(task->due), cell_word(&task_kind_names, (int)task->kind),
                  cell_text(task->customer), cell_text(task->invoice_id), cell_text(task->step),
                  task->notice == 0 ? cell_none() : cell_number(task->notice), cell_text(task->assignee),
                  cell_toned(cell_word(&task_status_names, (int)task->status), done ? TONE_DIM : TONE_WARN),
                  done ? cell_word(&task_outcome_names, (int)task->outcome) : cell_none(), cell_day(task->done_on),
                  cell_text(task->title));
    }
}
