/* How requests go to the kernel's /dev/xen/xenbus. Linux sends a request from the buffer into which it takes the next one: whoever writes a
 * second one before the first is answered may change the first. The xenstored here answers whatever a reader waits for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static ssize_t bus_read(int fd, void *buffer, size_t bytes);
static ssize_t bus_write(int fd, const void *buffer, size_t bytes);
#define read bus_read
#define write bus_write
#include "../../src/store.c"
#undef read
#undef write

static unsigned failed, written, mixed;
static struct message asked;
static bool waits;
static char answer[sizeof(struct message) + 32];
static size_t answer_bytes, answer_read;

void say(const char *format, ...) { (void)format; }

static ssize_t bus_write(int fd, const void *buffer, size_t bytes) {
  (void)fd;
  if (waits) mixed++;
  memcpy(&asked, buffer, sizeof asked);
  waits = true;
  written++;
  return (ssize_t)bytes;
}

static void put_answer(uint32_t type, uint32_t request, const char *text, size_t bytes) {
  struct message message = {type, request, 0, (uint32_t)bytes};
  memcpy(answer, &message, sizeof message);
  memcpy(answer + sizeof message, text, bytes);
  answer_bytes = sizeof message + bytes;
  answer_read = 0;
}

static ssize_t bus_read(int fd, void *buffer, size_t bytes) {
  static unsigned events;
  (void)fd;
  if (answer_read == answer_bytes) {
    if (!waits) {
      errno = EDEADLK; /* nothing would ever come */
      return -1;
    }
    if (events++ % 2 == 0) {
      put_answer(WATCH_EVENT, 0, "a\0b", 4);
    } else {
      put_answer(asked.type, asked.request, "OK", 3);
      waits = false;
    }
  }
  size_t left = answer_bytes - answer_read, n = bytes < left ? bytes : left;
  memcpy(buffer, answer + answer_read, n);
  answer_read += n;
  return (ssize_t)n;
}

static void check(bool good, const char *what) {
  if (good) return;
  failed++;
  fprintf(stderr, "wire: FAILED: %s\n", what);
}

int main(void) {
  char path[STORE_PATH], token[STORE_PATH];
  bool lost;
  check(store_write_later("heartbeat", "1"), "the first may be sent at once");
  check(!store_write_later("heartbeat", "2") && written == 1, "the next one waits for its answer");
  check(store_write("state", "4"), "what is asked gets its answer");
  check(written == 2 && mixed == 0, "it was not sent before the one that had been sent for later was answered");
  check(store_write_later("heartbeat", "2"), "after its answer the next one may be sent");
  check(store_list("backend", path, sizeof path) == 3 && mixed == 0, "a list waits as well");
  check(store_event(path, token, &lost) && strcmp(path, "a") == 0 && strcmp(token, "b") == 0, "events that came meanwhile are kept");
  if (failed == 0) puts("wire: one request at a time: passed");
  return failed == 0 ? 0 : 1;
}
