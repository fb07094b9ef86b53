/* jxl-backend: block and net backends of a driver domain, and the agent that finds them work. One thread, one loop: rings,
 * disks and taps are served before xenstore, which is only asked when it has something to tell.
 *
 *   jxl-backend [BRIDGE]     BRIDGE: of network cards whose node names none (br0)
 *   jxl-backend --version
 *
 * Its exit status is UPGRADE_STATUS when a newer program is to be started, or the one before it again. */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "agent.h"
#include "health.h"
#include "tap.h"
#include "upgrade.h"
#include "xen.h"

enum { TICK_MS = 1000, FIXED_FDS = 3, MAX_TAPS = 64 };

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("jxl-backend: ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

static void serve_events(void) {
  int port;
  while ((port = xen_next_event()) >= 0)
    for (struct device *device = agent_devices(); device != NULL; device = device->next)
      if (device_port(device) == port) device_rang(device);
}

static void serve_postponed(void) {
  for (struct device *device = agent_devices(); device != NULL; device = device->next)
    if (device_again(device)) device_rang(device);
}

/* The taps whose clients have room for a frame. */
static nfds_t add_taps(struct pollfd *fds, struct device **owners) {
  nfds_t count = 0;
  for (struct device *device = agent_devices(); device != NULL && count < MAX_TAPS; device = device->next)
    if (device->kind == KIND_VIF && device->phase == PHASE_CONNECTED && vif_has_room(&device->vif)) {
      owners[count] = device;
      fds[count++] = (struct pollfd){device->vif.tap, POLLIN, 0};
    }
  return count;
}

static int time_to_wait(uint64_t next_tick, bool at_once) {
  uint64_t now = now_ms();
  if (at_once) return 0;
  for (struct device *device = agent_devices(); device != NULL; device = device->next)
    if (device_again(device)) return 0;
  return next_tick > now ? (int)(next_tick - now) : 0;
}

static void loop(void) {
  uint64_t next_tick = now_ms() + TICK_MS;
  struct pollfd fds[FIXED_FDS + MAX_TAPS] = {{xen_event_fd(), POLLIN, 0}, {xen_disk_fd(), POLLIN, 0}, {store_fd(), POLLIN, 0}};
  struct device *owners[MAX_TAPS];
  bool more = true;
  while (!upgrade_leaves()) {
    xen_start_disk_io();
    nfds_t taps = add_taps(fds + FIXED_FDS, owners);
    if (poll(fds, FIXED_FDS + taps, time_to_wait(next_tick, more)) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) serve_events();
    if (fds[1].revents != 0) xen_finish_disk_io();
    for (nfds_t i = 0; i < taps; i++)
      if (fds[FIXED_FDS + i].revents != 0) vif_frames(&owners[i]->vif);
    serve_postponed();
    if (fds[2].revents != 0) store_receive();
    if (now_ms() >= next_tick) {
      next_tick = now_ms() + TICK_MS;
      agent_tick();
      health_tick(agent_devices());
    }
    agent_work();
    health_write(agent_devices());
    more = upgrade_work();
  }
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count > 1 && strcmp(arguments[1], "--version") == 0) {
    puts(health_identity);
    return 0;
  }
  if (count > 1) tap_default_bridge(arguments[1]);
  if (!store_open("/dev/xen/xenbus")) {
    say("/dev/xen/xenbus cannot be opened: %s", strerror(errno));
    return 1;
  }
  if (!xen_open() || !agent_start()) return 1;
  /* Buffers of requests stay ours when they are free: giving pages back and taking them anew costs more than the requests. */
  mallopt(M_MMAP_THRESHOLD, VBD_BUFFER_LIMIT);
  mallopt(M_TRIM_THRESHOLD, 2 * VBD_BUFFER_LIMIT);
  mlockall(MCL_CURRENT | MCL_FUTURE);
  health_start();
  upgrade_start(arguments[0], getenv("JXL_UPGRADE"));
  loop();
  if (!upgrade_leaves()) return 1;
  health_end();
  return UPGRADE_STATUS;
}
