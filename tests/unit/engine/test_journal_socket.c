/*
 * The journal's socket: what arrives there is what systemd's native protocol
 * says, and a reader that does not read holds nobody up.
 */
#include "engine/journal_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "world.h"

enum { LONG = 9 << 20 };

static struct world world;
static struct journal_socket *journal;
static int reader = -1;

static void listen_there(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = world_path(&world, "socket");

    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(address.sun_path);
    reader = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (reader < 0 || bind(reader, (const struct sockaddr *)&address, sizeof address) != 0)
        fail_msg("cannot listen");
}

static int setup(void **unused)
{
    (void)unused;
    world = (struct world){.folder = "/tmp/dunningd-test-XXXXXX", .sender = {.fd = -1}};
    if (!mkdtemp(world.folder))
        fail_msg("cannot make a folder");
    journal = journal_socket_new(world_path(&world, "socket"));
    listen_there();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    journal_socket_free(&journal);
    close(reader);
    world_unmake(&world);
    return 0;
}

/* The next record's bytes, or those of the file that came instead; -1 none. */
static ssize_t take(char *bytes, size_t size)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t length = recvmsg(reader, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&message);
    int file;

    if (!header)
        return length;
    memcpy(&file, CMSG_DATA(header), sizeof file);
    expect_int("sealed", fcntl(file, F_GET_SEALS), F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    length = pread(file, bytes, size, 0);
    close(file);
    return length;
}

static bool send_message(const char *message)
{
    const char *const fields[] = {message, "PRIORITY=6"};

    return journal_socket_send(journal, fields, LENGTH(fields));
}

static void a_record_is_its_fields(void **unused)
{
    static const char wanted[] = "MESSAGE=a=b \"c\"\nPRIORITY=6\n";
    char bytes[200] = "";

    (void)unused;
    expect_true("sent", send_message("MESSAGE=a=b \"c\""));
    expect_int("length", take(bytes, sizeof bytes), sizeof wanted - 1);
    expect_text("record", bytes, wanted);
}

/* Else the second line would be a field of somebody's choice. */
static void a_line_end_is_in_the_value(void **unused)
{
    static const char wanted[] = "MESSAGE\n\x0d\0\0\0\0\0\0\0one\nFIELD=two\nPRIORITY=6\n";
    char bytes[200];

    (void)unused;
    expect_true("sent", send_message("MESSAGE=one\nFIELD=two"));
    expect_int("length", take(bytes, sizeof bytes), sizeof wanted - 1);
    assert_memory_equal(bytes, wanted, sizeof wanted - 1);
}

static void what_is_long_goes_as_a_file(void **unused)
{
    char *text = arena_must(malloc(LONG + 1)), *bytes = arena_must(malloc(LONG + 100));

    (void)unused;
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    memcpy(text, "MESSAGE=", 8);
    expect_true("sent", send_message(text));
    expect_int("length", take(bytes, LONG + 100), LONG + 12);
    assert_memory_equal(bytes, text, LONG);
    free(text);
    free(bytes);
}

static void nobody_waits_for_one_who_does_not_read(void **unused)
{
    char bytes[200];
    int sent = 0, again = 0;

    (void)unused;
    while (sent < 100000 && send_message("MESSAGE=x"))
        sent++;
    expect_true("full at last", sent > 0 && sent < 100000 && journal_socket_stalled(journal));
    int64_t began = clock_boot_ms();
    for (int i = 0; i < 1000; i++)
        expect_true("refused", !send_message("MESSAGE=y"));
    expect_true("at once", clock_boot_ms() - began < 5000);
    for (int i = 0; i < sent; i++)
        expect_true("each that was sent", take(bytes, sizeof bytes) > 0);
    expect_int("and none that was refused", take(bytes, sizeof bytes), -1);
    while (again < 2 && send_message("MESSAGE=z"))
        again++;
    expect_true("it goes on", again == 2 && !journal_socket_stalled(journal));
}

static void one_who_comes_back_is_found(void **unused)
{
    char bytes[200];

    (void)unused;
    expect_true("sent", send_message("MESSAGE=one"));
    close(reader);
    expect_true("nobody reads", !send_message("MESSAGE=two"));
    listen_there();
    expect_true("a new one", send_message("MESSAGE=three"));
    expect_true("has it", take(bytes, sizeof bytes) > 0 && strncmp(bytes, "MESSAGE=three", 13) == 0);
}

static void where_there_is_no_journal_nobody_misses_it(void **unused)
{
    (void)unused;
    unlink(world_path(&world, "socket"));
    expect_true("as good as sent", send_message("MESSAGE=one"));
    expect_true("not to be tried again", !journal_socket_stalled(journal));
}

static void what_is_lost_is_counted_once(void **unused)
{
    (void)unused;
    journal_socket_count_lost(journal);
    journal_socket_count_lost(journal);
    expect_int("lost", (intmax_t)journal_socket_take_lost(journal), 2);
    expect_int("once", (intmax_t)journal_socket_take_lost(journal), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_record_is_its_fields),       TEST(a_line_end_is_in_the_value),
        TEST(what_is_long_goes_as_a_file),  TEST(nobody_waits_for_one_who_does_not_read),
        TEST(one_who_comes_back_is_found),  TEST(where_there_is_no_journal_nobody_misses_it),
        TEST(what_is_lost_is_counted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
