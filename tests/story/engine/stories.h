#ifndef STORY_STORIES_H
#define STORY_STORIES_H

#include "stage.h"

/* The stage of the story that is told; each opens it, and it is closed behind it. */
extern struct stage stage;
int stage_teardown(void **state);

#define STORY(name) cmocka_unit_test_teardown(name, stage_teardown)

int gate_stories(void);
int way_stories(void);
int limit_stories(void);
int recover_stories(void);

#endif
