/*
 * A scripted sender: speaks the wire from a process of its own, carries
 * nothing, and answers each submit by the first row that fits.  What it saw is
 * in memory shared with the test.
 */
#ifndef FAKE_SENDER_H
#define FAKE_SENDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/wire.h"

struct sender_row {
    const char *to;           /* part of the recipient or the file's name; "" any */
    int times;                /* fits this often, 0: always */
    bool no_ask;              /* the outcome comes before the commit point */
    bool die_after_yes;       /* ends without a word once `yes` is there */
    bool silent_after_yes;    /* keeps it in hand for ever */
    void (*before_ask)(void); /* done in the sender's process between the submit and its ask; NULL: nothing */
    enum outcome_class class;
    int code;
    const char *text; /* NULL: "250 2.0.0 queued as F4KE" */
};

#define SENDER_SEEN_MAX 512

/* One submit. */
struct sender_seen {
    int64_t attempt;
    uint64_t token;
    char provider[64], to[128], sha256[65], reason[40];
    bool asked, yes, no, acknowledged;
    int row; /* of the script, -1: none fitted */
};

struct sender_log {
    int count, hellos, providers;
    int64_t generation; /* of the last provider frame */
    int answer_ms_max;  /* longest time from ask to answer */
    struct sender_seen seen[SENDER_SEEN_MAX];
};

struct fake_sender {
    pid_t pid;
    int fd; /* the engine's end */
    struct sender_log *log;
};

/* Starts it; in_hand: attempts it says it has from before (ended by attempt 0; NULL: none). */
struct fake_sender fake_sender_start(const struct sender_row *rows, size_t count, const struct sender_seen *in_hand);

/* Waits for its end, which follows that of the socket, and frees the log. */
/* Until it has ended, which it does when the engine has closed the socket; its log stays. */
void fake_sender_wait(struct fake_sender *sender);
void fake_sender_stop(struct fake_sender *sender);

#endif
