/* xenstore by its wire protocol, over the kernel's /dev/xen/xenbus. Paths without a leading slash are below this domain's own
 * folder. Calls wait for the answer; watch events that come meanwhile are kept. A connection that breaks ends the program:
 * the domain's init starts it again. */
#ifndef JXL_STORE_H
#define JXL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_PATH = 256, STORE_TEXT = 4097 };

bool store_open(const char *device);
int store_fd(void);
/* The value with a NUL behind it, or false with errno: ENOENT, EACCES, E2BIG if it does not fit, ... */
bool store_read(const char *path, char *value, size_t size);
/* As decimal digits only, at most `limit`. */
bool store_read_number(const char *path, uint64_t limit, uint64_t *value);
bool store_write(const char *path, const char *value);
/* Does not wait for the answer: for what may get lost, such as counters. False if the last of these is still unanswered. */
bool store_write_later(const char *path, const char *value);
bool store_remove(const char *path);
/* The names in a folder, each ended by a NUL; their length together, or -1. */
int store_list(const char *path, char *names, size_t size);
bool store_watch(const char *path, const char *token);
bool store_unwatch(const char *path, const char *token);
/* Reads what has come, without waiting. To be called when store_fd is readable. */
void store_receive(void);
/* The next kept event; *lost tells that there were more than could be kept. */
bool store_event(char path[STORE_PATH], char token[STORE_PATH], bool *lost);

#endif
