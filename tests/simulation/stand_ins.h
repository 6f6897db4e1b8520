/*
 * What stands in for the world around the real engine, beside its clocks and
 * its loop: chance, the journal, the start of a sender, and configurations that
 * are read once and used for many seeds.
 */
#ifndef SIMULATION_STAND_INS_H
#define SIMULATION_STAND_INS_H

#include "engine/engine.h"
#include "fake/engine/stand_ins.h"

struct surroundings {
    uint64_t chance;          /* state of getrandom */
    bool sender_down;         /* nobody can be reached */
    int sender_fd;            /* the other end of the engine's socket, -1: none */
    bool incoming, connected; /* the engine has something to read; a new connection was made */
    bool outgoing;            /* the sender has */
    int config;               /* the configuration that a reload finds; see variants.h */
    bool no_summary;          /* of the day */
    bool no_witness;          /* a planted fault: the send log is not written */
    bool verbose;
};
extern struct surroundings around;

/* A configuration to give to engine_start; it is freed like a real one. */
struct config *stand_in_config(const struct config *cached, int64_t generation);

#endif
