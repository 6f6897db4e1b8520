#include "base/money.h"

#include <string.h>

/*
 * ISO 4217 list one (2026) with its minor units; what has none (metals, XDR,
 * XTS, XXX and such) cannot be owed.  Codes withdrawn since 2020 stay for old
 * ledgers.  Each string is words of three letters with one space between.
 */
static const struct {
    int digits;
    const char *codes;
} currencies[] = {
    /* clang-format off */
    {2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
        "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
        "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
        "MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
        "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED "
        "VES WST XAD XCD XCG YER ZAR ZMW ZWG"},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
    {2, "ANG BGN CUC HRK SLL ZWL"}, /* withdrawn since 2020 */
    /* clang-format on */
};

int currency_digits(const char *code)
{
    /* Without a space of its own, a code of three letters can only be found where a word begins. */
    if (strnlen(code, CURRENCY_SIZE) != 3 || strchr(code, ' ') != NULL)
        return -1;
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++)
        if (strstr(currencies[i].codes, code) != NULL)
            return currencies[i].digits;
    return -1;
}
