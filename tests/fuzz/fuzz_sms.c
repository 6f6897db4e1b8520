/* SMS texts against an alphabet of the target's own (GSM 03.38), and telephone numbers. */
#include <string.h>

#include "compose/sms.h"
#include "fuzz.h"

static const char basic[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                            "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char extended[] = "\f^{}\\[~]|€";

static bool has_point(const char *set, uint32_t wanted)
{
    size_t left = strlen(set), step;
    uint32_t code;
    for (; (step = text_decode(set, left, &code)) > 0; set += step, left -= step)
        if (code == wanted)
            return true;
    return false;
}

static int width(uint32_t code)
{
    if (has_point(basic, code))
        return 1;
    return has_point(extended, code) ? 2 : 0;
}

struct count {
    size_t units;
    int segments;
    bool gsm;
};

/* Parts of 153 septets or 67 UTF-16 units, no character divided; one part takes 160 or 70. */
static struct count count_text(const char *text, bool gsm)
{
    size_t left = strlen(text), step, room = 0, most = gsm ? 153 : 67;
    struct count count = {0, 0, true};
    uint32_t code;
    for (; (step = text_decode(text, left, &code)) > 0; text += step, left -= step) {
        int septets = width(code);
        size_t units = gsm ? (size_t)septets : code > 0xffff ? 2 : 1;
        count.gsm = count.gsm && septets > 0;
        count.units += units;
        if (units > room) {
            room = most;
            count.segments++;
        }
        room -= units;
    }
    if (count.units <= (gsm ? 160 : 70))
        count.segments = 1;
    return count;
}

static void check_segments(const char *text)
{
    const struct sms_measure measure = sms_measure(text);
    int segments = measure.segments + fuzz_plant;
    bool gsm = count_text(text, true).gsm;
    REQUIRE((measure.coding == SMS_GSM7) == gsm, "the alphabet is told wrong");
    REQUIRE(segments == count_text(text, gsm).segments, "%d segments instead of %d", segments,
            count_text(text, gsm).segments);
}

static void check_number(struct arena *arena, const char *phone, const char *country)
{
    const char *number = sms_number(arena, phone, country);
    if (number == NULL)
        return;
    size_t digits = strspn(number + 1, "0123456789");
    REQUIRE(number[0] == '+' && number[1] != '0' && digits >= 1 && digits <= 15 && number[digits + 1] == '\0',
            "no E.164 number");
    const char *again = sms_number(arena, number, country);
    REQUIRE(again != NULL && strcmp(again, number) == 0, "the second time another number");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed feed = {data, size};
    struct arena *arena = arena_new(0);
    const char *country = feed_line(&feed, arena), *phone = feed_line(&feed, arena), *text = feed_rest(&feed, arena);
    check_number(arena, phone, country);
    if (text_is_utf8(text, strlen(text)) && text[0] != '\0') {
        check_segments(text);
        const char *written = sms_transliterate(arena, text);
        REQUIRE(text_is_utf8(written, strlen(written)), "no UTF-8 after transliteration");
        REQUIRE(strcmp(sms_transliterate(arena, written), written) == 0, "transliteration has no end");
        if (count_text(text, true).gsm)
            REQUIRE(strcmp(written, text) == 0, "a text of the alphabet was changed");
        if (written[0] != '\0')
            check_segments(written);
    }
    arena_free(&arena);
    return 0;
}
