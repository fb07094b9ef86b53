/* dd-load: a client's work, for trying what a failing driver domain does to it.
 *
 *   dd-load client DEVICE DEPTH FILE ADDRESS PORT RATE   stamps DEVICE with DEPTH requests under way, writes and reads FILE, and
 *                                                        talks to `dd-load serve` at ADDRESS with RATE KiB/s; SIGTERM ends it
 *   dd-load talk ADDRESS PORT RATE                       no more than that talk, by one connection
 *   dd-load serve PORT RATE                              the other end, for any number of clients
 *
 * Every two seconds it prints what it has done. A client's last line begins with LOAD END: all sectors were read again then. */
#define _GNU_SOURCE /* O_DIRECT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { FILE_WORDS = 32768, TOLD = 5, STATUS_MS = 2000 };

struct load *load;

uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t pattern(uint64_t seed, uint64_t place) {
  uint64_t x = (place + 1) * 0x9e3779b97f4a7c15u ^ seed * 0xc2b2ae3d27d4eb4fu;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  return x ^ x >> 27;
}

void progress(struct work *work) {
  uint64_t now = now_ms();
  if (now - work->last_ms > work->longest_ms) work->longest_ms = now - work->last_ms;
  work->last_ms = now;
  work->done++;
}

void failed(struct work *work, const char *what, long result) {
  if (++work->errors <= TOLD) printf("LOAD ERROR %s: %s\n", what, result < 0 ? strerror((int)-result) : "too short");
}

void found_wrong(struct work *work, const char *what, uint64_t place, uint64_t wanted, uint64_t seen) {
  if (++work->wrong <= TOLD)
    printf("LOAD WRONG %s %llu: %llx instead of %llx\n", what, (unsigned long long)place, (unsigned long long)seen, (unsigned long long)wanted);
}

static void share_memory(void) {
  load = mmap(NULL, sizeof *load, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (load == MAP_FAILED) exit(1);
  load->disk.last_ms = load->file.last_ms = load->net.last_ms = now_ms();
}

/* A file on the client's own file system: written, flushed to the disk, read back from there. */
void load_file(const char *path) {
  static uint64_t word[FILE_WORDS] __attribute__((aligned(4096)));
  for (uint64_t round = 1; !load->stop && load->file.errors == 0; round++) {
    for (unsigned i = 0; i < FILE_WORDS; i++) word[i] = pattern(round, i);
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || write(file, word, sizeof word) != sizeof word || fsync(file) != 0) failed(&load->file, path, -errno);
    if (file >= 0) close(file);
    memset(word, 0, sizeof word);
    file = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
    if (file < 0 || read(file, word, sizeof word) != sizeof word) failed(&load->file, path, -errno);
    if (file >= 0) close(file);
    for (unsigned i = 0; i < FILE_WORDS && load->file.errors == 0; i++)
      if (word[i] != pattern(round, i)) found_wrong(&load->file, "word of the file", i, pattern(round, i), word[i]);
    progress(&load->file);
    usleep(200000);
  }
}

static struct sockaddr_in address_of(const char *address, const char *port) {
  struct sockaddr_in all = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  if (address != NULL) inet_aton(address, &all.sin_addr);
  return all;
}

static void talk(const char *address, const char *port, unsigned rate) {
  struct sockaddr_in server = address_of(address, port);
  while (!load->stop) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&server, sizeof server) == 0) {
      load_stream(fd, true, rate);
      return;
    }
    close(fd);
    sleep(1);
  }
}

static void stop_soon(int signal_number) {
  (void)signal_number;
  load->stop = true;
}

static void tell(const char *word) {
  printf("%s disk=%llu flight=%llu file=%llu sent=%llu came=%llu errors=%llu wrong=%llu scanned=%llu disk-pause=%.1f net-pause=%.1f\n", word,
         (unsigned long long)load->disk.done, (unsigned long long)load->flight, (unsigned long long)load->file.done, (unsigned long long)load->sent,
         (unsigned long long)load->came, (unsigned long long)(load->disk.errors + load->file.errors + load->net.errors),
         (unsigned long long)(load->disk.wrong + load->file.wrong + load->net.wrong), (unsigned long long)load->scanned,
         (double)load->disk.longest_ms / 1000, (double)load->net.longest_ms / 1000);
}

/* Tells how it goes until all children have ended. */
static void watch(const char *word) {
  char end[64];
  int status;
  for (uint64_t next = now_ms() + STATUS_MS;;) {
    pid_t child = waitpid(-1, &status, WNOHANG);
    if (child < 0 && errno == ECHILD) break;
    if (child > 0 && status != 0) failed(&load->disk, "a process ended with an error", 0);
    if (child > 0) continue;
    if (now_ms() >= next) {
      tell(word);
      next += STATUS_MS;
    }
    usleep(100000);
  }
  snprintf(end, sizeof end, "%s END", word);
  tell(end);
}

static int client(char **argument) {
  unsigned rate = (unsigned)atoi(argument[5]);
  share_memory();
  signal(SIGTERM, stop_soon); /* of whichever process it comes to */
  for (int part = 0; part < 3; part++) {
    if (fork() != 0) continue;
    if (part == 0) load_disk(argument[0], (unsigned)atoi(argument[1]));
    if (part == 1) load_file(argument[2]);
    if (part == 2) talk(argument[3], argument[4], rate);
    exit(0);
  }
  watch("LOAD");
  return 0;
}

static int talk_only(char **argument) {
  share_memory();
  signal(SIGTERM, stop_soon);
  if (fork() == 0) {
    talk(argument[0], argument[1], (unsigned)atoi(argument[2]));
    exit(0);
  }
  watch("LOAD");
  return 0;
}

static void serve_one(int fd, const char *name, unsigned rate) {
  char word[40];
  share_memory();
  snprintf(word, sizeof word, "SERVED %s", name);
  if (fork() == 0) {
    load_stream(fd, false, rate);
    exit(0);
  }
  close(fd);
  watch(word);
}

static int serve(const char *port, unsigned rate) {
  struct sockaddr_in here = address_of(NULL, port), peer;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 16) != 0) {
    printf("dd-load: port %s: %s\n", port, strerror(errno));
    return 1;
  }
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    socklen_t size = sizeof peer;
    int connection = accept(fd, (struct sockaddr *)&peer, &size);
    if (connection < 0) continue;
    if (fork() == 0) {
      signal(SIGCHLD, SIG_DFL);
      close(fd);
      serve_one(connection, inet_ntoa(peer.sin_addr), rate);
      exit(0);
    }
    close(connection);
  }
}

int main(int count, char **argument) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count == 8 && strcmp(argument[1], "client") == 0) return client(argument + 2);
  if (count == 5 && strcmp(argument[1], "talk") == 0) return talk_only(argument + 2);
  if (count == 4 && strcmp(argument[1], "serve") == 0) return serve(argument[2], (unsigned)atoi(argument[3]));
  fprintf(stderr, "usage: dd-load client DEVICE DEPTH FILE ADDRESS PORT RATE | talk ADDRESS PORT RATE | serve PORT RATE\n");
  return 2;
}
