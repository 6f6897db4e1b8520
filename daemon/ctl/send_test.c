/*
 * send-test: one marked message through one provider.  It is an engine of one
 * message: it starts the sender, submits, says yes at the commit point and
 * waits for the outcome.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/email.h"
#include "compose/sms.h"
#include "ctl/session.h"
#include "ctl/verbs.h"
#include "engine/link.h"
#include "engine/request_of.h"
#include "wire/request.h"

#define GENERATION 1
#define ATTEMPT 1
#define SUBJECT "Test message of dunningd"
#define TEXT_FORMAT "This is a test of the provider %s by dunningd.\nIt asks for no payment and needs no answer.\n"

enum { WAIT_S = 660, LAST_MS = 2000 };

struct testing {
    struct session *session;
    const struct provider *provider;
    const char *address;
    enum channel channel;
    struct arena *frames;
    struct link link;
    uint64_t token;
    struct frame outcome; /* once it is there */
    bool done;
};

/* ---- the message ---- */

static bool carries(const struct session *session, enum channel channel, const char *provider)
{
    size_t count;
    const char *const *names = config_channel(session->config, channel, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], provider))
            return true;
    return false;
}

/* An address goes by mail, a number by SMS; the channels of the configuration tell where both are possible. */
static enum channel channel_of(const struct testing *testing)
{
    const struct provider *provider = testing->provider;

    if (provider->kind == PROVIDER_SMTP || strchr(testing->address, '@') != NULL)
        return CHANNEL_EMAIL;
    return carries(testing->session, CHANNEL_SMS, provider->name) || provider->kind == PROVIDER_HTTP ? CHANNEL_SMS
                                                                                                     : CHANNEL_EMAIL;
}

static int build_mail(const struct testing *testing, const struct business *business, struct rendered *out,
                      struct err *err)
{
    struct session *session = testing->session;
    const struct zone *zone = session_zone(session);
    const char *key = arena_printf(session->arena, "test-%016llx", (unsigned long long)testing->token);
    struct email email = {.from_name = business->name,
                          .from_address = business->email,
                          .reply_to = business->reply_to,
                          .to_name = "",
                          .to_address = testing->address,
                          .subject = SUBJECT,
                          .text = out->text,
                          .html = "",
                          .in_reply_to = "",
                          .boundary = key,
                          .date = session->now,
                          .date_offset = zone_offset(zone, session->now)};

    if (!email_recipient_ok(testing->address))
        return err_set(err, ERR_USAGE, "the address is no bare email address such as someone@example.com");
    email.message_id = out->message_id =
        arena_printf(session->arena, "<%s@%s>", key, session->config->settings.message_domain);
    if (email_build(&email, session->arena, &out->mail, &out->mail_length, err) != 0)
        return -1;
    out->from_address = business->email;
    out->to_address = testing->address;
    return 0;
}

static int build_sms(const struct testing *testing, struct rendered *out, struct err *err)
{
    struct session *session = testing->session;

    out->to_address = sms_number(session->arena, testing->address, session->config->settings.country);
    if (!out->to_address)
        return err_set(err, ERR_USAGE, "the number is not complete; write it as + and the country code");
    out->sms = arena_printf(session->arena, "%s (%s)", SUBJECT, testing->provider->name);
    const struct sms_measure measure = sms_measure(out->sms);
    out->segments = measure.segments;
    out->units = measure.units;
    out->coding = measure.coding;
    return 0;
}

static int build(const struct testing *testing, const void **bytes, size_t *length, struct err *err)
{
    struct session *session = testing->session;
    const struct business *business = rulebook_business(&session->config->rulebook, "");
    struct rendered rendered = {.subject = SUBJECT,
                                .mail = "",
                                .message_id = "",
                                .from_address = "",
                                .to_address = "",
                                .html = "",
                                .sms = "",
                                .package_json = "",
                                .package_csv = ""};
    /* A number that no notice has, another for each test: a drop takes a name once. */
    int64_t number = session->now * 1000000 + (int64_t)(testing->token % 1000000);
    struct request_key key = {.notice = number,
                              .message = ATTEMPT,
                              .attempt = ATTEMPT,
                              .channel = testing->channel,
                              .recipient = 1,
                              .revision = 1,
                              .sender = ""};
    struct request request;

    rendered.text = arena_printf(session->arena, TEXT_FORMAT, testing->provider->name);
    if ((testing->channel == CHANNEL_EMAIL ? build_mail(testing, business, &rendered, err)
                                           : build_sms(testing, &rendered, err)) != 0)
        return -1;
    if (request_of(&(struct request_parts){testing->provider, business, &rendered, rendered.to_address, &key},
                   session->arena, &request, err) != 0)
        return -1;
    *bytes = request_pack(&request, session->arena, length);
    return 0;
}

/* ---- the wire ---- */

static struct frame frame_of(const struct testing *testing, enum frame_type type)
{
    return (struct frame){.type = type,
                          .protocol = WIRE_PROTOCOL,
                          .attempt = ATTEMPT,
                          .generation = GENERATION,
                          .token = testing->token,
                          .name = testing->provider->name,
                          .reason = "",
                          .text = "",
                          .provider_id = "",
                          .fd = -1};
}

static int send_sealed(struct testing *testing, enum frame_type type, const void *bytes, size_t length, struct err *err)
{
    struct frame frame = frame_of(testing, type);

    frame.fd = sealed_new("dunning-test", bytes, length);
    if (frame.fd >= 0 && link_send(&testing->link, &frame) == 0)
        return 0;
    return err_set(err, ERR_FAILED, "cannot hand the test to dunningd-send: %s", strerror(errno));
}

static int submit(struct testing *testing, struct err *err)
{
    struct arena *arena = testing->session->arena;
    struct frame hello = frame_of(testing, FRAME_HELLO);
    size_t provider_length, length;
    const void *provider = provider_pack(testing->provider, arena, &provider_length), *request;

    hello.name = DUNNINGD_VERSION;
    hello.token = testing->link.boot;
    if (build(testing, &request, &length, err) != 0)
        return -1;
    if (link_spawn(&testing->link, "", testing->session->config->settings.credentials_dir, err) != 0)
        return -1;
    if (link_send(&testing->link, &hello) != 0)
        return err_set(err, ERR_FAILED, "dunningd-send does not answer; look whether it runs by itself");
    if (send_sealed(testing, FRAME_PROVIDER, provider, provider_length, err) != 0)
        return -1;
    return send_sealed(testing, FRAME_SUBMIT, request, length, err);
}

static void on_frame(struct testing *testing, const struct frame *frame)
{
    struct frame answer = frame_of(testing, frame->type == FRAME_ASK ? FRAME_YES : FRAME_ACK);

    if (frame->type == FRAME_OUTCOME) {
        testing->outcome = *frame;
        testing->done = true;
    }
    if (frame->type == FRAME_ASK || frame->type == FRAME_OUTCOME)
        link_send(&testing->link, &answer);
}

static int read_frames(struct testing *testing, struct err *err)
{
    struct frame frame;
    int got;

    while (!testing->done && (got = frame_receive(testing->link.fd, testing->frames, &frame)) != 0) {
        if (got < 0)
            return err_set(err, ERR_FAILED, "dunningd-send ended without an answer; its own message says why");
        if (frame.type == FRAME_HELLO && frame.protocol != WIRE_PROTOCOL)
            return err_set(err, ERR_FAILED, "dunningd-send is of another version; install both from one package");
        on_frame(testing, &frame);
    }
    return 0;
}

static int wait_for_outcome(struct testing *testing, struct err *err)
{
    time_t end = time(NULL) + WAIT_S;

    while (!testing->done) {
        struct pollfd watched = {.fd = testing->link.fd, .events = POLLIN};
        int ready = poll(&watched, 1, 1000);
        if (ready < 0 && errno != EINTR)
            return err_set(err, ERR_FAILED, "cannot wait for dunningd-send: %s", strerror(errno));
        if (time(NULL) > end)
            return err_set(err, ERR_FAILED, "no answer within %d seconds; it may still have been sent", WAIT_S);
        if (ready > 0 && read_frames(testing, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- the verb ---- */

static int tell(const struct testing *testing, struct err *err)
{
    const struct frame *outcome = &testing->outcome;
    struct arena *arena = testing->session->arena;
    struct page *page = testing->session->page;
    bool good = outcome->class == OUTCOME_ACCEPTED;

    page_field(page, "provider", "provider", cell_text(testing->provider->name));
    page_field(page, "channel", "channel", cell_word(&channel_names, (int)testing->channel));
    page_field(page, "outcome", "outcome",
               cell_toned(cell_word(&outcome_class_names, (int)outcome->class), good ? TONE_GOOD : TONE_BAD));
    page_field(page, "phase", "phase", cell_word(&phase_names, (int)outcome->phase));
    page_field(page, "code", "code", outcome->code == 0 ? cell_none() : cell_number(outcome->code));
    page_field(page, "provider_id", "id", cell_text(arena_copy(arena, outcome->provider_id)));
    page_field(page, "text", "answer", cell_text(arena_copy(arena, outcome->text)));
    if (good)
        return 0;
    return err_set(err, ERR_FAILED, "provider %s: %s in phase %s; the answer above says why", testing->provider->name,
                   names_word(&outcome_class_names, (int)outcome->class),
                   names_word(&phase_names, (int)outcome->phase));
}

static int perform(struct testing *testing, struct err *err)
{
    if (submit(testing, err) != 0 || wait_for_outcome(testing, err) != 0)
        return -1;
    return tell(testing, err);
}

int verb_send_test(struct session *session, struct err *err)
{
    const char *name = session->arguments->words[0];
    struct testing testing = {.session = session, .provider = config_provider(session->config, name)};

    if (!testing.provider)
        return err_set(err, ERR_NOT_FOUND, "there is no provider %s; the files in %s name them", name,
                       session->config->settings.providers_dir);
    if (session_word(session, 1, &testing.address, err) != 0)
        return -1;
    testing.channel = channel_of(&testing);
    if (getrandom(&testing.token, sizeof testing.token, 0) != (ssize_t)sizeof testing.token || testing.token == 0)
        return err_set(err, ERR_FAILED, "no random numbers are to be had");
    testing.frames = arena_new(0);
    link_init(&testing.link);
    int result = perform(&testing, err);
    link_close(&testing.link);
    link_wait(&testing.link, LAST_MS);
    arena_free(&testing.frames);
    return result;
}
