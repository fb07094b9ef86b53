/*
 * jxl, the command line, as users start it. A resident process (jxl-cli.service, dev.jxl.cli.Server) runs the command, so that no JVM has to
 * start for it. Whatever that does not take, and everything when it is not there, is run by ../lib/jxl/jxl-java.
 *
 * The request: "JXLF", the protocol's version, the length of the rest; then texts, each with a zero byte behind it: build, mount
 * namespace and root, folder, 1 where stderr is a terminal, how many arguments, these, variables. The reply: 'A' (it runs) or 'D' (run it yourself), then
 * frames of a type, a length and bytes: 'o' for stdout, 'e' for stderr, 'x' with the exit code. Numbers have four bytes, highest first.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef JXL_BUILD
#define JXL_BUILD "dev"
#endif
#define SOCKET "/run/jxl/cli.sock"
#ifndef PATIENCE_SECONDS
#define PATIENCE_SECONDS 5 /* for the first byte */
#endif

enum {
    PROTOCOL = 1,
    HEAD = 12,
    LONGEST_REQUEST = 128 * 1024, /* of the texts; the server reads no more */
    LONGEST_FRAME = 1024 * 1024,
    FRAME_HEAD = 5,
    SAME_SIGNAL_SECONDS = 1, /* timeout(1), or a terminal that goes, sends two at once */
    LOST = 14, /* ExitCodes.DAEMON_UNREACHABLE */
    INTERNAL = 70,
    SIGNALLED = 128,
};

/* What the launcher of the JVM reads: who sets one of them wants a JVM. */
static const char *const launchers[] = {"JXL_HOME", "JXL_JAVA_HOME", "JXL_AOT_DIR", "JXL_MAIN", "JXL_JAVA_FLAGS"};
static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

extern char **environ;

static volatile sig_atomic_t interrupted; /* by which signal */
static int server = -1;
static unsigned char request[HEAD + LONGEST_REQUEST];
static size_t length = HEAD;

static _Noreturn void run_here(char **argv) {
    char path[PATH_MAX + sizeof "/lib/jxl/jxl-java"];
    ssize_t got = readlink("/proc/self/exe", path, PATH_MAX);
    if (got > 0) {
        path[got] = 0;
        /* PREFIX/bin/jxl */
        for (int parts = 0; parts < 2 && strrchr(path, '/'); parts++) *strrchr(path, '/') = 0;
        strcat(path, "/lib/jxl/jxl-java");
        execv(path, argv);
    }
    fprintf(stderr, "jxl: %s cannot be run: %s: is the package jxl installed as a whole?\n", got > 0 ? path : "/proc/self/exe",
            strerror(errno));
    exit(INTERNAL);
}

static int add(const char *text) {
    size_t size = strlen(text) + 1;
    if (size > sizeof request - length) return -1;
    memcpy(request + length, text, size);
    length += size;
    return 0;
}

static void put_number(unsigned char *to, uint32_t number) {
    for (int i = 0; i < 4; i++) to[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t number_at(const unsigned char *from) {
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

/* Fails where the request would be too long, or the folder has no name. */
static int make_request(int argc, char **argv) {
    char mounts[64], files[128], folder[PATH_MAX], count[16];
    struct stat root;
    ssize_t got = readlink("/proc/self/ns/mnt", mounts, sizeof mounts - 1);
    if (got < 0 || stat("/", &root) || !getcwd(folder, sizeof folder)) return -1;
    mounts[got] = 0;
    snprintf(files, sizeof files, "%s %ju:%ju", mounts, (uintmax_t)root.st_dev, (uintmax_t)root.st_ino);
    snprintf(count, sizeof count, "%d", argc - 1);
    if (add(JXL_BUILD) || add(files) || add(folder) || add(isatty(STDERR_FILENO) ? "1" : "0") || add(count)) return -1;
    for (int i = 1; i < argc; i++)
        if (add(argv[i])) return -1;
    for (char **variable = environ; *variable; variable++)
        if (!strncmp(*variable, "JXL_", 4) && add(*variable)) return -1;
    memcpy(request, "JXLF", 4);
    put_number(request + 4, PROTOCOL);
    put_number(request + 8, (uint32_t)(length - HEAD));
    return 0;
}

static int patience(int option, time_t seconds) {
    struct timeval limit = {.tv_sec = seconds};
    return setsockopt(server, SOL_SOCKET, option, &limit, sizeof limit);
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!*path || strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int opened = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (opened < 0) return -1;
    /* Never one of the first three, which this process may have been started without. */
    server = fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(opened);
    /* A server that accepts nobody makes connect wait, too. */
    return server < 0 || patience(SO_SNDTIMEO, PATIENCE_SECONDS) || patience(SO_RCVTIMEO, PATIENCE_SECONDS) ||
           connect(server, (struct sockaddr *)&address, sizeof address);
}

static int send_request(void) {
    for (size_t sent = 0; sent < length;) {
        ssize_t more = send(server, request + sent, length - sent, MSG_NOSIGNAL);
        if (more < 0 && errno != EINTR) return -1;
        if (more > 0) sent += (size_t)more;
    }
    return 0;
}

static ssize_t receive(void *to, size_t most) {
    ssize_t got;
    do got = recv(server, to, most, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Whether the command runs there. From a time-out on the server cannot say so any more: it gets an error instead, and runs nothing. */
static int accepted(void) {
    char answer = 0;
    ssize_t got = receive(&answer, 1);
    if (got < 0) {
        shutdown(server, SHUT_RD);
        got = receive(&answer, 1);
    }
    return got == 1 && answer == 'A';
}

/* The first signal asks the server to end the command, which may have something to clean up; one that comes later ends this process. */
static void on_signal(int signal) {
    int kept = errno;
    static time_t first;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!interrupted) {
        first = now.tv_sec;
        interrupted = signal;
        send(server, "i", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    } else if (now.tv_sec - first > SAME_SIGNAL_SECONDS) {
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
        raise(signal);
    }
    errno = kept;
}

static void take_signals(void) {
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    for (size_t i = 0; i < COUNT(signals); i++) sigaddset(&ours.sa_mask, signals[i]);
    for (size_t i = 0; i < COUNT(signals); i++)
        /* What nohup has it ignore stays ignored. */
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler == SIG_DFL) sigaction(signals[i], &ours, NULL);
}

static _Noreturn void lost(const char *why) {
    /* So ends a command that has nothing to clean up. */
    if (interrupted) _exit(SIGNALLED + interrupted);
    fprintf(stderr, "jxl: the connection to jxl-cli.service was lost (%s): what was asked may go on, 'jxl operations' shows it\n", why);
    _exit(LOST);
}

static size_t receive_some(unsigned char *to, size_t most) {
    ssize_t got = receive(to, most);
    if (got <= 0) lost(got ? strerror(errno) : "it has ended");
    return (size_t)got;
}

static void receive_all(unsigned char *to, size_t size) {
    for (size_t have = 0; have < size;) have += receive_some(to + have, size - have);
}

/* What cannot be written is dropped, as a JVM does; where nobody reads, SIGPIPE ends this process. */
static void write_all(int fd, const unsigned char *bytes, size_t size) {
    while (size) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        } else if (done < 0 && errno != EINTR) {
            return;
        } else if (done > 0) {
            bytes += done;
            size -= (size_t)done;
        }
    }
}

static void copy(int fd, uint32_t size) {
    unsigned char bytes[16384];
    while (size) {
        size_t some = receive_some(bytes, size < sizeof bytes ? size : sizeof bytes);
        write_all(fd, bytes, some);
        size -= (uint32_t)some;
    }
}

static _Noreturn void follow(void) {
    for (;;) {
        unsigned char head[FRAME_HEAD], code;
        receive_all(head, sizeof head);
        uint32_t size = number_at(head + 1);
        if (head[0] == 'x' && size == 1) {
            receive_all(&code, 1);
            _exit(code);
        }
        if ((head[0] != 'o' && head[0] != 'e') || size > LONGEST_FRAME) lost("it said what this jxl does not understand");
        copy(head[0] == 'o' ? STDOUT_FILENO : STDERR_FILENO, size);
    }
}

int main(int argc, char **argv) {
    const char *path = getenv("JXL_CLI_SOCKET");
    for (size_t i = 0; i < COUNT(launchers); i++)
        if (getenv(launchers[i])) run_here(argv);
    if (argc < 1 || connect_to(path ? path : SOCKET) || make_request(argc, argv) || send_request() || !accepted()) run_here(argv);
    take_signals();
    patience(SO_RCVTIMEO, 0);
    follow();
}
