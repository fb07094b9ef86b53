/* What a client left to be done on a frame it sends, in the words of the kernel's taps. */
#ifndef JXL_OFFLOAD_H
#define JXL_OFFLOAD_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct offload {
  bool checksum_blank, validated;
  uint8_t gso_type; /* NET_GSO_*, 0: none */
  uint16_t gso_size;
};

/* Fills the header of a frame; false if the frame is not what the client says it is. */
bool offload_describe(const uint8_t *frame, size_t bytes, const struct offload *offload, struct virtio_net_hdr *header);

#endif
