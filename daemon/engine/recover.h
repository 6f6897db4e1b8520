/*
 * What becomes of an attempt that was open when the engine or the sender went
 * away (DESIGN 7.6).  Pure.
 */
#ifndef ENGINE_RECOVER_H
#define ENGINE_RECOVER_H

#include <stdbool.h>

#include "model/outcome.h"

enum recovery {
    RECOVERY_NONE,     /* it is over */
    RECOVERY_UNCLAIM,  /* no `yes` ever left: planned again */
    RECOVERY_KEEP,     /* the sender has it and will say */
    RECOVERY_ASK,      /* the sender has not been heard yet */
    RECOVERY_UNCERTAIN /* nobody can know from here */
};

struct recovery_facts {
    enum attempt_status status;
    bool witnessed;    /* the send log has its line */
    bool sender_known; /* the sender's list is complete */
    bool in_hand;      /* ... and holds it */
};

enum recovery recovery_of(const struct recovery_facts *facts);

#endif
