#include "fake/test.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/csv.h"

static int file_of(const char *bytes, size_t length)
{
    int fd = memfd_create("csv", MFD_CLOEXEC);

    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Records as "line[a|b|c]", or "line!problem". */
static const char *records_of(int fd, struct arena *arena)
{
    struct csv *csv = csv_new(fd, arena);
    struct csv_record record;
    struct text out;
    struct err err = {.text = ""};
    int got;

    text_init(&out, arena);
    while ((got = csv_next(csv, &record, &err)) == 1) {
        text_addf(&out, "%zu%s", record.line, record.problem[0] != '\0' ? "!" : "[");
        for (size_t i = 0; i < record.count && record.problem[0] == '\0'; i++)
            text_addf(&out, "%s%s", i > 0 ? "|" : "", record.fields[i]);
        text_addf(&out, "%s ", record.problem[0] != '\0' ? record.problem : "]");
    }
    if (got < 0)
        text_addf(&out, "failed: %s", err.text);
    return out.data;
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *remark, *bytes;
    size_t length;
    const char *want;
} cases[] = {
    {"nothing at all", BYTES(""), ""},
    {"only a byte order mark", BYTES("\xef\xbb\xbf"), ""},
    {"LF", BYTES("a,b\n1,2\n"), "1[a|b] 2[1|2] "},
    {"no line end at the end", BYTES("a,b\n1,2"), "1[a|b] 2[1|2] "},
    {"CR LF", BYTES("a,b\r\n1,2\r\n"), "1[a|b] 2[1|2] "},
    {"byte order mark",
     BYTES("\xef\xbb\xbf"
           "a,b\n"),
     "1[a|b] "},
    {"empty lines are passed over, and counted", BYTES("a,b\n\n\r\n1,2\n"), "1[a|b] 4[1|2] "},
    {"empty fields", BYTES("a,b,c\n,,\n"), "1[a|b|c] 2[||] "},
    {"an empty quoted field alone is a record", BYTES("a\n\"\"\n"), "1[a] 2[] "},
    {"quoted separator", BYTES("a,b\n\"1,5\",2\n"), "1[a|b] 2[1,5|2] "},
    {"doubled quote", BYTES("a\n\"x \"\"y\"\" z\"\n"), "1[a] 2[x \"y\" z] "},
    {"line break inside quotes", BYTES("a,b\n\"1\n2\",3\n4,5\n"), "1[a|b] 2[1\n2|3] 4[4|5] "},
    {"CR LF inside quotes is one line feed", BYTES("a\r\n\"1\r\n2\"\r\n"), "1[a] 2[1\n2] "},
    {"blanks round a quoted field", BYTES("a,b\n \"1\" ,2\n"), "1[a|b] 2[1|2] "},
    {"a quote inside a plain field is a quote", BYTES("a\nMeyer \"Bau\" GmbH\n"), "1[a] 2[Meyer \"Bau\" GmbH] "},
    {"semicolons, told by the first line", BYTES("a;b\n1,5;2\n"), "1[a|b] 2[1,5|2] "},
    {"tabs, told by the first line", BYTES("a\tb\n1,5\t2;3\n"), "1[a|b] 2[1,5|2;3] "},
    {"a separator inside a quoted name does not count", BYTES("\"a,b,c\";d\n1;2\n"), "1[a,b,c|d] 2[1|2] "},
    {"UTF-8", BYTES("a\nM\xc3\xbcller\n"), "1[a] 2[M\xc3\xbcller] "},
    {"Latin-1 is named by field, and the next record is read", BYTES("a,b\n1,M\xfcller\n3,4\n"),
     "1[a|b] 2!field 2 is not UTF-8; save the file as UTF-8 3[3|4] "},
    {"an overlong form is no UTF-8", BYTES("a\n\xc0\xaf\n"), "1[a] 2!field 1 is not UTF-8; save the file as UTF-8 "},
    {"NUL",
     BYTES("a\n1\0"
           "2\n3\n"),
     "1[a] 2!there is a NUL byte; the file is damaged or not text 3[3] "},
    {"text after a closing quote", BYTES("a,b\n\"1\"x,2\n3,4\n"),
     "1[a|b] 2!text follows a closing quote; inside a quoted field a quote is written twice 3[3|4] "},
    {"a quote that is never closed", BYTES("a,b\n1,\"2\n3,4\n"),
     "1[a|b] 2!the quote that opens in line 2 is never closed "},
    {"UTF-16",
     BYTES("\xff\xfe"
           "a\0\n\0"),
     "1!the file is UTF-16; save it as UTF-8 "},
    {"UTF-16, the other way",
     BYTES("\xfe\xff\0"
           "a\0\n"),
     "1!the file is UTF-16; save it as UTF-8 "},
    {"a spreadsheet", BYTES("PK\x03\x04zip\n"), "1!the file is a spreadsheet or an archive; export the sheet as CSV "},
    {"compressed", BYTES("\x1f\x8b\x08\n"), "1!the file is compressed; unpack it first "},
    {"JSON", BYTES("[{\"a\": 1}]\n"), "1!the file is JSON; export the data as CSV "},
    {"HTML", BYTES("<html>\n"), "1!the file is XML or HTML; export the data as CSV "},
};

static void test_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        int fd = file_of(cases[i].bytes, cases[i].length);

        expect_text(cases[i].remark, records_of(fd, arena), cases[i].want);
        close(fd);
        arena_free(&arena);
    }
}

/* Each case once more through a pipe that gives one byte at a time: no answer may depend on where a read ends. */
static void test_piecemeal(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        int ends[2];
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0) {
            for (size_t k = 0; k < cases[i].length; k++)
                if (write(ends[1], cases[i].bytes + k, 1) != 1)
                    _exit(1);
            _exit(0);
        }
        close(ends[1]);
        expect_text(cases[i].remark, records_of(ends[0], arena), cases[i].want);
        close(ends[0]);
        assert_int_equal(waitpid(child, NULL, 0), child);
        arena_free(&arena);
    }
}

static void test_long(void **state)
{
    struct arena *arena = arena_new(0);
    struct text bytes;
    int fd;
    const char *got;

    (void)state;
    text_init(&bytes, arena);
    text_add(&bytes, "a,b\n");
    for (int i = 0; i < 40000; i++)
        text_addf(&bytes, "%d,\"%d\"\n", i, i);
    fd = file_of(bytes.data, bytes.length);
    got = records_of(fd, arena);
    expect_part("a file of many blocks", got, "40001[39999|39999] ");
    expect_part("its middle", got, " 20002[20000|20000] 20003[20001|20001] ");
    close(fd);

    bytes.length = 0;
    text_add(&bytes, "a,b\n1,\"");
    for (int i = 0; i < 300000; i++)
        text_add(&bytes, "2,3\n4");
    fd = file_of(bytes.data, bytes.length);
    expect_text("a missing quote does not swallow a whole file", records_of(fd, arena),
                "1[a|b] 2!the record is longer than 1 MiB; a quote is probably not closed ");
    close(fd);
    arena_free(&arena);
}

static void test_many_fields(void **state)
{
    struct arena *arena = arena_new(0);
    struct csv_record record;
    struct text bytes;
    struct csv *csv;
    struct err err;
    int fd;

    (void)state;
    text_init(&bytes, arena);
    for (int i = 0; i < 1000; i++)
        text_addf(&bytes, "f%d,", i);
    fd = file_of(bytes.data, bytes.length);
    csv = csv_new(fd, arena);
    assert_int_equal(csv_next(csv, &record, &err), 1);
    assert_int_equal(record.count, 1001);
    assert_string_equal(record.fields[999], "f999");
    assert_string_equal(record.fields[1000], "");
    assert_int_equal(csv_bytes(csv), bytes.length);
    close(fd);
    arena_free(&arena);
}

static void test_unreadable(void **state)
{
    struct arena *arena = arena_new(0);
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)state;
    expect_text("a folder", records_of(fd, arena), "failed: reading failed: Is a directory");
    close(fd);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),     cmocka_unit_test(test_piecemeal),  cmocka_unit_test(test_long),
        cmocka_unit_test(test_many_fields), cmocka_unit_test(test_unreadable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
