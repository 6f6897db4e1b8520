#include "ctl/advice.h"

#include "base/arena.h"
#include "base/text.h"

/* {} is the invoice or customer, [] the notice. */
static const struct advice {
    enum reason reason;
    const char *text;
} advices[] = {
    {REASON_NO_DUE_DATE, "give it a due date, or its customer terms such as net:30, in the ledger"},
    {REASON_NO_POLICY, "give it a policy in the ledger, or let one apply; dunningctl check shows the policies"},
    {REASON_LEDGER_INCONSISTENT, "mend the payment in the ledger; dunningctl show {} lists the payments"},
    {REASON_ENTRY_HOLD, "dunningctl step {} STEP --reason TEXT lets it in at a step"},
    {REASON_LEDGER_HOLD, "it ends where hold_until and hold_reason are taken out of the ledger"},
    {REASON_DISPUTED, "it goes on when the ledger shows the invoice as open again"},
    {REASON_CUSTOMER_STATUS, "look at the open tasks: dunningctl task list"},
    {REASON_UNCERTAIN, "find out what became of it; dunningctl show [] names the message for dunningctl settle"},
    {REASON_TASK_OPEN, "dunningctl task list shows it, dunningctl task done TASK --outcome WORD ends it"},
    {REASON_APPROVAL_PENDING, "dunningctl approve [] lets it go, dunningctl reject [] --reason TEXT does not"},
    {REASON_APPROVAL_REJECTED, "dunningctl step {} STEP --reason TEXT goes on with another step"},
    {REASON_EXHAUSTED, "decide by yourself; dunningctl task list has a task for it"},
    {REASON_NO_ADDRESS, "give the customer an address in the ledger"},
    {REASON_NO_CONSENT, "note the consent to SMS in the ledger once there is one"},
    {REASON_OPTED_OUT, "give the customer another address in the ledger, or write a letter and dunningctl record it"},
    {REASON_FEED_STALE, "dunningctl import payments FILE brings the ledger up to date"},
    {REASON_CLOCK, "set the clock, then dunningctl recover"},
    {REASON_NO_ROOM, "make room on the disks of the state directory and of the send log; it goes on by itself"},
    {REASON_BREAKER, "look at dunningctl list notices, then dunningctl approve breaker"},
    {REASON_PROVIDER_DOWN, "look at dunningctl log --event misconfigured, mend the provider, then dunningctl reload"},
};

static const char *fill_in(const char *text, const char *id, const char *notice, struct arena *arena)
{
    struct text out;

    text_init(&out, arena);
    while (*text != '\0') {
        bool mark = text_starts(text, "{}") || text_starts(text, "[]");
        if (mark)
            text_add(&out, *text == '{' ? id : notice);
        else
            text_add_char(&out, *text);
        text += mark ? 2 : 1;
    }
    return out.data;
}

const char *advice_for(enum reason reason, const char *id, const char *notice, struct arena *arena)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].reason == reason)
            return fill_in(advices[i].text, id, notice, arena);
    return "";
}
