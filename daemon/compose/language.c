#include "compose/language.h"

#include <string.h>

#include "base/text.h"

static bool same_family(const char *a, const char *b)
{
    size_t length = strcspn(a, "-_");

    return length > 0 && length == strcspn(b, "-_") && strncasecmp(a, b, length) == 0;
}

struct render_language render_language_of(const struct render_input *input)
{
    const char *wanted = text_empty(input->message->language) ? input->notice->language : input->message->language;
    const struct template_set *set = text_empty(input->notice->template_name)
                                         ? NULL
                                         : catalog_find(input->catalog, wanted, input->notice->template_name);
    const char *folder = set != NULL ? set->language : wanted;

    return (
        struct render_language){.set = set, .folder = folder, .written = same_family(wanted, folder) ? wanted : folder};
}
