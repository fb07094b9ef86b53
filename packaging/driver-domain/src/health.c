#include "health.h"

#include <stdio.h>
#include <string.h>

#include "agent.h"

#ifndef JXL_VERSION
#define JXL_VERSION "unknown"
#endif

/* 2: it can be upgraded (upgrade.h). */
#define PROTOCOL "2"

const char health_identity[] = "jxl-backend protocol=" PROTOCOL " version=" JXL_VERSION "\n";

static uint64_t heartbeat;
static bool heartbeat_due;

void health_start(void) {
  store_write("data/jxl-backend/protocol", PROTOCOL);
  store_write("data/jxl-backend/version", JXL_VERSION);
  store_remove("data/jxl-backend/devices"); /* what stands there is what the instance before has counted */
  char path[] = "data/jxl-backend/heartbeat", text[24];
  store_read_number(path, UINT32_MAX, &heartbeat); /* of the instance before: it goes on rising */
  snprintf(text, sizeof text, "%llu", (unsigned long long)++heartbeat);
  store_write(path, text);
  store_write("data/jxl-backend/ready", "1");
  say("ready, version %s, %llu ms after the kernel's start", JXL_VERSION, (unsigned long long)now_ms());
}

void health_end(void) { store_remove("data/jxl-backend/devices"); }

void health_tick(struct device *devices) {
  heartbeat++;
  heartbeat_due = true;
  for (struct device *device = devices; device != NULL; device = device->next) device->count_due = true;
}

/* A client's disk goes on with the first answer. Nobody has to answer a frame. */
static bool goes_on(const struct device *device) { return device->kind == KIND_VIF || device_answered(device) > 0; }

/* False: there was nothing to write. Whoever reads a count takes it for a ring that is served. That a client goes on is told at once: jxl waits
 * for it. */
static bool write_counters(struct device *device) {
  char count[sizeof device->counted], path[STORE_PATH];
  if (device->phase != PHASE_CONNECTED) return false;
  if (!device->told && goes_on(device)) device->count_due = device->told = true;
  if (!device->count_due) return false;
  device_count(device, count);
  if (strcmp(count, device->counted) == 0) {
    device->count_due = false;
    return false;
  }
  snprintf(path, sizeof path, "data/jxl-backend/devices/%s-%u-%u", kind_name(device->kind), device->domid, device->id);
  if (!store_write_later(path, count)) return true;
  memcpy(device->counted, count, sizeof count);
  device->count_due = false;
  return true;
}

void health_write(struct device *devices) {
  if (heartbeat_due) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)heartbeat);
    heartbeat_due = !store_write_later("data/jxl-backend/heartbeat", text);
    return;
  }
  for (struct device *device = devices; device != NULL; device = device->next)
    if (write_counters(device)) return;
}

void health_forget(const struct device *device) {
  char path[STORE_PATH];
  snprintf(path, sizeof path, "data/jxl-backend/devices/%s-%u-%u", kind_name(device->kind), device->domid, device->id);
  store_remove(path);
}
