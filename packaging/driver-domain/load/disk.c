/* Many requests in flight on a raw disk, every sector stamped with its number and how often it was written. Each write is
 * read back; reads look at old sectors; the end is a look at all. It finds what was lost, done twice too late, misplaced, stale. */
#define _GNU_SOURCE /* O_DIRECT */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { SECTOR = 512, WORDS = SECTOR / 8, MOST = 128, MAX_DEPTH = 256 };

struct request {
  struct iocb control;
  bool busy, writes;
  uint64_t first, sectors;
  uint32_t generation;
  void *data;
};

static struct request request[MAX_DEPTH];
static uint32_t *generation; /* of each sector; 0: not known */
static bool *locked;
static uint64_t sectors, filled, key, seed;
static uint32_t writes;
static aio_context_t context;
static int disk;

static uint64_t draw(uint64_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed % below;
}

static uint64_t stamp(uint64_t sector, uint32_t of, unsigned word) {
  if (word == 0) return sector;
  if (word == 1) return of;
  return pattern(key + of, sector * WORDS + word);
}

static void lock(const struct request *r, bool value) { memset(locked + r->first, value, r->sectors); }

static void submit(struct request *r) {
  struct iocb *control = &r->control;
  *control = (struct iocb){.aio_data = (uintptr_t)r, .aio_fildes = (uint32_t)disk, .aio_buf = (uintptr_t)r->data};
  control->aio_lio_opcode = r->writes ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
  control->aio_nbytes = r->sectors * SECTOR;
  control->aio_offset = (int64_t)(r->first * SECTOR);
  if (!r->writes) memset(r->data, 0x5a, r->sectors * SECTOR);
  r->busy = true;
  load->flight++;
  if (syscall(SYS_io_submit, context, 1L, &control) == 1) return;
  r->busy = false;
  load->flight--;
  lock(r, false);
  failed(&load->disk, "io_submit", -errno);
}

/* Sectors that nothing is under way on; false if there are none left (the look at the end) or none is found. */
static bool choose(struct request *r, bool scan) {
  if (scan) {
    if (load->scanned == sectors) return false;
    r->first = load->scanned;
    r->sectors = sectors - r->first < MOST ? sectors - r->first : MOST;
    load->scanned += r->sectors;
    return true;
  }
  if (filled < sectors) {
    r->first = filled;
    r->sectors = sectors - filled < MOST ? sectors - filled : MOST;
    filled += r->sectors;
    return true;
  }
  for (int tries = 0; tries < 200; tries++) {
    r->sectors = 1 + draw(draw(3) == 0 ? MOST : 16);
    r->first = draw(sectors - r->sectors);
    if (memchr(locked + r->first, true, r->sectors) == NULL) return true;
  }
  return false;
}

static void begin(struct request *r, bool scan) {
  bool filling = filled < sectors;
  if (!choose(r, scan)) return;
  r->writes = !scan && (filling || draw(10) < 6);
  lock(r, true);
  if (r->writes) {
    uint64_t *word = r->data;
    r->generation = ++writes;
    for (uint64_t i = 0; i < r->sectors * WORDS; i++) word[i] = stamp(r->first + i / WORDS, r->generation, i % WORDS);
  }
  submit(r);
}

static void compare(struct request *r) {
  const uint64_t *word = r->data;
  for (uint64_t i = 0; i < r->sectors; i++) {
    uint64_t sector = r->first + i;
    for (unsigned w = 0; w < WORDS && generation[sector] != 0; w++) {
      uint64_t wanted = stamp(sector, generation[sector], w);
      if (word[i * WORDS + w] == wanted) continue;
      found_wrong(&load->disk, "sector", sector, wanted, word[i * WORDS + w]);
      generation[sector] = 0; /* counted once */
    }
  }
}

static void finish(struct request *r, long result) {
  bool good = result == (long)(r->sectors * SECTOR);
  r->busy = false;
  load->flight--;
  if (!good) failed(&load->disk, r->writes ? "write" : "read", result);
  else progress(&load->disk);
  if (r->writes)
    for (uint64_t i = 0; i < r->sectors; i++) generation[r->first + i] = good ? r->generation : 0;
  else if (good) compare(r);
  if (good && r->writes) {
    r->writes = false;
    submit(r); /* read back */
  } else {
    lock(r, false);
  }
}

static void pass(unsigned depth, bool scan) {
  struct io_event finished[64];
  do {
    for (unsigned i = 0; i < depth; i++)
      if (!request[i].busy && (scan || !load->stop)) begin(&request[i], scan);
    struct timespec patience = {0, 200000000};
    long count = syscall(SYS_io_getevents, context, 1L, 64L, finished, &patience);
    for (long i = 0; i < count; i++) finish((struct request *)(uintptr_t)finished[i].data, (long)finished[i].res);
  } while (load->flight > 0 || (scan ? load->scanned < sectors : !load->stop));
}

void load_disk(const char *device, unsigned depth) {
  uint64_t bytes = 0;
  int entropy = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  disk = open(device, O_RDWR | O_DIRECT | O_CLOEXEC);
  bool good = disk >= 0 && ioctl(disk, BLKGETSIZE64, &bytes) == 0 && read(entropy, &key, sizeof key) == sizeof key;
  sectors = bytes / SECTOR;
  seed = key | 1;
  generation = calloc(sectors + 1, sizeof *generation);
  locked = calloc(sectors + 1, sizeof *locked);
  if (depth > MAX_DEPTH) depth = MAX_DEPTH;
  for (unsigned i = 0; i < depth; i++) good = good && posix_memalign(&request[i].data, 4096, MOST * SECTOR) == 0;
  if (!good || sectors < MOST * 2 || syscall(SYS_io_setup, (long)depth, &context) != 0) {
    failed(&load->disk, device, -errno);
    return;
  }
  pass(depth, false);
  pass(depth, true);
}
