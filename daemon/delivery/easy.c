#include "delivery/easy.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

/* The progress callback is called at least this often. */
#define POLL_MS 1000

#define KEEP_HTTP_S 10L
#define KEEP_SMTP_S 60L

static int64_t deadline_ms(const struct carry *carry)
{
    const struct provider *provider = carry->provider;
    if (carry->phase >= PHASE_COMMITTED)
        return carry->committed_ms + 1000 * ((int64_t)provider->reply_timeout_s + EASY_COMMITTED_GRACE_S);
    return carry->started_ms + carry->waited_ms +
           1000 * ((int64_t)provider->connect_timeout_s + provider->reply_timeout_s);
}

CURLcode easy_first_failure(CURLcode before, CURLcode now)
{
    return before == CURLE_OK ? now : before;
}

/* Called by libcurl about once a second and oftener: the only hook for an end of ours. */
static int progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct carry *carry = context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    if (carry_clock_ms() >= deadline_ms(carry))
        return 1;
    return carry->phase < PHASE_COMMITTED && carry->point->given_up(carry->point->context);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct line *line = context;
    (void)purpose;
    curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0 && line->count < LINE_SOCKETS)
        line->sockets[line->count++] = fd;
    return fd;
}

static int close_socket(void *context, curl_socket_t fd)
{
    struct line *line = context;
    size_t kept = 0;
    for (size_t i = 0; i < line->count; i++)
        if (line->sockets[i] != fd)
            line->sockets[kept++] = line->sockets[i];
    line->count = kept;
    return close(fd);
}

static CURLcode prepare_tls(struct carry *carry)
{
    CURL *easy = carry->easy;
    CURLcode result = CURLE_OK;
    EASY_SET(result, easy, CURLOPT_SSL_VERIFYPEER, 1L);
    EASY_SET(result, easy, CURLOPT_SSL_VERIFYHOST, 2L);
    EASY_SET(result, easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!text_empty(carry->provider->ca_file))
        EASY_SET(result, easy, CURLOPT_CAINFO, carry->provider->ca_file);
    return result;
}

CURLcode easy_prepare(struct carry *carry, const char *protocols)
{
    const struct provider *provider = carry->provider;
    CURL *easy = carry->easy;
    curl_easy_reset(easy);
    CURLcode result = prepare_tls(carry);
    EASY_SET(result, easy, CURLOPT_NOSIGNAL, 1L);
    EASY_SET(result, easy, CURLOPT_PROTOCOLS_STR, protocols);
    EASY_SET(result, easy, CURLOPT_FOLLOWLOCATION, 0L);
    EASY_SET(result, easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    EASY_SET(result, easy, CURLOPT_PROXY, "");
    EASY_SET(result, easy, CURLOPT_MAXAGE_CONN, provider->kind == PROVIDER_HTTP ? KEEP_HTTP_S : KEEP_SMTP_S);
    EASY_SET(result, easy, CURLOPT_TCP_NODELAY, 1L);
    EASY_SET(result, easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    EASY_SET(result, easy, CURLOPT_OPENSOCKETDATA, carry->line);
    EASY_SET(result, easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    EASY_SET(result, easy, CURLOPT_CLOSESOCKETDATA, carry->line);
    EASY_SET(result, easy, CURLOPT_CONNECTTIMEOUT, (long)provider->connect_timeout_s);
    EASY_SET(result, easy, CURLOPT_NOPROGRESS, 0L);
    EASY_SET(result, easy, CURLOPT_XFERINFOFUNCTION, progress);
    EASY_SET(result, easy, CURLOPT_XFERINFODATA, carry);
    EASY_SET(result, easy, CURLOPT_ERRORBUFFER, carry->detail);
    return result;
}
_Static_assert(sizeof((struct carry *)NULL)->detail >= CURL_ERROR_SIZE, "libcurl's sentence fits");

static void cut(const struct line *line)
{
    for (size_t i = 0; i < line->count; i++)
        shutdown(line->sockets[i], SHUT_RDWR);
}

/*
 * What curl_easy_perform does, but for the end: where waiting for a socket
 * fails, libcurl 7.88.1 drops the transfer by smtp_done, which writes the dot
 * behind whatever was sent so far: half a mail, or a whole one before its
 * `yes`.  A line that was cut takes no dot.
 */
static CURLcode perform(struct carry *carry)
{
    CURLM *multi = carry->line->multi;
    CURLcode result = CURLE_OUT_OF_MEMORY;
    int running = 1, left;
    CURLMcode code = curl_multi_add_handle(multi, carry->easy);
    while (code == CURLM_OK && running > 0) {
        code = curl_multi_perform(multi, &running);
        if (code == CURLM_OK && running > 0)
            code = curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
    }
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    if (code == CURLM_OK && message != NULL && message->msg == CURLMSG_DONE)
        result = message->data.result;
    else
        cut(carry->line);
    curl_multi_remove_handle(multi, carry->easy);
    return result;
}

void easy_perform(struct carry *carry)
{
    long status = 0;
    carry_reach(carry, PHASE_CONNECT);
    CURLcode code = perform(carry);
    curl_easy_getinfo(carry->easy, CURLINFO_RESPONSE_CODE, &status);
    carry->curl_code = (int)code;
    carry->status = (int)status;
    if (code != CURLE_OK && carry->detail[0] == '\0')
        snprintf(carry->detail, sizeof carry->detail, "%s", curl_easy_strerror(code));
}

void easy_finish(struct carry *carry)
{
    curl_easy_reset(carry->easy);
}

void *easy_open(struct line *line)
{
    line->multi = curl_multi_init();
    CURL *easy = line->multi != NULL ? curl_easy_init() : NULL;
    if (easy != NULL && curl_multi_setopt(line->multi, CURLMOPT_MAXCONNECTS, 1L) == CURLM_OK)
        return easy;
    easy_close(easy, line);
    return NULL;
}

void easy_close(void *easy, struct line *line)
{
    cut(line);
    curl_easy_cleanup(easy);
    curl_multi_cleanup(line->multi);
    line->multi = NULL;
}

/* Losers of a race of addresses are closed by now: the youngest open socket is the connection's. */
bool easy_hung_up(const struct carry *carry, bool heard)
{
    const struct line *line = carry->line;
    if (line->count == 0)
        return false;
    struct pollfd look = {.fd = line->sockets[line->count - 1], .events = (short)(POLLRDHUP | (heard ? POLLIN : 0))};
    return poll(&look, 1, 0) > 0;
}
