/* Loads and stores of memory that a client writes at the same time. Each value is read once, into a variable of ours; what
 * is decided is decided on that. */
#ifndef JXL_RING_H
#define JXL_RING_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

/* The tests end the program at any of these points: between any two stores to a ring. */
#ifdef JXL_TEST
void crash_point(void);
#else
static inline void crash_point(void) {}
#endif

static inline uint32_t ring_load(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

/* Everything stored before is seen before it, and everything after it after it: by the client, and by the program that
 * takes over after our end. */
static inline void ring_store(uint32_t *word, uint32_t value) {
  crash_point();
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
  atomic_thread_fence(memory_order_release);
  crash_point();
}

/* A copy that the compiler may not replace by looking again. */
static inline void ring_copy(void *to, const void *from, size_t bytes) {
  memcpy(to, from, bytes);
  __asm__ volatile("" ::: "memory");
}

/* For a store and a load of the other side's answer to it, which a processor may swap. */
static inline void ring_fence(void) { atomic_thread_fence(memory_order_seq_cst); }

/* Has the client asked to be woken by what was published from `told` to `now`? */
static inline int ring_wants_event(uint32_t event, uint32_t told, uint32_t now) { return now - event < now - told; }

#endif
