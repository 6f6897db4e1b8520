#include "config/templates.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "compose/sms_sample.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/source.h"
#include "config/written.h"

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* "formal.txt": the part of its ending, -1 if it is none. */
static int split_name(struct arena *arena, const char *file, const char **name)
{
    const char *dot = strrchr(file, '.');
    if (dot == NULL || dot == file)
        return -1;
    *name = arena_copy_n(arena, file, (size_t)(dot - file));
    return names_find(&part_names, dot + 1);
}

static void load_file(struct reader *reader, const char *language, const struct folder *folder, size_t index)
{
    const char *name, *file = folder_file(folder, index, reader->arena);
    int part = split_name(reader->arena, folder->names[index], &name);
    if (part < 0) {
        findings_add(reader->findings, SEVERITY_WARNING, file, 0,
                     "this file is not read; templates end in .subject, .txt, .html or .sms");
        return;
    }
    const char *source = source_read(file, reader->arena, reader->findings);
    if (source == NULL)
        return;
    written_text(reader, "template", arena_printf(reader->arena, "%s/%s", language, folder->names[index]), source);
    catalog_add(reader->config->catalog, &(struct template_file){language, name, (enum part)part, file, source},
                reader->findings);
}

static bool load_language(struct reader *reader, const char *language, const char *path)
{
    struct folder folder;
    if (!is_folder(path) || !folder_read(path, false, reader->arena, reader->findings, &folder))
        return false;
    for (size_t i = 0; i < folder.count; i++)
        load_file(reader, language, &folder, i);
    return true;
}

void templates_load(struct reader *reader, const char *path)
{
    struct folder folder;
    struct config *config = reader->config;
    config->catalog = catalog_new(reader->arena, config->settings.language);
    if (!folder_read(path, false, reader->arena, reader->findings, &folder))
        return;
    const char **languages = arena_array(reader->arena, folder.count + 1, sizeof *languages);
    for (size_t i = 0; i < folder.count; i++)
        if (load_language(reader, folder.names[i], folder_file(&folder, i, reader->arena)))
            languages[config->language_count++] = folder.names[i];
    config->languages = languages;
    catalog_check(config->catalog, reader->findings);
}

/* ---- what the policies want of them ---- */

struct wish {
    struct reader *reader;
    const struct policy *policy;
    const struct step *step;
};

static void check_length(const struct wish *wish, const struct template_set *set)
{
    const struct config *config = wish->reader->config;
    struct sms_sample sample = {.policy = wish->policy,
                                .step = wish->step,
                                .business = &config->rulebook.businesses[0],
                                .catalog = config->catalog,
                                .language = set->language,
                                .transliterate = config->settings.sms_rule.transliterate,
                                .invoices = 1};
    int most = config->settings.sms_rule.max_segments;
    const char *file = arena_printf(wish->reader->findings->arena, "%s/%s/%s.sms", config->settings.templates_dir,
                                    set->language, set->name);
    struct sms_measure one, many;
    struct arena *arena = arena_new(0);
    if (sms_sample_measure(&sample, arena, &one) != 0)
        goto out;
    many = one;
    sample.invoices = SMS_SAMPLE_MAX;
    if (one.segments <= most && sms_sample_measure(&sample, arena, &many) != 0)
        goto out;
    if (many.segments > most)
        findings_add(wish->reader->findings, one.segments > most ? SEVERITY_ERROR : SEVERITY_WARNING, file, 0,
                     "about %d invoice%s it takes %d segments (%s), at most %d are sent; shorten the text in language "
                     "%s, or raise sms.max_segments",
                     one.segments > most ? 1 : SMS_SAMPLE_MAX, one.segments > most ? "" : "s", many.segments,
                     many.coding == SMS_GSM7 ? "GSM 03.38" : "UCS-2", most, set->language);
out:
    arena_free(&arena);
}

/* Many steps share a template; what is wrong with it is said once. */
static bool is_first_user(const struct wish *wish)
{
    const struct rulebook *rulebook = &wish->reader->config->rulebook;
    for (size_t i = 0; i < rulebook->policy_count; i++)
        for (size_t j = 0; j < rulebook->policies[i].step_count; j++) {
            const struct step *step = &rulebook->policies[i].steps[j];
            if (text_equal(step->template_name, wish->step->template_name) && step_goes_by(step, CHANNEL_SMS))
                return step == wish->step;
        }
    return true;
}

static void check_channel(const struct wish *wish, const struct template_set *set, enum channel channel)
{
    const char *ending = template_set_lacks(set, channel);
    if (ending != NULL)
        findings_add(wish->reader->findings, SEVERITY_ERROR, wish->policy->file, wish->step->line,
                     "template: %s/%s.%s is missing, and step %s goes by %s; add the file", set->language, set->name,
                     ending, wish->step->name, names_word(&channel_names, (int)channel));
    else if (channel == CHANNEL_SMS && is_first_user(wish))
        check_length(wish, set);
}

static void check_set(const struct wish *wish, const struct template_set *set)
{
    for (size_t i = 0; i < wish->step->send_count; i++)
        check_channel(wish, set, wish->step->send[i]);
    for (size_t i = 0; i < wish->step->fallback_count; i++)
        check_channel(wish, set, wish->step->fallback[i]);
}

/* Fallback is for the whole set, so every language that has the name must have all that the step needs. */
static void check_step(const struct wish *wish)
{
    const struct config *config = wish->reader->config;
    const char *name = wish->step->template_name;
    if (name[0] == '\0')
        return;
    if (catalog_find(config->catalog, config->settings.language, name) == NULL)
        findings_add(wish->reader->findings, SEVERITY_ERROR, wish->policy->file, wish->step->line,
                     "template: there is no template \"%s\" in the business's language %s; add %s/%s.txt and what "
                     "belongs to it",
                     name, config->settings.language, config->settings.language, name);
    for (size_t i = 0; i < config->language_count; i++) {
        const struct template_set *set = catalog_find(config->catalog, config->languages[i], name);
        if (set != NULL && text_equal(set->language, config->languages[i]))
            check_set(wish, set);
    }
}

void templates_check_policies(struct reader *reader)
{
    const struct rulebook *rulebook = &reader->config->rulebook;
    for (size_t i = 0; i < rulebook->policy_count; i++)
        for (size_t j = 0; j < rulebook->policies[i].step_count; j++)
            check_step(&(struct wish){reader, &rulebook->policies[i], &rulebook->policies[i].steps[j]});
}
