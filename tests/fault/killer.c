/*
 * Runs a program under ptrace, counts the system-call stops of one process of
 * it, entries and exits of all its threads, and at a given stop sends that
 * process SIGKILL:
 *
 *     killer [--child] [--both] [--at N] [--limit SECONDS]
 *            [--watch FILE] [--when WORD:SIGNAL]... -- PROGRAM [ARGUMENT...]
 *
 * The target is the program itself, or with --child the first process that it
 * forks.  Every other process runs on as it would: it is let go, and outlives
 * the target where it can.  --both sends SIGKILL to the program too when the
 * child dies.  Without --at nothing is killed.
 *
 * --when, in the order given: once WORD has been written as the second field of
 * a new line of FILE, the program gets the signal.
 *
 * It prints one line, "stops N killed 0|1 status S": S is the exit status of
 * the program, 128 + the signal that ended it, or "late" after the limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KNOWN_MOST = 256, WHENS_MOST = 8, LIMIT_S = 120, SYSCALL_STOP = SIGTRAP | 0x80 };

struct when {
    char word[32];
    int signal;
};

struct run {
    bool child, both; /* as asked for */
    long at;          /* 0: only count */
    unsigned limit_s;
    const char *watch;
    struct when whens[WHENS_MOST];
    size_t when_count;
    pid_t program, target; /* 0: not there yet */
    bool ended;            /* the program; its status is known */
    bool killed;
    bool target_ended;
    int status;
    long stops;
    pid_t known[KNOWN_MOST]; /* threads that have stopped before */
    size_t known_count;
};

static volatile sig_atomic_t late;

static void on_alarm(int number)
{
    (void)number;
    late = 1;
}

static void give_up(const char *what)
{
    fprintf(stderr, "killer: %s: %s\n", what, strerror(errno));
    exit(3);
}

/* ---- signals on what is written ---- */

/* The offset behind the first line from `from` on whose second field is the word; -1: not there yet. */
static off_t find_word(const char *file, off_t from, const char *word)
{
    char line[4096], field[32];
    off_t found = -1;
    FILE *in = fopen(file, "re");

    if (!in)
        return -1;
    if (fseeko(in, from, SEEK_SET) == 0)
        while (found < 0 && fgets(line, sizeof line, in))
            if (strchr(line, '\n') && sscanf(line, "%*s %31s", field) == 1 && strcmp(field, word) == 0)
                found = ftello(in);
    fclose(in);
    return found;
}

static off_t size_of(const char *file)
{
    FILE *in = fopen(file, "re");
    off_t size = 0;

    if (in && fseeko(in, 0, SEEK_END) == 0)
        size = ftello(in);
    if (in)
        fclose(in);
    return size;
}

static void *watch(void *context)
{
    struct run *run = context;
    char folder[4096], events[4096];
    off_t at = size_of(run->watch), found;
    int notify = inotify_init1(IN_CLOEXEC);

    snprintf(folder, sizeof folder, "%s", run->watch);
    if (notify < 0 || inotify_add_watch(notify, dirname(folder), IN_MODIFY | IN_CREATE) < 0)
        give_up("inotify");
    for (size_t i = 0; i < run->when_count; i++) {
        while ((found = find_word(run->watch, at, run->whens[i].word)) < 0)
            if (read(notify, events, sizeof events) < 0 && errno != EINTR)
                give_up("inotify");
        at = found;
        kill(run->program, run->whens[i].signal);
    }
    close(notify);
    return NULL;
}

static void start_watch(struct run *run)
{
    pthread_t thread;

    if (run->when_count == 0)
        return;
    if (pthread_create(&thread, NULL, watch, run) != 0)
        give_up("cannot start a thread");
    pthread_detach(thread);
}

/* ---- stops ---- */

static bool is_known(const struct run *run, pid_t pid)
{
    for (size_t i = 0; i < run->known_count; i++)
        if (run->known[i] == pid)
            return true;
    return false;
}

static bool in_target(const struct run *run, pid_t pid)
{
    return run->target != 0 && syscall(SYS_tgkill, run->target, pid, 0) == 0;
}

static void let_go(pid_t pid)
{
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static void go_on(const struct run *run, pid_t pid, int number)
{
    enum __ptrace_request how = in_target(run, pid) ? PTRACE_SYSCALL : PTRACE_CONT;

    ptrace(how, pid, NULL, (void *)(long)number);
}

static void strike(struct run *run)
{
    run->killed = true;
    kill(run->target, SIGKILL);
    if (run->both)
        kill(run->program, SIGKILL);
}

/* The first stop of a new thread or process. */
static void meet(struct run *run, pid_t pid)
{
    bool process = !in_target(run, pid);

    if (run->known_count < KNOWN_MOST)
        run->known[run->known_count++] = pid;
    if (process && run->child && run->target == 0)
        run->target = pid;
    if (process && run->target != pid)
        let_go(pid);
    else
        ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
}

static void on_stop(struct run *run, pid_t pid, int status)
{
    int number = WSTOPSIG(status), event = status >> 16;

    if (!is_known(run, pid)) {
        meet(run, pid);
        return;
    }
    if (number == SYSCALL_STOP) {
        if (++run->stops == run->at)
            strike(run);
        number = 0;
    } else if (event != 0) {
        number = 0;
        if (event == PTRACE_EVENT_FORK && run->child && pid == run->program) {
            let_go(pid); /* its child is the one that is looked at */
            return;
        }
    }
    go_on(run, pid, number);
}

static void on_end(struct run *run, pid_t pid, int status)
{
    if (pid == run->target)
        run->target_ended = true;
    if (pid != run->program)
        return;
    run->ended = true;
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void follow(struct run *run)
{
    int status;

    while (!run->ended || (run->killed && !run->target_ended)) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR && late) {
            kill(run->program, SIGKILL);
            if (run->target != 0)
                kill(run->target, SIGKILL);
            return;
        }
        if (pid < 0 && errno != EINTR)
            return;
        if (pid > 0 && WIFSTOPPED(status))
            on_stop(run, pid, status);
        else if (pid > 0)
            on_end(run, pid, status);
    }
}

/* The program begins when it is traced, and its stops are counted from its exec on. */
static void become(int begin, char **words)
{
    char byte;

    if (read(begin, &byte, 1) == 1)
        execv(words[0], words);
    _exit(127);
}

static void start(struct run *run, char **words)
{
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC;
    int begin[2];

    if (pipe2(begin, O_CLOEXEC) != 0)
        give_up("pipe");
    run->program = fork();
    if (run->program < 0)
        give_up("fork");
    if (run->program == 0)
        become(begin[0], words);
    if (ptrace(PTRACE_SEIZE, run->program, NULL, (void *)options) != 0)
        give_up("the program may not be traced");
    run->known[run->known_count++] = run->program;
    if (!run->child)
        run->target = run->program;
    if (write(begin[1], "", 1) != 1)
        give_up("pipe");
    close(begin[0]);
    close(begin[1]);
}

/* Again and again, for one that comes just before the wait begins would be missed. */
static void start_alarm(unsigned seconds)
{
    const struct itimerval timer = {{1, 0}, {(time_t)seconds, 0}};
    struct sigaction alarming = {.sa_handler = on_alarm};

    sigaction(SIGALRM, &alarming, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* ---- the command line ---- */

static int signal_named(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } names[] = {{"HUP", SIGHUP}, {"TERM", SIGTERM}, {"KILL", SIGKILL}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].number;
    fprintf(stderr, "killer: unknown signal %s\n", name);
    exit(2);
}

static void add_when(struct run *run, const char *text)
{
    struct when *when = &run->whens[run->when_count++];
    char name[16];

    if (run->when_count > WHENS_MOST || sscanf(text, "%31[^:]:%15s", when->word, name) != 2) {
        fprintf(stderr, "killer: --when takes WORD:SIGNAL, a few times\n");
        exit(2);
    }
    when->signal = signal_named(name);
}

static void read_options(int argc, char **argv, struct run *run)
{
    static const struct option options[] = {
        {"child", no_argument, NULL, 'c'},
        {"both", no_argument, NULL, 'b'},
        {"at", required_argument, NULL, 'a'},
        {"limit", required_argument, NULL, 'l'},
        {"watch", required_argument, NULL, 'f'},
        {"when", required_argument, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        run->child |= option == 'c';
        run->both |= option == 'b';
        if (option == 'a')
            run->at = strtol(optarg, NULL, 10);
        if (option == 'l')
            run->limit_s = (unsigned)strtoul(optarg, NULL, 10);
        if (option == 'f')
            run->watch = optarg;
        if (option == 'w' && run->when_count < WHENS_MOST)
            add_when(run, optarg);
        if (option == '?')
            exit(2);
    }
    if (optind == argc || (run->when_count > 0 && !run->watch)) {
        fprintf(stderr, "killer: give a program, and --watch with --when\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct run run = {.limit_s = LIMIT_S};

    read_options(argc, argv, &run);
    start(&run, argv + optind);
    start_watch(&run);
    start_alarm(run.limit_s);
    follow(&run);
    printf("stops %ld killed %d status ", run.stops, run.killed);
    if (late)
        puts("late");
    else
        printf("%d\n", run.status);
    return late ? 4 : 0;
}
