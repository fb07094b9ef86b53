/* A guest, its grants, a disk and a tap for the backends under test, and the ways in which all of them go wrong. */
#ifndef JXL_FAKE_H
#define JXL_FAKE_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/abi.h"
#include "../src/host.h"

#define CHECK(condition, ...)                                                                          \
  do {                                                                                                 \
    if (!(condition)) {                                                                                \
      fprintf(stderr, "%s:%d: %s: seed %llu: ", __FILE__, __LINE__, __func__, (unsigned long long)fake_seed); \
      fprintf(stderr, __VA_ARGS__);                                                                    \
      fprintf(stderr, "\n");                                                                           \
      abort();                                                                                         \
    }                                                                                                  \
  } while (0)

enum { FAKE_PAGES = 512, FAKE_SECTORS = 128, FAKE_QUEUE = 256, FAKE_AGAIN = 0x10000, FAKE_TIMES = 4 };

/* The guest's memory: page N is granted as N, and some times more from FAKE_AGAIN on, while granted[N], and cannot be written while
 * readable_only[N]. What the backend has mapped is
 * the same memory in another place, and a fault once it is given back. */
extern uint8_t (*fake_page)[PAGE_BYTES];
extern bool fake_granted[FAKE_PAGES], fake_readable_only[FAKE_PAGES];
/* How often each page is mapped now, and how many attempts there were. */
extern unsigned fake_mappings[FAKE_PAGES], fake_map_calls;
/* What the disk holds, and what of it would outlive a power cut. */
extern uint8_t fake_disk[FAKE_SECTORS][SECTOR_BYTES], fake_stable[FAKE_SECTORS][SECTOR_BYTES];
/* Of the pieces that are copied, those that lie in two pages of the backend's: Xen has to be asked for each half. */
extern unsigned fake_halves;
extern unsigned fake_notified, fake_mapped, fake_bound, fake_copies, fake_disk_pending, fake_disk_writes;
extern uint64_t fake_seed;
/* Called in every grant copy: a client on another processor. */
extern void (*fake_meanwhile)(void);
extern unsigned fake_disk_errors_in_1000;

/* Frames: what the backend sent, what it is to receive. Each with its struct virtio_net_hdr. */
struct fake_frame {
  size_t bytes;
  uint8_t data[70000];
};
extern struct fake_frame fake_sent[FAKE_QUEUE], fake_incoming[FAKE_QUEUE];
extern unsigned fake_sent_count, fake_incoming_count, fake_incoming_next;

void fake_reset(uint64_t seed);
uint32_t fake_random(uint32_t below);
/* What Xen and the kernel take back when the process ends. */
void fake_process_ends(void);
/* Ends one pending request of the disk, any of them. */
void fake_disk_step(void);
/* The backend is no more; some of what the disk was told is done, some is not. */
void fake_disk_crash(void);

/* Runs `work`; true: it was ended at crash point number `at` (from 1; 0: never). */
bool fake_crashes(unsigned at, void (*work)(void));
/* Crash points passed in the last run. */
extern unsigned fake_points;

void vbd_tests(void);
void pages_tests(void);
void vif_tests(void);
void offload_tests(void);
void agent_tests(void);
void upgrade_tests(void);
void hostile_tests(unsigned rounds);

#endif
