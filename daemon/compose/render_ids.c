/*
 * The names by which a mail and its picture are known.
 */
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/zone.h"
#include "compose/values_of.h"

/*
 * The same for every attempt of one revision, another for each notice, copy,
 * revision and day, and no personal data in it (domain.md 4.1).
 */
const char *values_message_id(const struct render_input *input, struct arena *arena)
{
    char day[DAY_TEXT_SIZE], hex[SHA256_TEXT_SIZE];
    unsigned char digest[SHA256_SIZE];
    const char *key =
        arena_printf(arena, "%s|%s|%s|%s|%s|%s", input->notice->customer, input->notice->entity, input->notice->policy,
                     input->notice->step, names_word(&channel_names, (int)input->message->channel),
                     day_format(zone_day(input->zone, input->claimed_at, NULL), day));

    digest_sha256(key, strlen(key), digest);
    digest_hex(digest, 8, hex);
    return arena_printf(arena, "<n%lld.c%d.r%d.%s@%s>", (long long)input->notice->id, input->message->recipient,
                        input->revision, hex, input->message_domain);
}

const char *values_image_id(const struct making *making)
{
    const char *id = values_message_id(making->input, making->arena) + 1;

    return arena_printf(making->arena, "code.%.*s", (int)strcspn(id, ">"), id);
}
