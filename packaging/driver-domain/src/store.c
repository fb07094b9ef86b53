#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

/* Types of messages, from Xen's io/xs_wire.h. */
enum { DIRECTORY = 1, READ = 2, WATCH = 4, UNWATCH = 5, WRITE = 11, RM = 13, WATCH_EVENT = 15, ERROR = 16 };
enum { PAYLOAD_MAX = 4096, KEPT_EVENTS = 128 };

struct message {
  uint32_t type, request, transaction, bytes;
};

struct event {
  char path[STORE_PATH], token[STORE_PATH];
};

static int device = -1;
static uint32_t last_request, unanswered; /* unanswered: of store_write_later, or 0 */
static struct message head;               /* of the last message received, with its payload */
static char payload[PAYLOAD_MAX + 1];
static struct event kept[KEPT_EVENTS];
static unsigned first_kept, kept_count;
static bool kept_lost;

static const struct {
  const char *name;
  int number;
} errors[] = {{"ENOENT", ENOENT}, {"EACCES", EACCES}, {"EINVAL", EINVAL}, {"EEXIST", EEXIST}, {"EAGAIN", EAGAIN},
              {"E2BIG", E2BIG},   {"ENOSPC", ENOSPC}, {"EQUOTA", ENOSPC}, {"EROFS", EROFS},   {"EISCONN", EISCONN}};

static _Noreturn void broken(const char *what) {
  say("the connection to xenstore broke: %s: %s", what, strerror(errno));
  exit(1);
}

bool store_open(const char *path) {
  device = open(path, O_RDWR | O_CLOEXEC);
  return device >= 0;
}

int store_fd(void) { return device; }

static void read_fully(void *buffer, size_t bytes) {
  char *at = buffer;
  while (bytes > 0) {
    ssize_t n = read(device, at, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) broken("reading");
    at += n;
    bytes -= (size_t)n;
  }
}

static void keep_event(void) {
  size_t path = strnlen(payload, head.bytes);
  size_t token = path < head.bytes ? strnlen(payload + path + 1, head.bytes - path - 1) : 0;
  if (kept_count == KEPT_EVENTS || path >= STORE_PATH || token >= STORE_PATH) {
    kept_lost = true;
    return;
  }
  struct event *event = &kept[(first_kept + kept_count++) % KEPT_EVENTS];
  memset(event, 0, sizeof *event);
  memcpy(event->path, payload, path);
  if (token > 0) memcpy(event->token, payload + path + 1, token);
}

/* Reads one message; what is not an answer that somebody waits for is dealt with here. */
static void receive_one(void) {
  read_fully(&head, sizeof head);
  if (head.bytes > PAYLOAD_MAX) {
    errno = EPROTO;
    broken("a message that is too long");
  }
  read_fully(payload, head.bytes);
  payload[head.bytes] = '\0';
  if (head.type == WATCH_EVENT) keep_event();
  else if (head.request == unanswered) unanswered = 0;
}

/* Only when all before it is answered: Linux sends a request from the buffer into which it takes the next one. */
static uint32_t send_message(uint32_t type, const char *first, const char *second, bool second_ends) {
  char buffer[sizeof(struct message) + PAYLOAD_MAX];
  size_t one = strlen(first) + 1, two = second != NULL ? strlen(second) + (second_ends ? 1 : 0) : 0;
  if (one + two > PAYLOAD_MAX) return 0;
  while (unanswered != 0) receive_one();
  if (++last_request == 0) last_request = 1;
  struct message message = {type, last_request, 0, (uint32_t)(one + two)};
  memcpy(buffer, &message, sizeof message);
  memcpy(buffer + sizeof message, first, one);
  if (two > 0) memcpy(buffer + sizeof message + one, second, two);
  size_t bytes = sizeof message + one + two;
  ssize_t n;
  do n = write(device, buffer, bytes);
  while (n < 0 && errno == EINTR);
  if (n != (ssize_t)bytes) broken("writing");
  return last_request;
}

/* Sends a request and waits for its answer, which is then in head and payload. */
static bool ask(uint32_t type, const char *first, const char *second, bool second_ends) {
  uint32_t request = send_message(type, first, second, second_ends);
  if (request == 0) {
    errno = E2BIG;
    return false;
  }
  do receive_one();
  while (head.type == WATCH_EVENT || head.request != request);
  if (head.type != ERROR) return true;
  errno = EIO;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (strcmp(payload, errors[i].name) == 0) errno = errors[i].number;
  return false;
}

bool store_read(const char *path, char *value, size_t size) {
  if (!ask(READ, path, NULL, false)) return false;
  if (head.bytes >= size || memchr(payload, '\0', head.bytes) != NULL) {
    errno = E2BIG;
    return false;
  }
  memcpy(value, payload, head.bytes + 1);
  return true;
}

bool store_write(const char *path, const char *value) { return ask(WRITE, path, value, false); }

bool store_write_later(const char *path, const char *value) {
  if (unanswered != 0) return false;
  unanswered = send_message(WRITE, path, value, false);
  return unanswered != 0;
}

bool store_remove(const char *path) { return ask(RM, path, NULL, false); }

int store_list(const char *path, char *names, size_t size) {
  if (!ask(DIRECTORY, path, NULL, false)) return -1;
  if (head.bytes >= size) {
    errno = E2BIG;
    return -1;
  }
  memcpy(names, payload, head.bytes);
  names[head.bytes] = '\0';
  return (int)head.bytes;
}

bool store_watch(const char *path, const char *token) { return ask(WATCH, path, token, true); }

bool store_unwatch(const char *path, const char *token) { return ask(UNWATCH, path, token, true); }

void store_receive(void) {
  struct pollfd ready = {device, POLLIN, 0};
  while (poll(&ready, 1, 0) > 0) receive_one();
}

bool store_event(char path[STORE_PATH], char token[STORE_PATH], bool *lost) {
  *lost = kept_lost;
  kept_lost = false;
  if (kept_count == 0) return *lost;
  struct event *event = &kept[first_kept];
  memcpy(path, event->path, STORE_PATH);
  memcpy(token, event->token, STORE_PATH);
  first_kept = (first_kept + 1) % KEPT_EVENTS;
  kept_count--;
  return true;
}
