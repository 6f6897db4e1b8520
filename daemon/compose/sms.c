#include "compose/sms.h"

#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/gsm.h"

/* Limits of one segment alone and of one of several (3GPP TS 23.040). */
static const struct {
    int alone, joined;
} limits[] = {[SMS_GSM7] = {160, 153}, [SMS_UCS2] = {70, 67}};

static int units(enum sms_coding coding, uint32_t point)
{
    if (coding == SMS_GSM7)
        return gsm_septets(point);
    return point > 0xFFFF ? 2 : 1;
}

static enum sms_coding coding_of(const char *text)
{
    while (*text != '\0') {
        if (gsm_septets(gsm_next_point(&text)) == 0)
            return SMS_UCS2;
    }
    return SMS_GSM7;
}

struct sms_measure sms_measure(const char *text)
{
    struct sms_measure out = {.coding = coding_of(text)};
    int segments = 1, filled = 0;

    while (*text != '\0') {
        int need = units(out.coding, gsm_next_point(&text));
        out.units += need;
        /* An escape or surrogate pair is never split: it begins the next segment. */
        if (filled + need > limits[out.coding].joined) {
            segments++;
            filled = 0;
        }
        filled += need;
    }
    out.segments = out.units <= limits[out.coding].alone ? out.units > 0 : segments;
    return out;
}

/* NFC, so that a letter and its accent are one code point where Unicode has one; the text itself on failure. */
static const char *compose(struct arena *arena, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    int32_t capacity = 3 * ((int32_t)strlen(text) + 1), length = 0;
    UChar *wide = arena_array(arena, (size_t)capacity, sizeof *wide);
    UChar *composed = arena_array(arena, (size_t)capacity, sizeof *composed);
    char *bytes = arena_array(arena, (size_t)capacity, 3);

    u_strFromUTF8(wide, capacity, &length, text, -1, &status);
    length = unorm2_normalize(nfc, wide, length, composed, capacity, &status);
    u_strToUTF8(bytes, 3 * capacity, NULL, composed, length, &status);
    return U_SUCCESS(status) ? bytes : text;
}

/* The letter below its accents, 0 if the character is not of that kind. */
static uint32_t base_letter(uint32_t point)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    UChar parts[8];
    int32_t length = unorm2_getDecomposition(nfd, (UChar32)point, parts, 8, &status);

    if (U_FAILURE(status) || length < 2)
        return 0;
    for (int32_t i = 1; i < length; i++) {
        if (unorm2_getCombiningClass(nfd, parts[i]) == 0)
            return 0;
    }
    return parts[0];
}

static const char *nearest_form(uint32_t point, char letter[2])
{
    if (gsm_septets(point) > 0)
        return NULL;
    uint32_t base = base_letter(point);
    if (base == 0 || base >= 0x80)
        return gsm_nearest(point);
    letter[0] = (char)base;
    letter[1] = '\0';
    return letter;
}

const char *sms_transliterate(struct arena *arena, const char *text)
{
    struct text out;

    text_init(&out, arena);
    text = compose(arena, text);
    while (*text != '\0') {
        const char *start = text;
        char letter[2];
        const char *form = nearest_form(gsm_next_point(&text), letter);
        if (form == NULL)
            text_add_n(&out, start, (size_t)(text - start));
        else if (text_equal(form, "Rs ") && *text == ' ')
            text_add(&out, "Rs");
        else
            text_add(&out, form);
    }
    return out.data;
}
