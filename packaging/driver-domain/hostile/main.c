/* In a driver domain's image in jxl-backend's place, for tests: writes into xenstore what nobody should believe, and as much as it may.
 *
 *   jxl-backend BRIDGE     with jxl.hostile=WAY on the kernel's command line
 *     silent   never answers for a device
 *     liar     says of every device that it is connected, and everything else as well, in turn
 *
 * Tells on its console "hostile: round N", with the number of nodes that it has. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/host.h"
#include "../src/store.h"

/* Linux ends the connection of whoever asks for more watches than the quota allows (100 with oxenstored, its own among them). */
enum { PAUSE_US = 200000, LONG = 1900, FLOOD_AT_ONCE = 200, WATCHES = 64 };

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("hostile: ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

static char endless[LONG + 1];
static unsigned turn, flood, refused;

static const char *garbage(void) {
  static const char *const values[] = {
      "",        "-1",           "0",           "4294967296", "18446744073709551616", "99999999999999999999999999", "0x4", " 4", "4\n", "\x1b[2J\x1b]0;owned\x07",
      "%n%s%s%x", "../../../../etc/passwd", "/local/domain/0", "/dev/xvda; reboot", "\xff\xfe\x80", "\xe2\x80\xae" "drowssap", "null", "{\"a\":1}", "connected\r\nfailed", endless};
  return values[turn++ % (sizeof values / sizeof *values)];
}

static void put(const char *value, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(const char *value, const char *format, ...) {
  char path[STORE_PATH];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(path, sizeof path, format, arguments);
  va_end(arguments);
  if (!store_write(path, value)) refused++;
}

/* What jxl-backend tells, and what it never would. */
static void lie_about_itself(void) {
  static const char *const keys[] = {"heartbeat", "version", "protocol", "ready", "upgrade"};
  put(turn % 3 == 0 ? "1" : garbage(), "data/jxl-backend/ready");
  put(turn % 5 == 0 ? "2" : garbage(), "data/jxl-backend/protocol");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) put(garbage(), "data/jxl-backend/%s", keys[i]);
  put(garbage(), "data/jxl-backend/devices/vbd-%u-51712", turn % 100);
  put(garbage(), "data/jxl-backend/devices/vif-0-%u", turn % 10);
  put(garbage(), "data/jxl-backend/devices/@releaseDomain");
  put(garbage(), "data/jxl-backend/devices/heartbeat/devices/heartbeat");
  put(garbage(), "control/shutdown");
  put(garbage(), "error/backend/vbd/0/51712/error");
}

/* What is not its own, or nobody's. */
static void reach_out(void) {
  put("6", "/local/domain/0/backend/vbd/1/51712/state");
  put("1", "/libxl/1/device/vbd/51712/jxl-drained");
  put("1", "jxl-upgrade/keep");
  put("owned", "/local/domain/0/name");
  put("1", "backend/vbd/0/51712/state");
  put("/local/domain/0/device/vbd/51712", "backend/vbd/0/51712/frontend");
  put("4", "backend/vif/32752/%u/state", turn % 50);
  put(garbage(), "backend/vbd/99999999999/1/state");
  put(garbage(), "backend/evil-%u/1/1/state", turn % 50);
  put(garbage(), "backend/vbd/--------/---/params");
}

static void lie_about(const char *node) {
  static const char *const keys[] = {"state", "hotplug-error", "physical-device", "params", "frontend", "frontend-id", "sectors", "online", "type", "mode", "bridge", "mac"};
  char state[4];
  snprintf(state, sizeof state, "%u", turn % 7);
  put("connected", "%s/hotplug-status", node);
  put(turn % 2 == 0 ? state : "4", "%s/state", node);
  put(garbage(), "%s/%s", node, keys[turn % (sizeof keys / sizeof *keys)]);
  if (turn % 17 == 0) put("error", "%s/hotplug-status", node);
  put(turn % 2 == 0 ? "4" : "2", "%s/state", node);
}

static void lie_about_devices(const char *kind) {
  char folder[64], domains[STORE_TEXT];
  snprintf(folder, sizeof folder, "backend/%s", kind);
  int bytes = store_list(folder, domains, sizeof domains);
  for (const char *domain = domains; bytes > 0 && domain < domains + bytes; domain += strlen(domain) + 1) {
    char below[128], ids[STORE_TEXT], node[STORE_PATH];
    snprintf(below, sizeof below, "%s/%.40s", folder, domain);
    int length = store_list(below, ids, sizeof ids);
    for (const char *id = ids; length > 0 && id < ids + length; id += strlen(id) + 1) {
      snprintf(node, sizeof node, "%s/%.40s", below, id);
      lie_about(node);
    }
  }
}

/* As many nodes as the quota allows, then one more every time. */
static void fill_up(void) {
  for (int i = 0; i < FLOOD_AT_ONCE; i++) {
    char path[STORE_PATH];
    snprintf(path, sizeof path, "data/flood/%u/%s", flood, flood % 2 == 0 ? "a" : "b/c/d/e/f");
    if (!store_write(path, i % 50 == 0 ? endless : "")) return;
    flood++;
  }
}

static bool is_liar(void) {
  char line[2048] = "";
  FILE *file = fopen("/proc/cmdline", "r");
  bool liar = file != NULL && fgets(line, sizeof line, file) != NULL && strstr(line, "jxl.hostile=liar") != NULL;
  if (file != NULL) fclose(file);
  return liar;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  memset(endless, 'A', LONG);
  bool liar = is_liar();
  if (!store_open("/dev/xen/xenbus")) return 1;
  for (int watches = 0; watches < WATCHES; watches++) {
    char token[16];
    snprintf(token, sizeof token, "%d", watches);
    if (!store_watch("data/nothing", token)) break;
  }
  for (unsigned round = 1;; round++) {
    lie_about_itself();
    reach_out();
    if (liar) {
      lie_about_devices("vbd");
      lie_about_devices("vif");
    }
    fill_up();
    if (round % 25 == 1) say("round %u, %u nodes in the flood, %u writes refused", round, flood, refused);
    usleep(PAUSE_US);
  }
}
