/*
 * Requests by HTTP/1.1.  The commit point is asked in the pre-request callback:
 * after connect and TLS, before any byte of the request.  A second call of that
 * callback in one attempt is libcurl about to send the request again on a new
 * connection because the first one died: it is stopped, and the outcome is
 * uncertain.  The body is given by a callback that cannot rewind, which stops
 * the same thing once bytes of the body have gone (reliability.md 0.1).
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/easy.h"
#include "delivery/secret.h"

#define RETRY_AFTER_MAX_S 86400

struct exchange {
    struct carry *carry;
    struct secret url, body; /* with the credentials in them */
    struct curl_slist *headers;
    size_t offset; /* of the body */
    int pre_requests;
};

static int before_request(void *context, char *primary, char *local, int primary_port, int local_port)
{
    struct exchange *exchange = context;
    struct carry *carry = exchange->carry;
    (void)primary;
    (void)local;
    (void)primary_port;
    (void)local_port;
    if (++exchange->pre_requests > 1) {
        carry_reach(carry, PHASE_SENT);
        return CURL_PREREQFUNC_ABORT;
    }
    if (!carry_ask(carry) || easy_hung_up(carry, false))
        return CURL_PREREQFUNC_ABORT;
    if (exchange->body.length == 0)
        carry_reach(carry, PHASE_SENT);
    return CURL_PREREQFUNC_OK;
}

static size_t read_body(char *buffer, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t room = size * count, left = exchange->body.length - exchange->offset;
    size_t length = left < room ? left : room;
    memcpy(buffer, exchange->body.text + exchange->offset, length);
    exchange->offset += length;
    if (exchange->offset == exchange->body.length)
        carry_reach(exchange->carry, PHASE_SENT);
    return length;
}

/* What is beyond 64 KiB ends the transfer and leaves a status without its whole body. */
static size_t write_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct text *body = exchange->carry->body;
    size_t length = size * count;
    size_t room = HTTP_BODY_MAX - body->length;
    text_add_n(body, bytes, length < room ? length : room);
    return length <= room ? length : 0;
}

static size_t read_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct carry *carry = exchange->carry;
    const char *id = carry->provider->id_pointer;
    size_t whole = size * count;
    if (!text_starts(id, "header:"))
        return whole;
    const char *name = id + strlen("header:");
    size_t length = strlen(name);
    if (whole > length + 1 && line[length] == ':' && strncasecmp(line, name, length) == 0)
        carry->id_header = text_trim(carry->arena, arena_copy_n(carry->arena, line + length + 1, whole - length - 1));
    return whole;
}

static void wipe_headers(struct exchange *exchange)
{
    for (struct curl_slist *header = exchange->headers; header != NULL; header = header->next)
        explicit_bzero(header->data, strlen(header->data));
    curl_slist_free_all(exchange->headers);
}

static int add_header(struct exchange *exchange, const char *header)
{
    struct curl_slist *longer = curl_slist_append(exchange->headers, header);
    if (longer == NULL)
        return -1;
    exchange->headers = longer;
    return 0;
}

/* A line end in a header would be another header. */
static bool header_is_fit(const struct secret *header)
{
    return strlen(header->text) == header->length && strpbrk(header->text, "\r\n") == NULL;
}

static int fill_headers(struct exchange *exchange, struct err *err)
{
    struct carry *carry = exchange->carry;
    for (size_t i = 0; i < carry->request->header_count; i++) {
        const char *header = carry->request->headers[i];
        struct secret filled;
        if (secret_fill(carry->credentials, header, strlen(header), &filled, err) != 0)
            return -1;
        int added = header_is_fit(&filled) ? add_header(exchange, filled.text) : -1;
        secret_free(&filled);
        if (added != 0)
            return err_set(err, ERR_CONFIG, "a header of the request has a line end in it; look at its credential");
    }
    return add_header(exchange, "Expect:");
}

static int fill(struct exchange *exchange)
{
    struct carry *carry = exchange->carry;
    const struct request *request = carry->request;
    struct err err = {0};
    if (secret_fill(carry->credentials, request->url, strlen(request->url), &exchange->url, &err) == 0 &&
        secret_fill(carry->credentials, request->body, request->body_length, &exchange->body, &err) == 0 &&
        fill_headers(exchange, &err) == 0)
        return 0;
    carry_fail(carry, CURLE_LOGIN_DENIED, "%s", err.text);
    return -1;
}

/* GET and PUT have ways of their own in libcurl; everything else is a POST by another name. */
static CURLcode prepare_method(struct exchange *exchange)
{
    CURL *easy = exchange->carry->easy;
    const char *method = exchange->carry->request->method;
    curl_off_t length = (curl_off_t)exchange->body.length;
    CURLcode result = CURLE_OK;
    if (text_equal(method, "GET") && length == 0) {
        EASY_SET(result, easy, CURLOPT_HTTPGET, 1L);
        return result;
    }
    EASY_SET(result, easy, CURLOPT_POST, 1L);
    if (!text_equal(method, "POST"))
        EASY_SET(result, easy, CURLOPT_CUSTOMREQUEST, method);
    EASY_SET(result, easy, CURLOPT_POSTFIELDSIZE_LARGE, length);
    if (length == 0)
        EASY_SET(result, easy, CURLOPT_POSTFIELDS, "");
    return result;
}

/* Basic authentication, where the provider file has a user. */
static CURLcode prepare_login(struct carry *carry, struct err *err)
{
    const struct provider *provider = carry->provider;
    struct secret secret = {.text = NULL};
    CURLcode result = CURLE_OK;
    if (text_empty(provider->user))
        return CURLE_OK;
    if (text_empty(provider->credential))
        secret_set(&secret, provider->password == NULL ? "" : provider->password);
    else if (secret_read(carry->credentials, provider->credential, &secret, err) != 0)
        return CURLE_LOGIN_DENIED;
    EASY_SET(result, carry->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    EASY_SET(result, carry->easy, CURLOPT_USERNAME, provider->user);
    EASY_SET(result, carry->easy, CURLOPT_PASSWORD, secret.text);
    secret_free(&secret);
    return result;
}

static CURLcode prepare(struct exchange *exchange)
{
    struct carry *carry = exchange->carry;
    CURL *easy = carry->easy;
    CURLcode result = easy_prepare(carry, "http,https");
    if (result == CURLE_OK)
        result = prepare_method(exchange);
    EASY_SET(result, easy, CURLOPT_URL, exchange->url.text);
    EASY_SET(result, easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    EASY_SET(result, easy, CURLOPT_USERAGENT, "dunningd");
    EASY_SET(result, easy, CURLOPT_HTTPHEADER, exchange->headers);
    EASY_SET(result, easy, CURLOPT_READFUNCTION, read_body);
    EASY_SET(result, easy, CURLOPT_READDATA, exchange);
    EASY_SET(result, easy, CURLOPT_WRITEFUNCTION, write_body);
    EASY_SET(result, easy, CURLOPT_WRITEDATA, exchange);
    EASY_SET(result, easy, CURLOPT_HEADERFUNCTION, read_header);
    EASY_SET(result, easy, CURLOPT_HEADERDATA, exchange);
    EASY_SET(result, easy, CURLOPT_PREREQFUNCTION, before_request);
    EASY_SET(result, easy, CURLOPT_PREREQDATA, exchange);
    return result;
}

/* Seconds, at most what the provider file allows; before 8.12 libcurl gives a negative number for a date gone by. */
static int32_t retry_after(const struct carry *carry)
{
    curl_off_t seconds = 0;
    curl_off_t most = carry->provider->retry_after_max_s > 0 ? carry->provider->retry_after_max_s : RETRY_AFTER_MAX_S;
    if (curl_easy_getinfo(carry->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds < 0)
        return 0;
    return (int32_t)(seconds < most ? seconds : most);
}

static void note_reply(struct carry *carry)
{
    if (carry->status == 0)
        return;
    carry->retry_after_s = retry_after(carry);
    text_addf(carry->reply, "HTTP %d", carry->status);
    if (carry->body->length > 0) {
        text_add_char(carry->reply, ' ');
        text_add_n(carry->reply, carry->body->data, text_cut(carry->body->data, REPLY_MAX));
    }
    if (carry->curl_code == 0)
        carry_reach(carry, PHASE_DONE);
}

void carry_http(struct carry *carry)
{
    struct exchange exchange = {.carry = carry};
    struct err err = {0};
    if (fill(&exchange) == 0) {
        CURLcode result = prepare(&exchange);
        if (result == CURLE_OK)
            result = prepare_login(carry, &err);
        if (result == CURLE_OK) {
            easy_perform(carry);
            note_reply(carry);
        } else {
            carry_fail(carry, (int)result, "%s", err.text[0] != '\0' ? err.text : curl_easy_strerror(result));
        }
        easy_finish(carry);
    }
    wipe_headers(&exchange);
    secret_free(&exchange.url);
    secret_free(&exchange.body);
}
