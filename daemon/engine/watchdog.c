#include "engine/watchdog.h"

#include <systemd/sd-daemon.h>

#include "engine/clock.h"

bool watchdog_due(struct pulse *pulse, int64_t mark, int64_t now)
{
    if (mark >= 0 && mark == pulse->mark)
        return false;
    if (mark >= 0)
        pulse->mark = mark;
    if (pulse->watchdog_ms == 0 || now - pulse->pinged_ms < pulse->watchdog_ms / 3)
        return false;
    pulse->pinged_ms = now;
    return true;
}

static void look(struct engine *engine, int64_t mark)
{
    if (engine->pulse.watchdog_ms != 0 && watchdog_due(&engine->pulse, mark, clock_boot_ms()))
        sd_notify(0, "WATCHDOG=1");
}

void watchdog_busy(struct engine *engine)
{
    look(engine, state_changes(engine->state) + engine->merge.customers);
}

void watchdog_idle(struct engine *engine)
{
    look(engine, -1);
}
