/* Numbers in xenstore: decimal digits and nothing else. */
#include <errno.h>
#include <string.h>

#include "store.h"

bool store_read_number(const char *path, uint64_t limit, uint64_t *value) {
  char text[24];
  if (!store_read(path, text, sizeof text)) return false;
  uint64_t number = 0;
  errno = EINVAL;
  if (text[0] == '\0' || strlen(text) > 19) return false;
  for (const char *digit = text; *digit != '\0'; digit++) {
    if (*digit < '0' || *digit > '9') return false;
    number = number * 10 + (uint64_t)(*digit - '0');
  }
  if (number > limit) return false;
  *value = number;
  return true;
}
