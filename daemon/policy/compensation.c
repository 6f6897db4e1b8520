/* Lump sums for late payment: bands by the amount of the claim. */
#include "base/text.h"
#include "policy/interest.h"

static bool holds(const struct band *band, int64_t amount)
{
    if (band->below.currency[0] != '\0')
        return amount < band->below.minor;
    return band->up_to.currency[0] == '\0' || amount <= band->up_to.minor;
}

const struct band *compensation_band(const struct compensation *compensation, const struct money *claim)
{
    int64_t least;

    if (claim->minor <= 0 || (thresholds_find(&compensation->minimum, claim->currency, &least) && claim->minor < least))
        return NULL;
    for (size_t i = 0; i < compensation->band_count; i++) {
        const struct band *band = &compensation->bands[i];
        if (text_equal(band->sum.currency, claim->currency) && holds(band, claim->minor))
            return band;
    }
    return NULL;
}

int64_t compensation_of(const struct compensation *compensation, const struct money *claims, size_t count)
{
    struct money whole = {0};
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        const struct band *band = compensation_band(compensation, &claims[i]);
        if (band != NULL && compensation->per == COMPENSATION_PER_INVOICE)
            sum = money_add(sum, band->sum.minor);
        int64_t minor = money_add(whole.minor, claims[i].minor);
        whole = claims[i];
        whole.minor = minor;
    }
    if (compensation->per == COMPENSATION_PER_INVOICE)
        return sum;
    const struct band *band = count == 0 ? NULL : compensation_band(compensation, &whole);
    return band == NULL ? 0 : band->sum.minor;
}

int64_t compensation_rest(const struct compensation *compensation, int64_t sum, int64_t costs)
{
    if (!compensation->offset)
        return costs;
    return costs > sum ? costs - sum : 0;
}
