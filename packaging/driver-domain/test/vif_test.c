/* The net backend under an honest client, and under crashes at every step. */
#include "../src/vif.h"
#include "fake.h"

enum { TX_PAGE = 0, RX_PAGE = 1, TX_DATA = 32, RX_DATA = 64, RX_POSTED = 40, FRAMES = 12, HEADER = 10, MARK = 0x5a };

static struct {
  struct vif *vif;
  uint32_t tx_produced, tx_consumed, rx_produced, rx_consumed;
  uint16_t next_id, tx_id[NET_SLOTS];
  bool tx_extra[NET_SLOTS];
  unsigned to_send, sent, incoming, delivered, lost;
  uint8_t building[70000];
  size_t built;
} client;

static struct net_tx_ring *tx(void) { return (struct net_tx_ring *)(void *)fake_page[TX_PAGE]; }
static struct net_rx_ring *rx(void) { return (struct net_rx_ring *)(void *)fake_page[RX_PAGE]; }

/* Frame N: its bytes follow from N, so that a part of it in the wrong place is seen. */
static void make_frame(uint8_t *data, size_t bytes, unsigned number) {
  for (size_t i = 0; i < bytes; i++) data[i] = (uint8_t)(number * 31 + i * 7 + i / 256 + MARK);
  data[12] = data[13] = 0xff;
  data[14] = (uint8_t)number;
}

static void check_frame(const uint8_t *data, size_t bytes, unsigned number) {
  uint8_t *expected = malloc(bytes);
  make_frame(expected, bytes, number);
  CHECK(memcmp(data, expected, bytes) == 0, "frame %u arrives changed", number);
  free(expected);
}

static size_t size_of_frame(unsigned number) { return number % 3 == 0 ? 60 : number % 3 == 1 ? 1500 : 9000 + number; }

static void begin(uint64_t seed) {
  fake_reset(seed);
  memset(&client, 0, sizeof client);
  client.to_send = FRAMES;
  client.incoming = FRAMES;
  for (unsigned i = 0; i < FRAMES; i++) {
    struct fake_frame *frame = &fake_incoming[fake_incoming_count++];
    memset(frame->data, 0, HEADER);
    if (i % 3 == 2) {
      frame->data[0] = 1; /* checksum to be done */
      frame->data[1] = 1; /* TCP over IPv4, in segments */
      frame->data[4] = 100;
    }
    make_frame(frame->data + HEADER, size_of_frame(i), i);
    frame->bytes = HEADER + size_of_frame(i);
  }
}

static void new_backend(void) {
  const char *error;
  client.vif->domid = 5;
  client.vif->features = (struct vif_features){true, true, true, true};
  CHECK(vif_attach(client.vif, TX_PAGE, RX_PAGE, 9, &error), "%s", error);
}

static void kill_backend(void) {
  free(client.vif);
  client.vif = calloc(1, sizeof *client.vif);
  fake_process_ends();
}

static void put_tx(uint32_t page, unsigned size, uint16_t flags) {
  uint32_t index = client.tx_produced++ % NET_SLOTS;
  client.tx_id[index] = client.next_id++;
  client.tx_extra[index] = false;
  tx()->slot[index].request = (struct net_tx_request){page, 0, flags, client.tx_id[index], (uint16_t)size};
}

/* A frame over pages of 4096 bytes, published with one store as a client does. */
static void send_one(void) {
  if (client.to_send == 0 || client.tx_produced - client.tx_consumed > 8) return;
  unsigned number = client.sent, pages = (unsigned)(size_of_frame(number) + PAGE_BYTES - 1) / PAGE_BYTES;
  uint8_t *frame = calloc(1, size_of_frame(number));
  make_frame(frame, size_of_frame(number), number);
  size_t rest = size_of_frame(number);
  for (unsigned i = 0; i < pages; i++) {
    uint32_t page = TX_DATA + (client.tx_produced % 16);
    unsigned here = rest > PAGE_BYTES ? PAGE_BYTES : (unsigned)rest;
    memcpy(fake_page[page], frame + i * PAGE_BYTES, here);
    put_tx(page, i == 0 ? (unsigned)size_of_frame(number) : here, i + 1 < pages ? NET_MORE_DATA : 0);
    rest -= here;
  }
  free(frame);
  client.sent++;
  client.to_send--;
  __atomic_store_n(&tx()->head.req_prod, client.tx_produced, __ATOMIC_RELEASE);
}

static void consume_tx(void) {
  uint32_t answered = tx()->head.rsp_prod;
  CHECK(answered - client.tx_consumed <= client.tx_produced - client.tx_consumed, "more answers than slots");
  for (; client.tx_consumed != answered; client.tx_consumed++) {
    const struct net_tx_response *response = &tx()->slot[client.tx_consumed % NET_SLOTS].response;
    CHECK(response->id == client.tx_id[client.tx_consumed % NET_SLOTS], "answer %u has id %u", client.tx_consumed, response->id);
    CHECK(response->status == NET_OK, "slot %u: status %d", client.tx_consumed, response->status);
  }
}

static void post_rx(void) {
  while (client.rx_produced - client.rx_consumed < RX_POSTED) {
    uint32_t index = client.rx_produced++ % NET_SLOTS;
    rx()->slot[index].request = (struct net_rx_request){(uint16_t)(index + 300), 0, RX_DATA + index};
  }
  __atomic_store_n(&rx()->head.req_prod, client.rx_produced, __ATOMIC_RELEASE);
}

static void frame_arrived(void) {
  unsigned number = client.building[14];
  CHECK(number >= client.delivered, "frame %u arrives twice or late", number);
  CHECK(number < FRAMES && client.built == size_of_frame(number), "frame %u has %zu bytes", number, client.built);
  check_frame(client.building, client.built, number);
  client.delivered = number + 1;
  client.built = 0;
}

static void consume_rx(void) {
  uint32_t answered = rx()->head.rsp_prod;
  bool extra = false, gso = false;
  CHECK(answered - client.rx_consumed <= client.rx_produced - client.rx_consumed, "more answers than room");
  for (; client.rx_consumed != answered; client.rx_consumed++) {
    uint32_t index = client.rx_consumed % NET_SLOTS;
    const union net_rx_slot *slot = &rx()->slot[index];
    if (extra) {
      CHECK(slot->extra.type == NET_EXTRA_GSO && slot->extra.flags == 0 && slot->extra.gso_size == 100 && slot->extra.gso_type == NET_GSO_TCPV4, "extra information %u", slot->extra.type);
      extra = false;
      gso = true;
      continue;
    }
    CHECK(slot->response.id == index + 300, "slot %u: id %u", client.rx_consumed, slot->response.id);
    if (slot->response.status < 0) {
      CHECK(client.built == 0, "a frame ends in an error");
      client.lost++;
      continue;
    }
    memcpy(client.building + client.built, fake_page[RX_DATA + index], (size_t)slot->response.status);
    client.built += (size_t)slot->response.status;
    extra = (slot->response.flags & NET_EXTRA_INFO) != 0;
    if (extra) CHECK((slot->response.flags & NET_RX_CSUM_BLANK) != 0, "segments without a checksum to do");
    bool more = (slot->response.flags & NET_MORE_DATA) != 0;
    if (!more && !extra) frame_arrived();
    CHECK(!gso || client.delivered > 0 || client.built > 0, "extra information of nothing");
  }
}

static void run(void) {
  new_backend();
  for (unsigned steps = 0; client.to_send > 0 || client.tx_consumed != client.tx_produced || fake_incoming_next < fake_incoming_count; steps++) {
    CHECK(steps < 20000, "it hangs: %u of %u slots answered, %u frames taken", client.tx_consumed, client.tx_produced, fake_incoming_next);
    switch (fake_random(6)) {
      case 0: send_one(); break;
      case 1: vif_take(client.vif); break;
      case 2: consume_tx(); break;
      case 3: post_rx(); break;
      case 4: vif_frames(client.vif); break;
      default: consume_rx(); break;
    }
  }
}

/* Each frame went out whole and in order; only one that was on its way at a crash may have gone twice. */
static void check_sent(unsigned crashes) {
  unsigned next = 0, twice = 0;
  for (unsigned i = 0; i < fake_sent_count; i++) {
    unsigned number = fake_sent[i].data[HEADER + 14];
    twice += number + 1 == next;
    CHECK(number == next || number + 1 == next, "frame %u goes out after %u", number, next);
    CHECK(fake_sent[i].bytes == HEADER + size_of_frame(number), "frame %u goes out with %zu bytes", number, fake_sent[i].bytes);
    check_frame(fake_sent[i].data + HEADER, size_of_frame(number), number);
    if (number == next) next++;
  }
  CHECK(next == FRAMES, "%u frames of %u went out", next, FRAMES);
  CHECK(twice <= crashes, "%u frames went out twice after %u crashes", twice, crashes);
}

static void finish_up(unsigned crashes) {
  consume_tx();
  consume_rx();
  check_sent(crashes);
  CHECK(fake_halves == 0, "%u pages were copied in two halves", fake_halves);
  CHECK(crashes > 0 || (client.delivered == FRAMES && client.lost == 0), "%u frames arrived, %u slots lost without a crash", client.delivered, client.lost);
  vif_detach(client.vif);
  CHECK(fake_mapped == 0 && fake_bound == 0, "not given back: %u pages, %u ports", fake_mapped, fake_bound);
  free(client.vif);
  client.vif = NULL;
}

static void crash_at_every_step(void) {
  for (unsigned at = 1;; at++) {
    begin(31);
    kill_backend();
    bool crashed = fake_crashes(at, run);
    if (crashed) {
      kill_backend();
      consume_tx();
      consume_rx();
      CHECK(!fake_crashes(0, run), "nothing crashes here");
    }
    finish_up(crashed);
    if (!crashed) {
      CHECK(at > 200, "only %u steps: the test has lost its teeth", at);
      printf("net: frames go out whole, slots are answered once after a crash at each of %u steps\n", at - 1);
      return;
    }
  }
}

static void many_crashes(unsigned rounds) {
  unsigned all = 0;
  for (unsigned seed = 1; seed <= rounds; seed++) {
    unsigned crashes = 0;
    begin(seed);
    kill_backend();
    while (fake_crashes(1 + fake_random(150), run)) {
      crashes++;
      kill_backend();
      consume_tx();
      consume_rx();
    }
    finish_up(crashes);
    all += crashes;
  }
  printf("net: %u histories with %u crashes in them, also in the take-overs\n", rounds, all);
}

static void give_back(void) {
  vif_detach(client.vif);
  free(client.vif);
  client.vif = NULL;
}

static void answered(unsigned slots, int16_t status) {
  tx()->head.req_prod = slots;
  vif_take(client.vif);
  CHECK(tx()->head.rsp_prod == slots && tx()->slot[0].response.status == status, "%u of %u slots, status %d", tx()->head.rsp_prod, slots, tx()->slot[0].response.status);
  CHECK(fake_sent_count == 0, "a frame goes out");
  give_back();
}

static void fresh(void) {
  begin(3);
  kill_backend();
  new_backend();
}

static void senseless_frames(void) {
  fresh();
  tx()->slot[0].request = (struct net_tx_request){TX_DATA, 4000, 0, 1, 200}; /* over the page's end */
  answered(1, NET_ERROR);
  fresh();
  tx()->slot[0].request = (struct net_tx_request){FAKE_PAGES + 1, 0, 0, 1, 60};
  answered(1, NET_ERROR);
  fresh();
  tx()->slot[0].request = (struct net_tx_request){TX_DATA, 0, 0, 1, 13};
  answered(1, NET_ERROR);
  fresh();
  tx()->slot[0].request = (struct net_tx_request){TX_DATA, 0, NET_MORE_DATA, 1, 60};
  tx()->slot[1].request = (struct net_tx_request){TX_DATA, 0, 0, 2, 61}; /* a part larger than the whole */
  answered(2, NET_ERROR);
  fresh();
  tx()->slot[0].request = (struct net_tx_request){TX_DATA, 0, NET_EXTRA_INFO, 1, 60};
  tx()->slot[1].extra = (struct net_extra){.type = 3};
  answered(2, NET_ERROR);
  fresh();
  for (unsigned i = 0; i < 30; i++) tx()->slot[i].request = (struct net_tx_request){TX_DATA, 0, NET_MORE_DATA, 1, 60};
  tx()->head.req_prod = 30;
  vif_take(client.vif);
  CHECK(client.vif->broken && fake_sent_count == 0, "a frame of 30 slots is taken");
  give_back();
  fresh();
  rx()->head.req_prod = NET_SLOTS + 1;
  CHECK(!vif_has_room(client.vif) && client.vif->broken, "room for 257 in a ring of 256");
  give_back();
  printf("net: senseless frames are answered with an error and do not go out\n");
}

void vif_tests(void) {
  senseless_frames();
  crash_at_every_step();
  many_crashes(150);
}
