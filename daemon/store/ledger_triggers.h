/*
 * The ledger's triggers, one SQL statement each; NULL ends the list.
 */
#ifndef STORE_LEDGER_TRIGGERS_H
#define STORE_LEDGER_TRIGGERS_H

extern const char *const ledger_triggers[];

#endif
