#define _GNU_SOURCE /* O_DIRECT */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A file system that knows no direct I/O (tmpfs) writes through instead. */
static int open_for_io(const char *path, int access) {
  int fd = open(path, access | O_DIRECT | O_CLOEXEC);
  if (fd < 0 && errno == EINVAL) fd = open(path, access | O_DSYNC | O_CLOEXEC);
  return fd;
}

static bool measure(struct disk *disk) {
  struct stat status;
  if (fstat(disk->fd, &status) != 0) return false;
  disk->sector_bytes = disk->physical_sector_bytes = 512;
  if (S_ISREG(status.st_mode)) {
    disk->bytes = (uint64_t)status.st_size;
    return true;
  }
  errno = ENOTBLK;
  if (!S_ISBLK(status.st_mode)) return false;
  int sector = 512;
  unsigned physical = 512;
  if (ioctl(disk->fd, BLKGETSIZE64, &disk->bytes) != 0) return false;
  if (ioctl(disk->fd, BLKSSZGET, &sector) != 0 || ioctl(disk->fd, BLKPBSZGET, &physical) != 0) return false;
  disk->sector_bytes = (unsigned)sector;
  disk->physical_sector_bytes = physical;
  disk->block_device = true;
  disk->major = major(status.st_rdev);
  disk->minor = minor(status.st_rdev);
  return true;
}

bool disk_open(const char *path, bool read_only, struct disk *disk, char *error, size_t error_size) {
  memset(disk, 0, sizeof *disk);
  errno = EINVAL;
  disk->fd = path[0] == '/' ? open_for_io(path, read_only ? O_RDONLY : O_RDWR) : -1;
  if (disk->fd >= 0 && measure(disk)) return true;
  int reason = errno;
  snprintf(error, error_size, "'%s' cannot be opened in the driver domain%s: %s", path, read_only ? "" : " for writing", strerror(reason));
  if (disk->fd >= 0) close(disk->fd);
  disk->fd = -1;
  errno = reason;
  return false;
}
