#include "store/import_phone.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* E.164 has at most 15 digits; a prefix such as 00 or 011 may stand before them.  Below four it is no number of a line.
 */
enum { DIGITS_MIN = 4, DIGITS_MAX = 15, PREFIX_MAX = 3 };

const char *import_phone_problem(const char *phone)
{
    size_t digits = 0;

    if (text_has_control(phone))
        return "holds a line break or another control character; remove it";
    for (const char *c = phone; *c != '\0'; c++) {
        if (text_is_digit(*c))
            digits++;
        else if (*c == '+' && c != phone)
            return "has a + within it; keep one number, beginning with its country code";
        else if (*c != '+' && strchr(" -./()", *c) == NULL)
            return "is no telephone number; write digits, such as +49 171 1234567, and notes elsewhere";
    }
    if (phone[0] == '+' && phone[strcspn(phone, "0123456789")] == '0')
        return "has no country code behind the +, since none begins with 0; correct it, or leave the + out";
    if (digits < DIGITS_MIN)
        return "has too few digits for a telephone number; correct it, or leave it empty";
    if (digits > (size_t)DIGITS_MAX + (phone[0] == '+' ? 0 : PREFIX_MAX))
        return "has more than the 15 digits of the longest telephone number; keep one number";
    return NULL;
}
