#include "xen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What Linux's two headers take from Xen's. */
typedef uint16_t domid_t;
typedef uint32_t grant_ref_t;
#define GNTCOPY_source_gref 1
#define GNTCOPY_dest_gref 2
#include <xen/evtchn.h>
#include <xen/gntdev.h>

#include "abi.h"
#include "host.h"
#include "tap.h"
#include "vbd.h"

/* What the kernel takes at once, and what may wait for it: all requests of as many disks as the agent serves. */
enum { MAX_DISK_IO = 1024, MAX_WAITING = 256 * VBD_WINDOW };

static int events = -1, grants = -1, disk_events = -1;
static aio_context_t disk_context;
/* Asked for and not given to the kernel yet: what it gets in one call goes to the disk together. */
static struct iocb *waiting[MAX_WAITING];
static unsigned waiting_count;

static int open_device(const char *path, int flags) {
  int fd = open(path, flags | O_RDWR | O_CLOEXEC);
  if (fd < 0) say("%s cannot be opened: %s", path, strerror(errno));
  return fd;
}

uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool xen_open(void) {
  events = open_device("/dev/xen/evtchn", O_NONBLOCK);
  grants = open_device("/dev/xen/gntdev", 0);
  disk_events = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (syscall(SYS_io_setup, MAX_DISK_IO, &disk_context) != 0) {
    say("asynchronous I/O cannot be set up: %s", strerror(errno));
    return false;
  }
  return events >= 0 && grants >= 0 && disk_events >= 0;
}

int xen_event_fd(void) { return events; }
int xen_disk_fd(void) { return disk_events; }

int xen_next_event(void) {
  static uint32_t port[64];
  static unsigned count, next;
  if (next == count) {
    ssize_t bytes = read(events, port, sizeof port);
    next = 0;
    count = bytes > 0 ? (unsigned)bytes / sizeof port[0] : 0;
    if (count == 0) return -1;
  }
  /* Before the ring is looked at, or an event between would be lost. */
  if (write(events, &port[next], sizeof port[next]) != sizeof port[next]) say("event channel %u cannot be unmasked: %s", port[next], strerror(errno));
  return (int)port[next++];
}

static void forget_mapping(uint64_t index, unsigned count) {
  struct ioctl_gntdev_unmap_grant_ref unmap = {.index = index, .count = count};
  ioctl(grants, IOCTL_GNTDEV_UNMAP_GRANT_REF, &unmap);
}

static void *map_pages(uint16_t domid, const uint32_t *refs, unsigned count) {
  struct {
    struct ioctl_gntdev_map_grant_ref request; /* ends in room for one reference */
    struct ioctl_gntdev_grant_ref more[COPY_MAX - 1];
  } map = {.request.count = count};
  struct ioctl_gntdev_grant_ref *ref = (void *)((char *)&map + offsetof(struct ioctl_gntdev_map_grant_ref, refs));
  for (unsigned i = 0; i < count; i++) ref[i] = (struct ioctl_gntdev_grant_ref){domid, refs[i]};
  if (ioctl(grants, IOCTL_GNTDEV_MAP_GRANT_REF, &map.request) != 0) return NULL;
  void *pages = mmap(NULL, count * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, grants, (off_t)map.request.index);
  if (pages != MAP_FAILED) return pages;
  int error = errno;
  forget_mapping(map.request.index, count);
  errno = error;
  return NULL;
}

static void unmap_pages(void *pages, unsigned count) {
  struct ioctl_gntdev_get_offset_for_vaddr where = {.vaddr = (uintptr_t)pages};
  int found = ioctl(grants, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &where);
  munmap(pages, count * PAGE_BYTES);
  if (found == 0) forget_mapping(where.offset, count);
}

static bool copy_pieces(uint16_t domid, const struct copy *pieces, unsigned count) {
  struct gntdev_grant_copy_segment segment[COPY_MAX];
  if (count > COPY_MAX) return false;
  memset(segment, 0, count * sizeof segment[0]);
  for (unsigned i = 0; i < count; i++) {
    const struct copy *piece = &pieces[i];
    segment[i].len = piece->length;
    if (piece->to_client) {
      segment[i].source.virt = piece->local;
      segment[i].dest.foreign.ref = piece->ref;
      segment[i].dest.foreign.offset = piece->offset;
      segment[i].dest.foreign.domid = domid;
      segment[i].flags = GNTCOPY_dest_gref;
    } else {
      segment[i].dest.virt = piece->local;
      segment[i].source.foreign.ref = piece->ref;
      segment[i].source.foreign.offset = piece->offset;
      segment[i].source.foreign.domid = domid;
      segment[i].flags = GNTCOPY_source_gref;
    }
  }
  struct ioctl_gntdev_grant_copy copy = {count, segment};
  if (ioctl(grants, IOCTL_GNTDEV_GRANT_COPY, &copy) != 0) return false;
  for (unsigned i = 0; i < count; i++)
    if (segment[i].status != 0) return false;
  return true;
}

static int bind_port(uint16_t domid, uint32_t remote_port) {
  struct ioctl_evtchn_bind_interdomain bind = {domid, remote_port};
  return ioctl(events, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
}

static void unbind_port(int port) {
  struct ioctl_evtchn_unbind unbind = {(unsigned)port};
  ioctl(events, IOCTL_EVTCHN_UNBIND, &unbind);
}

static void notify_port(int port) {
  struct ioctl_evtchn_notify notify = {(unsigned)port};
  ioctl(events, IOCTL_EVTCHN_NOTIFY, &notify);
}

static bool submit_io(struct disk_io *io) {
  static const uint16_t opcode[] = {
      [DISK_READ] = IOCB_CMD_PREAD,
      [DISK_WRITE] = IOCB_CMD_PWRITE,
      [DISK_WRITE_DURABLE] = IOCB_CMD_PWRITE,
      [DISK_FLUSH] = IOCB_CMD_FDSYNC,
  };
  memset(&io->control, 0, sizeof io->control);
  io->control.aio_data = (uintptr_t)io;
  io->control.aio_lio_opcode = opcode[io->work];
  io->control.aio_fildes = (uint32_t)io->fd;
  io->control.aio_flags = IOCB_FLAG_RESFD;
  io->control.aio_resfd = (uint32_t)disk_events;
  if (io->work != DISK_FLUSH) {
    io->control.aio_buf = (uintptr_t)io->buffer;
    io->control.aio_nbytes = io->bytes;
    io->control.aio_offset = (int64_t)io->offset;
  }
  if (io->work == DISK_WRITE_DURABLE) io->control.aio_rw_flags = 2; /* RWF_DSYNC */
  if (waiting_count == MAX_WAITING) return false;
  waiting[waiting_count++] = &io->control;
  return true;
}

void xen_start_disk_io(void) {
  unsigned count = waiting_count, next = 0;
  while (next < count) {
    long taken = syscall(SYS_io_submit, disk_context, (long)(count - next), waiting + next);
    if (taken > 0) {
      next += (unsigned)taken;
      continue;
    }
    if (errno == EAGAIN) break; /* the kernel has enough to do: the rest is asked for when something has finished, or a second has passed */
    /* It is about the first one. What is asked for meanwhile goes behind the others. */
    struct disk_io *io = (struct disk_io *)(uintptr_t)waiting[next++]->aio_data;
    io->done(io, -errno);
  }
  waiting_count -= next;
  memmove(waiting, waiting + next, waiting_count * sizeof waiting[0]);
}

void xen_finish_disk_io(void) {
  struct io_event finished[64];
  struct timespec at_once = {0, 0};
  uint64_t rings;
  if (read(disk_events, &rings, sizeof rings) < 0 && errno != EAGAIN) say("disk events: %s", strerror(errno));
  for (;;) {
    long count = syscall(SYS_io_getevents, disk_context, 0L, 64L, finished, &at_once);
    for (long i = 0; i < count; i++) {
      struct disk_io *io = (struct disk_io *)(uintptr_t)finished[i].data;
      io->done(io, (long)finished[i].res);
    }
    if (count < 64) return;
  }
}

static const struct host real_host = {
    .map = map_pages,
    .unmap = unmap_pages,
    .copy = copy_pieces,
    .bind = bind_port,
    .unbind = unbind_port,
    .notify = notify_port,
    .submit = submit_io,
    .read_frame = tap_read,
    .write_frame = tap_write,
};
const struct host *host = &real_host;
