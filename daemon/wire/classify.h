/*
 * What a provider's answer means: one pure function over everything that was
 * seen, table-tested for every code and phase (DESIGN 7a, reliability.md 1.5,
 * providers.md 1.3 and 3.1).
 */
#ifndef WIRE_CLASSIFY_H
#define WIRE_CLASSIFY_H

#include <stddef.h>

#include "model/provider.h"
#include "wire/wire.h"

/* The status of a drop, in HTTP's numbers. */
enum drop_status { DROP_THERE = 200, DROP_WRITTEN = 201, DROP_OTHER_CONTENT = 409 };

struct answer {
    const struct provider *provider;
    int curl_code;     /* CURLcode as a number; 0 = CURLE_OK */
    int status;        /* SMTP reply code, HTTP status or drop_status; 0: none */
    enum phase phase;  /* PHASE_COMMITTED: yes was given; _SENT: last bytes handed over; _DONE: final reply seen */
    bool gate_no;      /* the commit point said no; no answer in time is no `no`: the phase stays PHASE_ASKED */
    bool auth_missing; /* credentials set, but the server offered no AUTH */
    bool utf8_missing; /* the recipient has letters beyond ASCII before the @, but the server offered no SMTPUTF8 */
    const char *body;  /* HTTP body, at most 64 KiB, NUL-terminated; "" none */
    size_t body_length;
    const char *id_header; /* value of the header that id_pointer names, "" none */
    /* JSON values that the provider's pointers named, in the order of answers[]; filled by delivery. NULL: absent */
    const char *const *pointed;
};

struct verdict_of_answer {
    enum outcome_class class;
    const char *why; /* constant words: "reply lost after the end of the mail" */
};

struct verdict_of_answer classify(const struct answer *answer);

#endif
