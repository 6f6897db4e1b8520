#include "engine/evidence.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake/test.h"

static const char body[] = "Dear customer\r\n";

static void put(const char *folder, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("%s cannot be written", path);
}

static void a_folder_can_be_asked(void **state)
{
    static const struct {
        const char *remark, *content; /* NULL: no such file */
        enum evidence want;
    } cases[] = {
        {"the very bytes", body, EVIDENCE_SENT},
        {"no file", NULL, EVIDENCE_NOT_SENT},
        {"other bytes", "Dear customer\r\v", EVIDENCE_NOT_SENT},
        {"cut short", "Dear cus", EVIDENCE_NOT_SENT},
        {"something after it", "Dear customer\r\nP.S.", EVIDENCE_NOT_SENT},
        {"empty", "", EVIDENCE_NOT_SENT},
    };
    char folder[] = "/tmp/dunningd-test-XXXXXX", path[128];

    (void)state;
    expect_true("folder", mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/N-1.eml", folder);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unlink(path);
        if (cases[i].content)
            put(folder, "N-1.eml", cases[i].content);
        expect_int(cases[i].remark, (int)evidence_of_file(folder, "N-1.eml", body, strlen(body)), (int)cases[i].want);
    }
    unlink(path);
    expect_int("a link is not followed", symlink("/dev/null", path), 0);
    expect_int("nor believed", (int)evidence_of_file(folder, "N-1.eml", "", 0), EVIDENCE_NONE);
    unlink(path);
    rmdir(folder);
    expect_int("no folder", (int)evidence_of_file(folder, "N-1.eml", body, strlen(body)), EVIDENCE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
