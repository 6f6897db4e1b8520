#include "fake/test.h"

#include "model/event.h"

static void every_event_can_be_told(void **state)
{
    (void)state;
    assert_int_equal(event_names.count, EVENT_COUNT);
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        const char *word = names_word(&event_names, kind);
        const struct event_kind_info *info = event_kind_info((enum event_kind)kind);

        expect_int(word, names_find(&event_names, word), kind);
        expect_true(word, info->sentence != NULL && info->sentence[0] != '\0');
        expect_true(word, info->priority >= 3 && info->priority <= 7);
    }
}

/* systemd's catalog is looked up by the id: 32 hexadecimal digits, one for each kind. */
static void message_ids_are_unique(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        const char *word = names_word(&event_names, kind), *id = event_kind_info((enum event_kind)kind)->message_id;

        expect_int(word, (intmax_t)strlen(id), 32);
        expect_int(word, (intmax_t)strspn(id, "0123456789abcdef"), 32);
        for (int other = 0; other < kind; other++)
            expect_true(word, strcmp(id, event_kind_info((enum event_kind)other)->message_id) != 0);
    }
}

static void a_blank_event_has_no_null(void **state)
{
    (void)state;
    struct event event = event_blank(EVENT_HELD, 17);
    const char *const texts[] = {event.customer, event.invoices, event.policy,      event.step,  event.channel,
                                 event.provider, event.text,     event.provider_id, event.author};

    for (size_t i = 0; i < LENGTH(texts); i++)
        expect_text("a text", texts[i], "");
    assert_int_equal(event.kind, EVENT_HELD);
    assert_int_equal(event.at, 17);
    assert_int_equal(event.reason, REASON_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_can_be_told),
        cmocka_unit_test(message_ids_are_unique),
        cmocka_unit_test(a_blank_event_has_no_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
