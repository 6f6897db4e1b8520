/*
 * Connections to SQLite and their statements, kept from one opening to the
 * next: reading a schema and preparing statements is most of what a start of
 * the engine costs, and neither is what the simulation is about.  Whoever closes
 * one leaves no transaction behind, as it is where a process ends or dies.
 */
#ifndef SIMULATION_SHELF_H
#define SIMULATION_SHELF_H

/* Closes all that is kept. */
void shelf_clear(void);

#endif
