#ifndef JXL_FAKE_STORE_H
#define JXL_FAKE_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

extern uint64_t fake_now;
extern bool fake_disk_exists, fake_bridge_exists;
extern int fake_taps_open, fake_disks_open;

void fake_store_reset(void);
void fake_store_set(const char *path, const char *value);
const char *fake_store_get(const char *path);
bool fake_store_idle(void);

#endif
