#include "engine/report.h"

#include "base/arena.h"
#include "base/text.h"
#include "fake/test.h"

static const struct zone_span berlin_spans[] = {{MOMENT_NONE, 3600}};
static const struct zone berlin = {"Europe/Berlin", berlin_spans, 1};

static struct event accepted(void)
{
    struct event event = event_blank(EVENT_ACCEPTED, 1795420803);

    event.notice = 123;
    event.message = 456;
    event.customer = "C-17";
    event.invoices = "2026-0113,2026-0120";
    event.policy = "standard";
    event.step = "reminder";
    event.channel = "email";
    event.provider = "smarthost";
    event.amount = 119000;
    memcpy(event.currency, "EUR", 4);
    event.provider_id = "250 2.0.0 queued as 4F3";
    return event;
}

/* The line that DESIGN 9 prints. */
static void a_line_of_the_status_log(void **state)
{
    struct arena *arena = arena_new(0);
    struct event event = accepted();
    struct text line;

    (void)state;
    text_init(&line, arena);
    status_line(&line, event.at, &berlin, event_line(&event, arena));
    expect_text("all fields in their order", line.data,
                "2026-11-23T09:00:03+01:00 accepted notice=N-000123 customer=C-17 invoices=2026-0113,2026-0120 "
                "policy=standard step=reminder channel=email provider=smarthost amount=1190.00 currency=EUR "
                "id=\"250 2.0.0 queued as 4F3\"\n");
    arena_free(&arena);
}

static void what_is_absent_is_not_written(void **state)
{
    struct arena *arena = arena_new(0);
    struct event event = event_blank(EVENT_BLOCKED, 1795420803);

    (void)state;
    event.reason = REASON_FEED_STALE;
    event.text = "import payments";
    expect_text("reason and text", event_line(&event, arena), "blocked reason=feed_stale text=\"import payments\"");
    arena_free(&arena);
}

static void nobody_can_forge_a_line(void **state)
{
    struct arena *arena = arena_new(0);
    struct event event = event_blank(EVENT_TASK, 1795420803);

    (void)state;
    event.customer = "C 1\n2026-11-23T09:00:03+01:00 accepted";
    event.text = "a \"quoted\"\tword";
    const char *line = event_line(&event, arena);
    expect_true("one line", strchr(line, '\n') == NULL);
    expect_part("escaped", line, "customer=\"C 1\\x0a2026");
    expect_part("quotes", line, "\\\"quoted\\\"");
    arena_free(&arena);
}

static void provider_ids_are_masked(void **state)
{
    struct arena *arena = arena_new(0);
    struct event event = accepted();

    (void)state;
    event.provider_id = "to jo@shop.example 4915123456789";
    expect_part("no address, no number", event_line(&event, arena), "id=\"to <recipient> <recipient>\"");
    arena_free(&arena);
}

static void the_journal_gets_fields(void **state)
{
    static const char *const wanted[] = {
        "DUNNING_EVENT=accepted",    "DUNNING_NOTICE=N-000123",
        "DUNNING_CUSTOMER=C-17",     "DUNNING_INVOICES=2026-0113,2026-0120",
        "DUNNING_POLICY=standard",   "DUNNING_STEP=reminder",
        "DUNNING_CHANNEL=email",     "DUNNING_PROVIDER=smarthost",
        "DUNNING_INVOICE=2026-0113", "DUNNING_INVOICE=2026-0120",
    };
    struct arena *arena = arena_new(0);
    struct event event = accepted();
    const char **fields;

    (void)state;
    expect_int("number", (intmax_t)event_fields(&event, arena, &fields), LENGTH(wanted));
    for (size_t i = 0; i < LENGTH(wanted); i++)
        expect_text("field", fields[i], wanted[i]);
    arena_free(&arena);
}

/* What people type may name anybody: it stays in the state. */
static void typed_words_are_not_told(void **state)
{
    static const struct {
        enum event_kind kind;
        bool told;
    } cases[] = {
        {EVENT_TASK, true},     {EVENT_SUMMARY, true},   {EVENT_APPROVED, false},          {EVENT_REJECTED, false},
        {EVENT_REACHED, false}, {EVENT_STEP_SET, false}, {EVENT_SETTLED_UNCERTAIN, false},
    };
    struct arena *arena = arena_new(0);

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct event event = event_blank(cases[i].kind, 1795420803);
        event.text = "words";
        const char *line = event_line(&event, arena);
        expect_int(line, strstr(line, "text=words") != NULL, cases[i].told);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_the_status_log), cmocka_unit_test(what_is_absent_is_not_written),
        cmocka_unit_test(nobody_can_forge_a_line),  cmocka_unit_test(provider_ids_are_masked),
        cmocka_unit_test(the_journal_gets_fields),  cmocka_unit_test(typed_words_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
