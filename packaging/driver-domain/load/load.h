/* What a client of a driver domain does to its disks and its network while the driver domain fails, and what came of it. */
#ifndef JXL_LOAD_H
#define JXL_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One kind of work, in memory that the processes share. */
struct work {
  uint64_t done, errors, wrong;
  uint64_t last_ms, longest_ms; /* when something was done last; the longest time in which nothing was */
};

struct load {
  bool stop; /* finish what is under way, look at everything once more, and end */
  struct work disk, file, net;
  uint64_t flight, scanned; /* requests under way; sectors that the look at the end has read */
  uint64_t sent, came;      /* bytes over TCP */
};
extern struct load *load;

uint64_t now_ms(void);
/* A word of a stream that only its place and its seed decide. */
uint64_t pattern(uint64_t seed, uint64_t place);
void progress(struct work *work);
void failed(struct work *work, const char *what, long result);
void found_wrong(struct work *work, const char *what, uint64_t place, uint64_t wanted, uint64_t seen);

void load_disk(const char *device, unsigned depth);
void load_file(const char *path);
/* Sends and receives until the other end is done, at most `rate` KiB a second each way (0: as fast as it goes). */
void load_stream(int socket_fd, bool client, unsigned rate);

#endif
