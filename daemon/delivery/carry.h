/*
 * Carrying one request to its provider: one function for each kind, all of
 * which stop at the commit point and leave what they saw for classify.
 */
#ifndef DELIVERY_CARRY_H
#define DELIVERY_CARRY_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/classify.h"
#include "wire/request.h"

struct arena;

enum commit_answer { COMMIT_YES, COMMIT_NO, COMMIT_NONE /* no answer in time, or given up */ };

/* What the attempt asks of the rest of the program; a record of functions, so that tests can put theirs there. */
struct commit_point {
    enum commit_answer (*ask)(void *context); /* blocks until there is an answer */
    bool (*given_up)(void *context);          /* an attempt without its yes is to stop */
    void (*reached)(void *context, enum phase phase);
    void *context;
};

/*
 * What a handle runs on and its open sockets, oldest first.  libcurl 7.88.1
 * tells the socket of a transfer only after it, so they are noted as they are
 * opened.  Lives as long as the handle.
 */
#define LINE_SOCKETS 8
struct line {
    void *multi; /* a CURLM handle, which keeps the connection */
    int sockets[LINE_SOCKETS];
    size_t count;
};

#define REPLY_MAX 2000 /* bytes kept of what a provider said */
#define HTTP_BODY_MAX (64U << 10)

struct carry {
    const struct provider *provider;
    const struct request *request;
    const char *credentials; /* folder, "" none */
    const struct commit_point *point;
    void *easy;          /* a CURL handle that keeps its connection; not for drop */
    struct line *line;   /* its sockets */
    struct arena *arena; /* for this attempt */

    /* what was seen */
    int curl_code, status;
    enum phase phase;
    bool asked, gate_no, auth_missing, utf8_missing;
    int64_t started_ms, waited_ms, committed_ms;
    char detail[600];   /* what was wrong, from libcurl or from us; "" nothing */
    struct text *reply; /* the provider's last words */
    struct text *body;  /* of an HTTP reply */
    const char *id_header;
    int32_t retry_after_s;

    /* what it means */
    enum outcome_class class;
    const char *text; /* the reply in full, else a sentence of ours */
    const char *provider_id;
};

/* Carries the request and fills in everything below "what was seen". */
void carry_out(struct carry *carry);

/* For the kinds: the phase goes forward; the commit point is asked once, and true is the yes. */
void carry_reach(struct carry *carry, enum phase phase);
bool carry_ask(struct carry *carry);

/* For the kinds: a sentence of ours with the curl code that classify knows it by. */
void carry_fail(struct carry *carry, int curl_code, const char *format, ...) __attribute__((format(printf, 3, 4)));

void carry_smtp(struct carry *carry);
void carry_http(struct carry *carry);
void carry_drop(struct carry *carry);

/* Milliseconds of a clock that only goes forward. */
int64_t carry_clock_ms(void);

#endif
