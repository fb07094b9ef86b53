/* SHA-256, as FIPS 180-4 has it. */
#ifndef JXL_SHA256_H
#define JXL_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_TEXT = 65 };

struct sha256 {
  uint32_t state[8];
  uint64_t bytes;
  uint8_t block[64];
};

void sha256_start(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *data, size_t bytes);
/* In hexadecimal digits. Nothing can be added after it. */
void sha256_end(struct sha256 *sum, char text[SHA256_TEXT]);

#endif
