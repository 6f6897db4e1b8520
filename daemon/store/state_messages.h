/* The state, what goes out: notices, their messages and stored requests (DESIGN 7).  Included by store/state_send.h. */
#ifndef STORE_STATE_MESSAGES_H
#define STORE_STATE_MESSAGES_H

#include "base/err.h"
#include "model/notice.h"
#include "model/outcome.h"
#include "store/state_lists.h"

struct arena;
struct state;

struct message {
    int64_t id, notice;
    enum channel channel;
    int recipient, revision;
    bool carries;
    enum message_status status;
    const char *name, *address, *language, *digest;
    const char *message_id;          /* header, "" before the first claim */
    int attempts;                    /* made so far */
    moment_t not_before, claimed_at; /* next try, last claim */
    day_t rendered_on;               /* local date of the first claim of this revision, DAY_NONE: not rendered */
    const char *provider;            /* of the last attempt */
    bool reserve;                    /* waits (approval, acceptance, refusal, doubt): MESSAGE_PLANNED, MOMENT_NEVER */
};

/* Messages that may be claimed now, best first: highest step, amount, oldest due, id (RULES R39). */
int state_claimable(struct state *state, const struct due *due, struct arena *arena, struct message_list *out,
                    struct err *err);
int state_next_claim(struct state *state, moment_t *at, struct err *err); /* earliest not_before, MOMENT_NEVER: none */

int state_notice(struct state *state, int64_t id, struct arena *arena, struct notice **out, struct err *err);
int state_message(struct state *state, int64_t id, struct arena *arena, struct message **out, struct err *err);
int state_messages(struct state *state, int64_t notice, struct arena *arena, struct message_list *out, struct err *err);

struct request_bytes {
    const void *bytes; /* NULL: never rendered */
    size_t length;
};
/* The stored request of a revision. */
int state_request(struct state *state, int64_t message, struct arena *arena, struct request_bytes *out,
                  struct err *err);

/* Message-IDs of accepted emails of the same episodes, oldest first. */
int state_references(struct state *state, int64_t notice, struct arena *arena, struct id_list *out, struct err *err);

#endif
