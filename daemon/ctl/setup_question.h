/*
 * The questions of setup, each declared once: asked at a terminal, or answered
 * by its option.
 */
#ifndef CTL_SETUP_QUESTION_H
#define CTL_SETUP_QUESTION_H

#include "ctl/setup.h"

struct question {
    enum option_id option;
    const char *title, *why;
    bool required;
    bool example; /* what dunningd.conf has as it was installed is no answer */
    bool secret;
    bool (*asked)(const struct setup *setup); /* NULL: always */
    const char *(*preset)(const struct setup *setup);
    /* As it is written, "de" as "DE"; what it gets is not empty. */
    const char *(*clean)(const struct setup *setup, const char *answer);
    /* Why an answer cannot be taken, and what to do; NULL where it can. */
    const char *(*fault)(const struct setup *setup, const char *answer);
};
extern const struct question questions[QUESTION_COUNT];

const char *question_preset(const struct setup *setup, enum question_id id);
/* 0 and setup->answer, or -1 and the sentence why not. */
int question_take(struct setup *setup, enum question_id id, const char *answer, const char **fault);
/* By its option, else what is preset. */
int question_take_given(struct setup *setup, enum question_id id, struct err *err);
/* All of them so; ERR_USAGE names what is missing. */
int setup_take(struct setup *setup, struct err *err);

#endif
