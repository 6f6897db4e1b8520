#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "wire/wire.h"

struct pair {
    int ends[2];
    struct arena *arena;
};

static int pair_new(void **state)
{
    static struct pair pair;
    pair.arena = arena_new(0);
    *state = &pair;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.ends);
}

static int pair_free(void **state)
{
    struct pair *pair = *state;
    for (int i = 0; i < 2; i++)
        if (pair->ends[i] >= 0)
            close(pair->ends[i]);
    arena_free(&pair->arena);
    return 0;
}

static int open_fds(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static const struct frame submit = {
    .type = FRAME_SUBMIT, .attempt = 1, .token = 2, .name = "box", .generation = 1, .fd = -1};

static void frames_keep_their_borders_and_order(void **state)
{
    struct pair *pair = *state;
    struct frame out;
    for (int64_t i = 1; i <= 3; i++) {
        struct frame ack = {.type = FRAME_ACK, .attempt = i, .token = 5, .fd = -1};
        assert_int_equal(frame_send(pair->ends[0], &ack), 1);
    }
    for (int64_t i = 1; i <= 3; i++) {
        assert_int_equal(frame_receive(pair->ends[1], pair->arena, &out), 1);
        assert_int_equal(out.attempt, i);
    }
    assert_int_equal(frame_receive(pair->ends[1], pair->arena, &out), 0);
}

static void a_descriptor_travels_along(void **state)
{
    struct pair *pair = *state;
    struct frame in = submit, out;
    in.fd = sealed_new("test", "hello", 5);
    assert_true(in.fd >= 0);
    assert_int_equal(frame_send(pair->ends[0], &in), 1);
    close(in.fd);
    assert_int_equal(frame_receive(pair->ends[1], pair->arena, &out), 1);
    assert_true(out.fd >= 0);
    assert_true((fcntl(out.fd, F_GETFD) & FD_CLOEXEC) != 0);
    const void *bytes;
    size_t length;
    assert_int_equal(sealed_map(out.fd, 100, &bytes, &length), 0);
    assert_int_equal(length, 5);
    assert_memory_equal(bytes, "hello", 5);
    sealed_unmap(bytes, length);
    close(out.fd);
}

/* Sends the bytes of a frame with count copies of descriptor 0, which frame_send would never do. */
static void send_raw(int socket, const void *bytes, size_t length, size_t count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(16 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memset(CMSG_DATA(header), 0, count * sizeof(int));
    }
    assert_true(sendmsg(socket, &message, 0) >= 0);
}

static void wrong_packets_are_errors_and_leak_nothing(void **state)
{
    struct pair *pair = *state;
    unsigned char bytes[WIRE_FRAME_MAX + 1] = {0};
    size_t length = frame_pack(&submit, bytes);
    struct frame ack = {.type = FRAME_ACK, .attempt = 1, .token = 5}, out;
    unsigned char ack_bytes[WIRE_FRAME_MAX];
    size_t ack_length = frame_pack(&ack, ack_bytes);
    const struct {
        const void *bytes;
        size_t length, fds;
        const char *remark;
    } cases[] = {
        {bytes, length, 0, "a submit without its descriptor"},
        {bytes, length, 2, "a submit with two"},
        {bytes, length, 4, "with as many as there is room for"},
        {bytes, length, 9, "with more than there is room for"},
        {ack_bytes, ack_length, 1, "an ack with a descriptor"},
        {bytes, sizeof bytes, 1, "longer than any frame"},
        {"nonsense", 8, 0, "no frame at all"},
        {"nonsense", 8, 1, "no frame, with a descriptor"},
    };
    int before = open_fds();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        send_raw(pair->ends[0], cases[i].bytes, cases[i].length, cases[i].fds);
        assert_int_equal(frame_receive(pair->ends[1], pair->arena, &out), -1);
        assert_int_equal(open_fds(), before);
    }
}

static void a_full_socket_says_later(void **state)
{
    struct pair *pair = *state;
    struct frame ack = {.type = FRAME_ACK, .attempt = 1, .token = 5, .fd = -1}, out;
    int result, sent = 0;
    while ((result = frame_send(pair->ends[0], &ack)) == 1)
        sent++;
    assert_int_equal(result, 0);
    assert_true(sent > 0);
    assert_int_equal(frame_receive(pair->ends[1], pair->arena, &out), 1);
}

static void a_closed_socket_is_an_error(void **state)
{
    struct pair *pair = *state;
    struct frame ack = {.type = FRAME_ACK, .attempt = 1, .token = 5, .fd = -1}, out;
    close(pair->ends[1]);
    pair->ends[1] = -1;
    assert_int_equal(frame_send(pair->ends[0], &ack), -1);
    assert_int_equal(frame_receive(pair->ends[0], pair->arena, &out), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_keep_their_borders_and_order, pair_new, pair_free),
        cmocka_unit_test_setup_teardown(a_descriptor_travels_along, pair_new, pair_free),
        cmocka_unit_test_setup_teardown(wrong_packets_are_errors_and_leak_nothing, pair_new, pair_free),
        cmocka_unit_test_setup_teardown(a_full_socket_says_later, pair_new, pair_free),
        cmocka_unit_test_setup_teardown(a_closed_socket_is_an_error, pair_new, pair_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
