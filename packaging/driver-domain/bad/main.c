/* A jxl-backend by its looks, for tests: what `jxl driver upgrade` sends and must not keep. WAY is what it does, and its version:
 *
 *   ends     at once
 *   silent   nothing at all
 *   stuck    says that it is up, and its heart beats; it serves nobody and listens to nobody */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/health.h"
#include "../src/host.h"
#include "../src/store.h"
#include "../src/upgrade.h"

const char health_identity[] = "jxl-backend protocol=2 version=" WAY "\n";

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

int main(int count, char **arguments) {
  (void)count;
  fputs(health_identity, stdout);
  fflush(stdout);
  if (strcmp(WAY, "ends") == 0) return 3;
  while (strcmp(WAY, "silent") == 0) pause();
  if (!store_open("/dev/xen/xenbus")) return 1;
  store_write("data/jxl-backend/version", WAY);
  upgrade_start(arguments[0], getenv("JXL_UPGRADE"));
  for (uint64_t beat = 0;; sleep(1)) {
    char text[24];
    store_read_number("data/jxl-backend/heartbeat", UINT32_MAX, &beat);
    snprintf(text, sizeof text, "%llu", (unsigned long long)beat + 1);
    store_write("data/jxl-backend/heartbeat", text);
  }
}
