/*
 * server SOCKET WHAT: accepts one front and treats it as WHAT says. A line on file descriptor 3 says that it listens. SIGTERM is what
 * it sends the front to interrupt it: SIGINT is ignored in what a script starts in its background.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int front;

static int must(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static void say(const char *bytes, size_t size) {
    must((int)send(front, bytes, size, MSG_NOSIGNAL), "send");
}

#define SAY(literal) say(literal, sizeof(literal) - 1)
#define ANSWER "Ao\0\0\0\7to out\ne\0\0\0\7to err\nx\0\0\0\1\7"

static void read_fully(unsigned char *to, size_t size) {
    for (size_t have = 0; have < size;) {
        int got = must((int)read(front, to + have, size - have), "read");
        if (!got) exit(1);
        have += (size_t)got;
    }
}

static pid_t peer(void) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    must(getsockopt(front, SOL_SOCKET, SO_PEERCRED, &credentials, &size), "SO_PEERCRED");
    return credentials.pid;
}

/* Accepts the front, interrupts it as soon as it takes signals itself, and reads that it says so. */
static void interrupt(void) {
    unsigned char byte;
    SAY("A");
    while (1) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/status", peer());
        FILE *status = fopen(path, "r");
        unsigned long long caught = 0;
        while (status && fgets(line, sizeof line, status)) sscanf(line, "SigCgt: %llx", &caught);
        if (status) fclose(status);
        if (caught >> (SIGTERM - 1) & 1 && caught >> (SIGHUP - 1) & 1) break;
    }
    must(kill(peer(), SIGTERM), "kill");
    read_fully(&byte, 1);
}

int main(int argc, char **argv) {
    static unsigned char head[12], body[1 << 20];
    if (argc != 3) return 2;
    alarm(60); /* a front that does not do its part is seen to lose its server */
    const char *what = argv[2];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    int listening = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    must(bind(listening, (struct sockaddr *)&address, sizeof address), "bind");
    must(listen(listening, 8), "listen");
    must((int)write(3, "\n", 1), "ready");
    if (!strcmp(what, "accepts-nobody")) pause();
    front = must(accept(listening, NULL, NULL), "accept");
    if (!strcmp(what, "closes-unread")) return 0;
    read_fully(head, sizeof head);
    size_t size = (size_t)head[8] << 24 | (size_t)head[9] << 16 | (size_t)head[10] << 8 | head[11];
    if (memcmp(head, "JXLF\0\0\0\1", 8) || size > sizeof body) return 1;
    read_fully(body, size);
    if (!strcmp(what, "declines")) SAY("D");
    else if (!strcmp(what, "says-nonsense")) SAY("?????");
    else if (!strcmp(what, "silent")) pause();
    else if (!strcmp(what, "answers")) SAY(ANSWER);
    else if (!strcmp(what, "answers-by-bytes")) for (size_t i = 0; i < sizeof ANSWER - 1; i++) say(ANSWER + i, 1);
    else if (!strcmp(what, "echoes")) {
        char frame[5] = {'o', 0, (char)(size >> 16), (char)(size >> 8), (char)size};
        SAY("A");
        say(frame, sizeof frame);
        for (size_t i = 0; i < size; i++) if (!body[i]) body[i] = '|';
        say((char *)body, size);
        SAY("x\0\0\0\1\0");
    }
    else if (!strcmp(what, "accepts-and-closes")) SAY("A");
    else if (!strcmp(what, "unknown-type")) SAY("Aq\0\0\0\1a");
    else if (!strcmp(what, "huge-frame")) SAY("Ao\377\377\377\377aaaa");
    else if (!strcmp(what, "huge-exit")) SAY("Ax\0\0\0\2\0\0");
    else if (!strcmp(what, "cut-in-head")) SAY("Ao\0\0");
    else if (!strcmp(what, "cut-in-frame")) SAY("Ao\0\0\0\11half");
    else if (!strcmp(what, "cut-in-exit")) SAY("Ax\0\0\0\1");
    else if (!strcmp(what, "interrupted-with-code")) {
        interrupt();
        SAY("o\0\0\0\6signalx\0\0\0\1\202");
    }
    else if (!strcmp(what, "interrupted-and-closed")) interrupt();
    else if (!strcmp(what, "twice-at-once")) {
        interrupt();
        must(kill(peer(), SIGINT), "kill");
        SAY("o\0\0\0\6signalx\0\0\0\1\202");
    }
    else if (!strcmp(what, "twice-interrupted")) {
        struct pollfd gone = {.fd = front, .events = POLLIN};
        interrupt();
        do must(kill(peer(), SIGTERM), "kill");
        while (poll(&gone, 1, 200) == 0);
    }
    return 0;
}
