#include "store/import_email.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, ADDRESS_MAX = 254 };

/* Dots at an end or side by side are in neither half of an address. */
static int has_stray_dot(const char *text, size_t length)
{
    if (length == 0 || text[0] == '.' || text[length - 1] == '.')
        return 1;
    for (size_t i = 1; i < length; i++)
        if (text[i] == '.' && text[i - 1] == '.')
            return 1;
    return 0;
}

static int is_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* What RFC 5322 lets stand in a local part without quotes, and the letters of RFC 6531. */
static int is_local(const char *local, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_word((unsigned char)local[i]) && strchr("!#$%&'*+-/=?^_`{|}~.", local[i]) == NULL)
            return 0;
    return 1;
}

static const char *host_problem(const char *host)
{
    if (has_stray_dot(host, strlen(host)))
        return "has a broken domain; correct the address";
    while (*host != '\0') {
        size_t length = strcspn(host, ".");

        if (length > LABEL_MAX || host[0] == '-' || host[length - 1] == '-')
            return "has a broken domain; correct the address";
        for (size_t i = 0; i < length; i++)
            if (!is_word((unsigned char)host[i]) && host[i] != '-')
                return "has a broken domain; correct the address";
        host += length + (host[length] == '.');
    }
    return NULL;
}

const char *import_email_problem(const char *address)
{
    const char *at = strchr(address, '@');

    if (at == NULL)
        return "is no email address: it has no @";
    if (text_has_control(address))
        return "is no bare email address; write it as name@example.com";
    if (strpbrk(address, ",;") != NULL || (strchr(at + 1, '@') != NULL && strchr(address, ' ') != NULL))
        return "is more than one address; keep one and put the others into contacts";
    if (strchr(at + 1, '@') != NULL)
        return "is no email address: it has two @";
    if (strpbrk(address, " \t<>()[]\\\"") != NULL)
        return "is no bare email address; write it as name@example.com";
    if (strlen(address) > ADDRESS_MAX || at - address > LOCAL_MAX)
        return "is too long for an email address";
    if (has_stray_dot(address, (size_t)(at - address)) || !is_local(address, (size_t)(at - address)))
        return "is no email address: the part before the @ is broken";
    return host_problem(at + 1);
}
