#include "delivery/desk.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "delivery/job.h"

void desk_wake(struct desk *desk)
{
    const uint64_t one = 1;
    ssize_t written = write(desk->event_fd, &one, sizeof one);
    (void)written; /* only a counter near 2^64 could make it fail */
}

struct desk *desk_new(const char *credentials, int answer_wait_s)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL)
        return NULL;
    desk->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (desk->event_fd < 0 || pthread_mutex_init(&desk->lock, NULL) != 0) {
        if (desk->event_fd >= 0)
            close(desk->event_fd);
        free(desk);
        return NULL;
    }
    desk->credentials = credentials;
    desk->answer_wait_s = answer_wait_s;
    return desk;
}

int desk_event_fd(const struct desk *desk)
{
    return desk->event_fd;
}

void desk_heard(struct desk *desk)
{
    uint64_t count;
    ssize_t got = read(desk->event_fd, &count, sizeof count);
    (void)got; /* nothing to read is no matter */
}

static void job_free(struct job *job)
{
    pthread_cond_destroy(&job->answered);
    arena_free(&job->arena);
    free(job);
}

void desk_free(struct desk **desk_pointer)
{
    struct desk *desk = *desk_pointer;
    *desk_pointer = NULL;
    if (desk == NULL)
        return;
    while (desk->pools != NULL) {
        struct pool *pool = desk->pools;
        desk->pools = pool->next;
        pool_free(pool);
    }
    for (struct job *job = desk->first, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    if (desk->curl_ready)
        curl_global_cleanup();
    pthread_mutex_destroy(&desk->lock);
    close(desk->event_fd);
    free(desk);
}

static struct job *find(struct desk *desk, const struct frame *frame)
{
    for (struct job *job = desk->first; job != NULL; job = job->next)
        if (job->attempt == frame->attempt && job->token == frame->token)
            return job;
    return NULL;
}

static void forget(struct desk *desk, struct job *job)
{
    *(job->previous == NULL ? &desk->first : &job->previous->next) = job->next;
    *(job->next == NULL ? &desk->last : &job->next->previous) = job->previous;
    if (desk->next_job == job)
        desk->next_job = NULL;
    job_free(job);
}

/* ---- providers ---- */

static int unseal_provider(const struct frame *frame, struct arena *arena, struct provider *provider, struct err *err)
{
    const void *bytes;
    size_t length;
    if (sealed_map(frame->fd, PROVIDER_MAX, &bytes, &length) != 0)
        return err_set(err, ERR_FAILED, "provider %s came without its seals or too large; restart dunningd",
                       frame->name);
    int result = provider_unpack(bytes, length, arena, provider, err);
    sealed_unmap(bytes, length);
    if (result == 0 && !text_equal(provider->name, frame->name))
        return err_set(err, ERR_FAILED, "provider %s came under another name; restart dunningd", frame->name);
    return result;
}

/* Retired pools without work go; the lock is held on entry and exit. */
static void free_retired(struct desk *desk)
{
    for (struct pool **at = &desk->pools; *at != NULL;) {
        struct pool *pool = *at;
        if (!pool->retired || pool->outstanding > 0) {
            at = &pool->next;
            continue;
        }
        *at = pool->next;
        pthread_mutex_unlock(&desk->lock);
        pool_free(pool);
        pthread_mutex_lock(&desk->lock);
        at = &desk->pools;
    }
}

int desk_provider(struct desk *desk, const struct frame *frame, struct err *err)
{
    struct provider provider;
    struct arena *arena = arena_new(0);
    if (unseal_provider(frame, arena, &provider, err) != 0) {
        arena_free(&arena);
        return -1;
    }
    if (provider.kind != PROVIDER_DROP && !desk->curl_ready) {
        if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
            arena_free(&arena);
            return err_set(err, ERR_FAILED, "libcurl cannot be started");
        }
        desk->curl_ready = true;
    }
    struct pool *fresh = pool_new(desk, arena, &provider, frame->generation);
    pthread_mutex_lock(&desk->lock);
    for (struct pool *pool = desk->pools; pool != NULL; pool = pool->next)
        if (text_equal(pool->provider.name, frame->name))
            pool->retired = true;
    fresh->next = desk->pools;
    desk->pools = fresh;
    free_retired(desk);
    pthread_mutex_unlock(&desk->lock);
    return 0;
}

/* ---- attempts ---- */

void job_refuse(struct job *job, enum outcome_class class, const char *text)
{
    job->state = JOB_FINISHED;
    job->class = class;
    job->text = text;
}

static struct job *job_new(struct desk *desk, const struct frame *frame)
{
    struct arena *arena = arena_new(1024);
    struct job *job = arena_must(calloc(1, sizeof *job));
    if (cond_init(&job->answered) != 0) {
        arena_free(&arena);
        free(job);
        return NULL;
    }
    job->desk = desk;
    job->attempt = frame->attempt;
    job->token = frame->token;
    job->arena = arena;
    job->text = job->provider_id = job->reason = "";
    job->listed_on = desk->connection;
    atomic_init(&job->phase, PHASE_QUEUED);
    job->previous = desk->last;
    *(desk->last == NULL ? &desk->first : &desk->last->next) = job;
    desk->last = job;
    return job;
}

static struct pool *find_pool(struct desk *desk, const struct frame *frame)
{
    for (struct pool *pool = desk->pools; pool != NULL; pool = pool->next)
        if (!pool->retired && pool->generation == frame->generation && text_equal(pool->provider.name, frame->name))
            return pool;
    return NULL;
}

/* Says why the attempt cannot be carried, NULL if it can. */
static const char *objection(const struct desk *desk, const struct pool *pool, const struct frame *frame,
                             struct job *job)
{
    if (desk->refusing)
        return "the sender is stopping";
    if (pool == NULL)
        return "the sender does not have this generation of the provider";
    if (pool->outstanding >= 2 * (size_t)pool->provider.connections)
        return "more attempts than twice the provider's connections";
    if (sealed_read(frame->fd, REQUEST_MAX, job->arena, &job->request, &job->request_length) != 0)
        return "the request came without its seals or too large";
    return NULL;
}

void desk_submit(struct desk *desk, const struct frame *frame)
{
    struct pool *pool = NULL;
    pthread_mutex_lock(&desk->lock);
    struct job *job = find(desk, frame) == NULL ? job_new(desk, frame) : NULL;
    if (job != NULL) {
        pool = find_pool(desk, frame);
        const char *why = objection(desk, pool, frame, job);
        if (why != NULL)
            job_refuse(job, OUTCOME_REFUSED_FOR_NOW, why);
        else
            pool_add(pool, job);
    }
    pthread_mutex_unlock(&desk->lock);
    if (pool != NULL)
        pool_call(pool);
    close(frame->fd);
}

void desk_answer(struct desk *desk, const struct frame *frame)
{
    pthread_mutex_lock(&desk->lock);
    struct job *job = find(desk, frame);
    bool waits = job != NULL && job->asking && job->answer == ANSWER_NONE && !job->given_up;
    if (waits) {
        job->answer = frame->type == FRAME_YES ? ANSWER_YES : ANSWER_NO;
        job->reason = arena_copy(job->arena, frame->reason);
    }
    pthread_mutex_unlock(&desk->lock);
    if (waits)
        pthread_cond_signal(&job->answered);
}

void desk_acknowledge(struct desk *desk, const struct frame *frame)
{
    pthread_mutex_lock(&desk->lock);
    struct job *job = find(desk, frame);
    if (job != NULL && job->state == JOB_FINISHED)
        forget(desk, job);
    free_retired(desk);
    pthread_mutex_unlock(&desk->lock);
}

void desk_give_up_uncommitted(struct desk *desk, bool refuse_from_now_on)
{
    pthread_mutex_lock(&desk->lock);
    desk->refusing = desk->refusing || refuse_from_now_on;
    for (struct job *job = desk->first; job != NULL; job = job->next) {
        if (job->state == JOB_FINISHED || job->answer == ANSWER_YES)
            continue;
        job->given_up = true;
        pthread_cond_signal(&job->answered);
    }
    pthread_mutex_unlock(&desk->lock);
}

/* ---- frames ---- */

void desk_connected(struct desk *desk)
{
    desk->connection++;
    desk->listed = false;
}

static void fill_frame(struct frame *frame, enum frame_type type, const struct job *job)
{
    *frame = (struct frame){
        .type = type, .protocol = WIRE_PROTOCOL, .name = "", .reason = "", .text = "", .provider_id = "", .fd = -1};
    if (job == NULL)
        return;
    frame->attempt = job->attempt;
    frame->token = job->token;
    bool done = job->state == JOB_FINISHED && type == FRAME_IN_HAND;
    frame->phase = done ? PHASE_DONE : (enum phase)atomic_load(&job->phase);
    if (type != FRAME_OUTCOME)
        return;
    frame->class = job->class;
    frame->code = job->code;
    frame->retry_after_s = job->retry_after_s;
    frame->text = job->text;
    frame->provider_id = job->provider_id;
    frame->reason = job->reason;
}

/* What of this job is still to be told on this connection. */
static bool untold(const struct desk *desk, const struct job *job, enum frame_type *type)
{
    if (!desk->listed) {
        *type = FRAME_IN_HAND;
        return job->listed_on != desk->connection;
    }
    *type = job->state == JOB_FINISHED ? FRAME_OUTCOME : FRAME_ASK;
    if (job->state == JOB_FINISHED)
        return job->told_on != desk->connection;
    return job->asking && job->answer == ANSWER_NONE && !job->given_up && job->asked_on != desk->connection;
}

bool desk_next(struct desk *desk, struct frame *frame)
{
    bool found = false;
    enum frame_type type = FRAME_IN_HAND;
    pthread_mutex_lock(&desk->lock);
    desk->next_job = NULL;
    for (struct job *job = desk->first; job != NULL && !found; job = job->next) {
        found = untold(desk, job, &type);
        if (found)
            desk->next_job = job;
    }
    if (!found && !desk->listed) {
        found = true;
        type = FRAME_IN_HAND;
    }
    if (found)
        fill_frame(frame, type, desk->next_job);
    desk->next_type = type;
    pthread_mutex_unlock(&desk->lock);
    return found;
}

void desk_told(struct desk *desk)
{
    struct job *job = desk->next_job;
    if (job == NULL)
        desk->listed = true;
    else if (desk->next_type == FRAME_IN_HAND)
        job->listed_on = desk->connection;
    else if (desk->next_type == FRAME_ASK)
        job->asked_on = desk->connection;
    else
        job->told_on = desk->connection;
}

bool desk_stuck(struct desk *desk, int64_t now_ms)
{
    bool stuck = false;
    pthread_mutex_lock(&desk->lock);
    for (const struct job *job = desk->first; job != NULL && !stuck; job = job->next)
        stuck = job->state == JOB_CARRIED && job->over_ms != 0 && now_ms > job->over_ms;
    pthread_mutex_unlock(&desk->lock);
    return stuck;
}

struct desk_counts desk_count(struct desk *desk)
{
    struct desk_counts counts = {0};
    pthread_mutex_lock(&desk->lock);
    for (const struct job *job = desk->first; job != NULL; job = job->next)
        *(job->state == JOB_FINISHED ? &counts.finished : &counts.running) += 1;
    pthread_mutex_unlock(&desk->lock);
    return counts;
}
