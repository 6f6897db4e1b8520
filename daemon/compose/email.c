#include "compose/email.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/address.h"
#include "compose/header.h"
#include "compose/mime.h"

#define LINE_MAX_BYTES 998
#define BOUNDARY_MAX 60

/* What a field is called in an error; its content never is, it may be personal. */
struct field {
    const char *what, *value;
};

static int check_fields(const struct field *fields, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_is_utf8(fields[i].value, strlen(fields[i].value)))
            return err_set(err, ERR_REFUSED, "%s is not UTF-8; correct it where it comes from", fields[i].what);
        if (text_has_control(fields[i].value))
            return err_set(err, ERR_REFUSED,
                           "%s holds a line end or another control character, which would add "
                           "headers to the mail; correct it where it comes from",
                           fields[i].what);
    }
    return 0;
}

static bool message_id_ok(const char *id)
{
    size_t length = strlen(id);

    return length > 4 && length < 250 && !text_has_control(id) && id[0] == '<' && id[length - 1] == '>' &&
           strchr(id, '@') != NULL && id[strcspn(id, " \"(),;")] == '\0' && strpbrk(id + 1, "<") == NULL &&
           strchr(id, '>') == id + length - 1;
}

static bool content_id_ok(const char *id)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-@";

    return strchr(id, '@') != NULL && strlen(id) < 250 && id[strspn(id, letters)] == '\0';
}

static int check_ids(const struct email *email, struct err *err)
{
    if (!message_id_ok(email->message_id))
        return err_set(err, ERR_CONFIG, "\"%s\" is no Message-ID; set message_domain to a host name",
                       email->message_id);
    if (!text_empty(email->in_reply_to) && !message_id_ok(email->in_reply_to))
        return err_set(err, ERR_FAILED, "\"%s\" is no Message-ID to reply to", email->in_reply_to);
    for (size_t i = 0; i < email->reference_count; i++) {
        if (!message_id_ok(email->references[i]))
            return err_set(err, ERR_FAILED, "\"%s\" is no Message-ID to refer to", email->references[i]);
    }
    if (email->image != NULL && !content_id_ok(email->image_id))
        return err_set(err, ERR_CONFIG, "\"%s\" is no Content-ID; set message_domain to a host name", email->image_id);
    size_t length = strlen(email->boundary);
    if (length == 0 || length > BOUNDARY_MAX ||
        strspn(email->boundary, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return err_set(err, ERR_FAILED, "\"%s\" is no boundary", email->boundary);
    return 0;
}

static int check_address(const struct field *field, bool ok, struct err *err)
{
    if (ok)
        return 0;
    return err_set(err, ERR_REFUSED, "%s is no address of the form name@domain; correct it", field->what);
}

static int check_email(const struct email *email, struct err *err)
{
    const struct field from = {"the business's address", email->from_address};
    const struct field to = {"the recipient's address", email->to_address};
    const struct field reply = {"the reply address", email->reply_to};
    const struct field fields[] = {{"the business's name", email->from_name},
                                   {"the recipient's name", email->to_name},
                                   {"the subject", email->subject},
                                   from,
                                   to,
                                   reply};

    if (check_fields(fields, sizeof fields / sizeof fields[0], err) != 0)
        return -1;
    if (check_address(&from, email_address_ok(from.value), err) != 0 ||
        check_address(&to, email_recipient_ok(to.value), err) != 0)
        return -1;
    if (!text_empty(email->reply_to) && check_address(&reply, email_address_ok(reply.value), err) != 0)
        return -1;
    return check_ids(email, err);
}

static void add_headers(struct text *out, const struct email *email)
{
    struct arena *arena = out->arena;

    header_add_date(out, email->date, email->date_offset);
    header_add_mailbox(out, "From", email->from_name, email_address_ascii(arena, email->from_address));
    header_add_mailbox(out, "To", email->to_name, email_address_ascii(arena, email->to_address));
    if (!text_empty(email->reply_to))
        header_add_mailbox(out, "Reply-To", "", email_address_ascii(arena, email->reply_to));
    header_add_text(out, "Subject", email->subject);
    header_add_words(out, "Message-ID", &email->message_id, 1);
    if (!text_empty(email->in_reply_to))
        header_add_words(out, "In-Reply-To", &email->in_reply_to, 1);
    if (email->reference_count > 0)
        header_add_words(out, "References", email->references, email->reference_count);
    text_add(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

/* No boundary may be the beginning of another (RFC 2046 5.1.2): the inner one begins differently. */
static void add_html(struct text *out, const struct email *email)
{
    if (email->image == NULL) {
        mime_add_text_part(out, "html", email->html);
        return;
    }
    text_addf(out, "Content-Type: multipart/related; type=\"text/html\";\r\n\tboundary=r%s\r\n\r\n--r%s\r\n",
              email->boundary, email->boundary);
    mime_add_text_part(out, "html", email->html);
    text_addf(out, "\r\n--r%s\r\n", email->boundary);
    mime_add_png_part(out, email->image_id, email->image, email->image_length);
    text_addf(out, "\r\n--r%s--\r\n", email->boundary);
}

static void add_body(struct text *out, const struct email *email)
{
    if (text_empty(email->html)) {
        mime_add_text_part(out, "plain", email->text);
        return;
    }
    text_addf(out, "Content-Type: multipart/alternative;\r\n\tboundary=%s\r\n\r\n--%s\r\n", email->boundary,
              email->boundary);
    mime_add_text_part(out, "plain", email->text);
    text_addf(out, "\r\n--%s\r\n", email->boundary);
    add_html(out, email);
    text_addf(out, "\r\n--%s--\r\n", email->boundary);
}

/* What no mail of ours may break: 7 bit, CRLF only, lines of at most 998 bytes. */
static bool is_sound(const char *mail)
{
    while (*mail != '\0') {
        const char *end = strchr(mail, '\n');
        if (end == NULL || end == mail || end[-1] != '\r' || end - mail > LINE_MAX_BYTES + 1)
            return false;
        for (; mail < end - 1; mail++) {
            if ((signed char)*mail < 0 || *mail == '\r')
                return false;
        }
        mail = end + 1;
    }
    return true;
}

int email_build(const struct email *email, struct arena *arena, const char **mail, size_t *length, struct err *err)
{
    struct text out;

    if (check_email(email, err) != 0)
        return -1;
    text_init(&out, arena);
    add_headers(&out, email);
    add_body(&out, email);
    if (!is_sound(out.data))
        return err_set(err, ERR_FAILED,
                       "the mail has a line that is too long or not plain ASCII; shorten the names in it");
    *mail = out.data;
    *length = out.length;
    return 0;
}
