#include "device.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A frontend that was refused is looked at again that often, a second apart, and whenever it changes. */
enum { MAX_REFUSALS = 10, REMOVE_AFTER_MS = 2000, SETTLE_MS = 10000 };

static const struct {
  const char *name;
  bool (*open)(struct device *, char *, size_t);
  void (*offer)(struct device *);
  bool (*connect)(struct device *, const char **);
  void (*close)(struct device *);
} kinds[] = {
    [KIND_VBD] = {"vbd", vbd_node_open, vbd_node_offer, vbd_node_connect, vbd_node_close},
    [KIND_VIF] = {"vif", vif_node_open, vif_node_offer, vif_node_connect, vif_node_close},
};

const char *kind_name(enum kind kind) { return kinds[kind].name; }

static bool join(char path[STORE_PATH], const char *folder, const char *key) {
  int length = snprintf(path, STORE_PATH, "%s/%s", folder, key);
  return length > 0 && length < STORE_PATH;
}

bool device_read(const struct device *device, const char *end, const char *key, char *value, size_t size) {
  (void)device;
  char path[STORE_PATH];
  return join(path, end, key) && store_read(path, value, size);
}

bool device_read_number(const struct device *device, const char *end, const char *key, uint64_t limit, uint64_t *value) {
  (void)device;
  char path[STORE_PATH];
  return join(path, end, key) && store_read_number(path, limit, value);
}

void device_write(const struct device *device, const char *key, const char *format, ...) {
  char path[STORE_PATH], value[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  if (join(path, device->backend, key) && !store_write(path, value) && errno != ENOENT) say("%s cannot be written: %s", path, strerror(errno));
}

/* Writing below a node that has just been removed would make a new one: the state is read right before. */
static void set_state(struct device *device, enum xenbus_state state) {
  uint64_t old;
  if (device_read_number(device, device->backend, "state", STATE_CLOSED, &old) && old != state) device_write(device, "state", "%d", state);
}

static void enter(struct device *device, enum phase phase) {
  device->phase = phase;
  device->since = now_ms();
}

static uint64_t started;

void device_start(void) { started = now_ms(); }

/* What a client asks for when it begins. One that is taken over in the middle has asked an earlier backend, and waits. */
static void offer(struct device *device, uint64_t frontend) {
  if (device->offered || frontend == STATE_CONNECTED) return;
  kinds[device->kind].offer(device);
  device->offered = true;
}

static void open_node(struct device *device) {
  char error[400] = "";
  bool settling = now_ms() - started < SETTLE_MS;
  if (kinds[device->kind].open(device, error, sizeof error)) {
    device_write(device, "hotplug-status", "connected");
    enter(device, PHASE_WAITING);
    device->offered = false;
    device->refusals = 0;
    return;
  }
  if (settling) return; /* the domain's own disks and bridges may still come: device_tick tries again */
  say("%s %u/%u: %s", kind_name(device->kind), device->domid, device->id, error);
  device_write(device, "hotplug-error", "%s", error);
  device_write(device, "hotplug-status", "error");
  enter(device, PHASE_FAILED);
}

static void connect_node(struct device *device) {
  const char *error = "";
  if (device->refusals > MAX_REFUSALS) return;
  if (kinds[device->kind].connect(device, &error)) {
    set_state(device, STATE_CONNECTED);
    device->refusals = 0;
    enter(device, PHASE_CONNECTED);
    return;
  }
  device->refusals++;
  say("%s %u/%u: %s (%s)", kind_name(device->kind), device->domid, device->id, error, strerror(errno));
  if (device->refusals == 1) device_write(device, "error", "%s", error);
}

static void detach(struct device *device) {
  if (device->kind == KIND_VBD) vbd_detach(&device->vbd);
  else vif_detach(&device->vif);
  enter(device, PHASE_DRAINING);
}

static void end_if_drained(struct device *device) {
  if (device->kind == KIND_VBD && device->vbd.in_flight > 0) return;
  kinds[device->kind].close(device);
  if (!device->gone) set_state(device, STATE_CLOSED);
  enter(device, PHASE_CLOSED);
}

/* The client has closed its end, is no more, or begins anew (a kernel that was started after a crash). */
static bool client_left(uint64_t frontend) { return frontend == STATE_CLOSED || frontend == STATE_UNKNOWN || frontend == STATE_INITIALISING; }

static bool client_ready(uint64_t frontend) { return frontend == STATE_INITIALISED || frontend == STATE_CONNECTED; }

static void check_waiting(struct device *device, uint64_t backend, uint64_t frontend) {
  offer(device, frontend);
  device->begins = frontend == STATE_INITIALISED && backend != STATE_CONNECTED;
  if (client_ready(frontend)) connect_node(device);
  else if (frontend == STATE_CLOSED || (backend == STATE_CLOSING && frontend != STATE_CLOSING)) detach(device);
  else set_state(device, frontend == STATE_CLOSING ? STATE_CLOSING : STATE_INIT_WAIT);
}

/* Only now has the client read for certain what we offer. */
static void client_connected(struct device *device) {
  if (device->begins && device->kind == KIND_VBD) vbd_agree(&device->vbd);
  device->begins = false;
}

static void check_closed(struct device *device, uint64_t frontend) {
  uint64_t online = 1;
  device_read_number(device, device->backend, "online", 1, &online);
  if (online == 1 && frontend == STATE_INITIALISING) { /* the client begins anew */
    enter(device, PHASE_NEW);
    device->dirty = true;
  } else if (online == 0 && now_ms() - device->since >= REMOVE_AFTER_MS) store_remove(device->backend);
}

/* The toolstack removed a node that we could not serve and made another of the same name. */
static bool is_another(const struct device *device) {
  char status[16] = "";
  device_read(device, device->backend, "hotplug-status", status, sizeof status);
  return strcmp(status, "error") != 0;
}

void device_check(struct device *device) {
  uint64_t backend = STATE_UNKNOWN, frontend = STATE_UNKNOWN;
  device->dirty = false;
  if (!device_read_number(device, device->backend, "state", STATE_CLOSED, &backend) && errno == ENOENT) device->gone = true;
  device_read_number(device, device->frontend, "state", STATE_CLOSED, &frontend);
  if (device->gone && (device->phase == PHASE_CONNECTED || device->phase == PHASE_WAITING)) detach(device);
  if (device->phase == PHASE_FAILED && !device->gone && is_another(device)) enter(device, PHASE_NEW);
  if (device->phase == PHASE_NEW && !device->gone) {
    if (backend >= STATE_CLOSING && !client_ready(frontend) && frontend != STATE_INITIALISING) enter(device, PHASE_DRAINING);
    else open_node(device);
  }
  if (device->phase == PHASE_WAITING) check_waiting(device, backend, frontend);
  else if (device->phase == PHASE_CONNECTED && client_left(frontend)) detach(device);
  else if (device->phase == PHASE_CONNECTED && frontend == STATE_CONNECTED) client_connected(device);
  else if (device->phase == PHASE_CONNECTED && frontend == STATE_CLOSING) set_state(device, STATE_CLOSING); /* it may still have requests */
  if (device->phase == PHASE_DRAINING) end_if_drained(device);
  if (device->phase == PHASE_CLOSED && !device->gone) check_closed(device, frontend);
}

void device_tick(struct device *device) {
  if (device->phase == PHASE_CONNECTED) device_rang(device); /* an event that got lost is made up for within a second */
  bool refused = device->phase == PHASE_WAITING && device->refusals > 0;
  if (device->phase == PHASE_NEW || device->phase == PHASE_DRAINING || device->phase == PHASE_CLOSED || refused) device->dirty = true;
}

bool device_finished(const struct device *device) {
  return device->gone && (device->phase == PHASE_CLOSED || device->phase == PHASE_FAILED || device->phase == PHASE_NEW);
}

int device_port(const struct device *device) {
  if (device->phase != PHASE_CONNECTED) return -1;
  return device->kind == KIND_VBD ? device->vbd.port : device->vif.port;
}

void device_rang(struct device *device) {
  if (device->kind == KIND_VBD) vbd_take(&device->vbd);
  else vif_take(&device->vif);
}

bool device_again(const struct device *device) {
  if (device->phase != PHASE_CONNECTED) return false;
  return device->kind == KIND_VBD ? device->vbd.again : device->vif.again;
}

uint64_t device_answered(const struct device *device) {
  return device->kind == KIND_VBD ? device->vbd.responses : device->vif.received;
}

void device_count(const struct device *device, char text[48]) {
  uint64_t in = device->kind == KIND_VBD ? device->vbd.requests : device->vif.sent;
  snprintf(text, 48, "%llu %llu", (unsigned long long)in, (unsigned long long)device_answered(device));
}
