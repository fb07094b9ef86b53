/* xenstore in memory, for one domain: keys with values, watches, and what lies below a device of the tests. */
#include "fake_store.h"

#include <errno.h>
#include <stdarg.h>

#include "../src/disk.h"
#include "../src/store.h"
#include "../src/tap.h"
#include "fake.h"

enum { KEYS = 256, EVENTS = 512 };

static struct {
  char path[128], value[2048];
} keys[KEYS];
static char watches[64][2][128], events[EVENTS][2][128];
static unsigned key_count, watch_count, event_first, event_end;

uint64_t fake_now;
bool fake_disk_exists, fake_bridge_exists;
int fake_taps_open, fake_disks_open;

uint64_t now_ms(void) { return fake_now; }

static void changed(const char *path) {
  for (unsigned i = 0; i < watch_count; i++) {
    size_t length = strlen(watches[i][0]);
    bool below = strncmp(path, watches[i][0], length) == 0 && (path[length] == '/' || path[length] == '\0');
    bool above = strncmp(path, watches[i][0], strlen(path)) == 0;
    CHECK(event_end < EVENTS, "too many events");
    if (!below && !above) continue;
    snprintf(events[event_end][0], 128, "%s", below ? path : watches[i][0]);
    snprintf(events[event_end++][1], 128, "%s", watches[i][1]);
  }
}

static int find(const char *path) {
  for (unsigned i = 0; i < key_count; i++)
    if (strcmp(keys[i].path, path) == 0) return (int)i;
  return -1;
}

void fake_store_reset(void) {
  key_count = watch_count = event_first = event_end = 0;
  fake_now = 100000;
  fake_disk_exists = fake_bridge_exists = true;
  fake_taps_open = fake_disks_open = 0;
}

void fake_store_set(const char *path, const char *value) {
  int at = find(path);
  CHECK(key_count < KEYS, "too many keys");
  if (at < 0) at = (int)key_count++;
  snprintf(keys[at].path, sizeof keys[at].path, "%s", path);
  snprintf(keys[at].value, sizeof keys[at].value, "%s", value);
  changed(path);
}

const char *fake_store_get(const char *path) {
  int at = find(path);
  return at < 0 ? "(none)" : keys[at].value;
}

bool fake_store_idle(void) { return event_first == event_end; }

bool store_read(const char *path, char *value, size_t size) {
  int at = find(path);
  errno = ENOENT;
  if (at < 0) return false;
  errno = E2BIG;
  if (strlen(keys[at].value) >= size) return false;
  strcpy(value, keys[at].value);
  return true;
}

bool store_write(const char *path, const char *value) {
  fake_store_set(path, value);
  return true;
}

bool store_write_later(const char *path, const char *value) { return store_write(path, value); }

bool store_remove(const char *path) {
  size_t length = strlen(path);
  for (unsigned i = 0; i < key_count;) {
    bool hit = strncmp(keys[i].path, path, length) == 0 && (keys[i].path[length] == '/' || keys[i].path[length] == '\0');
    if (hit) keys[i] = keys[--key_count];
    else i++;
  }
  changed(path);
  return true;
}

int store_list(const char *path, char *names, size_t size) {
  size_t length = strlen(path), used = 0;
  for (unsigned i = 0; i < key_count; i++) {
    if (strncmp(keys[i].path, path, length) != 0 || keys[i].path[length] != '/') continue;
    const char *name = keys[i].path + length + 1;
    size_t bytes = strcspn(name, "/");
    bool known = false;
    for (size_t at = 0; at < used; at += strlen(names + at) + 1) known = known || (strlen(names + at) == bytes && strncmp(names + at, name, bytes) == 0);
    if (known) continue;
    CHECK(used + bytes + 2 < size, "too many names");
    memcpy(names + used, name, bytes);
    names[used + bytes] = '\0';
    used += bytes + 1;
  }
  names[used] = '\0';
  return (int)used;
}

bool store_watch(const char *path, const char *token) {
  CHECK(watch_count < 64, "too many watches");
  snprintf(watches[watch_count][0], 128, "%s", path);
  snprintf(watches[watch_count++][1], 128, "%s", token);
  return true;
}

bool store_unwatch(const char *path, const char *token) {
  for (unsigned i = 0; i < watch_count; i++)
    if (strcmp(watches[i][0], path) == 0 && strcmp(watches[i][1], token) == 0) {
      memmove(watches[i], watches[i + 1], (watch_count - i - 1) * sizeof watches[0]);
      watch_count--;
      return true;
    }
  CHECK(false, "no watch of %s", path);
}

bool store_event(char path[STORE_PATH], char token[STORE_PATH], bool *lost) {
  *lost = false;
  if (event_first == event_end) {
    event_first = event_end = 0;
    return false;
  }
  strcpy(path, events[event_first][0]);
  strcpy(token, events[event_first++][1]);
  return true;
}

bool disk_open(const char *path, bool read_only, struct disk *disk, char *error, size_t error_size) {
  (void)read_only;
  snprintf(error, error_size, "'%s' cannot be opened", path);
  if (!fake_disk_exists) return false;
  *disk = (struct disk){dup(1), FAKE_SECTORS * SECTOR_BYTES, 512, 512, true, 202, 16};
  fake_disks_open++;
  return true;
}

int tap_open(const char *name, const char *bridge, unsigned mtu, char *error, size_t error_size) {
  (void)mtu;
  snprintf(error, error_size, "%s cannot be put into the bridge '%s'", name, bridge == NULL ? "br0" : bridge);
  if (!fake_bridge_exists) return -1;
  fake_taps_open++;
  return 77;
}

void tap_offer(int tap, bool checksums, bool tcp4, bool tcp6) { CHECK(tap == 77 && checksums && !tcp4 && !tcp6, "tap %d: offers", tap); }

void tap_close(int tap) {
  CHECK(tap == 77, "tap %d is not open", tap);
  fake_taps_open--;
}
