#include "agent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"
#include "upgrade.h"

/* More nodes than that are not ours to serve: a toolstack made a mistake. */
enum { MAX_DEVICES = 256 };

static struct device *devices;
static unsigned known;
static bool scan_wanted;

struct device *agent_devices(void) { return devices; }

/* A decimal number without sign or leading zeros, as Xen's tools write them. */
static bool parse_number(const char *text, uint32_t limit, uint32_t *number) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  char again[16];
  snprintf(again, sizeof again, "%lu", value);
  if (errno != 0 || value > limit || strcmp(text, again) != 0) return false;
  *number = (uint32_t)value;
  return true;
}

static struct device *find(const char *backend) {
  for (struct device *device = devices; device != NULL; device = device->next)
    if (strcmp(device->backend, backend) == 0) return device;
  return NULL;
}

static void add(enum kind kind, uint32_t domid, uint32_t id) {
  char backend[sizeof devices->backend], path[STORE_PATH];
  snprintf(backend, sizeof backend, "backend/%s/%u/%u", kind_name(kind), domid, id);
  if (find(backend) != NULL || known == MAX_DEVICES) return;
  struct device *device = calloc(1, sizeof *device);
  if (device == NULL) return;
  device->kind = kind;
  device->domid = (uint16_t)domid;
  device->id = id;
  memcpy(device->backend, backend, sizeof backend);
  snprintf(device->frontend, sizeof device->frontend, "/local/domain/%u/device/%s/%u", domid, kind_name(kind), id);
  device->dirty = true;
  device->next = devices;
  devices = device;
  known++;
  snprintf(path, sizeof path, "%s/state", device->frontend);
  if (!store_watch(path, backend)) say("%s cannot be watched: %s", path, strerror(errno));
}

static void forget_finished(void) {
  for (struct device **link = &devices; *link != NULL;) {
    struct device *device = *link;
    char path[STORE_PATH];
    if (!device_finished(device)) {
      link = &device->next;
      continue;
    }
    snprintf(path, sizeof path, "%s/state", device->frontend);
    store_unwatch(path, device->backend);
    health_forget(device);
    *link = device->next;
    free(device);
    known--;
    scan_wanted = true; /* a new node of the same name may have come already */
  }
}

static void scan_client(enum kind kind, const char *domain) {
  char folder[STORE_PATH], ids[STORE_TEXT];
  uint32_t domid, id;
  if (!parse_number(domain, 0x7fef, &domid)) return; /* the highest id of a real domain */
  snprintf(folder, sizeof folder, "backend/%s/%u", kind_name(kind), domid);
  int bytes = store_list(folder, ids, sizeof ids);
  for (const char *name = ids; bytes > 0 && name < ids + bytes; name += strlen(name) + 1)
    if (parse_number(name, INT32_MAX, &id)) add(kind, domid, id);
}

static void scan(void) {
  scan_wanted = false;
  for (enum kind kind = KIND_VBD; kind <= KIND_VIF; kind++) {
    char folder[STORE_PATH], domains[STORE_TEXT];
    snprintf(folder, sizeof folder, "backend/%s", kind_name(kind));
    int bytes = store_list(folder, domains, sizeof domains);
    for (const char *name = domains; bytes > 0 && name < domains + bytes; name += strlen(name) + 1) scan_client(kind, name);
  }
  for (struct device *device = devices; device != NULL; device = device->next) device->dirty = true;
}

/* Of a node's keys, those that others write while it is served; or the node itself. We hear of what we write, too. */
static bool concerns_us(const char *key) { return *key == '\0' || strcmp(key, "/state") == 0 || strcmp(key, "/online") == 0; }

/* `path` is backend/KIND/DOMID/ID/... or above; with another start if the store tells whole paths. */
static void backend_changed(const char *path) {
  char backend[64];
  unsigned domid, id;
  char kind[4];
  int end = 0;
  const char *start = strstr(path, "backend/");
  if (start == NULL || sscanf(start, "backend/%3[a-z]/%u/%u%n", kind, &domid, &id, &end) != 3) {
    scan_wanted = true;
    return;
  }
  snprintf(backend, sizeof backend, "backend/%s/%u/%u", kind, domid, id);
  struct device *device = find(backend);
  if (device == NULL) scan_wanted = true;
  else if (concerns_us(start + end)) device->dirty = true;
}

void agent_work(void) {
  char path[STORE_PATH], token[STORE_PATH];
  bool lost;
  for (int round = 0; round < 8; round++) { /* checking makes events of its own; the rest is done after the rings */
    bool idle = true;
    while (store_event(path, token, &lost)) {
      struct device *device = lost ? NULL : find(token);
      if (lost) scan_wanted = true;
      else if (device != NULL) device->dirty = true;
      else if (strcmp(token, "backend") == 0) backend_changed(path);
      if (lost || strcmp(token, UPGRADE_FOLDER) == 0) upgrade_changed();
    }
    if (scan_wanted) scan();
    for (struct device *device = devices; device != NULL; device = device->next)
      if (device->dirty) {
        idle = false;
        device_check(device);
      }
    forget_finished();
    if (idle && !scan_wanted) return;
  }
}

void agent_tick(void) {
  for (struct device *device = devices; device != NULL; device = device->next) device_tick(device);
}

bool agent_start(void) {
  device_start();
  if (!store_watch("backend", "backend")) {
    say("this domain's backends cannot be watched in xenstore: %s", strerror(errno));
    return false;
  }
  if (!store_watch(UPGRADE_FOLDER, UPGRADE_FOLDER)) say("newer programs cannot come: %s", strerror(errno));
  scan_wanted = true;
  agent_work();
  return true;
}
