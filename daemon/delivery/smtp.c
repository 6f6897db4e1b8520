/*
 * Mail by SMTP.  The end of a mail is decided in the read callback: the commit
 * point is asked before the chunk with the last byte is returned, and libcurl
 * writes the dot only after the callback has said that there is no more.  The
 * size is not told to libcurl, so that it always asks for that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/easy.h"
#include "delivery/secret.h"

#define LINE_MAX_BYTES 998 /* RFC 5322 2.1.1 */

struct session {
    struct carry *carry;
    size_t offset; /* of the body */
    bool plain;    /* no TLS on this connection */
    bool greeted;  /* the connection is new: its EHLO was seen */
    bool auth_offered, utf8_offered;
    bool reply_ended;  /* the next line begins a new reply */
    bool positive;     /* the first line of the reply said yes */
    bool contradicted; /* and its last line no, or the other way round */
};

static size_t read_body(char *buffer, size_t size, size_t count, void *context)
{
    struct session *session = context;
    struct carry *carry = session->carry;
    const struct request *request = carry->request;
    size_t room = size * count, left = request->body_length - session->offset;
    carry_reach(carry, PHASE_BODY);
    if (left == 0) {
        carry_reach(carry, PHASE_SENT);
        return 0;
    }
    if (left <= room && (!carry_ask(carry) || easy_hung_up(carry, session->plain)))
        return CURL_READFUNC_ABORT;
    size_t length = left < room ? left : room;
    memcpy(buffer, request->body + session->offset, length);
    session->offset += length;
    return length;
}

/* EHLO's "250-AUTH PLAIN LOGIN"; a new greeting (220, also of STARTTLS) makes what was offered before void. */
static void note_offer(struct session *session, const char *line, size_t length)
{
    if (length >= 3 && memcmp(line, "220", 3) == 0) {
        session->greeted = true;
        session->auth_offered = session->utf8_offered = false;
    }
    if (length >= 8 && memcmp(line, "250", 3) == 0 && strncasecmp(line + 4, "AUTH", 4) == 0)
        session->auth_offered = true;
    if (length >= 12 && memcmp(line, "250", 3) == 0 && strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
        session->utf8_offered = true;
}

/* The last reply is kept, for it is the one that explains the outcome. */
static void note_reply(struct session *session, const char *line, size_t length)
{
    struct text *reply = session->carry->reply;
    bool positive = length > 0 && line[0] == '2';
    if (session->reply_ended) {
        session->positive = positive;
        reply->length = 0;
        reply->data[0] = '\0';
    } else if (reply->length > 0) {
        text_add_char(reply, '\n');
    }
    if (reply->length + length <= REPLY_MAX)
        text_add_n(reply, line, length);
    session->reply_ended = length < 4 || line[3] != '-';
    session->contradicted = session->reply_ended && positive != session->positive;
}

/* Every line of every reply.  221 answers only our QUIT, which explains nothing. */
static size_t read_line(char *line, size_t size, size_t count, void *context)
{
    struct session *session = context;
    struct carry *carry = session->carry;
    size_t whole = size * count, length = whole;
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
        length--;
    if (length >= 3 && memcmp(line, "221", 3) == 0)
        return whole;
    if (carry->phase < PHASE_ENVELOPE)
        note_offer(session, line, length);
    note_reply(session, line, length);
    if (session->reply_ended && carry->phase == PHASE_SENT)
        carry_reach(carry, PHASE_DONE);
    return whole;
}

/* Between the login and MAIL: without this, libcurl goes on unauthenticated where no AUTH is offered. */
static int before_mail(void *context, char *primary, char *local, int primary_port, int local_port)
{
    struct session *session = context;
    struct carry *carry = session->carry;
    (void)primary;
    (void)local;
    (void)primary_port;
    (void)local_port;
    if (session->greeted && !text_empty(carry->provider->user) && !session->auth_offered) {
        carry->auth_missing = true;
        return CURL_PREREQFUNC_ABORT;
    }
    /* Where it is offered, libcurl asks for it (RFC 6531) because of the recipient's letters. */
    if (session->greeted && !text_is_ascii(carry->request->to) && !session->utf8_offered) {
        carry->utf8_missing = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (carry->point->given_up(carry->point->context))
        return CURL_PREREQFUNC_ABORT;
    carry_reach(carry, PHASE_ENVELOPE);
    return CURL_PREREQFUNC_OK;
}

/* libcurl 7.88.1 would put anything on the command line, line ends too (reliability.md 0.3). */
static bool address_is_fit(const char *address)
{
    size_t length = strlen(address), ats = 0;
    if (length < 3 || length > 254 || address[0] == '@' || address[0] == '-' || address[length - 1] == '@')
        return false;
    for (const char *c = address; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("<>()[],;:\\\"", *c) != NULL)
            return false;
        ats += *c == '@';
    }
    return ats == 1;
}

/* CRLF only, no NUL, no line that a server may cut: what is sent is what is meant (SMTP smuggling). */
static bool mail_is_fit(const char *body, size_t length)
{
    if (length == 0 || memchr(body, '\0', length) != NULL)
        return false;
    for (const char *end = body + length; body < end;) {
        const char *line_end = memchr(body, '\n', (size_t)(end - body));
        if (line_end == NULL || line_end == body || line_end[-1] != '\r')
            return false;
        size_t line = (size_t)(line_end - 1 - body);
        if (line > LINE_MAX_BYTES || memchr(body, '\r', line) != NULL)
            return false;
        body = line_end + 1;
    }
    return true;
}

static bool request_is_fit(struct carry *carry)
{
    const struct request *request = carry->request;
    if (!address_is_fit(request->from) || !address_is_fit(request->to))
        carry_fail(carry, CURLE_BAD_FUNCTION_ARGUMENT,
                   "the sender or recipient is no bare address that may go to a mail server");
    else if (!mail_is_fit(request->body, request->body_length))
        carry_fail(carry, CURLE_BAD_FUNCTION_ARGUMENT,
                   "the mail has bare line ends, a NUL or a line of more than 998 bytes");
    return carry->curl_code == 0;
}

/* The password or token; nothing if the provider has no user. */
static int prepare_login(struct carry *carry, CURLcode *result)
{
    const struct provider *provider = carry->provider;
    bool token = !text_empty(provider->oauth);
    struct secret secret = {.text = NULL};
    struct err err = {0};
    int found = 0;
    if (text_empty(provider->user))
        return 0;
    if (token)
        found = secret_read(carry->credentials, provider->oauth, &secret, &err);
    else if (!text_empty(provider->credential))
        found = secret_read(carry->credentials, provider->credential, &secret, &err);
    else
        secret_set(&secret, provider->password == NULL ? "" : provider->password);
    if (found != 0) {
        carry_fail(carry, CURLE_LOGIN_DENIED, "%s", err.text);
        return -1;
    }
    EASY_SET(*result, carry->easy, CURLOPT_USERNAME, provider->user);
    EASY_SET(*result, carry->easy, token ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, secret.text);
    secret_free(&secret);
    return 0;
}

static CURLcode prepare_mail(struct session *session, struct curl_slist **recipients)
{
    struct carry *carry = session->carry;
    const struct provider *provider = carry->provider;
    CURL *easy = carry->easy;
    CURLcode result = easy_prepare(carry, "smtp,smtps");
    long tls = provider->tls == TLS_STARTTLS ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE;
    *recipients = curl_slist_append(NULL, carry->request->to);
    if (*recipients == NULL)
        return CURLE_OUT_OF_MEMORY;
    EASY_SET(result, easy, CURLOPT_URL, provider->url);
    EASY_SET(result, easy, CURLOPT_USE_SSL, tls);
    EASY_SET(result, easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)provider->reply_timeout_s);
    EASY_SET(result, easy, CURLOPT_MAIL_FROM, carry->request->from);
    EASY_SET(result, easy, CURLOPT_MAIL_RCPT, *recipients);
    EASY_SET(result, easy, CURLOPT_UPLOAD, 1L);
    EASY_SET(result, easy, CURLOPT_READFUNCTION, read_body);
    EASY_SET(result, easy, CURLOPT_READDATA, session);
    EASY_SET(result, easy, CURLOPT_HEADERFUNCTION, read_line);
    EASY_SET(result, easy, CURLOPT_HEADERDATA, session);
    EASY_SET(result, easy, CURLOPT_PREREQFUNCTION, before_mail);
    EASY_SET(result, easy, CURLOPT_PREREQDATA, session);
    return result;
}

/* All lines of a reply have one code (RFC 5321 4.2.1).  libcurl goes by the last; yes and no together are neither. */
static void doubt_contradiction(struct session *session)
{
    struct carry *carry = session->carry;
    if (!session->contradicted || carry->phase < PHASE_DONE)
        return;
    carry->status = 0;
    carry_fail(carry, CURLE_WEIRD_SERVER_REPLY, "the lines of the server's reply contradict each other");
}

void carry_smtp(struct carry *carry)
{
    struct session session = {.carry = carry, .plain = carry->provider->tls == TLS_NONE, .reply_ended = true};
    struct curl_slist *recipients;
    if (!request_is_fit(carry))
        return;
    CURLcode result = prepare_mail(&session, &recipients);
    if (prepare_login(carry, &result) == 0) {
        if (result == CURLE_OK)
            easy_perform(carry);
        else
            carry_fail(carry, (int)result, "%s", curl_easy_strerror(result));
        doubt_contradiction(&session);
    }
    easy_finish(carry);
    curl_slist_free_all(recipients);
    if (carry->curl_code == 0)
        carry->provider_id = arena_copy(carry->arena, carry->reply->data);
}
