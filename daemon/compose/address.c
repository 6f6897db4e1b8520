#include "compose/address.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uidna.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/email.h"

#define ADDRESS_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A dot-atom of RFC 5322; quoted local parts are not taken. */
static bool local_ok(const char *local, size_t length)
{
    if (length == 0 || length > LOCAL_MAX || local[0] == '.' || local[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_word(local[i]) && strchr("!#$%&'*+-/=?^_`{|}~.", local[i]) == NULL)
            return false;
        if (i + 1 < length && local[i] == '.' && local[i + 1] == '.')
            return false;
    }
    return true;
}

/* Labels of letters, digits and hyphens; bytes of other scripts are left to IDNA. */
static bool domain_ok(const char *domain)
{
    while (*domain != '\0') {
        size_t length = strcspn(domain, ".");
        if (length == 0 || length > LABEL_MAX || domain[0] == '-' || domain[length - 1] == '-')
            return false;
        for (size_t i = 0; i < length; i++) {
            if (!is_word(domain[i]) && domain[i] != '-' && (unsigned char)domain[i] < 0x80)
                return false;
        }
        domain += length;
        if (*domain == '.' && *++domain == '\0')
            return false;
    }
    return true;
}

/* The domain in ASCII in buffer; false if IDNA refuses it. */
static bool domain_ascii(const char *domain, char *buffer, int32_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);

    int32_t length = uidna_nameToASCII_UTF8(idna, domain, -1, buffer, size, &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && info.errors == 0 && length > 0 && length < size;
}

/* Beyond ASCII: letters, digits and the marks that combine with them, and no spaces, signs or hidden characters. */
static bool is_foreign_letter(uint32_t code)
{
    return u_isalnum((UChar32)code) || (U_GET_GC_MASK((UChar32)code) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

/* RFC 6531: the local part with its foreign letters taken for ASCII ones. */
static bool international_ok(const char *local, size_t length)
{
    char plain[LOCAL_MAX + 1];
    size_t count = 0;

    if (length > LOCAL_MAX)
        return false;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = text_decode(local + at, length - at, &code);
        if (size == 0 || (code >= 0x80 && !is_foreign_letter(code)))
            return false;
        plain[count++] = code >= 0x80 ? 'x' : local[at];
        at += size;
    }
    plain[count] = '\0';
    return local_ok(plain, count);
}

static bool address_ok(const char *address, bool (*fits)(const char *local, size_t length))
{
    const char *at = strchr(address, '@');
    size_t length = strlen(address);
    char ascii[ADDRESS_MAX + 1];

    if (at == NULL || length > ADDRESS_MAX || !text_is_utf8(address, length) || text_has_control(address))
        return false;
    if (!fits(address, (size_t)(at - address)) || at[1] == '\0' || !domain_ok(at + 1))
        return false;
    return text_is_ascii(at + 1) || (domain_ascii(at + 1, ascii, sizeof ascii) && domain_ok(ascii));
}

bool email_address_ok(const char *address)
{
    return address_ok(address, local_ok);
}

bool email_recipient_ok(const char *address)
{
    return address_ok(address, international_ok);
}

const char *email_address_ascii(struct arena *arena, const char *address)
{
    const char *at = strchr(address, '@');
    char ascii[ADDRESS_MAX + 1];

    if (at == NULL || !email_recipient_ok(address))
        return NULL;
    if (text_is_ascii(at))
        return address;
    if (!domain_ascii(at + 1, ascii, sizeof ascii))
        return NULL;
    return arena_printf(arena, "%.*s@%s", (int)(at - address), address, ascii);
}
