/*
 * The folder of templates, LANGUAGE/NAME.{subject,txt,html,sms}.
 */
#ifndef CONFIG_TEMPLATES_H
#define CONFIG_TEMPLATES_H

#include "config/reader.h"

/* Reads and checks all of them into config->catalog. */
void templates_load(struct reader *reader, const char *path);

/* That each step's template exists, and has what the step's channels need in every language. */
void templates_check_policies(struct reader *reader);

#endif
