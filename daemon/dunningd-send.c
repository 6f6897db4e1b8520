/*
 * dunningd-send: carries requests to providers for dunningd, dunningd-send(8).
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.h"
#include "delivery/desk.h"
#include "delivery/link.h"
#include "delivery/socket.h"

struct options {
    int64_t fd, answer_wait_s;
    const char *listen, *credentials;
};

enum option_id { OPTION_FD, OPTION_LISTEN, OPTION_CREDENTIALS, OPTION_ANSWER_WAIT, OPTION_VERSION, OPTION_HELP };

static const struct option_row {
    const char *name, *argument, *sentence;
} option_rows[] = {
    [OPTION_FD] = {"fd", "N", "the engine's socket is descriptor N; ends when the engine is gone"},
    [OPTION_LISTEN] = {"listen", "PATH", "wait for the engine at this socket"},
    [OPTION_CREDENTIALS] = {"credentials", "DIR", "read credentials here instead of $CREDENTIALS_DIRECTORY"},
    [OPTION_ANSWER_WAIT] = {"answer-wait", "S", "seconds to wait for the commit point's answer, 1 to 600 (8)"},
    [OPTION_VERSION] = {"version", NULL, "print the version"},
    [OPTION_HELP] = {"help", NULL, "print this"},
};
#define OPTION_COUNT (sizeof option_rows / sizeof *option_rows)

static int print_help(void)
{
    printf("usage: dunningd-send [--fd N | --listen PATH] [--credentials DIR] [--answer-wait S]\n\n"
           "Carries requests to mail servers, web services and folders for dunningd(8),\n"
           "which starts it; without --fd and --listen the socket comes from systemd.\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++)
        printf("  --%-12s %-5s %s\n", option_rows[i].name,
               option_rows[i].argument == NULL ? "" : option_rows[i].argument, option_rows[i].sentence);
    printf("\nexample: dunningd-send --listen /run/dunningd-send/sock --credentials /etc/dunningd/credentials\n");
    return 0;
}

static int take_option(int id, struct options *options, struct err *err)
{
    switch ((enum option_id)id) {
    case OPTION_FD:
        if (!parse_i64(optarg, 3, INT32_MAX, &options->fd))
            return err_set(err, ERR_USAGE, "--fd takes the number of an inherited descriptor, 3 or more");
        return 0;
    case OPTION_LISTEN:
        options->listen = optarg;
        return 0;
    case OPTION_CREDENTIALS:
        options->credentials = optarg;
        return 0;
    case OPTION_ANSWER_WAIT:
        if (!parse_i64(optarg, 1, 600, &options->answer_wait_s))
            return err_set(err, ERR_USAGE, "--answer-wait takes seconds from 1 to 600");
        return 0;
    case OPTION_VERSION:
        printf("dunningd-send %s\n", DUNNINGD_VERSION);
        exit(0);
    case OPTION_HELP:
        exit(print_help());
    }
    return err_set(err, ERR_USAGE, "unknown option; dunningd-send --help lists them");
}

static int read_options(int argc, char **argv, struct options *options, struct err *err)
{
    struct option table[OPTION_COUNT + 1] = {{NULL, 0, NULL, 0}};
    int id;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i] = (struct option){option_rows[i].name, option_rows[i].argument != NULL, NULL, (int)i};
    opterr = 0;
    while ((id = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (id == '?')
            return err_set(err, ERR_USAGE,
                           "unknown option, or an argument is missing; dunningd-send --help lists them");
        if (take_option(id, options, err) != 0)
            return -1;
    }
    if (optind < argc)
        return err_set(err, ERR_USAGE, "%s: no arguments are taken; dunningd-send --help lists the options",
                       argv[optind]);
    return 0;
}

/* Secrets pass through this memory: no core dump, no debugger of the same user. */
static void guard_memory(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Signals that mean stop come by a descriptor; blocked before any thread exists. */
static int take_signals(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &stop, NULL) != 0)
        return -1;
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_sockets(const struct options *options, struct link_options *link, struct err *err)
{
    if (options->fd >= 0 && options->listen != NULL)
        return err_set(err, ERR_USAGE, "give either --fd or --listen, not both");
    if (options->fd >= 0) {
        link->socket = (int)options->fd;
        return socket_adopt(link->socket, err);
    }
    if (options->listen != NULL) {
        link->listener = socket_listen(options->listen, err);
        return link->listener >= 0 ? 0 : -1;
    }
    int activated = socket_activated(&link->listener, err);
    if (activated == 0)
        return err_set(err, ERR_USAGE,
                       "no socket: dunningd starts this program, or systemd by its socket unit, or "
                       "give --listen PATH");
    return activated < 0 ? -1 : 0;
}

static int run(const struct options *options, struct err *err)
{
    struct link_options link = {.socket = -1,
                                .listener = -1,
                                .watchdog_ms = socket_watchdog_ms(),
                                .version = DUNNINGD_VERSION,
                                .notify = socket_notify};
    const char *credentials = options->credentials;
    if (credentials == NULL)
        credentials = getenv("CREDENTIALS_DIRECTORY");
    if (open_sockets(options, &link, err) != 0)
        return -1;
    link.signal_fd = take_signals();
    struct desk *desk = desk_new(credentials == NULL ? "" : credentials, (int)options->answer_wait_s);
    if (link.signal_fd < 0 || desk == NULL)
        return err_set(err, ERR_FAILED, "cannot start: no descriptors are left");
    socket_notify("READY=1");
    int result = link_run(desk, &link, err);
    if (options->listen != NULL)
        unlink(options->listen);
    if (desk_count(desk).running > 0)
        _exit(result == 0 ? 0 : 1); /* an attempt outlived its last deadline; its thread is not waited for */
    desk_free(&desk);
    return result;
}

int main(int argc, char **argv)
{
    struct options options = {.fd = -1, .answer_wait_s = 8};
    struct err err = {.code = ERR_NONE};
    guard_memory();
    umask(0027);
    if (read_options(argc, argv, &options, &err) == 0 && run(&options, &err) == 0)
        return 0;
    fprintf(stderr, "dunningd-send: %s\n", err.text);
    return (int)err.code;
}
