/*
 * The desk with its real worker threads, run by hand: the test is the I/O
 * thread.  Files go into a folder, requests to a server thread of the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "delivery/desk.h"
#include "wire/request.h"

#define WAIT_MS 20000

struct scene {
    struct desk *desk;
    struct arena *arena;
    char folder[60];
    int64_t attempt;
};

static void empty_folder(const char *path)
{
    char name[400];
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    if (folder != NULL)
        closedir(folder);
}

static int scene_new(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    if (scene == NULL)
        return -1;
    scene->arena = arena_new(0);
    scene->desk = desk_new("", 1);
    strcpy(scene->folder, "/tmp/dunningd-desk-XXXXXX");
    *state = scene;
    if (scene->desk == NULL || mkdtemp(scene->folder) == NULL)
        return -1;
    desk_connected(scene->desk);
    return 0;
}

static int scene_free(void **state)
{
    struct scene *scene = *state;
    desk_free(&scene->desk);
    empty_folder(scene->folder);
    int result = rmdir(scene->folder);
    arena_free(&scene->arena);
    free(scene);
    return result;
}

static void give(struct scene *scene, const struct provider *provider, int64_t generation)
{
    size_t length;
    struct err err;
    const void *bytes = provider_pack(provider, scene->arena, &length);
    struct frame frame = {.type = FRAME_PROVIDER,
                          .name = provider->name,
                          .generation = generation,
                          .fd = sealed_new("provider", bytes, length)};
    assert_int_equal(desk_provider(scene->desk, &frame, &err), 0);
    close(frame.fd);
}

static void give_box(struct scene *scene, int connections, int64_t generation)
{
    const struct provider box = {.name = "box",
                                 .kind = PROVIDER_DROP,
                                 .directory = scene->folder,
                                 .connections = connections,
                                 .connect_timeout_s = 5,
                                 .reply_timeout_s = 5};
    give(scene, &box, generation);
}

static int64_t submit(struct scene *scene, const char *name, const struct request *request, int64_t generation)
{
    size_t length;
    const void *bytes = request_pack(request, scene->arena, &length);
    struct frame frame = {.type = FRAME_SUBMIT,
                          .attempt = ++scene->attempt,
                          .token = 7,
                          .name = name,
                          .generation = generation,
                          .fd = sealed_new("request", bytes, length)};
    desk_submit(scene->desk, &frame);
    return frame.attempt;
}

static int64_t submit_file(struct scene *scene, int64_t generation)
{
    char file[30];
    snprintf(file, sizeof file, "file-%d", (int)scene->attempt + 1);
    const struct request request = {.kind = PROVIDER_DROP, .file = file, .body = "x", .body_length = 1};
    return submit(scene, "box", &request, generation);
}

/* The next frame of that type; others before it are a failure. */
static struct frame expect(struct scene *scene, enum frame_type type)
{
    struct frame frame;
    while (!desk_next(scene->desk, &frame)) {
        struct pollfd event = {.fd = desk_event_fd(scene->desk), .events = POLLIN};
        assert_int_equal(poll(&event, 1, WAIT_MS), 1);
        desk_heard(scene->desk);
    }
    desk_told(scene->desk);
    if (frame.type != type)
        fail_msg("%s instead of %s", names_word(&frame_names, (int)frame.type), names_word(&frame_names, (int)type));
    return frame;
}

static void answer(struct scene *scene, int64_t attempt, enum frame_type type, const char *reason)
{
    const struct frame frame = {.type = type, .attempt = attempt, .token = 7, .reason = reason};
    if (type == FRAME_ACK)
        desk_acknowledge(scene->desk, &frame);
    else
        desk_answer(scene->desk, &frame);
}

static void assert_counts(struct scene *scene, size_t running, size_t finished)
{
    struct desk_counts counts = desk_count(scene->desk);
    assert_int_equal(counts.running, running);
    assert_int_equal(counts.finished, finished);
}

static void an_attempt_goes_its_way(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(expect(scene, FRAME_IN_HAND).attempt, 0);
    give_box(scene, 2, 1);
    int64_t attempt = submit_file(scene, 1);
    assert_int_equal(expect(scene, FRAME_ASK).attempt, attempt);
    assert_counts(scene, 1, 0);
    answer(scene, attempt, FRAME_YES, "");
    struct frame outcome = expect(scene, FRAME_OUTCOME);
    assert_int_equal(outcome.class, OUTCOME_ACCEPTED);
    assert_int_equal(outcome.phase, PHASE_DONE);
    assert_true(outcome.token == 7);
    assert_counts(scene, 0, 1);
    answer(scene, attempt, FRAME_ACK, "");
    assert_counts(scene, 0, 0);
}

static void a_no_brings_its_reason_back(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t attempt = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    answer(scene, attempt, FRAME_NO, "settled");
    struct frame outcome = expect(scene, FRAME_OUTCOME);
    assert_int_equal(outcome.class, OUTCOME_GATE_NO);
    assert_string_equal(outcome.reason, "settled");
}

static void silence_and_late_answers_hand_nothing_over(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t attempt = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    struct frame outcome = expect(scene, FRAME_OUTCOME); /* after the second that it waits */
    assert_int_equal(outcome.class, OUTCOME_REFUSED_FOR_NOW);
    answer(scene, attempt, FRAME_YES, "");
    assert_counts(scene, 0, 1);
}

static void strangers_answers_are_passed_over(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t attempt = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    const struct frame wrong[] = {{.type = FRAME_YES, .attempt = attempt, .token = 8, .reason = ""},
                                  {.type = FRAME_YES, .attempt = attempt + 1, .token = 7, .reason = ""}};
    for (size_t i = 0; i < 2; i++) {
        desk_answer(scene->desk, &wrong[i]);
        desk_acknowledge(scene->desk, &wrong[i]);
    }
    answer(scene, attempt, FRAME_ACK, ""); /* too early: it is not finished */
    assert_counts(scene, 1, 0);
    answer(scene, attempt, FRAME_NO, "window");
    answer(scene, attempt, FRAME_YES, ""); /* the first answer counts */
    assert_int_equal(expect(scene, FRAME_OUTCOME).class, OUTCOME_GATE_NO);
}

static void what_has_no_yes_can_be_given_up(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t asking = submit_file(scene, 1), queued = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    desk_give_up_uncommitted(scene->desk, true);
    answer(scene, asking, FRAME_YES, "");
    for (int i = 0; i < 2; i++) {
        struct frame outcome = expect(scene, FRAME_OUTCOME);
        assert_int_equal(outcome.class, OUTCOME_REFUSED_FOR_NOW);
        assert_true(outcome.attempt == asking || outcome.attempt == queued);
    }
    submit_file(scene, 1);
    assert_string_equal(expect(scene, FRAME_OUTCOME).text, "the sender is stopping");
}

static void a_new_connection_hears_everything_again(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t done = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    answer(scene, done, FRAME_YES, "");
    expect(scene, FRAME_OUTCOME);
    int64_t asking = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    desk_connected(scene->desk);
    struct frame first = expect(scene, FRAME_IN_HAND), second = expect(scene, FRAME_IN_HAND);
    assert_int_equal(first.attempt, done);
    assert_int_equal(first.phase, PHASE_DONE);
    assert_int_equal(second.attempt, asking);
    assert_int_equal(second.phase, PHASE_ASKED);
    assert_int_equal(expect(scene, FRAME_IN_HAND).attempt, 0);
    assert_int_equal(expect(scene, FRAME_OUTCOME).attempt, done);
    assert_int_equal(expect(scene, FRAME_ASK).attempt, asking);
    answer(scene, asking, FRAME_YES, "");
    assert_int_equal(expect(scene, FRAME_OUTCOME).class, OUTCOME_ACCEPTED);
}

static void what_cannot_be_taken_is_refused_for_now(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 5);
    submit_file(scene, 4);
    assert_non_null(strstr(expect(scene, FRAME_OUTCOME).text, "generation"));
    int64_t first = submit_file(scene, 5), second = submit_file(scene, 5);
    submit_file(scene, 5);
    struct frame refused = {.attempt = 0};
    for (int i = 0; i < 2; i++) { /* the question of the first, and the refusal of the third */
        struct frame frame;
        while (!desk_next(scene->desk, &frame))
            poll(&(struct pollfd){.fd = desk_event_fd(scene->desk), .events = POLLIN}, 1, WAIT_MS);
        desk_told(scene->desk);
        if (frame.type == FRAME_OUTCOME)
            refused = frame;
    }
    assert_int_equal(refused.class, OUTCOME_REFUSED_FOR_NOW);
    assert_non_null(strstr(refused.text, "twice"));
    answer(scene, first, FRAME_YES, "");
    assert_int_equal(expect(scene, FRAME_OUTCOME).attempt, first);
    assert_int_equal(expect(scene, FRAME_ASK).attempt, second);
    answer(scene, second, FRAME_YES, "");
    expect(scene, FRAME_OUTCOME);
}

static void the_same_attempt_is_taken_once(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 2, 1);
    submit_file(scene, 1);
    scene->attempt--;
    submit_file(scene, 1);
    assert_counts(scene, 1, 0);
    expect(scene, FRAME_ASK);
}

static void a_new_generation_frees_the_old_when_it_is_idle(void **state)
{
    struct scene *scene = *state;
    expect(scene, FRAME_IN_HAND);
    give_box(scene, 1, 1);
    int64_t old = submit_file(scene, 1);
    expect(scene, FRAME_ASK);
    give_box(scene, 1, 2);
    int64_t fresh = submit_file(scene, 2);
    expect(scene, FRAME_ASK);
    answer(scene, old, FRAME_YES, "");
    expect(scene, FRAME_OUTCOME);
    answer(scene, fresh, FRAME_YES, "");
    expect(scene, FRAME_OUTCOME);
    answer(scene, old, FRAME_ACK, "");
    answer(scene, fresh, FRAME_ACK, "");
    assert_counts(scene, 0, 0);
}

/* ---- many at once, by HTTP, so that the thread sanitizer sees libcurl at work ---- */

struct server {
    int listener;
    pthread_t thread;
    uint16_t port;
    int requests;
};

static bool serve_one(struct server *server, int client)
{
    char bytes[2000];
    ssize_t length = 0;
    while (length < (ssize_t)sizeof bytes - 1) {
        ssize_t got = read(client, bytes + length, sizeof bytes - 1 - (size_t)length);
        if (got <= 0)
            return false;
        length += got;
        bytes[length] = '\0';
        if (strstr(bytes, "\r\n\r\nbody") != NULL)
            break;
    }
    static const char reply[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok";
    server->requests++;
    return write(client, reply, sizeof reply - 1) == (ssize_t)sizeof reply - 1;
}

/* All connections in one thread, by poll, until the listener is shut down. */
static void *serve(void *context)
{
    struct server *server = context;
    struct pollfd watched[20] = {{.fd = server->listener, .events = POLLIN}};
    nfds_t count = 1;
    while (poll(watched, count, WAIT_MS) > 0) {
        for (nfds_t i = 1; i < count; i++)
            if (watched[i].revents != 0 && !serve_one(server, watched[i].fd)) {
                close(watched[i].fd);
                watched[i--] = watched[--count];
            }
        if (watched[0].revents == 0)
            continue;
        int client = accept(server->listener, NULL, NULL);
        if (client < 0 || count == 20)
            break;
        watched[count++] = (struct pollfd){.fd = client, .events = POLLIN};
    }
    while (count > 1)
        close(watched[--count].fd);
    return NULL;
}

static void start_server(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 20), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void many_threads_do_their_work(void **state)
{
    struct scene *scene = *state;
    struct server server = {.requests = 0};
    char url[60];
    start_server(&server);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/send", server.port);
    const struct provider web = {.name = "web",
                                 .kind = PROVIDER_HTTP,
                                 .url = url,
                                 .connections = 8,
                                 .connect_timeout_s = 10,
                                 .reply_timeout_s = 10};
    const struct request request = {
        .kind = PROVIDER_HTTP, .method = "POST", .url = url, .body = "body", .body_length = 4};
    give(scene, &web, 1);
    expect(scene, FRAME_IN_HAND);
    int done = 0, submitted = 0;
    while (done < 200) {
        while (submitted < 200 && submitted - done < 16) {
            submit(scene, "web", &request, 1);
            submitted++;
        }
        struct frame frame;
        if (!desk_next(scene->desk, &frame)) {
            assert_int_equal(poll(&(struct pollfd){.fd = desk_event_fd(scene->desk), .events = POLLIN}, 1, WAIT_MS), 1);
            desk_heard(scene->desk);
            continue;
        }
        desk_told(scene->desk);
        if (frame.type == FRAME_OUTCOME) {
            assert_int_equal(frame.class, OUTCOME_ACCEPTED);
            done++;
        }
        answer(scene, frame.attempt, frame.type == FRAME_ASK ? FRAME_YES : FRAME_ACK, "");
    }
    assert_counts(scene, 0, 0);
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    close(server.listener);
    assert_int_equal(server.requests, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_attempt_goes_its_way, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_no_brings_its_reason_back, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(silence_and_late_answers_hand_nothing_over, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(strangers_answers_are_passed_over, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(what_has_no_yes_can_be_given_up, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_new_connection_hears_everything_again, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(what_cannot_be_taken_is_refused_for_now, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(the_same_attempt_is_taken_once, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_new_generation_frees_the_old_when_it_is_idle, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(many_threads_do_their_work, scene_new, scene_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
