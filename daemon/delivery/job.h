/*
 * What desk.c and pool.c share: jobs, pools and the one lock over both.
 * Private to these two files.
 */
#ifndef DELIVERY_JOB_H
#define DELIVERY_JOB_H

#include <pthread.h>
#include <stdatomic.h>

#include "delivery/carry.h"

enum job_state { JOB_QUEUED, JOB_CARRIED, JOB_FINISHED };

enum job_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_LATE /* the wait is over; nothing counts any more */ };

struct job {
    struct job *next, *previous; /* on the desk, in order of arrival */
    struct job *behind;          /* in the pool's queue */
    struct desk *desk;
    int64_t attempt;
    uint64_t token;
    enum job_state state;
    atomic_int phase; /* enum phase; with given_up, read and written without the lock */
    atomic_bool given_up;
    bool asking;
    enum job_answer answer;
    int64_t over_ms; /* when a worker is done with it at the latest, 0 none has it */
    pthread_cond_t answered;
    const void *request; /* in the arena */
    size_t request_length;
    /* the I/O thread's own: the number of the connection on which each was told, 0 never */
    uint64_t listed_on, asked_on, told_on;
    /* the outcome, written by the worker before the job is finished */
    struct arena *arena;
    enum outcome_class class;
    int code;
    int32_t retry_after_s;
    const char *text, *provider_id, *reason;
};

struct pool {
    struct pool *next;
    struct desk *desk;
    struct arena *arena;
    struct provider provider;
    int64_t generation;
    bool retired; /* a newer generation took over */
    bool closing; /* its threads are to end */
    struct job *first, *last;
    size_t outstanding; /* queued or being carried */
    pthread_cond_t work;
    pthread_t *threads;
    int thread_count, idle, queued;
    int64_t next_start_ms; /* of per_second */
};

struct desk {
    pthread_mutex_t lock;
    int event_fd;
    const char *credentials;
    int answer_wait_s;
    bool refusing, curl_ready;
    struct job *first, *last;
    struct pool *pools;
    /* the I/O thread's own */
    uint64_t connection;       /* number of the current one, from 1 */
    bool listed;               /* the end of the list was told on it */
    enum frame_type next_type; /* what desk_next gave last, about next_job */
    struct job *next_job;
};

/* Tells the I/O thread that something changed. */
void desk_wake(struct desk *desk);

/* Ends a job with an outcome of our own; the lock is held. */
void job_refuse(struct job *job, enum outcome_class class, const char *text);

/* A pool for the provider; frees the arena when the pool goes.  Never fails: threads are started when there is work. */
struct pool *pool_new(struct desk *desk, struct arena *arena, const struct provider *provider, int64_t generation);

/* Puts a job at the end of the queue; the lock is held, and pool_call follows without it. */
void pool_add(struct pool *pool, struct job *job);
void pool_call(struct pool *pool);

/* Ends the threads and frees; nothing is outstanding.  The lock is not held. */
void pool_free(struct pool *pool);

/* Conditions that wait by a clock that nobody sets. */
int cond_init(pthread_cond_t *cond);
void cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t at_ms); /* carry_clock_ms */

#endif
