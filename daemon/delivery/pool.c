/*
 * Worker threads: as many as the provider has connections, each with one
 * libcurl handle that keeps its connection.  A slow server blocks its thread
 * and nothing else (reliability.md 0.2).
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/easy.h"
#include "delivery/job.h"

#define IDLE_MS 30000 /* after that an unused connection is closed */

int cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return -1;
    int result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (result == 0)
        result = pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return result == 0 ? 0 : -1;
}

void cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t at_ms)
{
    struct timespec at = {.tv_sec = at_ms / 1000, .tv_nsec = (at_ms % 1000) * 1000000};
    pthread_cond_timedwait(cond, lock, &at);
}

/* ---- the commit point, as a worker sees it ---- */

static enum commit_answer ask(void *context)
{
    struct job *job = context;
    struct desk *desk = job->desk;
    pthread_mutex_lock(&desk->lock);
    job->asking = true;
    pthread_mutex_unlock(&desk->lock);
    desk_wake(desk);
    pthread_mutex_lock(&desk->lock);
    int64_t until = carry_clock_ms() + 1000 * (int64_t)desk->answer_wait_s;
    while (job->answer == ANSWER_NONE && !job->given_up && carry_clock_ms() < until)
        cond_wait_until(&job->answered, &desk->lock, until);
    if (job->answer == ANSWER_NONE)
        job->answer = ANSWER_LATE;
    enum job_answer answer = job->answer;
    pthread_mutex_unlock(&desk->lock);
    switch (answer) {
    case ANSWER_YES:
        return COMMIT_YES;
    case ANSWER_NO:
        return COMMIT_NO;
    case ANSWER_NONE:
    case ANSWER_LATE:
        break;
    }
    return COMMIT_NONE;
}

static bool given_up(void *context)
{
    struct job *job = context;
    return atomic_load(&job->given_up);
}

static void reached(void *context, enum phase phase)
{
    struct job *job = context;
    atomic_store(&job->phase, (int)phase);
}

/* ---- one job ---- */

struct worker {
    struct pool *pool;
    CURL *easy;
    struct line line;
    struct arena *arena; /* for one job after the other */
};

static void carry_job(struct worker *worker, struct job *job)
{
    const struct commit_point point = {.ask = ask, .given_up = given_up, .reached = reached, .context = job};
    struct request request;
    struct err err = {0};
    if (request_unpack(job->request, job->request_length, worker->arena, &request, &err) != 0) {
        job->class = OUTCOME_REFUSED_FOR_NOW;
        job->text = arena_copy(job->arena, err.text);
        return;
    }
    if (worker->easy == NULL && worker->pool->provider.kind != PROVIDER_DROP)
        worker->easy = easy_open(&worker->line);
    if (worker->easy == NULL && worker->pool->provider.kind != PROVIDER_DROP) {
        job->class = OUTCOME_REFUSED_FOR_NOW;
        job->text = "libcurl has no memory for another connection";
        return;
    }
    struct carry carry = {.provider = &worker->pool->provider,
                          .request = &request,
                          .credentials = job->desk->credentials,
                          .point = &point,
                          .easy = worker->easy,
                          .line = &worker->line,
                          .arena = worker->arena};
    carry_out(&carry);
    job->class = carry.class;
    job->code = carry.status;
    job->retry_after_s = carry.retry_after_s;
    job->text = arena_copy(job->arena, carry.text);
    job->provider_id = arena_copy(job->arena, carry.provider_id);
}

/* The next job, or NULL when the pool closes or was idle for long; the lock is held. */
static struct job *take(struct pool *pool, bool connected)
{
    int64_t until = carry_clock_ms() + IDLE_MS;
    while (pool->first == NULL && !pool->closing) {
        pool->idle++;
        if (connected)
            cond_wait_until(&pool->work, &pool->desk->lock, until);
        else
            pthread_cond_wait(&pool->work, &pool->desk->lock);
        pool->idle--;
        if (connected && pool->first == NULL && carry_clock_ms() >= until)
            return NULL;
    }
    struct job *job = pool->closing ? NULL : pool->first;
    if (job == NULL)
        return NULL;
    pool->first = job->behind;
    if (pool->first == NULL)
        pool->last = NULL;
    pool->queued--;
    job->state = JOB_CARRIED;
    return job;
}

/* Waits for this job's turn under per_second; the lock is held. */
static void wait_turn(struct pool *pool, struct job *job)
{
    if (pool->provider.per_second <= 0)
        return;
    int64_t now = carry_clock_ms();
    int64_t turn = pool->next_start_ms > now ? pool->next_start_ms : now;
    pool->next_start_ms = turn + 1000 / pool->provider.per_second;
    while (!job->given_up && carry_clock_ms() < turn)
        cond_wait_until(&job->answered, &pool->desk->lock, turn);
}

/* The deadlines of easy.c one after the other, and a minute for what they cannot end: names, a disk, the scheduler. */
static int64_t longest_ms(const struct pool *pool)
{
    const struct provider *provider = &pool->provider;
    int64_t s = (int64_t)provider->connect_timeout_s + 2 * (int64_t)provider->reply_timeout_s;
    return 1000 * (s + pool->desk->answer_wait_s + EASY_COMMITTED_GRACE_S + 60);
}

static void hang_up(struct worker *worker)
{
    if (worker->easy == NULL)
        return;
    easy_close(worker->easy, &worker->line);
    worker->easy = NULL;
}

static void work_on(struct worker *worker, struct job *job)
{
    struct desk *desk = job->desk;
    carry_job(worker, job);
    arena_reset(worker->arena);
    pthread_mutex_lock(&desk->lock);
    job->state = JOB_FINISHED;
    worker->pool->outstanding--;
    pthread_mutex_unlock(&desk->lock);
    desk_wake(desk);
}

static void *work(void *context)
{
    struct worker worker = {.pool = context, .arena = arena_new(0)};
    struct pool *pool = worker.pool;
    struct desk *desk = pool->desk;
    bool closing = false;
    while (!closing) {
        pthread_mutex_lock(&desk->lock);
        struct job *job = take(pool, worker.easy != NULL);
        if (job != NULL) {
            wait_turn(pool, job);
            job->over_ms = carry_clock_ms() + longest_ms(pool);
        }
        closing = pool->closing;
        pthread_mutex_unlock(&desk->lock);
        if (job != NULL)
            work_on(&worker, job);
        else
            hang_up(&worker);
    }
    hang_up(&worker);
    arena_free(&worker.arena);
    return NULL;
}

/* ---- the pool ---- */

struct pool *pool_new(struct desk *desk, struct arena *arena, const struct provider *provider, int64_t generation)
{
    struct pool *pool = arena_alloc(arena, sizeof *pool);
    pool->desk = desk;
    pool->arena = arena;
    pool->provider = *provider;
    pool->generation = generation;
    if (pool->provider.connections < 1)
        pool->provider.connections = 1;
    pool->threads = arena_array(arena, (size_t)pool->provider.connections, sizeof *pool->threads);
    cond_init(&pool->work);
    return pool;
}

void pool_add(struct pool *pool, struct job *job)
{
    bool full = pool->thread_count == pool->provider.connections;
    if (pool->queued >= pool->idle && !full &&
        pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) == 0)
        pool->thread_count++;
    if (pool->thread_count == 0) {
        job_refuse(job, OUTCOME_REFUSED_FOR_NOW, "no thread could be started");
        return;
    }
    *(pool->last == NULL ? &pool->first : &pool->last->behind) = job;
    pool->last = job;
    pool->outstanding++;
    pool->queued++;
}

void pool_call(struct pool *pool)
{
    pthread_cond_signal(&pool->work);
}

void pool_free(struct pool *pool)
{
    struct arena *arena = pool->arena;
    pthread_mutex_lock(&pool->desk->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->desk->lock);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->work);
    arena_free(&arena);
}
