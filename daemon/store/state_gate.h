/* What a `no` of the gate does to the message, by its reason.  Private to store/state*.c. */
#ifndef STORE_STATE_GATE_H
#define STORE_STATE_GATE_H

#include <stdint.h>

#include "model/reason.h"

enum gate_move {
    MOVE_UNSET,   /* no row: a mistake that a test finds */
    MOVE_AGAIN,   /* a matter of the moment: the same bytes after a delay */
    MOVE_ANEW,    /* the words are out of date: another revision */
    MOVE_WITHDRAW /* the notice no longer stands; the next decision says what does */
};

struct gate_row {
    enum gate_move move;
    int32_t delay_s;
};

/* A reason outside the table is one of the moment. */
struct gate_row gate_row(enum reason reason);

#endif
