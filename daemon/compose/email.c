#include "compose/email.h"

#include <string.h>

#include <gmime/gmime.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/address.h"
#include "compose/header.h"

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
    size_t length = strlen(email->boundary);
    if (length == 0 || length > BOUNDARY_MAX ||
        strspn(email->boundary, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return err_set(err, ERR_FAILED, "\"%s\" is no boundary", email->boundary);
    return 0;
}

static int check_address(const struct field *field, struct err *err)
{
    if (email_address_ok(field->value))
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
    if (check_address(&from, err) != 0 || check_address(&to, err) != 0)
        return -1;
    if (!text_empty(email->reply_to) && check_address(&reply, err) != 0)
        return -1;
    return check_ids(email, err);
}

/* The encoded forms are shorter for most text in quoted-printable, for Hindi or emoji in base64. */
static GMimeContentEncoding encoding_of(const char *text)
{
    size_t high = 0, length = strlen(text);

    for (size_t i = 0; i < length; i++)
        high += (unsigned char)text[i] >= 0x80;
    return high > length / 3 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

/* CRLF for every line end, whatever the template was written with, and one at the end. */
static const char *canonical(struct arena *arena, const char *source)
{
    struct text out;

    text_init(&out, arena);
    for (; *source != '\0'; source++) {
        if (*source == '\r' && source[1] == '\n')
            continue;
        if (*source == '\n' || *source == '\r')
            text_add(&out, "\r\n");
        else
            text_add_char(&out, *source);
    }
    if (!text_ends(out.data, "\n"))
        text_add(&out, "\r\n");
    return out.data;
}

static GMimeObject *text_part(struct arena *arena, const char *subtype, const char *source)
{
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    const char *text = canonical(arena, source);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding_of(text));
    g_object_unref(content);
    g_object_unref(stream);
    return GMIME_OBJECT(part);
}

static GMimeObject *body_of(const struct email *email, struct arena *arena)
{
    if (text_empty(email->html))
        return text_part(arena, "plain", email->text);
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *plain = text_part(arena, "plain", email->text), *html = text_part(arena, "html", email->html);
    g_mime_multipart_set_boundary(both, email->boundary);
    g_mime_multipart_add(both, plain);
    g_mime_multipart_add(both, html);
    g_object_unref(plain);
    g_object_unref(html);
    return GMIME_OBJECT(both);
}

static const char *headers_of(const struct email *email, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    header_add_date(&out, email->date, email->date_offset);
    header_add_mailbox(&out, "From", email->from_name, email_address_ascii(arena, email->from_address));
    header_add_mailbox(&out, "To", email->to_name, email_address_ascii(arena, email->to_address));
    if (!text_empty(email->reply_to))
        header_add_mailbox(&out, "Reply-To", "", email_address_ascii(arena, email->reply_to));
    header_add_text(&out, "Subject", email->subject);
    header_add_words(&out, "Message-ID", &email->message_id, 1);
    if (!text_empty(email->in_reply_to))
        header_add_words(&out, "In-Reply-To", &email->in_reply_to, 1);
    if (email->reference_count > 0)
        header_add_words(&out, "References", email->references, email->reference_count);
    text_add(&out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
    return out.data;
}

/* Content-Type and what follows. */
static const char *content_of(const struct email *email, struct arena *arena)
{
    g_mime_init();
    GMimeObject *body = body_of(email, arena);
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    char *bytes = g_mime_object_to_string(body, options);
    const char *content = arena_copy(arena, bytes);
    g_free(bytes);
    g_mime_format_options_free(options);
    g_object_unref(body);
    return content;
}

/* What no mail of ours may break, whatever the library did: 7 bit, CRLF only, lines of at most 998 bytes. */
static bool is_sound(const char *mail, size_t length)
{
    size_t line = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)mail[i];
        if (c == 0 || c >= 0x80 || (c == '\n' && (i == 0 || mail[i - 1] != '\r')) ||
            (c == '\r' && (i + 1 == length || mail[i + 1] != '\n')))
            return false;
        line = c == '\n' ? 0 : line + 1;
        if (line > LINE_MAX_BYTES + 1)
            return false;
    }
    return length >= 2 && mail[length - 1] == '\n';
}

int email_build(const struct email *email, struct arena *arena, const char **mail, size_t *length, struct err *err)
{
    if (check_email(email, err) != 0)
        return -1;
    const char *headers = headers_of(email, arena), *content = content_of(email, arena);
    const char *bytes = arena_printf(arena, "%s%s%s", headers, content, text_ends(content, "\r\n") ? "" : "\r\n");
    if (!is_sound(bytes, strlen(bytes)))
        return err_set(err, ERR_FAILED,
                       "the mail has a line that is too long or not plain ASCII; shorten the names "
                       "in it");
    *mail = bytes;
    *length = strlen(bytes);
    return 0;
}
