#include "store/import_email.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254 };

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

static int is_host_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c >= 0x80;
}

static const char *host_problem(const char *host)
{
    if (has_stray_dot(host, strlen(host)))
        return "has a broken domain; correct the address";
    for (const char *c = host; *c != '\0'; c++)
        if (!is_host_byte((unsigned char)*c))
            return "has a broken domain; correct the address";
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
    if (has_stray_dot(address, (size_t)(at - address)))
        return "is no email address: the part before the @ is broken";
    return host_problem(at + 1);
}
