#include "delivery/carry.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/hide.h"
#include "delivery/reply.h"

int64_t carry_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void carry_reach(struct carry *carry, enum phase phase)
{
    if (phase <= carry->phase)
        return;
    carry->phase = phase;
    carry->point->reached(carry->point->context, phase);
}

bool carry_ask(struct carry *carry)
{
    if (carry->asked)
        return false;
    carry->asked = true;
    carry_reach(carry, PHASE_ASKED);
    int64_t before = carry_clock_ms();
    enum commit_answer answer = carry->point->ask(carry->point->context);
    carry->waited_ms = carry_clock_ms() - before;
    carry->gate_no = answer == COMMIT_NO;
    if (answer != COMMIT_YES)
        return false;
    carry->committed_ms = carry_clock_ms();
    carry_reach(carry, PHASE_COMMITTED);
    return true;
}

void carry_fail(struct carry *carry, int curl_code, const char *format, ...)
{
    carry->curl_code = curl_code;
    va_list args;
    va_start(args, format);
    snprintf(carry->detail, sizeof carry->detail, "%s", arena_vprintf(carry->arena, format, args));
    va_end(args);
}

/* The provider's own words where they are the answer, else ours with libcurl's. */
static const char *text_of(const struct carry *carry, const char *why)
{
    if (carry->reply->length > 0 && !carry->gate_no && !carry->utf8_missing &&
        (carry->curl_code == 0 || carry->status >= 400))
        return carry->reply->data;
    if (carry->detail[0] == '\0')
        return why;
    return arena_printf(carry->arena, "%s: %s", why, carry->detail);
}

static void judge(struct carry *carry)
{
    struct answer answer = {.provider = carry->provider,
                            .curl_code = carry->curl_code,
                            .status = carry->status,
                            .phase = carry->phase,
                            .gate_no = carry->gate_no,
                            .auth_missing = carry->auth_missing,
                            .utf8_missing = carry->utf8_missing,
                            .body = carry->body->data,
                            .body_length = carry->body->length,
                            .id_header = carry->id_header};
    struct reply *reply = NULL;
    if (carry->provider->kind == PROVIDER_HTTP && carry->status > 0) {
        reply = reply_read(carry->body->data, carry->body->length);
        answer.pointed = reply_pointed(reply, carry->provider, carry->arena);
    }
    struct verdict_of_answer verdict = classify(&answer);
    carry->class = verdict.class;
    carry->text = text_of(carry, verdict.why);
    if (reply != NULL)
        carry->provider_id = reply_id(reply, carry, carry->arena);
    reply_free(reply);
    carry->text = hide_credentials(carry, carry->text);
    carry->provider_id = hide_credentials(carry, carry->provider_id);
}

typedef void carry_kind(struct carry *carry);

static carry_kind *const kinds[] = {
    [PROVIDER_SMTP] = carry_smtp,
    [PROVIDER_HTTP] = carry_http,
    [PROVIDER_DROP] = carry_drop,
};
_Static_assert(sizeof kinds / sizeof *kinds == PROVIDER_DROP + 1, "one function for each kind");

void carry_out(struct carry *carry)
{
    struct text reply, body;
    text_init(&reply, carry->arena);
    text_init(&body, carry->arena);
    carry->reply = &reply;
    carry->body = &body;
    carry->id_header = "";
    carry->provider_id = "";
    carry->started_ms = carry_clock_ms();
    if (carry->request->kind == carry->provider->kind)
        kinds[carry->provider->kind](carry);
    else
        carry_fail(carry, 43, "the request is made for a provider of another kind");
    judge(carry);
}
