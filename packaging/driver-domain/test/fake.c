#define _GNU_SOURCE /* memfd_create */
#include "fake.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FAKE_MAPS = 4096 };

uint8_t (*fake_page)[PAGE_BYTES];
bool fake_granted[FAKE_PAGES], fake_readable_only[FAKE_PAGES];
unsigned fake_mappings[FAKE_PAGES], fake_map_calls, fake_copies, fake_halves;
uint8_t fake_disk[FAKE_SECTORS][SECTOR_BYTES], fake_stable[FAKE_SECTORS][SECTOR_BYTES];
unsigned fake_notified, fake_mapped, fake_bound, fake_disk_pending, fake_disk_writes, fake_disk_errors_in_1000;
uint64_t fake_seed;
void (*fake_meanwhile)(void);
struct fake_frame fake_sent[FAKE_QUEUE], fake_incoming[FAKE_QUEUE];
unsigned fake_sent_count, fake_incoming_count, fake_incoming_next, fake_points;

static uint64_t random_state;
static int memory = -1;
static struct map {
  void *address;
  unsigned count;
  uint32_t pages[COPY_MAX];
} maps[FAKE_MAPS];
static unsigned map_count;
static struct disk_io *pending[FAKE_QUEUE];
static unsigned crash_at;
static jmp_buf crash_target;

void say(const char *format, ...) {
  if (getenv("JXL_TEST_VERBOSE") == NULL) return;
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
}

uint32_t fake_random(uint32_t below) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)(random_state >> 16) % below;
}

static void make_memory(void) {
  memory = memfd_create("guest", MFD_CLOEXEC);
  CHECK(memory >= 0 && ftruncate(memory, FAKE_PAGES * PAGE_BYTES) == 0, "no memory for a guest: %s", strerror(errno));
  void *pages = mmap(NULL, FAKE_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  CHECK(pages != MAP_FAILED, "no memory for a guest: %s", strerror(errno));
  fake_page = pages;
}

void fake_reset(uint64_t seed) {
  fake_seed = seed;
  if (memory < 0) make_memory();
  fake_process_ends();
  random_state = seed * 0x9e3779b97f4a7c15u + 1;
  memset(fake_page, 0, FAKE_PAGES * PAGE_BYTES);
  memset(fake_disk, 0, sizeof fake_disk);
  memset(fake_stable, 0, sizeof fake_stable);
  memset(fake_granted, 1, sizeof fake_granted);
  memset(fake_readable_only, 0, sizeof fake_readable_only);
  fake_notified = fake_map_calls = fake_copies = fake_halves = fake_disk_pending = fake_disk_writes = fake_disk_errors_in_1000 = 0;
  fake_sent_count = fake_incoming_count = fake_incoming_next = 0;
  fake_meanwhile = NULL;
}

bool fake_crashes(unsigned at, void (*work)(void)) {
  fake_points = 0;
  crash_at = at;
  bool crashed = setjmp(crash_target) != 0;
  if (!crashed) work();
  crash_at = 0;
  return crashed;
}

void crash_point(void);
void crash_point(void) {
  if (++fake_points == crash_at) longjmp(crash_target, 1);
}

/* FAKE_PAGES: none. */
static uint32_t page_of(uint32_t ref) {
  uint32_t page = ref >= FAKE_AGAIN && ref < FAKE_AGAIN + FAKE_TIMES * FAKE_PAGES ? (ref - FAKE_AGAIN) % FAKE_PAGES : ref;
  return page < FAKE_PAGES && fake_granted[page] ? page : FAKE_PAGES;
}

static bool may_write(uint32_t page) { return page < FAKE_PAGES && !fake_readable_only[page]; }

static void *map_pages(uint16_t domid, const uint32_t *refs, unsigned count) {
  (void)domid;
  CHECK(count >= 1 && count <= COPY_MAX && map_count < FAKE_MAPS, "%u pages are to be mapped beside %u others", count, map_count);
  fake_map_calls++;
  errno = EINVAL;
  for (unsigned i = 0; i < count; i++)
    if (!may_write(page_of(refs[i]))) return NULL;
  struct map *map = &maps[map_count++];
  *map = (struct map){mmap(NULL, count * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), count, {0}};
  for (unsigned i = 0; i < count; i++) {
    char *at = (char *)map->address + i * PAGE_BYTES;
    map->pages[i] = page_of(refs[i]);
    void *page = mmap(at, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory, (off_t)(map->pages[i] * PAGE_BYTES));
    CHECK(page == at, "page %u cannot be mapped: %s", refs[i], strerror(errno));
    fake_mappings[map->pages[i]]++;
  }
  fake_mapped += count;
  return map->address;
}

static void give_back(struct map *map) {
  for (unsigned i = 0; i < map->count; i++) fake_mappings[map->pages[i]]--;
  munmap(map->address, map->count * PAGE_BYTES);
  fake_mapped -= map->count;
  *map = maps[--map_count];
}

static void unmap_pages(void *pages, unsigned count) {
  for (unsigned i = 0; i < map_count; i++) {
    if (maps[i].address != pages) continue;
    CHECK(maps[i].count == count, "%u pages of %u that were mapped together are given back", count, maps[i].count);
    give_back(&maps[i]);
    return;
  }
  CHECK(false, "%u pages are given back that were not mapped", count);
}

void fake_process_ends(void) {
  while (map_count > 0) give_back(&maps[0]);
  fake_bound = 0;
}

static bool copy_pieces(uint16_t domid, const struct copy *pieces, unsigned count) {
  (void)domid;
  CHECK(count >= 1 && count <= COPY_MAX, "a copy of %u pieces", count);
  fake_copies++;
  for (unsigned i = 0; i < count; i++) {
    const struct copy *piece = &pieces[i];
    CHECK(piece->offset + piece->length <= PAGE_BYTES, "piece %u crosses the end of a page: %u + %u", i, piece->offset, piece->length);
    if (fake_meanwhile != NULL) fake_meanwhile();
    uint32_t page = page_of(piece->ref);
    if (page == FAKE_PAGES || (piece->to_client && !may_write(page))) return false;
    fake_halves += (uintptr_t)piece->local % PAGE_BYTES + piece->length > PAGE_BYTES;
    uint8_t *remote = fake_page[page] + piece->offset;
    if (piece->to_client) memcpy(remote, piece->local, piece->length);
    else memcpy(piece->local, remote, piece->length);
  }
  return true;
}

static int bind_port(uint16_t domid, uint32_t remote_port) {
  (void)domid;
  errno = EINVAL;
  if (remote_port > 4095) return -1;
  fake_bound++;
  return 7;
}

static void unbind_port(int port) {
  CHECK(port == 7, "port %d is not bound", port);
  fake_bound--;
}

static void notify_port(int port) {
  CHECK(port == 7, "port %d is not bound", port);
  fake_notified++;
}

static bool submit_io(struct disk_io *io) {
  if (fake_random(1000) < fake_disk_errors_in_1000 || fake_disk_pending == FAKE_QUEUE) return false;
  pending[fake_disk_pending++] = io;
  return true;
}

static long perform(const struct disk_io *io) {
  if (io->work == DISK_FLUSH) {
    memcpy(fake_stable, fake_disk, sizeof fake_disk);
    return 0;
  }
  CHECK(io->offset % SECTOR_BYTES == 0 && io->bytes > 0 && io->offset + io->bytes <= sizeof fake_disk, "beyond the disk: %llu + %zu", (unsigned long long)io->offset, io->bytes);
  uint8_t *at = fake_disk[0] + io->offset;
  if (io->work == DISK_READ) {
    memcpy(io->buffer, at, io->bytes);
    return (long)io->bytes;
  }
  fake_disk_writes++;
  memcpy(at, io->buffer, io->bytes);
  if (io->work == DISK_WRITE_DURABLE) memcpy(fake_stable[0] + io->offset, io->buffer, io->bytes);
  return (long)io->bytes;
}

void fake_disk_step(void) {
  if (fake_disk_pending == 0) return;
  unsigned chosen = fake_random(fake_disk_pending);
  struct disk_io *io = pending[chosen];
  pending[chosen] = pending[--fake_disk_pending];
  bool fails = fake_random(1000) < fake_disk_errors_in_1000;
  io->done(io, fails ? -EIO : perform(io));
}

void fake_disk_crash(void) {
  for (unsigned i = 0; i < fake_disk_pending; i++)
    if (fake_random(2) == 0) perform(pending[i]);
  fake_disk_pending = 0;
}

static ssize_t read_frame(int fd, void *buffer, size_t size) {
  (void)fd;
  if (fake_incoming_next == fake_incoming_count) return 0;
  struct fake_frame *frame = &fake_incoming[fake_incoming_next++];
  CHECK(frame->bytes <= size, "a frame of %zu bytes into %zu", frame->bytes, size);
  memcpy(buffer, frame->data, frame->bytes);
  return (ssize_t)frame->bytes;
}

static bool write_frame(int fd, const void *buffer, size_t bytes) {
  (void)fd;
  if (fake_sent_count == FAKE_QUEUE) return false;
  struct fake_frame *frame = &fake_sent[fake_sent_count++];
  CHECK(bytes <= sizeof frame->data, "a frame of %zu bytes", bytes);
  frame->bytes = bytes;
  memcpy(frame->data, buffer, bytes);
  return true;
}

static const struct host fake_host = {map_pages, unmap_pages, copy_pieces, bind_port, unbind_port, notify_port, submit_io, read_frame, write_frame};
const struct host *host = &fake_host;
