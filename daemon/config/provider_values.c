#include "config/provider_values.h"

const struct provider_value provider_values[] = {
    {"to", "address of the recipient: an email address, or a telephone number like +4915112345678"},
    {"from", "email address of the business"},
    {"from_name", "name of the business"},
    {"reply_to", "address for replies"},
    {"subject", "subject of an email"},
    {"text", "text of the SMS, or the plain text of the email"},
    {"html", "HTML part of an email; empty if there is none"},
    {"mail", "the whole email as it would go to a mail server"},
    {"message_id", "Message-ID of an email, in angle brackets"},
    {"package", "package for an agency, JSON"},
    {"package_csv", "package for an agency, CSV"},
    {"sender", "name of the sender of an SMS: the step's, else the provider's"},
    {"reference", "our name of the message, such as N-000123-sms-1"},
    {"uuid", "the same in the form of a UUID, for an idempotency key"},
    {"attempt", "number of the attempt"},
    {"coding", "0 if the SMS fits the GSM alphabet, else 2"},
    {"unicode", "true if the SMS does not fit the GSM alphabet"},
};
const size_t provider_value_count = sizeof provider_values / sizeof *provider_values;
