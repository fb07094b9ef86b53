/* What a client says of its frames, translated for a tap. */
#include "../src/offload.h"

#include "fake.h"

static uint8_t ipv4_tcp[200], ipv4_udp[64], ipv6_tcp[200], tagged[100];

static void make_frames(void) {
  ipv4_tcp[12] = ipv4_udp[12] = 0x08;
  ipv4_tcp[14] = 0x46; /* with options: 24 bytes */
  ipv4_tcp[23] = 6;
  ipv4_tcp[38 + 12] = 0x50;
  ipv4_udp[14] = 0x45;
  ipv4_udp[23] = 17;
  ipv6_tcp[12] = 0x86;
  ipv6_tcp[13] = 0xdd;
  ipv6_tcp[14] = 0x60;
  ipv6_tcp[20] = 0; /* hop by hop, 8 bytes, then TCP */
  ipv6_tcp[54] = 6;
  ipv6_tcp[62 + 12] = 0x80;
  tagged[12] = 0x81;
  tagged[16] = 0x08;
  tagged[18] = 0x45;
  tagged[27] = 17;
}

static void is(const uint8_t *frame, size_t bytes, struct offload offload, unsigned start, unsigned offset, unsigned gso, unsigned headers) {
  struct virtio_net_hdr header;
  CHECK(offload_describe(frame, bytes, &offload, &header), "refused");
  CHECK(header.csum_start == start && header.csum_offset == offset, "checksum at %u + %u", header.csum_start, header.csum_offset);
  CHECK(header.gso_type == gso && header.hdr_len == headers, "gso %u, headers %u", header.gso_type, header.hdr_len);
}

static void refused(const uint8_t *frame, size_t bytes, struct offload offload) {
  struct virtio_net_hdr header;
  CHECK(!offload_describe(frame, bytes, &offload, &header), "not refused");
}

void offload_tests(void) {
  struct offload blank = {true, true, 0, 0}, none = {false, false, 0, 0}, tcp4 = {true, true, NET_GSO_TCPV4, 1448}, tcp6 = {true, true, NET_GSO_TCPV6, 1428};
  struct offload final_gso = {false, true, NET_GSO_TCPV4, 1448}, no_size = {true, true, NET_GSO_TCPV4, 0}, unknown = {true, true, 7, 1448};
  make_frames();
  is(ipv4_tcp, sizeof ipv4_tcp, blank, 38, 16, 0, 0);
  is(ipv4_udp, sizeof ipv4_udp, blank, 34, 6, 0, 0);
  is(tagged, sizeof tagged, blank, 38, 6, 0, 0);
  is(ipv6_tcp, sizeof ipv6_tcp, blank, 62, 16, 0, 0);
  is(ipv4_tcp, sizeof ipv4_tcp, tcp4, 38, 16, VIRTIO_NET_HDR_GSO_TCPV4, 58);
  is(ipv6_tcp, sizeof ipv6_tcp, tcp6, 62, 16, VIRTIO_NET_HDR_GSO_TCPV6, 94);
  is(ipv4_udp, 14, none, 0, 0, 0, 0);
  refused(ipv4_tcp, sizeof ipv4_tcp, tcp6);
  refused(ipv6_tcp, sizeof ipv6_tcp, tcp4);
  refused(ipv4_udp, sizeof ipv4_udp, tcp4);
  refused(ipv4_tcp, sizeof ipv4_tcp, final_gso);
  refused(ipv4_tcp, sizeof ipv4_tcp, no_size);
  refused(ipv4_tcp, sizeof ipv4_tcp, unknown);
  for (size_t bytes = 0; bytes < 58; bytes++) { /* each cut in a block of its own: the sanitizer sees a byte too far */
    uint8_t *cut = malloc(bytes + 1);
    memcpy(cut + 1, ipv4_tcp, bytes);
    refused(cut + 1, bytes, tcp4);
    free(cut);
  }
  printf("net: checksums and segmentation are described, and refused where a frame is not what the client says\n");
}
