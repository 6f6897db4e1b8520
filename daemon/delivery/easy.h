/*
 * What every transfer by libcurl has in common: nothing from the environment,
 * verified TLS, no redirects, our own deadlines.
 */
#ifndef DELIVERY_EASY_H
#define DELIVERY_EASY_H

#include <curl/curl.h>
#include <stdbool.h>

#include "delivery/carry.h"

/* After the yes the reply may take its whole time and a little for the bytes before it. */
enum { EASY_COMMITTED_GRACE_S = 30 };

/* A CURL handle that keeps one connection, and what it runs on; NULL: no memory. */
void *easy_open(struct line *line);
/* Without a QUIT: libcurl would block for its reply as long as for any other. */
void easy_close(void *easy, struct line *line);

/* Resets the handle (its connection stays) and sets what is common; protocols as CURLOPT_PROTOCOLS_STR takes them. */
CURLcode easy_prepare(struct carry *carry, const char *protocols);

/* Performs, and notes code, status and detail in carry. */
void easy_perform(struct carry *carry);

/* Takes the attempt's pointers out of the handle; its connection stays. */
void easy_finish(struct carry *carry);

/* True if the server closed the connection; heard: also if it said something that nobody asked for. */
bool easy_hung_up(const struct carry *carry, bool heard);

/* The first failure of several curl_easy_setopt calls. */
#define EASY_SET(result, easy, option, value) \
    ((result) = easy_first_failure(result, curl_easy_setopt(easy, option, value)))
CURLcode easy_first_failure(CURLcode before, CURLcode now);

#endif
