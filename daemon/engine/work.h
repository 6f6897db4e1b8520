/*
 * The kinds of work of the engine.  A step does at most one slice: 1 it did
 * something and may have more, 0 nothing is to do now, -1 it failed.
 */
#ifndef ENGINE_WORK_H
#define ENGINE_WORK_H

#include "engine/engine.h"

/* A slice of work ends after this long (DESIGN 7.8). */
enum { SLICE_MS = 20, SLICE_CUSTOMERS = 1000 };

/* ---- intake.c ---- */
/* Looks whether ledger or state were written by anybody else; costs microseconds. */
int intake_poll(struct engine *engine, struct err *err);
int intake_step(struct engine *engine, struct err *err); /* changes of the ledger */
int facts_step(struct engine *engine, struct err *err);  /* what people said through dunningctl */

/* ---- whole.c ---- */
/* Clock and feed at `now`; cheap when nothing can have changed. */
int whole_refresh(struct engine *engine, moment_t now, struct err *err);

/* ---- carry.c ---- */
/* Decides for one dossier and records what follows, within a transaction.  known: the state may have rows for him. */
int carry_out(struct engine *engine, struct dossier *dossier, bool known, moment_t now, struct err *err);
/* The same for a customer who is no longer in the ledger: he is not looked at again. */
int carry_gone(struct engine *engine, const char *customer, moment_t now, struct err *err);

/* ---- round.c ---- */
int round_step(struct engine *engine, struct err *err);

/* ---- merge.c ---- */
void merge_begin(struct engine *engine, enum merge_kind kind);
int merge_step(struct engine *engine, struct err *err);

/* ---- dispatch.c ---- */
int dispatch_step(struct engine *engine, struct err *err);
/* The attempt is over for the sender: its flight and its place on the way are free. */
void land(struct engine *engine, int64_t attempt, uint64_t token);

/* ---- frames.c ---- */
/* Reads what the sender sent; answers asks first, then records outcomes.  *closed: the link is gone. */
int frames_read(struct engine *engine, bool *closed, struct err *err);
int frames_hello(struct engine *engine);
int frames_providers(struct engine *engine, struct err *err);
struct frame frame_blank(enum frame_type type);

/* ---- outcome.c ---- */
/* Within a transaction. */
int outcomes_record(struct engine *engine, const struct frame *frames, size_t count, struct err *err);
/* After its commit: only now may the sender forget. */
void outcomes_acknowledge(struct engine *engine, const struct frame *frames, size_t count);
/* Within a transaction: the gate's no ends the attempt. */
int outcome_gate_no(struct engine *engine, const struct attempt *attempt, const struct flight *flight,
                    enum reason reason, struct err *err);
/* Name of the zone in which a notice's dates are counted; customer may be NULL. */
const char *zone_name_of(const struct engine *engine, const struct notice *notice, const struct customer *customer);
/* The same for a notice whose customer is not at hand: he is read from the ledger. */
const char *zone_name_found(struct engine *engine, const struct notice *notice, struct arena *arena);
/* The zone of that name, or the business's. */
const struct zone *zone_named(const struct engine *engine, const char *name);

/* ---- recover.c ---- */
void hands_add(struct hands *hands, int64_t attempt, uint64_t token);
/* At the start, before the sender has spoken. */
int recover_start(struct engine *engine, struct err *err);
/* Once the sender's list is complete. */
int recover_with_sender(struct engine *engine, struct err *err);
/*
 * What `dunningctl recover` asks for.  anyway: also where sends are lost that nobody can name; else that is
 * ERR_REFUSED.
 */
int recover_confirm(struct engine *engine, bool anyway, struct text *answer, struct err *err);

/* ---- reload.c ---- */
/* request: to be answered, 0: none (SIGHUP).  The configuration is read in a child first. */
int reload_begin(struct engine *engine, int64_t request, struct err *err);
/* The child has ended; well: as it should. */
int reload_go_on(struct engine *engine, bool well, struct err *err);
/* Answers whoever asked when that takes too long. */
int reload_hurry(struct engine *engine, struct err *err);
/* During the merge after it: what the new policies change for one customer (RULES R37); at its end: says so. */
void reload_compare(struct engine *engine, const struct dossier *dossier, moment_t now);
int reload_compared(struct engine *engine, struct err *err);

/* ---- metrics_file.c ---- */
int metrics_step(struct engine *engine, struct err *err);
/* When the file is to be written next, in milliseconds of the boot clock; INT64_MAX: it is not wanted. */
int64_t metrics_due_ms(const struct engine *engine);
/* At the end, in good order. */
int metrics_last(struct engine *engine, struct err *err);
void metrics_free(struct metrics **metrics);

/* ---- request.c, summary.c, status.c ---- */
int request_step(struct engine *engine, struct err *err);
int request_reply(struct engine *engine, int64_t request, bool ok, const char *text, struct err *err);
int summary_step(struct engine *engine, struct err *err);
const char *summary_text(const struct state_counts *counts, struct arena *arena);
const char *status_text(struct engine *engine, struct arena *arena);

#endif
