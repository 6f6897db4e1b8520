/*
 * The meaning of an answer.  Order of the thoughts, for every kind:
 * what the commit point said, what the provider said in so many words, and
 * only then how far the bytes got.  Words and codes are in tables; numbers of
 * curl codes are libcurl's CURLcode (this floor does not know libcurl).
 */
#include "wire/classify.h"

#include <string.h>

#include "base/text.h"

/* What a failure of the transfer means while nothing was handed over.  Codes that are not listed: for now. */
struct early_row {
    int curl_code;
    enum outcome_class class;
    const char *why;
};

static const struct early_row early_rows[] = {
    {1, OUTCOME_MISCONFIGURED, "the URL's scheme is not allowed"},
    {3, OUTCOME_MISCONFIGURED, "the URL is malformed"},
    {4, OUTCOME_MISCONFIGURED, "this libcurl lacks a feature that the provider needs"},
    {9, OUTCOME_MISCONFIGURED, "access to the folder is denied"},
    /* 35, a failed TLS handshake, is not here: a server that restarts in the middle of one looks the same */
    {37, OUTCOME_MISCONFIGURED, "a file named by the provider cannot be read"},
    {43, OUTCOME_REFUSED, "the request is not fit to be sent"},
    {48, OUTCOME_MISCONFIGURED, "this libcurl lacks an option that the provider needs"},
    {53, OUTCOME_MISCONFIGURED, "the TLS engine is not there"},
    {54, OUTCOME_MISCONFIGURED, "the TLS engine cannot be used"},
    {58, OUTCOME_MISCONFIGURED, "the client certificate cannot be used"},
    {59, OUTCOME_MISCONFIGURED, "the TLS ciphers cannot be used"},
    {60, OUTCOME_MISCONFIGURED, "the server's certificate could not be verified"},
    {64, OUTCOME_MISCONFIGURED, "the server does not offer TLS"},
    {66, OUTCOME_MISCONFIGURED, "the TLS engine cannot be started"},
    {67, OUTCOME_MISCONFIGURED, "the login was denied"},
    {77, OUTCOME_MISCONFIGURED, "the file with the CA certificates cannot be read"},
    {78, OUTCOME_MISCONFIGURED, "the folder is not there"},
    {82, OUTCOME_MISCONFIGURED, "the revocation list cannot be loaded"},
    {83, OUTCOME_MISCONFIGURED, "the issuer of the server's certificate is not the expected one"},
    {90, OUTCOME_MISCONFIGURED, "the server's key is not the pinned one"},
    {91, OUTCOME_MISCONFIGURED, "the server's certificate status is not valid"},
    {98, OUTCOME_MISCONFIGURED, "the server wants a client certificate"},
};

/* SMTP codes that speak of the login and not of the message (RFC 4954). */
static const int smtp_login_codes[] = {530, 534, 535, 538};

/* HTTP statuses without a row in the provider's table; the first range that holds the status decides. */
struct status_row {
    int from, to;
    enum outcome_class class;
    const char *why;
};

static const struct status_row status_rows[] = {
    {200, 299, OUTCOME_ACCEPTED, "accepted"},
    {301, 301, OUTCOME_MISCONFIGURED, "the provider moved; its URL must be corrected"},
    {307, 308, OUTCOME_MISCONFIGURED, "the provider moved; its URL must be corrected"},
    {300, 399, OUTCOME_UNCERTAIN, "a redirect that may follow a request already carried out"},
    {400, 400, OUTCOME_REFUSED, "refused by the provider"},
    {401, 401, OUTCOME_MISCONFIGURED, "the credentials were not accepted"},
    {402, 403, OUTCOME_MISCONFIGURED, "the account may not do this"},
    {404, 404, OUTCOME_REFUSED, "refused by the provider"},
    {405, 407, OUTCOME_MISCONFIGURED, "the request's method, form or way is not what the provider takes"},
    {408, 409, OUTCOME_UNCERTAIN, "the provider does not say whether it took the request"},
    {410, 411, OUTCOME_MISCONFIGURED, "the URL is not one of the provider's"},
    {412, 413, OUTCOME_REFUSED, "refused by the provider"},
    {414, 415, OUTCOME_MISCONFIGURED, "the request's method, form or way is not what the provider takes"},
    {425, 425, OUTCOME_REFUSED_FOR_NOW, "refused for now by the provider"},
    {426, 426, OUTCOME_MISCONFIGURED, "the request's method, form or way is not what the provider takes"},
    {429, 429, OUTCOME_REFUSED_FOR_NOW, "too many requests"},
    {400, 499, OUTCOME_REFUSED, "refused by the provider"},
    {500, 599, OUTCOME_UNCERTAIN, "the provider failed after it had the request"},
};

#define ROWS(table) (sizeof(table) / sizeof *(table))

static struct verdict_of_answer verdict(enum outcome_class class, const char *why)
{
    return (struct verdict_of_answer){.class = class, .why = why};
}

/* Nothing was handed over, and no reply of the provider explains why. */
static struct verdict_of_answer early(const struct answer *answer)
{
    for (size_t i = 0; i < ROWS(early_rows); i++)
        if (early_rows[i].curl_code == answer->curl_code)
            return verdict(early_rows[i].class, early_rows[i].why);
    if (answer->phase == PHASE_ASKED)
        return verdict(OUTCOME_REFUSED_FOR_NOW, "given up before the commit point answered");
    return verdict(OUTCOME_REFUSED_FOR_NOW, "the provider was not asked to the end");
}

static bool is_login_code(int status)
{
    for (size_t i = 0; i < ROWS(smtp_login_codes); i++)
        if (smtp_login_codes[i] == status)
            return true;
    return false;
}

static struct verdict_of_answer smtp_refusal(int status)
{
    if (is_login_code(status))
        return verdict(OUTCOME_MISCONFIGURED, "the server wants another login");
    if (status >= 500)
        return verdict(OUTCOME_REFUSED, "refused by the server");
    return verdict(OUTCOME_REFUSED_FOR_NOW, "refused for now by the server");
}

static bool is_refusal(int status)
{
    return status >= 400 && status <= 599;
}

/* Before the yes: only replies to MAIL, RCPT and DATA speak of this message. */
static struct verdict_of_answer smtp_early(const struct answer *answer)
{
    if (answer->auth_missing)
        return verdict(OUTCOME_MISCONFIGURED, "the server does not offer a login");
    if (answer->utf8_missing)
        return verdict(OUTCOME_REFUSED, "the server does not take addresses with letters beyond ASCII (SMTPUTF8)");
    if (answer->curl_code == 0 || !is_refusal(answer->status))
        return early(answer);
    if (answer->status < 500)
        return smtp_refusal(answer->status);
    if (answer->phase >= PHASE_ENVELOPE)
        return smtp_refusal(answer->status);
    if (is_login_code(answer->status))
        return verdict(OUTCOME_MISCONFIGURED, "the login was denied");
    return early(answer);
}

/* After the yes the status is 354 until the reply to the end of the mail, so a refusal can only be that reply. */
static struct verdict_of_answer smtp_late(const struct answer *answer)
{
    bool good = answer->status >= 200 && answer->status <= 299;
    if (good && (answer->curl_code == 0 || answer->phase == PHASE_DONE))
        return verdict(OUTCOME_ACCEPTED, "accepted");
    if (is_refusal(answer->status))
        return smtp_refusal(answer->status);
    if (answer->phase == PHASE_COMMITTED && answer->curl_code != 0)
        return verdict(OUTCOME_NOT_HANDED_OVER, "the connection was lost before the end of the mail");
    return verdict(OUTCOME_UNCERTAIN, "the reply to the end of the mail was lost");
}

static bool needs_body(const struct provider_answer *row)
{
    return !text_empty(row->pointer) || !text_empty(row->equals);
}

static bool body_contains(const struct answer *answer, const char *words)
{
    size_t length = strlen(words);
    for (size_t at = 0; length <= answer->body_length && at <= answer->body_length - length; at++)
        if (memcmp(answer->body + at, words, length) == 0)
            return true;
    return false;
}

static bool row_matches(const struct answer *answer, size_t index)
{
    const struct provider_answer *row = &answer->provider->answers[index];
    if (text_empty(row->pointer))
        return text_empty(row->equals) || body_contains(answer, row->equals);
    const char *value = answer->pointed == NULL ? NULL : answer->pointed[index];
    return value != NULL && (text_empty(row->equals) || text_equal(value, row->equals));
}

static const char *const table_words[] = {
    [OUTCOME_ACCEPTED] = "accepted",
    [OUTCOME_REFUSED] = "refused by the provider",
    [OUTCOME_REFUSED_FOR_NOW] = "refused for now by the provider",
    [OUTCOME_MISCONFIGURED] = "the provider says that its account or our configuration is wrong",
    [OUTCOME_NOT_HANDED_OVER] = "not taken by the provider",
    [OUTCOME_GATE_NO] = "not taken by the provider",
    [OUTCOME_UNCERTAIN] = "the provider's answer leaves it open",
};
_Static_assert(ROWS(table_words) == OUTCOME_UNCERTAIN + 1, "one word for each class");

/* The meaning of a status that no row of the provider's table decided; asked: a row looked into the body for it. */
static struct verdict_of_answer http_default(int status, bool asked)
{
    for (size_t i = 0; i < ROWS(status_rows); i++) {
        const struct status_row *row = &status_rows[i];
        if (status < row->from || status > row->to)
            continue;
        if (asked && row->class == OUTCOME_ACCEPTED)
            return verdict(OUTCOME_UNCERTAIN, "the provider's reply is not in its table of answers");
        return verdict(row->class, row->why);
    }
    return verdict(OUTCOME_UNCERTAIN, "the provider's reply is not HTTP");
}

/*
 * There is a status line.  A reply that broke off (a curl code) still says what
 * its status says, unless a row of the provider's table would have looked into
 * the part that is missing.
 */
static struct verdict_of_answer http_status(const struct answer *answer)
{
    const struct provider *provider = answer->provider;
    bool asked = false;
    for (size_t i = 0; i < provider->answer_count; i++) {
        const struct provider_answer *row = &provider->answers[i];
        if (answer->status < row->status_from || answer->status > row->status_to)
            continue;
        if (row_matches(answer, i))
            return verdict(row->outcome, table_words[row->outcome]);
        asked = asked || needs_body(row);
        if (answer->curl_code != 0 && asked)
            return verdict(OUTCOME_UNCERTAIN, "the provider's reply broke off");
    }
    return http_default(answer->status, asked);
}

static struct verdict_of_answer http_late(const struct answer *answer)
{
    if (answer->status > 0)
        return http_status(answer);
    if (answer->phase == PHASE_COMMITTED && answer->curl_code != 0)
        return verdict(OUTCOME_NOT_HANDED_OVER, "the connection was lost before the end of the request");
    return verdict(OUTCOME_UNCERTAIN, "the provider's reply was lost");
}

/* A drop can be asked again at any time, so it is never uncertain (DESIGN 4). */
static struct verdict_of_answer drop_late(const struct answer *answer)
{
    if (answer->status == DROP_OTHER_CONTENT)
        return verdict(OUTCOME_REFUSED, "a file of that name with other content is there");
    if (answer->curl_code == 0 && (answer->status == DROP_WRITTEN || answer->status == DROP_THERE))
        return verdict(OUTCOME_ACCEPTED, "accepted");
    return verdict(OUTCOME_NOT_HANDED_OVER, "the file could not be put in its place");
}

struct verdict_of_answer classify(const struct answer *answer)
{
    bool late = answer->phase >= PHASE_COMMITTED;
    if (!late && answer->gate_no)
        return verdict(OUTCOME_GATE_NO, "stopped at the commit point");
    switch (answer->provider->kind) {
    case PROVIDER_SMTP:
        return late ? smtp_late(answer) : smtp_early(answer);
    case PROVIDER_HTTP:
        return late ? http_late(answer) : early(answer);
    case PROVIDER_DROP:
        return late || answer->status == DROP_OTHER_CONTENT ? drop_late(answer) : early(answer);
    }
    return verdict(OUTCOME_UNCERTAIN, "of an unknown kind");
}
