/*
 * Payment data: the given examples, and the properties of the check digits.
 */
#include "unit/compose/pay_input.h"
#include "unit/compose/vectors.h"

/*
 * What may be written in two ways: others say ISO 8859-1 (2) where we say
 * UTF-8 (1), and EUR20 where we say EUR20.00.
 */
static const char *epc_as_ours(struct arena *arena, const char *payload)
{
    struct text out;
    int line = 1;

    text_init(&out, arena);
    for (; *payload != '\0'; line++) {
        size_t length = strcspn(payload, "\n");
        const char *text = arena_copy_n(arena, payload, length);
        if (line == 3)
            text = "1";
        else if (line == 8 && strchr(text, '.') == NULL)
            text = arena_printf(arena, "%s.00", text);
        text_addf(&out, "%s%s", line > 1 ? "\n" : "", text);
        payload += length + (payload[length] == '\n');
    }
    return out.data;
}

static struct pay_party party_at(char *const *line)
{
    if (line[0][0] == '\0')
        return (struct pay_party){.name = ""};
    expect_text("structured", line[0], "S");
    return (struct pay_party){line[1], line[2], line[3], line[4], line[5], line[6]};
}

/* A given bill is taken apart and made again. */
static int remake_bill(struct arena *arena, const char *given, const char **out, struct err *err)
{
    char *lines[40] = {NULL}, *rest = arena_copy(arena, given);
    size_t count = 0;

    while (rest != NULL && count < LENGTH(lines))
        lines[count++] = strsep(&rest, "\n");
    while (count < LENGTH(lines))
        lines[count++] = arena_copy(arena, "");
    struct pay_swiss bill = {.iban = lines[3],
                             .creditor = party_at(lines + 4),
                             .amount = cents(lines[18], "CHF"),
                             .currency = lines[19],
                             .debtor = party_at(lines + 20),
                             .reference = lines[28],
                             .message = lines[29],
                             .bill = lines[31],
                             .procedure = {lines[32], lines[33]}};
    return pay_swiss(&bill, arena, out, err);
}

static const char *without_end(struct arena *arena, const char *text)
{
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == '\n')
        length--;
    return arena_copy_n(arena, text, length);
}

static void check_validity(struct arena *arena, const struct vector *row, check_text *check)
{
    const char *out;
    struct err err = {0};
    bool valid = check(arena, row->field[2], &out, &err) == 0;

    expect_text(row->field[0], valid ? "valid" : "invalid", row->field[3]);
    expect_true(row->field[0], valid || err.text[0] != '\0');
}

static void check_made(struct arena *arena, const struct vector *row, check_text *make)
{
    const char *out = "", *want = row->field[3];
    struct err err = {0};
    bool is_epc = text_equal(row->field[1], "epc_qr"), refused = make(arena, row->field[2], &out, &err) != 0;

    if (text_equal(want, "REJECT")) {
        expect_true(row->field[0], refused && err.text[0] != '\0');
        return;
    }
    if (refused)
        fail_msg("%s: %s", row->field[0], err.text);
    expect_text(row->field[0], out, is_epc ? epc_as_ours(arena, want) : want);
}

/* A link of an app's own scheme is not ours to write; it is read. */
static void check_upi(struct arena *arena, const struct vector *row)
{
    struct pay_upi read;
    struct err err = {0};

    if (!text_equal(row->field[3], "REJECT") && pay_upi_read(row->field[3], arena, &read, &err) != 0)
        fail_msg("%s: %s", row->field[0], err.text);
    if (strstr(row->field[2], ";") != NULL)
        check_made(arena, row, run_upi);
    else if (text_starts(row->field[2], "pa="))
        expect_true(row->field[0], text_starts(row->field[2] + 3, read.address));
}

static void check_bill(struct arena *arena, const struct vector *row)
{
    const char *out;
    struct err err = {0};

    if (remake_bill(arena, row->field[3], &out, &err) != 0)
        fail_msg("%s: %s", row->field[0], err.text);
    expect_text(row->field[0], out, without_end(arena, row->field[3]));
}

static bool check_row(struct arena *arena, const struct vector *row)
{
    static const struct {
        const char *kind;
        check_text *check;
        bool makes;
    } kinds[] = {{"epc_qr", run_epc, true},
                 {"iban_mod97", pay_iban, false},
                 {"iso11649", pay_rf, false},
                 {"iso11649_make", pay_rf_make, true},
                 {"swiss_qrr_mod10", pay_qrr, false}};

    for (size_t i = 0; i < LENGTH(kinds); i++) {
        if (!text_equal(row->field[1], kinds[i].kind))
            continue;
        if (kinds[i].makes)
            check_made(arena, row, kinds[i].check);
        else
            check_validity(arena, row, kinds[i].check);
        return true;
    }
    if (text_equal(row->field[1], "upi"))
        check_upi(arena, row);
    else if (text_equal(row->field[1], "swiss_qr_bill"))
        check_bill(arena, row);
    else
        return false;
    return true;
}

static void given_examples_hold(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *at = vectors_text(arena, "vectors/paylinks.csv");
    struct vector row;
    int count = 0;

    assert_true(vectors_next(arena, &at, &row)); /* the head */
    while (vectors_next(arena, &at, &row)) {
        if (vectors_is_divergent(&row))
            continue;
        if (!check_row(arena, &row))
            fail_msg("%s: there is no check for kind %s", row.field[0], row.field[1]);
        count++;
    }
    assert_true(count >= 15);
    arena_free(&arena);
}

/* Texts with check digits, to be spoiled. */
static const struct sound {
    const char *remark, *text;
    check_text *check;
    bool finds_neighbours; /* modulo 97 finds every exchange of neighbours, modulo 10 nearly all */
} sound_texts[] = {
    {"IBAN of Germany", "DE89370400440532013000", pay_iban, true},
    {"IBAN of Switzerland", "CH5604835012345678009", pay_iban, true},
    {"IBAN of the Netherlands", "NL91ABNA0417164300", pay_iban, true},
    {"IBAN of Norway", "NO9386011117947", pay_iban, true},
    {"IBAN of Malta", "MT84MALT011000012345MTLCAST001S", pay_iban, true},
    {"RF of digits", "RF18539007547034", pay_rf, true},
    {"RF of letters", "RF65INV20250001", pay_rf, true},
    {"QR reference", "210000000003139471430009017", pay_qrr, false},
};

static int spoil_digits(struct arena *arena, const struct sound *sound)
{
    int wrong = 0;

    for (size_t at = 0; sound->text[at] != '\0'; at++) {
        for (char digit = '0'; digit <= '9' && text_is_digit(sound->text[at]); digit++) {
            char *spoilt = arena_copy(arena, sound->text);
            const char *out;
            spoilt[at] = digit;
            if (digit != sound->text[at] && sound->check(arena, spoilt, &out, NULL) == 0)
                wrong++;
        }
    }
    return wrong;
}

static void every_wrong_digit_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sound_texts); i++) {
        struct arena *arena = arena_new(0);
        const struct sound *sound = &sound_texts[i];
        struct err err = {0};
        const char *out;
        if (sound->check(arena, sound->text, &out, &err) != 0)
            fail_msg("%s: %s", sound->remark, err.text);
        expect_text(sound->remark, out, sound->text);
        expect_int(sound->remark, spoil_digits(arena, sound), 0);
        arena_free(&arena);
    }
}

static void exchanged_neighbours_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sound_texts); i++) {
        struct arena *arena = arena_new(0);
        const struct sound *sound = &sound_texts[i];
        int tried = 0, missed = 0;
        for (size_t at = 0; sound->text[at + 1] != '\0'; at++) {
            char *spoilt = arena_copy(arena, sound->text), kept = spoilt[at];
            const char *out;
            spoilt[at] = spoilt[at + 1];
            spoilt[at + 1] = kept;
            if (spoilt[at] == kept)
                continue;
            tried++;
            missed += sound->check(arena, spoilt, &out, NULL) == 0;
        }
        expect_true(sound->remark, tried > 5 && missed <= (sound->finds_neighbours ? 0 : tried / 10));
        arena_free(&arena);
    }
}

/* A sequence without a clock behind it. */
static uint32_t next_number(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void what_is_made_is_valid(void **state)
{
    (void)state;
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct arena *arena = arena_new(0);
    uint32_t seed = 1;

    for (int i = 0; i < 3000; i++) {
        char body[27] = "";
        const char *made, *read;
        bool digits = i % 2 == 0;
        size_t length = 1 + next_number(&seed) % (digits ? 26 : 21);
        for (size_t k = 0; k < length; k++)
            body[k] = letters[next_number(&seed) % (digits ? 10U : 36U)];
        if (digits && strspn(body, "0") == length)
            continue;
        struct err err = {0};
        check_text *make = digits ? pay_qrr_make : pay_rf_make, *check = digits ? pay_qrr : pay_rf;
        if (make(arena, body, &made, &err) != 0 || check(arena, pay_reference_printed(arena, made), &read, &err) != 0)
            fail_msg("%s: %s", body, err.text);
        expect_text(body, read, made);
        expect_true(body, strstr(made, body) != NULL);
    }
    arena_free(&arena);
}

static void references_are_printed_in_groups(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"RF18539007547034", "RF18 5390 0754 7034"},
        {"rf18 5390 0754 7034", "RF18 5390 0754 7034"},
        {"210000000003139471430009017", "21 00000 00003 13947 14300 09017"},
        {"2026-0113, 2026-0114", "2026-0113, 2026-0114"},
        {"RF19539007547034", "RF19539007547034"}, /* no reference of that kind: left as it is */
        {"", ""},
    };
    struct arena *arena = arena_new(0);

    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_text(cases[i][0], pay_reference_printed(arena, cases[i][0]), cases[i][1]);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_examples_hold),
        cmocka_unit_test(every_wrong_digit_is_found),
        cmocka_unit_test(exchanged_neighbours_are_found),
        cmocka_unit_test(what_is_made_is_valid),
        cmocka_unit_test(references_are_printed_in_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
