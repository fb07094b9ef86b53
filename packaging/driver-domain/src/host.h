/* What the backends need from the machine below them. Backends reach Xen, disks and taps through this only, so that tests
 * run the same code over a guest, grants and a disk of their own. */
#ifndef JXL_HOST_H
#define JXL_HOST_H

#include <linux/aio_abi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One piece of a grant copy. It must not cross the end of the client's page. */
struct copy {
  uint32_t ref;
  uint16_t offset, length;
  void *local;
  bool to_client;
};

enum { COPY_MAX = 64 };

enum disk_work { DISK_READ, DISK_WRITE, DISK_WRITE_DURABLE, DISK_FLUSH };

/* One asynchronous request to a disk. `done` is called later, from the main loop, never from inside submit. */
struct disk_io {
  enum disk_work work;
  int fd;
  void *buffer;
  size_t bytes;
  uint64_t offset;
  void (*done)(struct disk_io *io, long result); /* bytes moved (a flush: 0), or a negative errno */
  struct iocb control;                           /* the kernel's own record; the tests leave it alone */
};

struct host {
  /* Maps pages of a client side by side; null and errno if one cannot be mapped to be written. At most COPY_MAX. */
  void *(*map)(uint16_t domid, const uint32_t *refs, unsigned count);
  void (*unmap)(void *pages, unsigned count);
  /* All pieces, or false. What has been copied then is not known. At most COPY_MAX. */
  bool (*copy)(uint16_t domid, const struct copy *pieces, unsigned count);
  /* A local port, or -1 and errno. */
  int (*bind)(uint16_t domid, uint32_t remote_port);
  void (*unbind)(int port);
  void (*notify)(int port);
  bool (*submit)(struct disk_io *io);
  /* A frame with its struct virtio_net_hdr before it. Reading: 0 if none is there. */
  ssize_t (*read_frame)(int fd, void *buffer, size_t size);
  bool (*write_frame)(int fd, const void *buffer, size_t bytes);
};

extern const struct host *host;

/* Of a clock that starts at some time and never jumps. */
uint64_t now_ms(void);

/* One line on standard output, which is the domain's console. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
