/*
 * The outputs of `simulate`.
 */
#ifndef CTL_SIMULATE_H
#define CTL_SIMULATE_H

#include <stdio.h>

#include "engine/simulate.h"

struct session;

/* Exactly the columns of DESIGN 4: at,notice,customer,invoice,line,policy,step,action,channel,amount,currency */
int simulate_csv(struct session *session, const struct simulation *simulation, struct err *err);
void simulate_json(struct session *session, const struct simulation *simulation);
/* By day and step, with totals. */
void simulate_text(struct session *session, const struct simulation *simulation);

/* What the second simulation changes against the first, notice by notice; csv: as CSV. */
int simulate_compare(struct session *session, const struct simulation *before, const struct simulation *after, bool csv,
                     struct err *err);

/* One CSV field, quoted where it has to be. */
void csv_field(FILE *out, const char *text, char after);

#endif
