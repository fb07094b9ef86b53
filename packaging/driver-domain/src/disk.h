/* What lies below a client's disk: a block device or a file of this domain. */
#ifndef JXL_DISK_H
#define JXL_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk {
  int fd;
  uint64_t bytes;
  unsigned sector_bytes, physical_sector_bytes;
  bool block_device;
  unsigned major, minor;
};

/* Opens it so that what is written is on the device, not in this domain's memory. False and a text for the user otherwise. */
bool disk_open(const char *path, bool read_only, struct disk *disk, char *error, size_t error_size);

#endif
