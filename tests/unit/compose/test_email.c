#include "fake/test.h"

#include <dirent.h>
#include <gmime/gmime.h>
#include <jansson.h>
#include <locale.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/address.h"
#include "compose/email.h"

static struct email plain_email(void)
{
    return (struct email){.from_name = "Example GmbH",
                          .from_address = "accounts@example.com",
                          .reply_to = "replies@example.com",
                          .to_name = "Zoe Example",
                          .to_address = "zoe@customer.example",
                          .subject = "Invoice 4711: message from Example GmbH",
                          .text = "Dear Zoe,\n\nall is well.\n",
                          .html = "<!doctype html>\n<html lang=\"en\"><body><p>Dear Zoe,</p></body></html>\n",
                          .message_id = "<n1.c1.r1.0011223344556677@mail.example.com>",
                          .in_reply_to = "",
                          .boundary = "b-00112233445566778899aabbccddeeff",
                          .date = 1795359885,
                          .date_offset = 3600};
}

static const char *build(struct arena *arena, const char *remark, const struct email *email)
{
    const char *mail = "";
    size_t length = 0;
    struct err err = {0};

    if (email_build(email, arena, &mail, &length, &err) != 0)
        fail_msg("%s: %s", remark, err.text);
    expect_int(remark, (intmax_t)strlen(mail), (intmax_t)length);
    return mail;
}

static void the_bytes_are_these(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    const char *const references[] = {"<n1.c1.r1.aa@mail.example.com>", "<n2.c1.r1.bb@mail.example.com>"};
    struct email email = plain_email();

    email.references = references;
    email.reference_count = 2;
    email.in_reply_to = references[1];
    expect_text("golden", build(arena, "golden", &email),
                "Date: Sun, 22 Nov 2026 16:04:45 +0100\r\n"
                "From: Example GmbH <accounts@example.com>\r\n"
                "To: Zoe Example <zoe@customer.example>\r\n"
                "Reply-To: replies@example.com\r\n"
                "Subject: Invoice 4711: message from Example GmbH\r\n"
                "Message-ID: <n1.c1.r1.0011223344556677@mail.example.com>\r\n"
                "In-Reply-To: <n2.c1.r1.bb@mail.example.com>\r\n"
                "References: <n1.c1.r1.aa@mail.example.com> <n2.c1.r1.bb@mail.example.com>\r\n"
                "Auto-Submitted: auto-generated\r\n"
                "MIME-Version: 1.0\r\n"
                "Content-Type: multipart/alternative;\r\n"
                "\tboundary=b-00112233445566778899aabbccddeeff\r\n"
                "\r\n"
                "--b-00112233445566778899aabbccddeeff\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n"
                "\r\n"
                "Dear Zoe,\r\n"
                "\r\n"
                "all is well.\r\n"
                "\r\n"
                "--b-00112233445566778899aabbccddeeff\r\n"
                "Content-Type: text/html; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n"
                "\r\n"
                "<!doctype html>\r\n"
                "<html lang=3D\"en\"><body><p>Dear Zoe,</p></body></html>\r\n"
                "\r\n"
                "--b-00112233445566778899aabbccddeeff--\r\n");
    arena_free(&arena);
}

static void nothing_but_the_input_decides_on_the_bytes(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "de_DE.UTF-8", "ja_JP.EUC-JP"};
    struct arena *arena = arena_new(0);
    struct email email = plain_email();

    email.subject = "Größe – अनुस्मारक";
    const char *first = build(arena, "first", &email);
    for (size_t i = 0; i < LENGTH(locales); i++) {
        setenv("LC_ALL", locales[i], 1);
        setenv("TZ", "Pacific/Kiritimati", 1);
        setlocale(LC_ALL, "");
        expect_text(locales[i], build(arena, locales[i], &email), first);
    }
    arena_free(&arena);
}

/* One mail that another parser must take apart again. */
struct mail_case {
    const char *name, *from_name, *to_name, *to_address, *subject, *text, *html;
    size_t references;
    const char *read_to_name, *read_to_address, *read_subject; /* NULL: as written */
};

#define LONG_NAME "Gesellschaft zur Förderung überregionaler Straßenbahn- und Omnibusverkehrsbetriebe mbH & Co. KG"

#define WORD_OF_90 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"

static const struct mail_case mail_cases[] = {
    {.name = "plain"},
    {.name = "no-html", .html = ""},
    {.name = "german",
     .from_name = "Müller, Söhne & Co. GmbH",
     .to_name = "Jürgen \"Jogi\" Groß",
     .subject = "Letzte Mahnung vor Übergabe an das Inkassounternehmen: Rechnungen 2025-0001, 2025-0002, 2025-0003 "
                "(Kundennummer 10023 – Müller & Söhne GmbH)",
     .text = "Sehr geehrter Herr Groß,\n\nüber 1.190,00\xC2\xA0"
             "EUR – Grüße\n"},
    {.name = "french",
     .to_name = "Zoë Éléonore d’Œuvre",
     .subject = "Rappel amiable – facture échue n° 12",
     .text = "Total : 1\xE2\x80\xAF"
             "190,00\xC2\xA0"
             "EUR\n"},
    {.name = "spanish", .to_name = "Íñigo Ñandú Muñoz", .subject = "¿Olvidó su factura? Año 2026"},
    {.name = "hindi",
     .from_name = "अनुस्मारक प्राइवेट लिमिटेड",
     .to_name = "नरेन्द्र कुमार",
     .subject = "अनुस्मारक: चालान 118 का भुगतान कृपया समय पर करें, यह एक लंबा विषय है",
     .text = "प्रिय नरेन्द्र,\n\nकृपया चालान 118 का भुगतान करें।\n"},
    {.name = "emoji", .to_name = "Ana 😀 Paz", .subject = "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 invoice"},
    {.name = "long-name", .from_name = LONG_NAME, .to_name = LONG_NAME},
    {.name = "ascii-specials", .to_name = "Doe, John (Accounts) <boss>; \\ [x]", .subject = "a; b, c <d> (e) \"f\""},
    {.name = "no-name", .to_name = ""},
    {.name = "at-in-name", .to_name = "john@elsewhere.example"},
    {.name = "encoded-word-in-name", .to_name = "=?utf-8?Q?evil=0D=0ABcc:?= x", .subject = "=?utf-8?B?ZXZpbA==?= y"},
    {.name = "word-without-spaces", .subject = WORD_OF_90 WORD_OF_90},
    {.name = "many-spaces",
     .to_name = " Zoe   Example ",
     .subject = "  a   b ",
     .read_to_name = "Zoe Example",
     .read_subject = "a b"},
    {.name = "long-ascii",
     .to_name = "Royal and Ancient Company of Merchant Adventurers, Chandlers & Coopers (Leith) "
                "Limited, formerly Smith's \"Old\" Company"},
    {.name = "idn", .to_address = "kunde@müller.example", .read_to_address = "kunde@xn--mller-kva.example"},
    {.name = "plus", .to_address = "a+b=c_d'e@sub.customer.example"},
    {.name = "dots", .text = ".\n..\n.dot\nFrom me\nspace at the end \ntab\t\n=3D = \n"},
    {.name = "crlf-in", .text = "one\r\ntwo\rthree\n"},
    {.name = "no-line-end", .text = "no line end"},
    {.name = "empty-text", .text = ""},
    {.name = "one-long-line"}, /* filled in below */
    {.name = "boundary-like", .text = "--b-00112233445566778899aabbccddeeff-\n--b-other\n"},
    {.name = "references", .references = 20},
};

static const char *given(const char *given, const char *otherwise)
{
    return given != NULL ? given : otherwise;
}

static struct email email_of(struct arena *arena, const struct mail_case *mail)
{
    struct email email = plain_email();
    const char **references = arena_array(arena, mail->references + 1, sizeof *references);

    for (size_t i = 0; i < mail->references; i++)
        references[i] = arena_printf(arena, "<n%zu.c1.r1.0123456789abcdef@mail.accounts.example.com>", i + 100);
    email.from_name = given(mail->from_name, email.from_name);
    email.to_name = given(mail->to_name, email.to_name);
    email.to_address = given(mail->to_address, email.to_address);
    email.subject = given(mail->subject, email.subject);
    email.text = given(mail->text, email.text);
    email.html = given(mail->html, email.html);
    email.references = references;
    email.reference_count = mail->references;
    email.in_reply_to = mail->references > 0 ? references[mail->references - 1] : "";
    if (strcmp(mail->name, "one-long-line") == 0) {
        struct text line;
        text_init(&line, arena);
        for (int i = 0; i < 300; i++)
            text_add(&line, "Größe0123456789");
        email.text = email.html = line.data;
    }
    return email;
}

/* What must come out: LF line ends, and one at the end. */
static const char *canonical(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    for (; *text != '\0'; text++) {
        if (text[0] != '\r' || text[1] != '\n')
            text_add_char(&out, *text == '\r' ? '\n' : *text);
    }
    if (!text_ends(out.data, "\n"))
        text_add_char(&out, '\n');
    return out.data;
}

static void write_file(struct arena *arena, const char *folder, const char *name, const char *text)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", folder, name), "w");

    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    fclose(file);
}

static void write_case(struct arena *arena, const char *folder, const struct mail_case *mail)
{
    struct email email = email_of(arena, mail);
    json_t *html = text_empty(email.html) ? json_null() : json_string(canonical(arena, email.html));
    json_t *want =
        json_pack("{s:{s:s, s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:s, s:o}", "headers", "Subject",
                  given(mail->read_subject, email.subject), "Message-ID", email.message_id, "Auto-Submitted",
                  "auto-generated", "Date", "Sun, 22 Nov 2026 16:04:45 +0100", "from_name", email.from_name,
                  "from_address", email.from_address, "to_name", given(mail->read_to_name, email.to_name), "to_address",
                  given(mail->read_to_address, email.to_address), "text", canonical(arena, email.text), "html", html);
    char *bytes = json_dumps(want, 0);

    assert_non_null(bytes);
    write_file(arena, folder, arena_printf(arena, "%s.eml", mail->name), build(arena, mail->name, &email));
    write_file(arena, folder, arena_printf(arena, "%s.json", mail->name), bytes);
    free(bytes);
    json_decref(want);
}

static void remove_folder(struct arena *arena, const char *folder)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;

    while ((entry = readdir(stream)) != NULL)
        unlink(arena_printf(arena, "%s/%s", folder, entry->d_name));
    closedir(stream);
    rmdir(folder);
}

static int run_checker(const char *folder, bool quiet)
{
    const char *source = getenv("DUNNINGD_SOURCE");
    char script[1000];
    int status = -1;

    snprintf(script, sizeof script, "%s/tests/unit/compose/check_mail.py", source != NULL ? source : ".");
    pid_t child = fork();
    if (child == 0) {
        if (quiet)
            freopen("/dev/null", "w", stdout);
        execl("/usr/bin/python3", "python3", script, folder, (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void another_parser_reads_what_was_written(void **state)
{
    (void)state;
    char folder[] = "/tmp/compose-mail-XXXXXX";
    struct arena *arena = arena_new(0);

    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < LENGTH(mail_cases); i++)
        write_case(arena, folder, &mail_cases[i]);
    int result = run_checker(folder, false);
    /* and the checker is no yes-man: a mail with a broken header does not pass */
    write_file(arena, folder, "plain.eml",
               "Subject: Gr\xc3\xb6\xc3\x9f"
               "e\n\nx\n");
    int broken = run_checker(folder, true);
    remove_folder(arena, folder);
    assert_int_equal(result, 0);
    assert_int_equal(broken, 1);
    arena_free(&arena);
}

/* A second reader, strict and in C: GMime. */
static void count_warning(gint64 offset, GMimeParserWarning warning, const gchar *item, gpointer data)
{
    (void)offset;
    (void)warning;
    (void)item;
    (*(int *)data)++;
}

static GMimeMessage *read_by_gmime(const char *mail, int *warnings)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail, strlen(mail));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeParserOptions *options = g_mime_parser_options_new();

    g_mime_parser_options_set_warning_callback(options, count_warning, warnings);
    g_mime_parser_options_set_address_compliance_mode(options, GMIME_RFC_COMPLIANCE_STRICT);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_STRICT);
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_STRICT);
    GMimeMessage *message = g_mime_parser_construct_message(parser, options);
    g_mime_parser_options_free(options);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

/* GMime leaves the folds in a name. */
static const char *unfolded(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    for (; *text != '\0'; text++) {
        if (*text != '\r' && *text != '\n')
            text_add_char(&out, *text);
    }
    return out.data;
}

static void gmime_reads_what_was_written(void **state)
{
    (void)state;
    g_mime_init();
    for (size_t i = 0; i < LENGTH(mail_cases); i++) {
        struct arena *arena = arena_new(0);
        const struct mail_case *mail = &mail_cases[i];
        struct email email = email_of(arena, mail);
        int warnings = 0;
        GMimeMessage *message = read_by_gmime(build(arena, mail->name, &email), &warnings);
        assert_non_null(message);
        InternetAddress *to =
            internet_address_list_get_address(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), 0);
        const char *name = internet_address_get_name(to);
        expect_text(mail->name, g_mime_message_get_subject(message), given(mail->read_subject, email.subject));
        expect_text(mail->name, unfolded(arena, name != NULL ? name : ""), given(mail->read_to_name, email.to_name));
        expect_text(mail->name, arena_printf(arena, "<%s>", g_mime_message_get_message_id(message)), email.message_id);
        expect_int(mail->name, warnings, 0);
        g_object_unref(message);
        arena_free(&arena);
    }
    int warnings = 0; /* and it does warn */
    g_object_unref(
        read_by_gmime("To: a@b\r\nTo: c@d\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", &warnings));
    assert_true(warnings > 0);
}

static void what_would_break_a_mail_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *remark, *part;
        struct email change; /* fields that are not NULL */
    } cases[] = {
        {"line end in subject", "the subject holds a line end", {.subject = "x\r\nBcc: evil@evil.example"}},
        {"LF in subject", "the subject holds a line end", {.subject = "x\nX-Evil: 1"}},
        {"CR in name", "the recipient's name holds a line end", {.to_name = "Zoe\rBcc: evil@evil.example"}},
        {"LF in from name", "the business's name holds a line end", {.from_name = "x\nX-Evil: 1"}},
        {"escape in name", "the recipient's name holds a line end or another", {.to_name = "\x1b[31mred"}},
        {"C1 in name",
         "the recipient's name holds",
         {.to_name = "a\xc2\x85"
                     "b"}},
        {"not UTF-8",
         "the subject is not UTF-8",
         {.subject = "Gr\xf6\xdf"
                     "e"}},
        {"line end in address",
         "the recipient's address holds a line end",
         {.to_address = "a@b.example>\r\nRCPT TO:<c@d"}},
        {"two addresses", "the recipient's address is no address", {.to_address = "a@b.example,c@d.example"}},
        {"no at", "the recipient's address is no address", {.to_address = "nobody"}},
        {"from", "the business's address is no address", {.from_address = "accounts"}},
        {"reply", "the reply address is no address", {.reply_to = "a b@c.example"}},
        {"message id", "is no Message-ID", {.message_id = "n1@example.com"}},
        {"message id with a blank", "is no Message-ID", {.message_id = "<n1 x@example.com>"}},
        {"two message ids", "is no Message-ID", {.message_id = "<a@b><c@d>"}},
        {"message id with a line end", "is no Message-ID", {.message_id = "<a@b\r\nX-Evil:1>"}},
        {"reply to nothing", "no Message-ID to reply to", {.in_reply_to = "nothing"}},
        {"boundary", "is no boundary", {.boundary = "a\"b"}},
        {"Content-ID", "is no Content-ID", {.image = "x", .image_id = "code@x>\r\nX-Evil: evil"}},
        {"Content-ID without @", "is no Content-ID", {.image = "x", .image_id = "code"}},
        {"empty boundary", "is no boundary", {.boundary = ""}},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena *arena = arena_new(0);
        const struct email *change = &cases[i].change;
        struct email email = plain_email();
        const char *mail = NULL;
        size_t length = 0;
        struct err err = {0};
        email.subject = given(change->subject, email.subject);
        email.to_name = given(change->to_name, email.to_name);
        email.from_name = given(change->from_name, email.from_name);
        email.to_address = given(change->to_address, email.to_address);
        email.from_address = given(change->from_address, email.from_address);
        email.reply_to = given(change->reply_to, email.reply_to);
        email.message_id = given(change->message_id, email.message_id);
        email.in_reply_to = given(change->in_reply_to, email.in_reply_to);
        email.boundary = given(change->boundary, email.boundary);
        email.image = change->image;
        email.image_id = change->image_id;
        expect_int(cases[i].remark, email_build(&email, arena, &mail, &length, &err), -1);
        expect_part(cases[i].remark, err.text, cases[i].part);
        assert_null(mail);
        assert_null(strstr(err.text, "evil.example"));
        arena_free(&arena);
    }
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *address, *ascii; /* NULL: not taken */
    } cases[] = {
        {"a@b", "a@b"},
        {"zoe.o'hara+x=y@sub.customer.example", "zoe.o'hara+x=y@sub.customer.example"},
        {"{a}|b~@x.example", "{a}|b~@x.example"},
        {"kunde@müller.example", "kunde@xn--mller-kva.example"},
        {"kunde@MÜLLER.example", "kunde@xn--mller-kva.example"},
        {"x@भारत.example", "x@xn--h2brj9c.example"},
        {"", NULL},
        {"@", NULL},
        {"a@", NULL},
        {"@b", NULL},
        {"a", NULL},
        {"a@b@c", NULL},
        {"a b@c", NULL},
        {"a@b c", NULL},
        {"<a@b>", NULL},
        {"a@b>", NULL},
        {"\"a b\"@c", NULL},
        {"a@b\r\n", NULL},
        {"a\n@b", NULL},
        {"a\x7f@b", NULL},
        {"a@b\xc2\x85", NULL},
        {"a@b\xff", NULL},
        {".a@b", NULL},
        {"a.@b", NULL},
        {"a..b@c", NULL},
        {"a@.b", NULL},
        {"a@b..c", NULL},
        {"a@b.", NULL},
        {"a@-b.example", NULL},
        {"a@b-.example", NULL},
        {"a@[127.0.0.1]", NULL},
        {"a@b_c", NULL},
        {"a,b@c", NULL},
        {"a;b@c", NULL},
        {"a(b)@c", NULL},
        {"a@b\xe2\x80\x8b.example\xe2\x80\xae", NULL},
    };
    /* Only recipients may have letters beyond ASCII before the @. */
    static const struct {
        const char *address, *ascii;
    } recipients[] = {
        {"jürgen@müller.example", "jürgen@xn--mller-kva.example"},
        {"ä@b", "ä@b"},
        {"संपर्क@भारत.example", "संपर्क@xn--h2brj9c.example"},
        {"用户.名@x.example", "用户.名@x.example"},
        {".ä@b", NULL},
        {"ä..b@c", NULL},
        {"ä b@c", NULL},
        {"ä\xc2\xa0z@b", NULL},        /* a no-break space */
        {"ä\xe2\x80\xaez@b", NULL},    /* what turns the writing round */
        {"ä\xe2\x80\x8bz@b", NULL},    /* a space without width */
        {"ä\xf0\x9f\x92\xb6@b", NULL}, /* a picture */
        {"ä\xef\xbc\xa0z@b", NULL},    /* a wide @ */
        {"ä<@b", NULL},
        {"ä\xff@b", NULL},
    };
    struct arena *arena = arena_new(0);
    struct text local;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *ascii = email_address_ascii(arena, cases[i].address);
        expect_int(cases[i].address, email_address_ok(cases[i].address), cases[i].ascii != NULL);
        expect_text(cases[i].address, ascii != NULL ? ascii : "none", given(cases[i].ascii, "none"));
    }
    for (size_t i = 0; i < LENGTH(recipients); i++) {
        const char *ascii = email_address_ascii(arena, recipients[i].address);
        expect_true(recipients[i].address, !email_address_ok(recipients[i].address));
        expect_int(recipients[i].address, email_recipient_ok(recipients[i].address), recipients[i].ascii != NULL);
        expect_text(recipients[i].address, ascii != NULL ? ascii : "none", given(recipients[i].ascii, "none"));
    }
    text_init(&local, arena);
    for (int i = 0; i < 64; i++)
        text_add_char(&local, 'a');
    assert_true(email_address_ok(arena_printf(arena, "%s@b.example", local.data)));
    assert_false(email_address_ok(arena_printf(arena, "a%s@b.example", local.data)));
    assert_false(email_address_ok(arena_printf(arena, "a@%s.example", local.data)));
    assert_false(email_address_ok(
        arena_printf(arena, "%s@%.60s.%.60s.%.60s.example", local.data, local.data, local.data, local.data)));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_these),
        cmocka_unit_test(nothing_but_the_input_decides_on_the_bytes),
        cmocka_unit_test(another_parser_reads_what_was_written),
        cmocka_unit_test(gmime_reads_what_was_written),
        cmocka_unit_test(what_would_break_a_mail_is_refused),
        cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
