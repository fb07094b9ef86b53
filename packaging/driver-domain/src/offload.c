#include "offload.h"

#include <string.h>

#include "abi.h"

enum { ETHERNET_BYTES = 14, TCP = 6, UDP = 17, MAX_TAGS = 2, MAX_EXTENSIONS = 8 };

/* Where the transport header begins and which it is. */
struct transport {
  size_t start;
  uint8_t protocol;
  bool ipv6;
};

static unsigned word_at(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }

static bool find_in_ipv4(const uint8_t *frame, size_t bytes, size_t at, struct transport *transport) {
  if (bytes < at + 20) return false;
  size_t length = (frame[at] & 15u) * 4u;
  bool fragment = (word_at(frame + at + 6) & 0x3fff) != 0;
  if (frame[at] >> 4 != 4 || length < 20 || fragment) return false;
  *transport = (struct transport){at + length, frame[at + 9], false};
  return true;
}

static bool find_in_ipv6(const uint8_t *frame, size_t bytes, size_t at, struct transport *transport) {
  if (bytes < at + 40 || frame[at] >> 4 != 6) return false;
  uint8_t next = frame[at + 6];
  at += 40;
  for (int i = 0; i < MAX_EXTENSIONS && (next == 0 || next == 43 || next == 60); i++) { /* hop by hop, routing, destination */
    if (bytes < at + 8) return false;
    next = frame[at];
    at += (frame[at + 1] + 1u) * 8u;
  }
  *transport = (struct transport){at, next, true};
  return true;
}

static bool find_transport(const uint8_t *frame, size_t bytes, struct transport *transport) {
  size_t at = ETHERNET_BYTES;
  if (bytes < at) return false;
  unsigned type = word_at(frame + 12);
  for (int tags = 0; tags < MAX_TAGS && (type == 0x8100 || type == 0x88a8); tags++) {
    if (bytes < at + 4) return false;
    type = word_at(frame + at + 2);
    at += 4;
  }
  if (type == 0x0800) return find_in_ipv4(frame, bytes, at, transport);
  return type == 0x86dd && find_in_ipv6(frame, bytes, at, transport);
}

static bool describe_gso(const uint8_t *frame, size_t bytes, const struct offload *offload, const struct transport *transport,
                         struct virtio_net_hdr *header) {
  bool ipv6 = offload->gso_type == NET_GSO_TCPV6;
  if (transport->protocol != TCP || transport->ipv6 != ipv6) return false;
  if (offload->gso_size == 0 || offload->gso_type > NET_GSO_TCPV6) return false;
  size_t headers = transport->start + (size_t)(frame[transport->start + 12] >> 4) * 4;
  if (headers < transport->start + 20 || headers > bytes) return false;
  header->gso_type = ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
  header->gso_size = offload->gso_size;
  header->hdr_len = (uint16_t)headers;
  return true;
}

bool offload_describe(const uint8_t *frame, size_t bytes, const struct offload *offload, struct virtio_net_hdr *header) {
  struct transport transport;
  memset(header, 0, sizeof *header);
  if (!offload->checksum_blank) {
    if (offload->validated) header->flags = VIRTIO_NET_HDR_F_DATA_VALID;
    return offload->gso_type == 0; /* segments of a frame whose checksum is final would all be wrong */
  }
  if (!find_transport(frame, bytes, &transport)) return false;
  bool tcp = transport.protocol == TCP;
  if ((!tcp && transport.protocol != UDP) || bytes < transport.start + (tcp ? 20 : 8)) return false;
  header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  header->csum_start = (uint16_t)transport.start;
  header->csum_offset = tcp ? 16 : 6;
  return offload->gso_type == 0 || describe_gso(frame, bytes, offload, &transport, header);
}
