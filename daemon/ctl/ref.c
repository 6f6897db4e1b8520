#include "ctl/ref.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "ctl/session.h"
#include "store/ledger.h"

char *message_name(int64_t id, char buffer[MESSAGE_TEXT_SIZE])
{
    snprintf(buffer, MESSAGE_TEXT_SIZE, "M-%06" PRId64, id);
    return buffer;
}

/* The number behind "M-" or "m-", 0 if the word has another form. */
static int64_t number_after(const char *word, char letter)
{
    int64_t number = 0;

    if (text_lower_char(word[0]) != letter || word[1] != '-' || !parse_i64(word + 2, 1, INT64_MAX, &number))
        return 0;
    return number;
}

int ref_notice(const char *word, int64_t *number, struct err *err)
{
    *number = notice_number(word);
    if (*number > 0)
        return 0;
    return err_set(err, ERR_USAGE, "%s: not a notice; write it as N-000012, as dunningctl list notices shows it", word);
}

int ref_message(const char *word, int64_t *number, struct err *err)
{
    *number = number_after(word, 'm');
    if (*number > 0 || parse_i64(word, 1, INT64_MAX, number))
        return 0;
    return err_set(err, ERR_USAGE, "%s: not a message; write it as M-000012, as dunningctl list messages shows it",
                   word);
}

/* ---- the ledger's words ---- */

static int no_ledger(const struct session *session, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "%s: there is no ledger yet; dunningctl import fills it",
                   session->config->settings.ledger_path);
}

static int find(struct session *session, const char *word, struct ref *out, struct err *err)
{
    struct ledger_found found;

    if (ledger_find(session->ledger, word, session->arena, &found, err) != 0)
        return -1;
    *out = (struct ref){.kind = text_empty(found.invoice) ? REF_CUSTOMER : REF_INVOICE, .customer = found.customer};
    out->target = text_empty(found.invoice) ? word : found.invoice;
    return 0;
}

/* "2026-0113/2": the second line of an invoice. */
static int find_line(struct session *session, const char *word, struct ref *out, struct err *err)
{
    const char *slash = strrchr(word, '/');
    int64_t line;

    if (!slash || !parse_i64(slash + 1, 1, INT32_MAX, &line))
        return -1;
    struct err ignored;
    if (find(session, arena_copy_n(session->arena, word, (size_t)(slash - word)), out, &ignored) != 0 ||
        out->kind != REF_INVOICE)
        return -1;
    out->line = (int32_t)line;
    err->code = ERR_NONE;
    return 0;
}

int ref_find(struct session *session, const char *word, struct ref *out, struct err *err)
{
    if (!session->ledger)
        return no_ledger(session, err);
    if (find(session, word, out, err) == 0)
        return 0;
    return err->code == ERR_NOT_FOUND ? find_line(session, word, out, err) : -1;
}

int ref_find_any(struct session *session, const char *word, struct ref *out, struct err *err)
{
    int64_t notice = number_after(word, 'n'), message = number_after(word, 'm');

    /* An invoice may be numbered N-12 too; the ledger's own words come first. */
    if (session->ledger && ref_find(session, word, out, err) == 0)
        return 0;
    if (session->ledger && err->code != ERR_NOT_FOUND)
        return -1;
    if (notice == 0 && message == 0)
        return session->ledger ? -1 : no_ledger(session, err);
    *out = (struct ref){.kind = notice > 0 ? REF_NOTICE : REF_MESSAGE, .customer = "", .target = word};
    out->number = notice > 0 ? notice : message;
    return 0;
}

int ref_find_invoice(struct session *session, const char *word, struct ref *out, struct err *err)
{
    if (ref_find(session, word, out, err) != 0)
        return -1;
    if (out->kind == REF_INVOICE)
        return 0;
    return err_set(err, ERR_USAGE,
                   "%s: is a customer; name one of his invoices, dunningctl list items --customer %s "
                   "shows them",
                   word, word);
}

bool ref_is_item(const struct ref *ref, const struct item *item)
{
    return text_equal(item->invoice_id, ref->target) && (ref->line == 0 || ref->line == item->line);
}

int ref_explain(struct session *session, const char *customer, moment_t at, struct explained *out, struct err *err)
{
    const struct books books = session_books(session);

    return explain_customer(&books, customer, at, out, err);
}
