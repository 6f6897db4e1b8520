/* What is said in the journal and is no event. */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "engine/journal.h"
#include "engine/journal_socket.h"

enum { LINE_MAX_BYTES = 1024 };

/* The ids of systemd/dunningd.catalog. */
static const struct {
    const char *message_id;
    int level;
} notes[] = {
    [NOTE_STATUS_LOG] = {"1f6a96a8549f4c81bffa1c3f6bce3284", LOG_ERR},
    [NOTE_SENDER] = {"759c3226b34e4c84b79c834563ada905", LOG_WARNING},
    [NOTE_SEND_LOG_TORN] = {"3a611a5660f747c7a8fcf41bce5eab93", LOG_WARNING},
    [NOTE_SEND_LOG_SHORT] = {"5513dc1ccc084f518d03865a6b1ab0c2", LOG_WARNING},
    [NOTE_PUT_OFF] = {"99a41512b4d5417a9f67920412c1b84a", LOG_ERR},
    [NOTE_OUTCOME_KEPT] = {"6559a7ec56294499831738bb60647141", LOG_ERR},
    [NOTE_LEDGER] = {"27f3e475ba614176afb4b7b1fa8b37e0", LOG_WARNING},
    [NOTE_CHANGES] = {"ba22da2303824a39997c21756b48e11e", LOG_NOTICE},
    [NOTE_FAULT] = {"321ac8c0ad6547949e8f9ed3381d75b7", LOG_ERR},
    [NOTE_NOT_STARTED] = {"8b080720bf4340079ee6a8ca2a80f4f5", LOG_ERR},
    [NOTE_FINDING] = {"088cc10909384be29a7ad4b9cec62133", LOG_WARNING},
    [NOTE_JOURNAL] = {"4ed5ec01e649418d802cc3dd95d84e6f", LOG_WARNING},
};
_Static_assert(sizeof notes / sizeof *notes == NOTE_COUNT, "one row for each note");

bool journal_listens(const struct journal *journal)
{
    return journal->native && access(JOURNAL_SOCKET, W_OK) == 0;
}

/* id "": none. */
static void say(const struct journal *journal, const char *id, int level, const char *line)
{
    char message[LINE_MAX_BYTES + 16], message_id[48], priority[24];
    const char *fields[] = {"SYSLOG_IDENTIFIER=dunningd", message, priority, message_id};

    if (!journal_listens(journal)) {
        fprintf(stderr, "dunningd: %s\n", line);
        return;
    }
    snprintf(message, sizeof message, "MESSAGE=%s", line);
    snprintf(priority, sizeof priority, "PRIORITY=%d", level);
    snprintf(message_id, sizeof message_id, "MESSAGE_ID=%s", id);
    if (!journal_socket_send(journal->native, fields, sizeof fields / sizeof *fields - (id[0] == '\0')))
        journal_socket_count_lost(journal->native);
}

void journal_note(const struct journal *journal, enum journal_note note, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    say(journal, notes[note].message_id, notes[note].level, line);
}

void journal_say(const struct journal *journal, int level, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    say(journal, "", level, line);
}
