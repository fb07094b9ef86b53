/* Clients that write anything anywhere at any time, and take back their grants. What the sanitizers, the checks in fake.c
 * and the bounds below do not catch is allowed to go wrong for the client. */
#include "../src/offload.h"
#include "../src/vbd.h"
#include "../src/vif.h"
#include "fake.h"

enum { RING_PAGES = 4 };

static uint32_t interesting(void) {
  static const uint32_t values[] = {0, 1, 2, 7, 8, 11, 12, 31, 32, 33, 63, 64, 127, 255, 256, 257, 4095, 4096, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  return fake_random(3) == 0 ? fake_random(0xffffffff) : values[fake_random(sizeof values / sizeof *values)];
}

static void scribble(void) {
  uint8_t *page = fake_page[fake_random(RING_PAGES)];
  uint32_t value = interesting();
  unsigned bytes = 1u << fake_random(3);
  memcpy(page + fake_random(PAGE_BYTES / bytes) * bytes, &value, bytes);
}

static void scribble_head(void) {
  struct ring_head *head = (struct ring_head *)(void *)fake_page[fake_random(2)];
  uint32_t *words[] = {&head->req_prod, &head->rsp_prod, &head->req_event, &head->rsp_event};
  uint32_t value = fake_random(2) == 0 ? interesting() : head->req_prod + fake_random(40);
  *words[fake_random(8) < 5 ? 0 : fake_random(4)] = value;
}

static void meanwhile(void) {
  if (fake_random(4) == 0) scribble();
}

/* Something that looks like a request, with a value or two gone wild. */
static void plausible_block(void) {
  struct blk_ring *ring = (struct blk_ring *)(void *)fake_page[0];
  union blk_slot *slot = &ring->slot[fake_random(32)];
  memset(slot, 0, sizeof *slot);
  slot->request.operation = (uint8_t)fake_random(8);
  slot->request.segments = (uint8_t)fake_random(14);
  slot->request.sector = fake_random(8) == 0 ? (uint64_t)interesting() << fake_random(33) : fake_random(FAKE_SECTORS);
  for (unsigned i = 0; i < BLK_DIRECT_SEGMENTS; i++) slot->request.segment[i] = (struct blk_segment){RING_PAGES + fake_random(FAKE_PAGES), (uint8_t)fake_random(4), (uint8_t)(3 + fake_random(6)), 0};
  if (slot->request.operation == BLK_INDIRECT) slot->indirect.segments = (uint16_t)fake_random(40);
  if (slot->request.operation == BLK_INDIRECT) slot->indirect.real_operation = (uint8_t)fake_random(3);
  ring->head.req_prod += fake_random(4);
}

static void plausible_net(void) {
  struct net_tx_ring *tx = (struct net_tx_ring *)(void *)fake_page[0];
  struct net_rx_ring *rx = (struct net_rx_ring *)(void *)fake_page[1];
  for (unsigned i = fake_random(6); i > 0; i--) {
    tx->slot[tx->head.req_prod % NET_SLOTS].request =
        (struct net_tx_request){RING_PAGES + fake_random(FAKE_PAGES), (uint16_t)fake_random(4200), (uint16_t)fake_random(16), (uint16_t)fake_random(65536), (uint16_t)fake_random(9000)};
    tx->head.req_prod++;
    rx->slot[rx->head.req_prod % NET_SLOTS].request = (struct net_rx_request){(uint16_t)fake_random(65536), 0, fake_random(FAKE_PAGES + 8)};
    rx->head.req_prod += fake_random(8);
  }
}

static void revoke(void) {
  fake_granted[RING_PAGES + fake_random(FAKE_PAGES - RING_PAGES)] = fake_random(3) != 0;
  fake_readable_only[RING_PAGES + fake_random(FAKE_PAGES - RING_PAGES)] = fake_random(3) == 0;
}

static void hostile_disk(uint64_t seed) {
  struct vbd *vbd = calloc(1, sizeof *vbd);
  uint32_t refs[RING_PAGES] = {0, 1, 2, 3};
  const char *error;
  fake_reset(seed);
  fake_meanwhile = meanwhile;
  fake_disk_errors_in_1000 = 20;
  vbd->sectors = FAKE_SECTORS;
  vbd->read_only = seed % 4 == 0;
  vbd->persistent = seed % 5 < 3;
  vbd->begins = seed % 5 < 2;
  for (unsigned i = 0; i < 200 && seed % 3 == 0; i++) scribble();
  CHECK(vbd_attach(vbd, refs, 1u << seed % 3, 9, &error), "%s", error);
  for (unsigned step = 0; step < 150; step++) {
    switch (fake_random(6)) {
      case 0: scribble_head(); break;
      case 1: plausible_block(); break;
      case 2: scribble(); break;
      case 3: revoke(); break;
      case 4: fake_disk_step(); break;
      default: vbd_take(vbd); break;
    }
    CHECK(vbd->taken - vbd->answered <= VBD_WINDOW && vbd->responses <= vbd->requests, "taken %u, answered %u", vbd->taken, vbd->answered);
  }
  vbd_detach(vbd);
  while (fake_disk_pending > 0) fake_disk_step();
  CHECK(fake_mapped == 0 && fake_bound == 0 && pages_in_use == 0, "not given back: %u pages, %u ports", fake_mapped, fake_bound);
  CHECK(vbd->in_flight == 0 && vbd_buffers_in_use == 0, "%u requests, %zu bytes are left", vbd->in_flight, vbd_buffers_in_use);
  CHECK(!vbd->read_only || fake_disk_writes == 0, "a read-only disk was written");
  free(vbd);
}

static void hostile_card(uint64_t seed) {
  struct vif *vif = calloc(1, sizeof *vif);
  const char *error;
  fake_reset(seed);
  fake_meanwhile = meanwhile;
  vif->features = (struct vif_features){seed % 2 == 0, true, seed % 4 == 0, false};
  for (unsigned i = 0; i < 200 && seed % 3 == 0; i++) scribble();
  CHECK(vif_attach(vif, 0, 1, 9, &error), "%s", error);
  for (unsigned step = 0; step < 100; step++) {
    switch (fake_random(6)) {
      case 0: scribble_head(); break;
      case 1: plausible_net(); break;
      case 2: scribble(); break;
      case 3: revoke(); break;
      case 4:
        fake_incoming_next = 0;
        fake_incoming_count = 1;
        fake_incoming[0].bytes = 10 + fake_random(65600);
        fake_incoming[0].data[1] = (uint8_t)(fake_random(2) * 4);
        vif_frames(vif);
        break;
      default: vif_take(vif); break;
    }
    fake_sent_count = 0;
  }
  vif_detach(vif);
  CHECK(fake_mapped == 0 && fake_bound == 0, "not given back: %u pages, %u ports", fake_mapped, fake_bound);
  free(vif);
}

static void hostile_frames(uint64_t seed) {
  fake_reset(seed);
  for (unsigned i = 0; i < 50; i++) {
    size_t bytes = fake_random(200);
    uint8_t *frame = malloc(bytes + 1);
    for (size_t k = 0; k < bytes; k++) frame[k + 1] = (uint8_t)(fake_random(3) == 0 ? fake_random(256) : (uint8_t)"\x08\x45\x86\xdd\x60\x06\x11\x2b"[fake_random(8)]);
    struct offload offload = {true, false, (uint8_t)fake_random(3), (uint16_t)interesting()};
    struct virtio_net_hdr header;
    if (offload_describe(frame + 1, bytes, &offload, &header)) CHECK(header.csum_start + header.csum_offset + 2u <= bytes && header.hdr_len <= bytes, "beyond the frame of %zu bytes", bytes);
    free(frame);
  }
}

void hostile_tests(unsigned rounds) {
  for (unsigned seed = 1; seed <= rounds; seed++) {
    hostile_disk(seed);
    hostile_card(seed);
    hostile_frames(seed);
  }
  printf("hostile clients: %u histories\n", rounds);
}
