#include "compose/gsm.h"

#include <string.h>

#include "base/text.h"

/* 3GPP TS 23.038, table 6.2.1, without the ASCII characters at their own places. */
static const uint16_t basic[] = {
    0x00A3, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x00D8, 0x00F8, 0x00C5, 0x00E5, 0x0394,
    0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, 0x03A3, 0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9,
    0x00A4, 0x00A1, 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7, 0x00BF, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
};

int gsm_septets(uint32_t point)
{
    if (point == 0x20AC || point == '\f' || (point < 0x80 && point > ' ' && strchr("^{}\\[~]|", (int)point) != NULL))
        return 2;
    if (point == '`' || point == 0x7F)
        return 0;
    if (point == '\n' || point == '\r' || (point >= ' ' && point < 0x7F))
        return 1;
    for (size_t i = 0; i < sizeof basic / sizeof basic[0]; i++) {
        if (basic[i] == point)
            return 1;
    }
    return 0;
}

uint32_t gsm_next_point(const char **text)
{
    uint32_t point = 0xFFFD;
    size_t size = text_decode(*text, strnlen(*text, 4), &point);

    *text += size > 0 ? size : 1;
    return point;
}

struct nearest {
    uint32_t point;
    const char *form;
};

/* Nearest forms that no decomposition gives, by code point. */
static const struct nearest nearest_table[] = {
    {0x0009, " "},   {0x0060, "'"},        {0x00A0, " "},   {0x00A2, "c"},   {0x00A6, "|"},   {0x00A9, "(C)"},
    {0x00AA, "a"},   {0x00AB, "\""},       {0x00AD, ""},    {0x00AE, "(R)"}, {0x00B0, "o"},   {0x00B1, "+/-"},
    {0x00B2, "2"},   {0x00B3, "3"},        {0x00B4, "'"},   {0x00B5, "u"},   {0x00B7, "-"},   {0x00B9, "1"},
    {0x00BA, "o"},   {0x00BB, "\""},       {0x00BC, "1/4"}, {0x00BD, "1/2"}, {0x00BE, "3/4"}, {0x00D0, "D"},
    {0x00D7, "x"},   {0x00DE, "Th"},       {0x00F0, "d"},   {0x00F7, "/"},   {0x00FE, "th"},  {0x0110, "D"},
    {0x0111, "d"},   {0x0126, "H"},        {0x0127, "h"},   {0x0131, "i"},   {0x0138, "k"},   {0x0141, "L"},
    {0x0142, "l"},   {0x014A, "N"},        {0x014B, "n"},   {0x0152, "OE"},  {0x0153, "oe"},  {0x0166, "T"},
    {0x0167, "t"},   {0x1E9E, "\xC3\x9F"}, {0x200B, ""},    {0x200C, ""},    {0x200D, ""},    {0x200E, ""},
    {0x200F, ""},    {0x2010, "-"},        {0x2011, "-"},   {0x2012, "-"},   {0x2013, "-"},   {0x2014, "-"},
    {0x2015, "-"},   {0x2018, "'"},        {0x2019, "'"},   {0x201A, "'"},   {0x201B, "'"},   {0x201C, "\""},
    {0x201D, "\""},  {0x201E, "\""},       {0x201F, "\""},  {0x2020, "+"},   {0x2022, "-"},   {0x2023, "-"},
    {0x2026, "..."}, {0x2030, "0/00"},     {0x2032, "'"},   {0x2033, "\""},  {0x2039, "'"},   {0x203A, "'"},
    {0x2044, "/"},   {0x2060, ""},         {0x20B9, "Rs "}, {0x2116, "No"},  {0x2122, "TM"},  {0x2212, "-"},
    {0x3000, " "},   {0xFB00, "ff"},       {0xFB01, "fi"},  {0xFB02, "fl"},  {0xFEFF, ""},
};

const char *gsm_nearest(uint32_t point)
{
    if ((point >= 0x2000 && point <= 0x200A) || point == 0x202F)
        return " ";
    if (point >= 0x0300 && point <= 0x036F) /* an accent by itself */
        return "";
    for (size_t i = 0; i < sizeof nearest_table / sizeof nearest_table[0]; i++) {
        if (nearest_table[i].point == point)
            return nearest_table[i].form;
    }
    return NULL;
}
