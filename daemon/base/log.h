/*
 * One line as people grep it: key=value pairs after a word, values quoted
 * where they hold a space, a quote or nothing.  Formatting only; who writes
 * it where is decided above.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

struct text;

/* Appends " key=value"; a NULL or empty value adds nothing. */
void log_pair(struct text *line, const char *key, const char *value);

#endif
