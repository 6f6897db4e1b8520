/*
 * Every reason has a word of its own and a sentence, and both stand in
 * dunningd-events(7).
 */
#include "fake/test.h"

#include "model/reason.h"

static char page[65536];
static const char *reasons; /* the section of that name */

static int read_page(void **state)
{
    const char *source = getenv("DUNNINGD_SOURCE");
    char path[512];

    (void)state;
    snprintf(path, sizeof path, "%s/man/dunningd-events.7", source ? source : ".");
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    reasons = strstr(page, "\n.Sh REASONS\n");
    return reasons ? 0 : -1;
}

static void words_lead_back(void **state)
{
    (void)state;
    assert_int_equal(reason_names.count, REASON_COUNT);
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        const char *word = names_word(&reason_names, reason);

        expect_int(word, names_find(&reason_names, word), reason);
        expect_int(word, (intmax_t)strspn(word, "abcdefghijklmnopqrstuvwxyz_"), (intmax_t)strlen(word));
    }
}

static void sentences_can_be_joined(void **state)
{
    (void)state;
    for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
        const char *word = names_word(&reason_names, reason), *sentence = reason_sentence((enum reason)reason);

        expect_true(word, sentence[0] >= 'a' && sentence[0] <= 'z');
        expect_true(word, strchr(sentence, '\n') == NULL && sentence[strlen(sentence) - 1] != '.');
    }
    expect_text("a reason of tomorrow", reason_sentence((enum reason)REASON_COUNT), "the reason is unknown");
}

/* The entry of a word, its lines joined; "" if there is none. */
static const char *entry(const char *word)
{
    static char joined[512];
    char item[80];

    snprintf(item, sizeof item, "\n.It Cm %s\n", word);
    const char *at = strstr(reasons, item);
    joined[0] = '\0';
    if (at == NULL)
        return joined;
    at += strlen(item);
    snprintf(joined, sizeof joined, "%.*s", (int)(strstr(at, "\n.") - at), at);
    for (char *c = joined; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c;
    return joined;
}

static void the_manual_knows_every_reason(void **state)
{
    (void)state;
    for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
        char sentence[256];

        snprintf(sentence, sizeof sentence, "%s.", reason_sentence((enum reason)reason));
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
        expect_text(names_word(&reason_names, reason), entry(names_word(&reason_names, reason)), sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_lead_back),
        cmocka_unit_test(sentences_can_be_joined),
        cmocka_unit_test(the_manual_knows_every_reason),
    };
    return cmocka_run_group_tests(tests, read_page, NULL);
}
