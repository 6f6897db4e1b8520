#include "compose/render.h"

#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "compose/address.h"
#include "compose/email.h"
#include "compose/handoff.h"
#include "compose/language.h"
#include "compose/pay.h"
#include "compose/sms.h"
#include "compose/value.h"
#include "compose/values_of.h"
#include "policy/policy.h"

#define SUBJECT_MAX 250
#define NAME_MAX_BYTES 200
#define REFERENCES_MAX 20

struct job {
    const struct render_input *input;
    struct arena *arena;
    struct render_language language;
    const struct value *values;
    struct rendered *out;
    struct err *err;
};

static int lacks(const struct job *job, enum part part)
{
    const struct notice *notice = job->input->notice;
    const char *ending = names_word(&part_names, (int)part);

    if (text_empty(notice->template_name))
        return err_set(job->err, ERR_CONFIG, "policy %s, step %s: there is no template; add template = \"NAME\"",
                       notice->policy, notice->step);
    return err_set(job->err, ERR_CONFIG, "policy %s, step %s: there is no template %s/%s.%s; add the file",
                   notice->policy, notice->step, job->language.folder, notice->template_name, ending);
}

/* Renders a part; the line ends at its end are cut off where it is one line by nature. */
static int render_part(const struct job *job, enum part part, enum escape escape, const char **out)
{
    struct catalog_scope scope = {.catalog = job->input->catalog, .language = job->language.folder, .part = part};
    const struct template_render_options options = {.escape = escape,
                                                    .partial = catalog_partial,
                                                    .partial_context = &scope,
                                                    .unknown_is_error = true};
    struct text text;

    if (job->language.set == NULL || job->language.set->part[part] == NULL)
        return lacks(job, part);
    text_init(&text, job->arena);
    if (template_render(job->language.set->part[part], job->values, &options, &text, job->err) != 0)
        return -1;
    if (part == PART_SUBJECT || part == PART_SMS)
        text.data = text_trim(job->arena, text.data);
    *out = text.data;
    return 0;
}

static const char *file_of(const struct job *job, enum part part)
{
    return arena_printf(job->arena, "%s/%s.%s", job->language.folder, job->input->notice->template_name,
                        names_word(&part_names, (int)part));
}

/* Amounts are written with no-break spaces; a header or an SMS is plainer without them. */
static const char *plain_spaces(struct arena *arena, const char *text)
{
    static const char *const spaces[] = {"\xC2\xA0", "\xE2\x80\xAF"};
    struct text out;

    text_init(&out, arena);
    while (*text != '\0') {
        size_t length = 0;
        for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
            if (text_starts(text, spaces[i]))
                length = strlen(spaces[i]);
        }
        text_add_char(&out, length > 0 ? ' ' : *text);
        text += length > 0 ? length : 1;
    }
    return out.data;
}

static const char *cut(struct arena *arena, const char *text, size_t max)
{
    if (strlen(text) <= max)
        return text;
    return arena_printf(arena, "%.*s...", (int)text_cut(text, max - 3), text);
}

static int render_subject(const struct job *job)
{
    const char *subject;

    if (render_part(job, PART_SUBJECT, ESCAPE_HEADER, &subject) != 0)
        return -1;
    if (text_empty(subject))
        return err_set(job->err, ERR_CONFIG, "%s: the subject is empty", file_of(job, PART_SUBJECT));
    if (strpbrk(subject, "\r\n") != NULL)
        return err_set(job->err, ERR_CONFIG, "%s: the subject has more than one line; keep it to one",
                       file_of(job, PART_SUBJECT));
    job->out->subject = cut(job->arena, plain_spaces(job->arena, subject), SUBJECT_MAX);
    return 0;
}

/* A boundary must not stand in what it bounds: the number grows until it does not. */
static const char *boundary(const struct job *job)
{
    const char *word = "";

    for (int number = 1; *word == '\0' || strstr(job->out->text, word) != NULL || strstr(job->out->html, word) != NULL;
         number++) {
        char hex[SHA256_TEXT_SIZE];
        unsigned char digest[SHA256_SIZE];
        const char *key = arena_printf(job->arena, "%s|%d", job->out->message_id, number);
        digest_sha256(key, strlen(key), digest);
        word = arena_printf(job->arena, "b-%s", digest_hex(digest, 16, hex));
    }
    return word;
}

/* The first notice of the episode and the latest ones, as RFC 5322 3.6.4 lets long chains be shortened. */
static void set_references(const struct job *job, struct email *email)
{
    const struct render_input *input = job->input;
    size_t count = input->reference_count;
    const char **list = arena_array(job->arena, REFERENCES_MAX, sizeof *list);

    if (count > REFERENCES_MAX)
        count = REFERENCES_MAX;
    for (size_t i = 0; i < count; i++)
        list[i] = input->references[i == 0 ? 0 : input->reference_count - count + i];
    email->references = list;
    email->reference_count = count;
    email->in_reply_to = count > 0 ? list[count - 1] : "";
}

static const char *first_of(const char *a, const char *b)
{
    return text_empty(a) ? b : a;
}

/* The picture of the payment code, where the HTML shows it. */
static int add_image(const struct job *job, struct email *email)
{
    const char *url = value_as_text(value_get(job->values, "pay_image"));
    const char *code = value_as_text(value_get(job->values, "pay_code"));
    struct pay_image image;

    if (text_empty(url) || strstr(email->html, url) == NULL)
        return 0;
    if (pay_image(code, text_starts(code, "SPC\n") ? PAY_MARK_SWISS : PAY_MARK_NONE, job->arena, &image, job->err) != 0)
        return -1;
    email->image = image.png;
    email->image_length = image.length;
    email->image_id = url + strlen("cid:");
    return 0;
}

/* A step's sender that is no mail address is the name for an SMS. */
static int build_mail(const struct job *job)
{
    const struct render_input *input = job->input;
    const struct step *step = input->step;
    const char *name = first_of(input->message->name, input->dossier->customer->name);
    struct email email = {
        .from_name = cut(job->arena, input->business->name, NAME_MAX_BYTES),
        .from_address = step != NULL && email_address_ok(step->sender) ? step->sender : input->business->email,
        .reply_to = first_of(step != NULL ? step->reply_to : "", input->business->reply_to),
        .to_name = cut(job->arena, name, NAME_MAX_BYTES),
        .to_address = input->message->address,
        .subject = job->out->subject,
        .text = job->out->text,
        .html = job->out->html,
        .message_id = job->out->message_id,
        .boundary = boundary(job),
        .date = input->claimed_at,
        .date_offset = zone_offset(input->zone, input->claimed_at),
    };

    set_references(job, &email);
    if (add_image(job, &email) != 0)
        return -1;
    if (email_build(&email, job->arena, &job->out->mail, &job->out->mail_length, job->err) != 0)
        return -1;
    job->out->from_address = email_address_ascii(job->arena, email.from_address);
    job->out->to_address = email_address_ascii(job->arena, email.to_address);
    return 0;
}

static int render_email(const struct job *job)
{
    if (render_subject(job) != 0 || render_part(job, PART_TEXT, ESCAPE_NONE, &job->out->text) != 0)
        return -1;
    if (job->language.set->part[PART_HTML] != NULL && render_part(job, PART_HTML, ESCAPE_HTML, &job->out->html) != 0)
        return -1;
    job->out->message_id = values_message_id(job->input, job->arena);
    return build_mail(job);
}

/* GSM 03.38 where the text is in it, or on request is once its typographic and accented forms are replaced. */
static const char *sms_text(struct arena *arena, const char *text, bool transliterate)
{
    text = plain_spaces(arena, text);
    if (!transliterate || sms_measure(text).coding == SMS_GSM7)
        return text;
    const char *nearest = sms_transliterate(arena, text);
    return sms_measure(nearest).coding == SMS_GSM7 ? nearest : text;
}

static int too_long(const struct job *job)
{
    const struct rendered *out = job->out;

    return err_set(job->err, ERR_CONFIG,
                   "%s: the text takes %d segments (%s), at most %d are sent; shorten it, or raise sms.max_segments",
                   file_of(job, PART_SMS), out->segments, out->coding == SMS_GSM7 ? "GSM 03.38" : "UCS-2",
                   job->input->sms->max_segments);
}

static int render_sms(const struct job *job)
{
    struct rendered *out = job->out;
    const char *text, *number;

    if (render_part(job, PART_SMS, ESCAPE_SMS, &text) != 0)
        return -1;
    out->sms = sms_text(job->arena, text, job->input->sms->transliterate);
    const struct sms_measure measure = sms_measure(out->sms);
    out->coding = measure.coding;
    out->units = measure.units;
    out->segments = measure.segments;
    if (out->segments == 0)
        return err_set(job->err, ERR_CONFIG, "%s: the text is empty", file_of(job, PART_SMS));
    if (out->segments > job->input->sms->max_segments)
        return too_long(job);
    number = sms_number(job->arena, job->input->message->address, job->input->dossier->customer->country);
    if (number == NULL)
        return err_set(job->err, ERR_REFUSED,
                       "the telephone number of customer %s is not complete; write it as + and "
                       "the country code in the ledger",
                       job->input->notice->customer);
    out->to_address = number;
    return 0;
}

/* The covering note is there if the step names a template. */
static int render_package(const struct job *job)
{
    struct rendered *out = job->out;

    if (!text_empty(job->input->notice->template_name)) {
        if (render_part(job, PART_TEXT, ESCAPE_NONE, &out->text) != 0)
            return -1;
        if (job->language.set->part[PART_SUBJECT] != NULL && render_subject(job) != 0)
            return -1;
    }
    const struct handoff handoff = {.input = job->input, .title = out->subject, .note = out->text};
    return handoff_render(&handoff, job->arena, &out->package_json, &out->package_csv, job->err);
}

int render_message(const struct render_input *input, struct arena *arena, struct rendered *out, struct err *err)
{
    struct rendered rendered = {.subject = "",
                                .mail = "",
                                .message_id = "",
                                .from_address = "",
                                .to_address = "",
                                .text = "",
                                .html = "",
                                .sms = "",
                                .package_json = "",
                                .package_csv = ""};
    const struct job job = {.input = input,
                            .arena = arena,
                            .language = render_language_of(input),
                            .values = render_values(input, arena),
                            .out = &rendered,
                            .err = err};
    int result = -1;

    switch (input->message->channel) {
    case CHANNEL_EMAIL:
        result = render_email(&job);
        break;
    case CHANNEL_SMS:
        result = render_sms(&job);
        break;
    case CHANNEL_AGENCY:
        result = render_package(&job);
        break;
    case CHANNEL_TASK:
    case CHANNEL_LETTER:
    case CHANNEL_PHONE:
        return err_set(err, ERR_CONFIG, "channel %s has no message to render",
                       names_word(&channel_names, (int)input->message->channel));
    }
    if (result == 0)
        *out = rendered;
    return result;
}
