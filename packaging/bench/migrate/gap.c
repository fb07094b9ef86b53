/* The guest of the migration benchmark, as its first process. Ten milliseconds after ten milliseconds it looks at the clock, and once
 * in a hundred times prints "T NUMBER LARGEST": how often it has printed, and the largest time between two looks since then, in
 * milliseconds. With dirty=PAGES on the kernel's command line it also writes to so many pages at each look, one after the other in
 * DIRTY_MIB of memory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOKS 100
#define LOOK_NS 10000000L
#define DIRTY_MIB 48
#define PAGE 4096UL

/* The monotonic clock stands still while a guest is suspended; this one is set right when it goes on. */
static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (double)t.tv_sec * 1000.0 + (double)t.tv_nsec / 1e6;
}

int main(void) {
  const char *wanted = getenv("dirty");
  unsigned long pages = wanted ? strtoul(wanted, NULL, 10) : 0;
  unsigned long all = DIRTY_MIB * 1024UL * 1024UL / PAGE, next = 0;
  volatile char *memory = malloc(all * PAGE);
  if (memory == NULL) {
    return 1;
  }
  memset((char *)memory, 1, all * PAGE);
  struct timespec pause = {0, LOOK_NS};
  double last = now_ms();
  for (unsigned long number = 1;; number++) {
    double largest = 0;
    for (int look = 0; look < LOOKS; look++) {
      for (unsigned long i = 0; i < pages; i++) {
        memory[next * PAGE]++;
        next = (next + 1) % all;
      }
      nanosleep(&pause, NULL);
      double now = now_ms();
      if (now - last > largest) {
        largest = now - last;
      }
      last = now;
    }
    printf("T %lu %.0f\r\n", number, largest);
    fflush(stdout);
  }
}
