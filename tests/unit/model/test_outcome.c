#include "fake/test.h"

#include "model/outcome.h"

static void open_is_what_nobody_knows_yet(void **state)
{
    static const char *const open[] = {"claimed", "committing", "uncertain"};

    (void)state;
    for (int status = 0; status < (int)attempt_status_names.count; status++) {
        const char *word = names_word(&attempt_status_names, status);
        bool wanted = false;

        for (size_t i = 0; i < LENGTH(open); i++)
            wanted = wanted || strcmp(word, open[i]) == 0;
        expect_int(word, attempt_is_open((enum attempt_status)status), wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(open_is_what_nobody_knows_yet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
