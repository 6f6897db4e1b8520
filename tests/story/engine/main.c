/*
 * Stories of the engine: what leaves it, and what it remembers, when something
 * happens between the claim and the outcome.
 */
#include "stories.h"

struct stage stage;

int stage_teardown(void **state)
{
    (void)state;
    stage_close(&stage);
    return 0;
}

int main(void)
{
    return (gate_stories() + way_stories() + limit_stories() + recover_stories()) != 0;
}
