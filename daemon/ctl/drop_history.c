#include "ctl/drop_history.h"

#include "base/text.h"
#include "ctl/session.h"

enum { MESSAGES_LOOKED_AT = 100000 };

static const struct provider *real_provider(const struct config *config, enum channel channel)
{
    size_t count;
    const char *const *names = config_channel(config, channel, &count);

    for (size_t i = 0; i < count; i++) {
        const struct provider *provider = config_provider(config, names[i]);
        if (provider && provider->kind != PROVIDER_DROP)
            return provider;
    }
    return NULL;
}

/* A provider whose file is gone is known by its answers: a drop answers with the name of a file. */
static int was_drop(struct session *session, const struct message *message, bool *drop, struct err *err)
{
    const struct provider *provider = config_provider(session->config, message->provider);
    char name[NOTICE_TEXT_SIZE];
    struct attempt_list attempts;

    *drop = provider && provider->kind == PROVIDER_DROP;
    if (provider)
        return 0;
    if (state_message_attempts(session->state, message->id, session->arena, &attempts, err) != 0)
        return -1;
    *drop = attempts.count > 0 &&
            text_starts(attempts.list[attempts.count - 1].provider_id, notice_name(message->notice, name));
    return 0;
}

static int refuse(const struct message *message, const struct provider *real, struct err *err)
{
    char name[NOTICE_TEXT_SIZE];

    return err_set(
        err, ERR_REFUSED,
        "%s went into the folder of provider %s and to nobody, and %s would now go on from there; give the real "
        "providers a state directory of their own, or say --accept-drop-history",
        notice_name(message->notice, name), message->provider, real->name);
}

int drop_history_check(struct session *session, struct err *err)
{
    const struct fact_filter filter = {
        .customer = "", .policy = "", .step = "", .status = MESSAGE_ACCEPTED, .limit = MESSAGES_LOOKED_AT};
    struct message_list messages;
    bool drop;

    if (facts_messages(session->state, &filter, session->arena, &messages, err) != 0)
        return -1;
    for (size_t i = 0; i < messages.count; i++) {
        const struct provider *real = real_provider(session->config, messages.list[i].channel);
        if (!real)
            continue;
        if (was_drop(session, &messages.list[i], &drop, err) != 0)
            return -1;
        if (drop)
            return refuse(&messages.list[i], real, err);
    }
    return 0;
}
