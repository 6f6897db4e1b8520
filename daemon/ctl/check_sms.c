/* check: what the SMS of each template costs in each language, about one invoice and about several. */
#include "base/arena.h"
#include "base/text.h"
#include "compose/sms_sample.h"
#include "ctl/check.h"

static bool is_told(const struct rulebook *rulebook, const struct step *last)
{
    for (size_t i = 0; i < rulebook->policy_count; i++)
        for (size_t j = 0; j < rulebook->policies[i].step_count; j++) {
            const struct step *step = &rulebook->policies[i].steps[j];
            if (step == last)
                return false;
            if (step_goes_by(step, CHANNEL_SMS) && text_equal(step->template_name, last->template_name))
                return true;
        }
    return false;
}

static void tell_language(struct session *session, struct table *table, struct sms_sample *sample)
{
    struct sms_measure one, many;

    sample->invoices = 1;
    if (sms_sample_measure(sample, session->arena, &one) != 0)
        return;
    sample->invoices = SMS_SAMPLE_MAX;
    if (sms_sample_measure(sample, session->arena, &many) != 0)
        return;
    TABLE_ROW(table, cell_text(sample->step->template_name), cell_text(sample->language),
              cell_text(one.coding == SMS_GSM7 ? "gsm7" : "ucs2"), cell_number(one.units), cell_number(one.segments),
              cell_number(many.segments));
}

void check_tell_sms(struct session *session)
{
    static const struct column columns[] = {{"template", "template", false}, {"language", "language", false},
                                            {"coding", "coding", false},     {"units", "units", true},
                                            {"segments", "segments", true},  {"segments_of_4", "of four", true}};
    const struct config *config = session->config;
    const struct rulebook *rulebook = &config->rulebook;
    struct table *table =
        page_table(session->page, "sms", "SMS about one invoice, and about four", COLUMNS(columns), "");

    for (size_t i = 0; i < rulebook->policy_count; i++)
        for (size_t j = 0; j < rulebook->policies[i].step_count; j++) {
            const struct step *step = &rulebook->policies[i].steps[j];
            struct sms_sample sample = {.policy = &rulebook->policies[i],
                                        .step = step,
                                        .business = &rulebook->businesses[0],
                                        .catalog = config->catalog,
                                        .transliterate = config->settings.sms_rule.transliterate};
            if (!step_goes_by(step, CHANNEL_SMS) || is_told(rulebook, step))
                continue;
            for (size_t k = 0; k < config->language_count; k++) {
                sample.language = config->languages[k];
                tell_language(session, table, &sample);
            }
        }
}
