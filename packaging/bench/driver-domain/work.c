/* What the benchmark of driver domains does in a guest, and its other end in dom0. Each measurement prints one line, "BENCH NAME MIBPS".
 *
 *   work disk NAME DEVICE read|write BYTES DEPTH SECONDS   requests of so many bytes, side by side and over the whole device
 *   work net NAME INTERFACE ADDRESS send|receive SECONDS   one TCP connection
 *   work serve PORT                                        the other end of net: takes, or sends, what the first byte asks for */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_DEPTH = 64, BUFFER = 64 << 10, PORT = 7100 };

static _Noreturn void die(const char *what) {
  printf("BENCH FAILED %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void tell(const char *name, uint64_t bytes, double since) {
  printf("BENCH %s %.2f\n", name, (double)bytes / (1 << 20) / (now() - since));
}

/* ---- disk ---- */

static int disk;
static bool writes;
static uint64_t device_bytes, next_offset;
static size_t request_bytes;
static aio_context_t context;

static void submit(struct iocb *control) {
  control->aio_offset = (int64_t)next_offset;
  next_offset += request_bytes;
  if (next_offset + request_bytes > device_bytes) next_offset = 0;
  if (syscall(SYS_io_submit, context, 1, &control) != 1) die("io_submit");
}

static void measure_disk(char **a) {
  unsigned depth = (unsigned)atoi(a[4]);
  struct iocb controls[MOST_DEPTH];
  struct io_event events[MOST_DEPTH];
  writes = strcmp(a[2], "write") == 0;
  request_bytes = (size_t)atoi(a[3]);
  disk = open(a[1], (writes ? O_RDWR : O_RDONLY) | O_DIRECT);
  if (disk < 0 || ioctl(disk, BLKGETSIZE64, &device_bytes) != 0) die(a[1]);
  if (depth < 1 || depth > MOST_DEPTH || syscall(SYS_io_setup, depth, &context) != 0) die("io_setup");
  memset(controls, 0, sizeof controls);
  double start = now(), end = start + atoi(a[5]);
  uint64_t bytes = 0;
  unsigned flight = 0;
  for (unsigned i = 0; i < depth; i++, flight++) {
    void *buffer;
    if (posix_memalign(&buffer, 4096, request_bytes) != 0) die("memory");
    memset(buffer, (int)i, request_bytes);
    controls[i] = (struct iocb){.aio_lio_opcode = writes ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD, .aio_fildes = (uint32_t)disk};
    controls[i].aio_buf = (uint64_t)(uintptr_t)buffer;
    controls[i].aio_nbytes = request_bytes;
    submit(&controls[i]);
  }
  while (flight > 0) {
    long count = syscall(SYS_io_getevents, context, 1, depth, events, NULL);
    if (count < 0 && errno != EINTR) die("io_getevents");
    for (long i = 0; i < count; i++) {
      if (events[i].res != (int64_t)request_bytes) die("a request");
      bytes += request_bytes;
      if (now() < end) submit((struct iocb *)(uintptr_t)events[i].obj);
      else flight--;
    }
  }
  tell(a[0], bytes, start);
}

/* ---- net ---- */

static char buffer[BUFFER];

/* Until `end`, or until the other side has no more. */
static uint64_t flow(int connection, bool sends, double end) {
  uint64_t bytes = 0;
  ssize_t n;
  do {
    n = sends ? send(connection, buffer, sizeof buffer, MSG_NOSIGNAL) : recv(connection, buffer, sizeof buffer, 0);
    if (n > 0) bytes += (uint64_t)n;
  } while (n > 0 && now() < end);
  return bytes;
}

static void measure_net(char **a) {
  bool sends = strcmp(a[3], "send") == 0;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  struct timeval patience = {30, 0};
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (inet_pton(AF_INET, a[2], &address.sin_addr) != 1 || connection < 0) die(a[2]);
  if (setsockopt(connection, SOL_SOCKET, SO_BINDTODEVICE, a[1], (socklen_t)strlen(a[1])) != 0) die(a[1]);
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  if (send(connection, sends ? "S" : "R", 1, MSG_NOSIGNAL) != 1) die("send");
  double start = now();
  uint64_t bytes = flow(connection, sends, start + atoi(a[4]));
  if (bytes == 0) die("nothing came through");
  if (sends) {
    /* What has been sent counts when it has come. */
    shutdown(connection, SHUT_WR);
    if (recv(connection, buffer, 1, 0) != 1) die("the other end's word");
  }
  tell(a[0], bytes, start);
  close(connection);
}

static void serve_one(int connection) {
  char what;
  if (recv(connection, &what, 1, 0) != 1) return;
  flow(connection, what == 'R', now() + 600);
  if (what == 'S') send(connection, "E", 1, MSG_NOSIGNAL);
}

static _Noreturn void serve(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) die("listen");
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) {
      serve_one(connection);
      exit(0);
    }
    close(connection);
  }
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count == 8 && strcmp(arguments[1], "disk") == 0) measure_disk(arguments + 2);
  else if (count == 7 && strcmp(arguments[1], "net") == 0) measure_net(arguments + 2);
  else if (count == 3 && strcmp(arguments[1], "serve") == 0) serve(arguments[2]);
  else return 2;
  return 0;
}
