/*
 * What lets a customer pay without typing: account numbers, references with
 * check digits, and the payloads of payment codes.  Pure.  What cannot be made
 * by the rules of its scheme is refused with ERR_REFUSED and a sentence; the
 * results live in the arena.
 */
#ifndef COMPOSE_PAY_H
#define COMPOSE_PAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

/* ISO 13616: the IBAN in capitals without blanks, its country, length and check digits verified. */
int pay_iban(struct arena *arena, const char *text, const char **iban, struct err *err);
/* ISO 9362: the BIC in capitals, 8 or 11 characters. */
int pay_bic(struct arena *arena, const char *text, const char **bic, struct err *err);
/* True for an IBAN of pay_iban whose bank takes credit transfers in euro within SEPA; of the EEA: without a BIC. */
bool pay_iban_is_sepa(const char *iban);
bool pay_iban_is_eea(const char *iban);
/* True for an IBAN of pay_iban of Switzerland or Liechtenstein; a QR-IBAN is one that takes QR references only. */
bool pay_iban_is_swiss(const char *iban);
bool pay_iban_is_qr(const char *iban);

/* ISO 11649: RF, two check digits and 1 to 21 letters or digits of body; blanks are left out. */
int pay_rf(struct arena *arena, const char *text, const char **reference, struct err *err);
int pay_rf_make(struct arena *arena, const char *body, const char **reference, struct err *err);
/* Swiss QR reference: 26 digits and a check digit (modulo 10, recursive); a shorter body is filled with zeros. */
int pay_qrr(struct arena *arena, const char *text, const char **reference, struct err *err);
int pay_qrr_make(struct arena *arena, const char *body, const char **reference, struct err *err);

/* In groups as people read it: "RF18 5390 0754 7034", "21 00000 00003 13947 14300 09017". */
const char *pay_grouped(struct arena *arena, const char *text, int first, int group);
const char *pay_reference_printed(struct arena *arena, const char *reference);

/* A credit transfer in euro within SEPA (EPC069-12, version 002, UTF-8). */
struct pay_epc {
    const char *name, *iban, *bic; /* bic "" within the EEA */
    const char *currency;
    int64_t amount; /* cents */
    const char *purpose;
    const char *reference, *text; /* one of them, or none */
    const char *information;      /* to the payer */
};
int pay_epc(const struct pay_epc *epc, struct arena *arena, const char **payload, struct err *err);

struct pay_party {
    const char *name, *street, *house, *postcode, *city, *country; /* name "": nobody */
};

/* A Swiss QR bill (Implementation Guidelines QR-bill, SPC version 0200, structured addresses). */
struct pay_swiss {
    const char *iban, *currency;
    struct pay_party creditor, debtor;
    int64_t amount;           /* cents; 0: left to the payer */
    const char *reference;    /* QR reference with a QR-IBAN, else RF or "" */
    const char *message;      /* free text */
    const char *bill;         /* structured billing information, such as Swico's */
    const char *procedure[2]; /* alternative procedures */
};
int pay_swiss(const struct pay_swiss *swiss, struct arena *arena, const char **payload, struct err *err);
/* Parts "Rue du Lac 1268" into street and house; a street without a number stays whole. */
void pay_split_street(struct arena *arena, const char *line, const char **street, const char **house);

/* A link that opens a UPI app (NPCI's linking specification). */
struct pay_upi {
    const char *address, *name; /* of the payee */
    const char *note, *reference;
    int64_t amount; /* paise */
};
int pay_upi(const struct pay_upi *upi, struct arena *arena, const char **link, struct err *err);
/* What a link says, with "upi://pay?" or an app's own scheme before it; fields it lacks are "". */
int pay_upi_read(const char *link, struct arena *arena, struct pay_upi *out, struct err *err);
/* ERR_REFUSED unless the text is the address of a payee, name@handle. */
int pay_upi_address(const char *text, struct err *err);

enum pay_mark { PAY_MARK_NONE, PAY_MARK_SWISS }; /* the cross in the middle of a Swiss symbol */

/* Bytes that a symbol of version 25 holds, the largest that a QR bill may have. */
#define PAY_CODE_MAX 997

/* A payload of 1 to PAY_CODE_MAX bytes as a PNG: QR code, level M, black on white with its quiet zone. */
struct pay_image {
    const char *png;
    size_t length;
    int width; /* pixels, as high as wide */
};
int pay_image(const char *payload, enum pay_mark mark, struct arena *arena, struct pay_image *out, struct err *err);

#endif
