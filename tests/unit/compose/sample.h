/*
 * A small world for the tests of compose/: one customer, five items, a formal
 * notice about them, and templates from tests/data/templates.
 */
#ifndef COMPOSE_SAMPLE_H
#define COMPOSE_SAMPLE_H

#include <stdio.h>

#include "base/arena.h"
#include "compose/render.h"
#include "policy/policy.h"

struct sample {
    struct arena *arena;
    struct customer customer;
    struct item items[6];
    struct payment payments[2];
    struct record records[4];
    struct notice_past past[2];
    struct person persons[1];
    struct dossier dossier;
    struct notice_item rows[5];
    struct notice_credit credits[1];
    struct instalment instalments[3];
    struct charge charges[3];
    struct notice notice;
    struct message_plan message;
    struct step steps[3];
    struct policy policy;
    struct business business;
    struct catalog *catalog;
    struct render_input input;
    struct sms_rule sms;
};

static inline struct item sample_item(const char *id, int64_t amount, day_t issued, day_t due)
{
    struct item item = item_blank;

    item.invoice_id = item.number = id;
    item.customer_id = "C-17";
    item.amount = amount;
    item.issued_on = issued;
    item.due_on = due;
    snprintf(item.currency, sizeof item.currency, "EUR");
    return item;
}

static inline day_t sample_day(const char *text)
{
    day_t day = DAY_NONE;

    day_parse(text, &day);
    return day;
}

static inline void sample_ledger(struct sample *sample)
{
    sample->customer = customer_blank;
    sample->customer.id = "C-17";
    sample->customer.name = "Müller & Söhne GmbH";
    sample->customer.email = "buchhaltung@mueller.example";
    sample->customer.phone = "+49 171 1234567";
    sample->customer.language = "en";
    sample->customer.timezone = "Europe/Berlin";
    sample->customer.country = "DE";
    sample->customer.segment = "b2b";
    sample->customer.street = "Hafenstraße 4";
    sample->customer.postcode = "20457";
    sample->customer.city = "Hamburg";
    sample->customer.vat_id = "DE123456789";
    sample->customer.legal_form = "GmbH";
    sample->items[0] = sample_item("2026-0101", 100000, sample_day("2026-01-20"), sample_day("2026-02-20"));
    sample->items[0].pay_url = "https://pay.example/i/0101?a=1&b=2";
    sample->items[0].po_number = "PO 4711";
    sample->items[0].subject = "Anchor chains";
    sample->items[1] = sample_item("2026-0102", 30000, sample_day("2026-02-01"), sample_day("2026-03-03"));
    sample->items[2] = sample_item("2026-0103", 5000, sample_day("2026-02-14"), sample_day("2026-03-16"));
    sample->items[3] = sample_item("2026-0104", 20000, sample_day("2026-03-20"), sample_day("2026-04-20"));
    sample->items[4] = sample_item("2026-0105", 500, sample_day("2026-01-05"), sample_day("2026-02-05"));
    sample->items[5] = sample_item("2026-0105", 700, sample_day("2026-01-05"), sample_day("2026-05-05"));
    sample->items[5].line = 2;
    sample->payments[0] = (struct payment){.id = "P-1",
                                           .customer_id = "C-17",
                                           .entity = "",
                                           .invoice_id = "2026-0102",
                                           .reverses = "",
                                           .reference = "part",
                                           .amount = 5000,
                                           .paid_on = sample_day("2026-03-01"),
                                           .currency = "EUR"};
    sample->payments[1] = (struct payment){.id = "P-2",
                                           .customer_id = "C-17",
                                           .entity = "",
                                           .invoice_id = "",
                                           .reverses = "",
                                           .reference = "",
                                           .amount = 100,
                                           .paid_on = sample_day("2026-03-02"),
                                           .currency = "EUR"};
    sample->persons[0] = (struct person){.id = "K-1",
                                         .customer_id = "C-17",
                                         .entity = "",
                                         .name = "Zoë Ångström",
                                         .email = "zoe@mueller.example",
                                         .phone = "",
                                         .language = "de",
                                         .sms_consent = "",
                                         .role = ROLE_BILLING,
                                         .active = true};
}

static inline void sample_history(struct sample *sample)
{
    const struct record reminder = {.invoice_id = "2026-0101",
                                    .line = 1,
                                    .episode = 1,
                                    .occurrence = 1,
                                    .step = "reminder",
                                    .policy = "standard",
                                    .status = RECORD_ACCEPTED,
                                    .on = sample_day("2026-02-27"),
                                    .deadline = DAY_NONE,
                                    .due_on = sample_day("2026-02-20"),
                                    .notice = 7,
                                    .channel = "email"};

    sample->records[0] = reminder;
    sample->records[0].step = "courtesy";
    sample->records[0].notice = 5;
    sample->records[0].on = sample_day("2026-02-17");
    sample->records[1] = reminder;
    sample->records[2] = reminder;
    sample->records[2].step = "formal";
    sample->records[2].first_notice_action = true;
    sample->records[2].on = sample_day("2026-03-09");
    sample->records[2].deadline = sample_day("2026-03-23");
    sample->records[2].notice = 9;
    sample->records[3] = reminder;
    sample->records[3].invoice_id = "2026-0103";
    sample->records[3].status = RECORD_PASSED_OVER;
    sample->past[0] = (struct notice_past){.id = 7,
                                           .policy = "standard",
                                           .step = "reminder",
                                           .group_invoice = "",
                                           .entity = "",
                                           .currency = "EUR",
                                           .action = ACTION_REMIND,
                                           .status = NOTICE_ACCEPTED,
                                           .on = sample_day("2026-02-27"),
                                           .message_id = "<n7.c1.r1.00@example.com>"};
    sample->past[1] = sample->past[0];
    sample->past[1].id = 8;
    sample->past[1].currency[0] = 'U';
}

static inline struct notice_item sample_row(const struct item *item, enum block block, const char *step)
{
    return (struct notice_item){.invoice_id = item->invoice_id,
                                .line = item->line,
                                .episode = 1,
                                .occurrence = block == BLOCK_DUE,
                                .block = block,
                                .step = step,
                                .open = item->amount,
                                .due_on = item->due_on,
                                .carried_on = DAY_NONE,
                                .deadline = DAY_NONE};
}

/* Items 0 and 1 due now, 2 carried, 3 upcoming, 4 for information; a credit of 120.00; three charges. */
static inline void sample_notice(struct sample *sample)
{
    sample->rows[0] = sample_row(&sample->items[1], BLOCK_DUE, "formal");
    sample->rows[0].open = 25000;
    sample->rows[1] = sample_row(&sample->items[0], BLOCK_DUE, "formal");
    sample->rows[1].credited = 12000;
    sample->rows[2] = sample_row(&sample->items[2], BLOCK_CARRIED, "reminder");
    sample->rows[2].carried_on = sample_day("2026-03-23");
    sample->rows[2].deadline = sample_day("2026-03-30");
    sample->rows[3] = sample_row(&sample->items[3], BLOCK_UPCOMING, "courtesy");
    sample->rows[4] = sample_row(&sample->items[4], BLOCK_INFO, "");
    sample->credits[0] =
        (struct notice_credit){.id = "G-1", .number = "G-1", .on = sample_day("2026-03-01"), .amount = 12000};
    for (int i = 0; i < 3; i++)
        sample->instalments[i] =
            (struct instalment){.due_on = day_add_months(sample_day("2026-04-30"), i), .amount = 39333 + (i == 2)};
    sample->charges[0] = (struct charge){.kind = CHARGE_INTEREST,
                                         .invoice_id = "2026-0102",
                                         .line = 1,
                                         .step = "formal",
                                         .amount = 166,
                                         .regime = "DE_BGB288_B2B",
                                         .from = sample_day("2026-03-04"),
                                         .until = sample_day("2026-03-26"),
                                         .text = ""};
    sample->charges[1] = sample->charges[0];
    sample->charges[1].kind = CHARGE_COMPENSATION;
    sample->charges[1].amount = 4000;
    sample->charges[1].from = sample->charges[1].until = DAY_NONE;
    sample->charges[2] = (struct charge){.kind = CHARGE_FEE,
                                         .invoice_id = "",
                                         .step = "formal",
                                         .amount = 500,
                                         .regime = "",
                                         .from = DAY_NONE,
                                         .until = DAY_NONE,
                                         .text = ""};
    sample->rows[0].deadline = sample->rows[1].deadline = sample_day("2026-04-09");
    sample->notice = (struct notice){.id = 123,
                                     .contact = 1,
                                     .customer = "C-17",
                                     .entity = "",
                                     .policy = "standard",
                                     .step = "formal",
                                     .template_name = "formal",
                                     .language = "en",
                                     .group_invoice = "",
                                     .currency = "EUR",
                                     .action = ACTION_NOTICE,
                                     .total = 118000,
                                     .on = sample_day("2026-03-26"),
                                     .deadline = sample_day("2026-04-09"),
                                     .items = sample->rows,
                                     .item_count = 5,
                                     .credits = sample->credits,
                                     .credit_count = 1,
                                     .charges = sample->charges,
                                     .charge_count = 3};
    sample->message = (struct message_plan){.channel = CHANNEL_EMAIL,
                                            .recipient = 1,
                                            .carries = true,
                                            .name = "Zoë Ångström",
                                            .address = "zoe@mueller.example",
                                            .language = "en"};
}

static inline void sample_rules(struct sample *sample)
{
    static const char *const names[] = {"courtesy", "reminder", "formal"};

    for (int i = 0; i < 3; i++)
        sample->steps[i] = (struct step){.name = names[i],
                                         .template_name = names[i],
                                         .agency = "",
                                         .task_title = "",
                                         .task_assignee = "",
                                         .sender = "",
                                         .reply_to = ""};
    sample->steps[0].at = (struct step_at){.anchor = ANCHOR_DUE, .sign = -1, .offset = {3, UNIT_DAY, true}};
    sample->steps[1].at = (struct step_at){.anchor = ANCHOR_DUE, .sign = 1, .offset = {5, UNIT_DAY, true}};
    sample->steps[2].at = (struct step_at){.anchor = ANCHOR_PREVIOUS, .sign = 1, .offset = {10, UNIT_DAY, true}};
    sample->policy = (struct policy){.name = "standard",
                                     .file = "standard.conf",
                                     .steps = sample->steps,
                                     .step_count = 3,
                                     .on_reopened = "",
                                     .start = DAY_NONE};
    sample->business = (struct business){.entity = "",
                                         .name = "Example GmbH",
                                         .email = "accounts@example.com",
                                         .reply_to = "accounts@example.com",
                                         .address = "Kontorweg 1\n20095 Hamburg",
                                         .phone = "+49 40 123456",
                                         .website = "https://example.com",
                                         .iban = "DE89370400440532013000",
                                         .bic = "COBADEFFXXX",
                                         .bank = "Beispielbank",
                                         .vat_id = "DE987654321",
                                         .register_entry = "HRB 1234, Hamburg",
                                         .account = "",
                                         .street = "",
                                         .postcode = "",
                                         .city = "",
                                         .country = "",
                                         .qr_iban = "",
                                         .qrr_prefix = "",
                                         .upi_id = "",
                                         .upi_page = "",
                                         .qr_codes = true};
}

static inline void sample_init(struct sample *sample, struct arena *arena)
{
    *sample = (struct sample){.arena = arena};
    sample_ledger(sample);
    sample_history(sample);
    sample_notice(sample);
    sample_rules(sample);
    sample->dossier = (struct dossier){.customer = &sample->customer,
                                       .members = &sample->customer,
                                       .member_count = 1,
                                       .items = sample->items,
                                       .item_count = 6,
                                       .payments = sample->payments,
                                       .payment_count = 2,
                                       .persons = sample->persons,
                                       .person_count = 1,
                                       .records = sample->records,
                                       .record_count = 4,
                                       .past = sample->past,
                                       .past_count = 2};
    sample->catalog = catalog_new(arena, "en");
    sample->sms = (struct sms_rule){.max_segments = 2};
    sample->input = (struct render_input){.dossier = &sample->dossier,
                                          .notice = &sample->notice,
                                          .message = &sample->message,
                                          .policy = &sample->policy,
                                          .step = &sample->steps[2],
                                          .business = &sample->business,
                                          .catalog = sample->catalog,
                                          .sms = &sample->sms,
                                          .zone = &zone_utc,
                                          .revision = 1,
                                          .claimed_at = 1774512000,
                                          .message_domain = "mail.example.com"};
}

/* Turns the sample's notice into the offer of a plan. */
static inline void sample_make_plan(struct sample *sample)
{
    sample->notice.action = ACTION_OFFER_PLAN;
    sample->notice.template_name = "plan";
    sample->notice.instalments = sample->instalments;
    sample->notice.instalment_count = 3;
    sample->steps[2].plan.deposit_ppm = 200000;
}

#endif
