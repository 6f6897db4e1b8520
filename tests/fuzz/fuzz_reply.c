/* What a provider answers: any status, any body and any table; and what must never be concluded from it. */
#include <string.h>

#include "delivery/carry.h"
#include "delivery/reply.h"
#include "fuzz.h"

static const char *const pointers[] = {"", "/id", "/messages/0/status", "/a~1b", "//", "/", "x"};
static const char *const ids[] = {"", "/id", "header:X-Id", "line", "/messages/0/id"};
#define PICK(feed, list) (list)[feed_below(feed, sizeof(list) / sizeof *(list))]

static void make_table(struct feed *feed, struct arena *arena, struct provider *provider)
{
    provider->answer_count = feed_below(feed, 5);
    provider->answers = arena_array(arena, provider->answer_count + 1, sizeof *provider->answers);
    for (size_t i = 0; i < provider->answer_count; i++) {
        struct provider_answer *row = &provider->answers[i];
        row->status_from = 100 + (int)feed_below(feed, 500);
        row->status_to = row->status_from + (int)feed_below(feed, 100);
        row->pointer = PICK(feed, pointers);
        row->outcome = (enum outcome_class)feed_below(feed, OUTCOME_NOT_HANDED_OVER);
        row->equals = feed_line(feed, arena);
    }
}

static void check_verdict(const struct answer *answer, struct verdict_of_answer verdict)
{
    bool late = answer->phase >= PHASE_COMMITTED;
    enum outcome_class class = fuzz_plant ? OUTCOME_ACCEPTED : verdict.class;
    REQUIRE((int)class >= 0 && class <= OUTCOME_UNCERTAIN, "no class");
    REQUIRE(verdict.why != NULL && verdict.why[0] != '\0', "no words");
    if (!late)
        REQUIRE(class != OUTCOME_ACCEPTED && class != OUTCOME_UNCERTAIN, "before the yes it was sent or in doubt");
    if (late)
        REQUIRE(class != OUTCOME_GATE_NO, "a no after the yes");
    if (late && answer->status == 0 && answer->provider->kind != PROVIDER_DROP)
        REQUIRE(class == OUTCOME_UNCERTAIN || (class == OUTCOME_NOT_HANDED_OVER && answer->phase == PHASE_COMMITTED),
                "no reply after the yes is class %d", (int)class);
    if (answer->provider->kind == PROVIDER_DROP)
        REQUIRE(class != OUTCOME_UNCERTAIN, "a drop in doubt");
}

static void check_body(const struct provider *provider, struct feed *feed, struct arena *arena)
{
    static const int codes[] = {0, 7, 28, 52, 55, 56, 60, 67, 18, 16};
    struct answer answer = {.provider = provider, .curl_code = PICK(feed, codes), .id_header = "h-1"};
    struct carry carry = {.provider = provider, .arena = arena, .id_header = "h-1"};
    struct text body;
    answer.status = (int)feed_below(feed, 700);
    answer.phase = (enum phase)feed_below(feed, PHASE_DONE + 1);
    answer.gate_no = answer.phase < PHASE_COMMITTED && feed_flag(feed);
    answer.auth_missing = feed_flag(feed);
    text_init(&body, arena);
    text_add_n(&body, feed->left > 0 ? (const char *)feed->at : "", feed->left);
    carry.body = carry.reply = &body;
    answer.body = body.data;
    answer.body_length = body.length;
    struct reply *reply = reply_read(body.data, body.length);
    answer.pointed = reply_pointed(reply, provider, arena);
    check_verdict(&answer, classify(&answer));
    const char *id = reply_id(reply, &carry, arena);
    REQUIRE(id != NULL && strlen(id) <= 500, "an id of %zu bytes", id == NULL ? 0 : strlen(id));
    reply_free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    struct provider provider = {.name = "p", .kind = (enum provider_kind)feed_below(&feed, PROVIDER_DROP + 1)};
    provider.id_pointer = PICK(&feed, ids);
    make_table(&feed, arena, &provider);
    check_body(&provider, &feed, arena);
    arena_free(&arena);
    return 0;
}
