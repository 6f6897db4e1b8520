/*
 * classify over everything: every curl code, phase, status and kind is written
 * down and compared with classify.golden; the rules that the table
 * was reviewed by are asserted one by one.  With the argument "print" the
 * program writes the golden file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "wire/classify.h"

#define CODES 100
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct provider plain[] = {
    [PROVIDER_SMTP] = {.kind = PROVIDER_SMTP},
    [PROVIDER_HTTP] = {.kind = PROVIDER_HTTP},
    [PROVIDER_DROP] = {.kind = PROVIDER_DROP},
};

static const int smtp_statuses[] = {0,   220, 250, 251, 334, 354, 421, 450, 452, 454,
                                    500, 530, 534, 535, 538, 550, 552, 554, 600};
static const int http_statuses[] = {0,   100, 200, 201, 202, 204, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401,
                                    402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 422,
                                    425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 520, 599, 600, 999};
static const int drop_statuses[] = {0, DROP_THERE, DROP_WRITTEN, DROP_OTHER_CONTENT};

static const struct {
    const int *list;
    size_t count;
} statuses[] = {
    [PROVIDER_SMTP] = {smtp_statuses, COUNT(smtp_statuses)},
    [PROVIDER_HTTP] = {http_statuses, COUNT(http_statuses)},
    [PROVIDER_DROP] = {drop_statuses, COUNT(drop_statuses)},
};

static struct answer answer_of(int kind, int phase, int status, int code)
{
    return (struct answer){.provider = &plain[kind],
                           .curl_code = code,
                           .status = status,
                           .phase = (enum phase)phase,
                           .body = "",
                           .id_header = ""};
}

static enum outcome_class class_of(int kind, int phase, int status, int code)
{
    struct answer answer = answer_of(kind, phase, status, code);
    struct verdict_of_answer verdict = classify(&answer);
    assert_true(strlen(verdict.why) > 5);
    return verdict.class;
}

/* "00,02,05-08": the codes of one class for an answer. */
static void print_codes(FILE *file, int kind, int phase, int status, enum outcome_class class)
{
    const char *separator = "";
    for (int code = 0; code < CODES; code++) {
        if (class_of(kind, phase, status, code) != class)
            continue;
        int from = code;
        while (code + 1 < CODES && class_of(kind, phase, status, code + 1) == class)
            code++;
        fprintf(file, from == code ? "%s%02d" : "%s%02d-%02d", separator, from, code);
        separator = ",";
    }
}

/* One line for each class that occurs. */
static char *block_of(int kind, int phase, int status)
{
    char *block = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&block, &length);
    assert_non_null(file);
    for (int class = OUTCOME_ACCEPTED; class <= OUTCOME_UNCERTAIN; class ++) {
        long before = ftell(file);
        fprintf(file, "    %-16s", names_word(&outcome_class_names, class));
        long start = ftell(file);
        print_codes(file, kind, phase, status, (enum outcome_class) class);
        if (ftell(file) == start)
            fseek(file, before, SEEK_SET);
        else
            fputc('\n', file);
    }
    long end = ftell(file);
    fclose(file);
    block[end] = '\0';
    return block;
}

/* Neighbouring statuses with the same block share it. */
static void print_table(FILE *file)
{
    for (int kind = PROVIDER_SMTP; kind <= PROVIDER_DROP; kind++)
        for (int phase = PHASE_QUEUED; phase <= PHASE_DONE; phase++) {
            fprintf(file, "%s %s", names_word(&provider_kind_names, kind), names_word(&phase_names, phase));
            char *block = NULL;
            for (size_t i = 0; i < statuses[kind].count; i++) {
                char *next = block_of(kind, phase, statuses[kind].list[i]);
                if (block != NULL && strcmp(block, next) != 0)
                    fprintf(file, "\n%s%s %s", block, names_word(&provider_kind_names, kind),
                            names_word(&phase_names, phase));
                fprintf(file, " %d", statuses[kind].list[i]);
                free(block);
                block = next;
            }
            fprintf(file, "\n%s", block);
            free(block);
        }
}

/* Calls visit for every kind, phase and status. */
static void each(void (*visit)(int, int, int))
{
    for (int kind = PROVIDER_SMTP; kind <= PROVIDER_DROP; kind++)
        for (int phase = PHASE_QUEUED; phase <= PHASE_DONE; phase++)
            for (size_t i = 0; i < statuses[kind].count; i++)
                visit(kind, phase, statuses[kind].list[i]);
}

static void the_whole_table_is_as_reviewed(void **state)
{
    (void)state;
    char *now = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&now, &length);
    assert_non_null(memory);
    print_table(memory);
    fclose(memory);

    const char *source = getenv("DUNNINGD_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/unit/wire/classify.golden", source == NULL ? "." : source);
    FILE *golden = fopen(path, "r");
    if (golden == NULL)
        fail_msg("cannot open %s", path);
    char line[200];
    const char *at = now;
    int number = 0;
    while (fgets(line, sizeof line, golden) != NULL) {
        number++;
        if (strncmp(at, line, strlen(line)) != 0)
            fail_msg("%s:%d: expected %snow       %.60s", path, number, line, at);
        at += strlen(line);
    }
    assert_string_equal(at, "");
    fclose(golden);
    free(now);
}

/* Before the yes nothing can have been accepted, and nothing is in doubt. */
static void rule_early(int kind, int phase, int status)
{
    for (int code = 0; code < CODES && phase < PHASE_COMMITTED; code++) {
        enum outcome_class class = class_of(kind, phase, status, code);
        assert_int_not_equal(class, OUTCOME_ACCEPTED);
        assert_int_not_equal(class, OUTCOME_UNCERTAIN);
        assert_int_not_equal(class, OUTCOME_NOT_HANDED_OVER);
        assert_int_not_equal(class, OUTCOME_GATE_NO);
    }
}

/* After it: acceptance and refusal need the provider's own words, and doubt is the rest. */
static void rule_late_smtp(int phase, int status, int code)
{
    enum outcome_class class = class_of(PROVIDER_SMTP, phase, status, code);
    bool good = status >= 200 && status < 300, bad = status >= 400 && status < 600;
    if (class == OUTCOME_ACCEPTED)
        assert_true(good && (code == 0 || phase == PHASE_DONE));
    else if (class == OUTCOME_NOT_HANDED_OVER)
        assert_true(phase == PHASE_COMMITTED && code != 0 && !bad);
    else if (class != OUTCOME_UNCERTAIN)
        assert_true(bad);
    if (status == 354 && phase >= PHASE_SENT)
        assert_int_equal(class, OUTCOME_UNCERTAIN);
}

static void rule_late_http(int phase, int status, int code)
{
    enum outcome_class class = class_of(PROVIDER_HTTP, phase, status, code);
    if (class == OUTCOME_ACCEPTED)
        assert_true(status >= 200 && status < 300);
    else if (class == OUTCOME_NOT_HANDED_OVER)
        assert_true(phase == PHASE_COMMITTED && code != 0 && status == 0);
    else if (class != OUTCOME_UNCERTAIN)
        assert_true(status >= 300 && status < 500);
    if (status == 408 || status >= 500 || (status == 0 && phase >= PHASE_SENT))
        assert_int_equal(class, OUTCOME_UNCERTAIN);
}

static void rule_late(int kind, int phase, int status)
{
    for (int code = 0; code < CODES && phase >= PHASE_COMMITTED; code++) {
        if (kind == PROVIDER_SMTP)
            rule_late_smtp(phase, status, code);
        if (kind == PROVIDER_HTTP)
            rule_late_http(phase, status, code);
        if (kind == PROVIDER_DROP)
            assert_int_not_equal(class_of(kind, phase, status, code), OUTCOME_UNCERTAIN);
    }
}

/* The commit point's no counts until there was a yes, and never after one. */
static void rule_gate(int kind, int phase, int status)
{
    for (int code = 0; code < CODES; code++) {
        struct answer answer = answer_of(kind, phase, status, code);
        answer.gate_no = true;
        enum outcome_class expected = phase < PHASE_COMMITTED ? OUTCOME_GATE_NO : class_of(kind, phase, status, code);
        assert_int_equal(classify(&answer).class, expected);
    }
}

static void the_rules_hold_everywhere(void **state)
{
    (void)state;
    each(rule_early);
    each(rule_late);
    each(rule_gate);
}

static void seen_failures_mean_what_they_should(void **state)
{
    (void)state;
    static const struct {
        int kind, phase, status, code;
        enum outcome_class class;
        const char *remark;
    } cases[] = {
        {PROVIDER_SMTP, PHASE_ENVELOPE, 450, 55, OUTCOME_REFUSED_FOR_NOW, "4xx to RCPT"},
        {PROVIDER_SMTP, PHASE_ENVELOPE, 550, 55, OUTCOME_REFUSED, "5xx to RCPT"},
        {PROVIDER_SMTP, PHASE_ENVELOPE, 530, 55, OUTCOME_MISCONFIGURED, "MAIL wants a login"},
        {PROVIDER_SMTP, PHASE_CONNECT, 535, 67, OUTCOME_MISCONFIGURED, "wrong password"},
        {PROVIDER_SMTP, PHASE_CONNECT, 454, 67, OUTCOME_REFUSED_FOR_NOW, "login fails for now"},
        {PROVIDER_SMTP, PHASE_CONNECT, 554, 8, OUTCOME_REFUSED_FOR_NOW, "a greeting that speaks of no message"},
        {PROVIDER_SMTP, PHASE_CONNECT, 0, 60, OUTCOME_MISCONFIGURED, "unknown CA"},
        {PROVIDER_SMTP, PHASE_CONNECT, 250, 64, OUTCOME_MISCONFIGURED, "STARTTLS stripped"},
        {PROVIDER_SMTP, PHASE_CONNECT, 0, 7, OUTCOME_REFUSED_FOR_NOW, "connection refused"},
        {PROVIDER_SMTP, PHASE_CONNECT, 421, 8, OUTCOME_REFUSED_FOR_NOW, "421 greeting"},
        {PROVIDER_SMTP, PHASE_BODY, 354, 56, OUTCOME_REFUSED_FOR_NOW, "drop in the body"},
        {PROVIDER_SMTP, PHASE_ASKED, 354, 42, OUTCOME_REFUSED_FOR_NOW, "no answer in time"},
        {PROVIDER_SMTP, PHASE_COMMITTED, 354, 26, OUTCOME_NOT_HANDED_OVER, "hung up while the gate thought"},
        {PROVIDER_SMTP, PHASE_SENT, 354, 56, OUTCOME_UNCERTAIN, "drop after the dot"},
        {PROVIDER_SMTP, PHASE_SENT, 354, 28, OUTCOME_UNCERTAIN, "silence after the dot"},
        {PROVIDER_SMTP, PHASE_SENT, 421, 8, OUTCOME_REFUSED_FOR_NOW, "421 after the dot"},
        {PROVIDER_SMTP, PHASE_DONE, 554, 8, OUTCOME_REFUSED, "554 after the dot"},
        {PROVIDER_SMTP, PHASE_DONE, 250, 0, OUTCOME_ACCEPTED, "accepted"},
        {PROVIDER_SMTP, PHASE_DONE, 250, 56, OUTCOME_ACCEPTED, "accepted, then dropped"},
        {PROVIDER_SMTP, PHASE_QUEUED, 0, 43, OUTCOME_REFUSED, "an address that must not go on the wire"},
        {PROVIDER_HTTP, PHASE_CONNECT, 0, 6, OUTCOME_REFUSED_FOR_NOW, "name not resolved"},
        {PROVIDER_HTTP, PHASE_CONNECT, 0, 3, OUTCOME_MISCONFIGURED, "malformed URL"},
        {PROVIDER_HTTP, PHASE_SENT, 0, 52, OUTCOME_UNCERTAIN, "empty reply"},
        {PROVIDER_HTTP, PHASE_SENT, 0, 65, OUTCOME_UNCERTAIN, "libcurl wanted to send it again"},
        {PROVIDER_HTTP, PHASE_COMMITTED, 0, 55, OUTCOME_NOT_HANDED_OVER, "lost before the body's end"},
        {PROVIDER_HTTP, PHASE_DONE, 202, 0, OUTCOME_ACCEPTED, "accepted"},
        {PROVIDER_HTTP, PHASE_DONE, 429, 0, OUTCOME_REFUSED_FOR_NOW, "too many requests"},
        {PROVIDER_HTTP, PHASE_DONE, 503, 0, OUTCOME_UNCERTAIN, "may be queued"},
        {PROVIDER_HTTP, PHASE_DONE, 307, 0, OUTCOME_MISCONFIGURED, "moved, not carried out"},
        {PROVIDER_HTTP, PHASE_DONE, 303, 0, OUTCOME_UNCERTAIN, "see the result elsewhere"},
        {PROVIDER_HTTP, PHASE_DONE, 200, 23, OUTCOME_ACCEPTED, "a body without end behind a clear status"},
        {PROVIDER_DROP, PHASE_DONE, DROP_THERE, 0, OUTCOME_ACCEPTED, "the same file is there"},
        {PROVIDER_DROP, PHASE_QUEUED, DROP_OTHER_CONTENT, 0, OUTCOME_REFUSED, "another file is there"},
        {PROVIDER_DROP, PHASE_CONNECT, 0, 78, OUTCOME_MISCONFIGURED, "no folder"},
        {PROVIDER_DROP, PHASE_COMMITTED, 0, 23, OUTCOME_NOT_HANDED_OVER, "disk full at the rename"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum outcome_class class = class_of(cases[i].kind, cases[i].phase, cases[i].status, cases[i].code);
        if (class != cases[i].class)
            fail_msg("%s: %s", cases[i].remark, names_word(&outcome_class_names, (int)class));
    }
}

static void what_the_server_does_not_offer(void **state)
{
    (void)state;
    struct answer answer = answer_of(PROVIDER_SMTP, PHASE_ENVELOPE, 250, 42);
    answer.utf8_missing = true;
    assert_int_equal(classify(&answer).class, OUTCOME_REFUSED);
    answer.auth_missing = true;
    assert_int_equal(classify(&answer).class, OUTCOME_MISCONFIGURED);
}

/* Vonage's way: always 200, the answer is in the body (providers.md 1.3). */
static struct provider_answer vonage_rows[] = {
    {200, 200, "/messages/0/status", "0", OUTCOME_ACCEPTED},
    {200, 200, "/messages/0/status", "1", OUTCOME_REFUSED_FOR_NOW},
    {200, 200, "/messages/0/status", "4", OUTCOME_MISCONFIGURED},
    {202, 202, "", "Accepted for delivery", OUTCOME_ACCEPTED},
    {400, 499, "/code", "", OUTCOME_MISCONFIGURED},
    {503, 503, "", "", OUTCOME_REFUSED_FOR_NOW},
    {403, 403, "", "Not routable", OUTCOME_REFUSED},
};

static void the_providers_table_decides_first(void **state)
{
    (void)state;
    static const struct provider vonage = {.kind = PROVIDER_HTTP,
                                           .answers = vonage_rows,
                                           .answer_count = COUNT(vonage_rows)};
    static const struct {
        int status, code;
        const char *pointed, *body;
        enum outcome_class class;
        const char *remark;
    } cases[] = {
        {200, 0, "0", "", OUTCOME_ACCEPTED, "first row"},
        {200, 0, "1", "", OUTCOME_REFUSED_FOR_NOW, "second row"},
        {200, 0, "4", "", OUTCOME_MISCONFIGURED, "third row"},
        {200, 0, "7", "", OUTCOME_UNCERTAIN, "a value that is in no row is no acceptance"},
        {200, 0, NULL, "<html>", OUTCOME_UNCERTAIN, "garbage is no acceptance"},
        {200, 18, NULL, "{\"mess", OUTCOME_UNCERTAIN, "the part that decides is missing"},
        {202, 0, NULL, "0: Accepted for delivery", OUTCOME_ACCEPTED, "words in the body"},
        {202, 56, NULL, "0: Accepted for delivery", OUTCOME_ACCEPTED, "words that came before it broke off"},
        {202, 56, NULL, "0: Acc", OUTCOME_UNCERTAIN, "words that broke off"},
        {201, 0, NULL, "", OUTCOME_ACCEPTED, "no row: the default"},
        {400, 0, "21211", "", OUTCOME_MISCONFIGURED, "a pointer that is there, whatever its value"},
        {400, 0, NULL, "", OUTCOME_REFUSED, "a pointer that is not there: the default"},
        {403, 0, NULL, "Not routable. Do not try again.", OUTCOME_REFUSED, "a later row"},
        {403, 0, NULL, "Authorization failed", OUTCOME_MISCONFIGURED, "no row: the default"},
        {503, 0, NULL, "", OUTCOME_REFUSED_FOR_NOW, "a row against the default"},
        {0, 52, NULL, "", OUTCOME_UNCERTAIN, "no status: no row can match"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *pointed[COUNT(vonage_rows)];
        for (size_t row = 0; row < COUNT(vonage_rows); row++)
            pointed[row] = cases[i].pointed;
        struct answer answer = {.provider = &vonage,
                                .curl_code = cases[i].code,
                                .status = cases[i].status,
                                .phase = PHASE_DONE,
                                .body = cases[i].body,
                                .body_length = strlen(cases[i].body),
                                .id_header = "",
                                .pointed = pointed};
        struct verdict_of_answer verdict = classify(&answer);
        if (verdict.class != cases[i].class)
            fail_msg("%s: %s", cases[i].remark, verdict.why);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "print") == 0) {
        print_table(stdout);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_table_is_as_reviewed),      cmocka_unit_test(the_rules_hold_everywhere),
        cmocka_unit_test(seen_failures_mean_what_they_should), cmocka_unit_test(what_the_server_does_not_offer),
        cmocka_unit_test(the_providers_table_decides_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
