/* The agent: nodes that a toolstack and clients write, answered as Xen's own backends would. */
#include "../src/agent.h"
#include "../src/health.h"
#include "fake.h"
#include "fake_store.h"

#define VBD "backend/vbd/5/51712"
#define VBD_CLIENT "/local/domain/5/device/vbd/51712"
#define VIF "backend/vif/5/0"
#define VIF_CLIENT "/local/domain/5/device/vif/0"

static void set(const char *folder, const char *key, const char *value) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, key);
  fake_store_set(path, value);
}

static void is(const char *folder, const char *key, const char *value) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, key);
  CHECK(strcmp(fake_store_get(path), value) == 0, "%s is %s, not %s", path, fake_store_get(path), value);
}

/* A second passes, and what it brings is dealt with. */
static void second(void) {
  fake_now += 1000;
  agent_tick();
  for (int i = 0; i < 5; i++) agent_work();
}

static void begin(void) {
  fake_reset(1);
  fake_store_reset();
  static bool started;
  if (!started) CHECK(agent_start(), "no start");
  else store_watch("backend", "backend");
  started = true;
  for (int i = 0; i < 12; i++) second(); /* the time in which the domain's own disks may still come */
}

static void toolstack_adds_disk(void) {
  set(VBD, "frontend-id", "5");
  set(VBD, "params", "/dev/xvdb");
  set(VBD, "mode", "w");
  set(VBD, "online", "1");
  set(VBD, "state", "1");
  set(VBD_CLIENT, "state", "1");
  agent_work();
}

static void client_connects_disk(void) {
  set(VBD_CLIENT, "ring-ref", "0");
  set(VBD_CLIENT, "event-channel", "9");
  set(VBD_CLIENT, "protocol", "x86_64-abi");
  set(VBD_CLIENT, "state", "3");
  agent_work();
}

static void connected_client_gets_nic(void) {
  set(VIF_CLIENT, "tx-ring-ref", "1");
  set(VIF_CLIENT, "rx-ring-ref", "2");
  set(VIF_CLIENT, "event-channel", "10");
  set(VIF_CLIENT, "request-rx-copy", "1");
  set(VIF_CLIENT, "state", "4");
  set(VIF, "state", "1");
}

static void end(void) {
  store_remove("backend");
  store_remove("/local");
  for (int i = 0; i < 4; i++) second();
  CHECK(agent_devices() == NULL, "a device is left");
  CHECK(fake_mapped == 0 && fake_bound == 0 && fake_taps_open == 0, "left: %u pages, %u ports, %d taps", fake_mapped, fake_bound, fake_taps_open);
}

static void disk_comes_and_goes(void) {
  begin();
  toolstack_adds_disk();
  is(VBD, "hotplug-status", "connected");
  is(VBD, "physical-device", "ca:10");
  is(VBD, "feature-flush-cache", "1");
  is(VBD, "feature-persistent", "1");
  is(VBD, "state", "2");
  client_connects_disk();
  is(VBD, "state", "4");
  is(VBD, "sectors", "128");
  CHECK(fake_mapped == 1 && fake_bound == 1, "not attached");
  set(VBD, "online", "0");
  set(VBD, "state", "5");
  agent_work();
  CHECK(fake_mapped == 1, "the ring is gone while the client may still write");
  set(VBD_CLIENT, "state", "5");
  agent_work();
  CHECK(fake_mapped == 1, "the ring is gone while the client may still write");
  set(VBD_CLIENT, "state", "6");
  agent_work();
  is(VBD, "state", "6");
  CHECK(fake_mapped == 0 && fake_bound == 0, "still attached");
  second();
  is(VBD, "state", "6");
  second();
  second();
  is(VBD, "state", "(none)");
  end();
  printf("agent: a disk comes, is used, goes, and its node is removed\n");
}

static void live_rings_are_taken_over(void) {
  begin();
  set(VBD_CLIENT, "ring-ref", "0");
  set(VBD_CLIENT, "event-channel", "9");
  set(VBD_CLIENT, "state", "4");
  connected_client_gets_nic();
  set(VBD, "params", "/dev/xvdb");
  set(VBD, "mode", "w");
  set(VBD, "state", "4");
  agent_work();
  is(VBD, "state", "4");
  is(VIF, "state", "4");
  is(VIF, "hotplug-status", "connected");
  CHECK(fake_mapped == 3 && fake_bound == 2 && fake_notified == 2, "%u pages, %u ports, %u notified", fake_mapped, fake_bound, fake_notified);
  is(VBD, "feature-flush-cache", "(none)");
  is(VIF, "feature-sg", "(none)");
  set(VBD_CLIENT, "state", "6");
  agent_work();
  set(VBD_CLIENT, "state", "1");
  second();
  is(VBD, "feature-flush-cache", "1");
  is(VBD, "state", "2");
  end();
  printf("agent: rings of connected clients are taken over at once, and what they may ask for is there when they begin anew\n");
}

/* Asks the disk for a page: how many are mapped then, beside the ring. */
static unsigned pages_that_stay(void) {
  struct blk_ring *disk = (struct blk_ring *)(void *)fake_page[0];
  disk->slot[disk->head.req_prod % 32].request = (struct blk_request){.operation = BLK_WRITE, .segments = 1, .segment = {{3, 0, 7, 0}}};
  disk->head.req_prod++;
  second();
  fake_disk_step();
  return fake_mapped - 1;
}

/* The client's word counts when it is connected; later it is what was agreed then. */
static void pages_stay_where_both_agree(void) {
  static const struct {
    const char *word, *client_state, *state; /* the client's feature-persistent; where both stand when this program begins */
    unsigned stay;
  } cases[] = {{"1", "3", "2", 1}, {"0", "3", "2", 0}, {"2", "3", "2", 0}, {"yes", "3", "2", 0}, {"1", "4", "1", 0}, {"1", "4", "4", 0}, {"1", "3", "4", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    begin();
    toolstack_adds_disk();
    store_remove(VBD);
    for (int k = 0; k < 4; k++) second();
    set(VBD_CLIENT, "feature-persistent", cases[i].word);
    set(VBD_CLIENT, "ring-ref", "0");
    set(VBD_CLIENT, "event-channel", "9");
    set(VBD_CLIENT, "state", cases[i].client_state);
    set(VBD, "params", "/dev/xvdb");
    set(VBD, "mode", "w");
    set(VBD, "state", cases[i].state);
    agent_work();
    is(VBD, "state", "4");
    CHECK(strcmp(cases[i].client_state, "4") == 0 || pages_that_stay() == 0, "pages stay before the client can know");
    set(VBD_CLIENT, "state", "4");
    agent_work();
    unsigned stay = pages_that_stay();
    CHECK(stay == cases[i].stay, "'%s', states %s and %s: %u pages stay mapped", cases[i].word, cases[i].client_state, cases[i].state, stay);
    end();
  }
  printf("agent: a client's pages stay mapped where both have agreed when it was connected\n");
}

static void what_cannot_be_served_is_said(void) {
  begin();
  fake_disk_exists = fake_bridge_exists = false;
  toolstack_adds_disk();
  set(VIF, "bridge", "br7");
  set(VIF, "state", "1");
  agent_work();
  is(VBD, "hotplug-status", "error");
  is(VBD, "hotplug-error", "'/dev/xvdb' cannot be opened");
  is(VIF, "hotplug-error", "vif5.0 cannot be put into the bridge 'br7'");
  is(VBD, "state", "1");
  store_remove(VBD);
  fake_disk_exists = true;
  toolstack_adds_disk();
  is(VBD, "hotplug-status", "connected");
  end();
  printf("agent: what cannot be served is said, and the next of that name is served\n");
}

static void senseless_client(const char *key, const char *value) {
  begin();
  toolstack_adds_disk();
  set(VBD_CLIENT, key, value);
  if (strcmp(key, "ring-ref") != 0 && strcmp(key, "ring-page-order") != 0) set(VBD_CLIENT, "ring-ref", "0");
  if (strcmp(key, "event-channel") != 0) set(VBD_CLIENT, "event-channel", "9");
  set(VBD_CLIENT, "state", strcmp(key, "state") == 0 ? value : "3");
  agent_work();
  CHECK(strcmp(fake_store_get(VBD "/state"), "4") != 0 && fake_mapped == 0 && fake_bound == 0, "%s = %s is taken", key, value);
  end();
}

static void senseless_clients(void) {
  static const char *cases[][2] = {{"ring-ref", "-1"},        {"ring-ref", "4294967296"},  {"ring-ref", "0x10"},     {"ring-ref", ""},
                                   {"ring-ref", "511x"},      {"ring-ref", "99999"},       {"ring-page-order", "9"}, {"ring-page-order", "one"},
                                   {"event-channel", "5000"}, {"event-channel", "%s%s%n"}, {"protocol", "x86_32-abi"}, {"state", "77"},
                                   {"state", "3333333333333333333333333"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) senseless_client(cases[i][0], cases[i][1]);
  printf("agent: clients that write nonsense are not connected\n");
}

static void client_begins_anew(void) {
  begin();
  toolstack_adds_disk();
  client_connects_disk();
  set(VBD_CLIENT, "state", "1"); /* a kernel that was started in place of one that crashed */
  for (int i = 0; i < 3; i++) agent_work();
  is(VBD, "state", "2");
  client_connects_disk();
  is(VBD, "state", "4");
  CHECK(fake_mapped == 1 && fake_bound == 1, "%u pages, %u ports", fake_mapped, fake_bound);
  end();
  printf("agent: a client that begins anew is connected anew\n");
}

static void lost_event_is_made_up_for(void) {
  begin();
  toolstack_adds_disk();
  client_connects_disk();
  connected_client_gets_nic();
  agent_work();
  struct blk_ring *disk = (struct blk_ring *)(void *)fake_page[0];
  struct net_tx_ring *tx = (struct net_tx_ring *)(void *)fake_page[1];
  disk->slot[0].request.operation = BLK_READ; /* of nothing, which is an error */
  disk->slot[0].request.segments = 0;
  disk->head.req_prod = 1;
  tx->slot[0].request.ref = 3;
  tx->slot[0].request.offset = 0;
  tx->slot[0].request.flags = 0;
  tx->slot[0].request.size = 60;
  tx->head.req_prod = 1;
  CHECK(disk->head.rsp_prod == 0 && tx->head.rsp_prod == 0, "answered without being told");
  second();
  CHECK(disk->head.rsp_prod == 1, "the disk's request waits for ever");
  CHECK(tx->head.rsp_prod == 1 && fake_sent_count == 1, "the frame waits for ever");
  end();
  printf("agent: an event that got lost is made up for\n");
}

/* A toolstack takes a count for a ring that is served, whatever states the program before has left. */
static void only_what_is_served_is_counted(void) {
  begin();
  set("data/jxl-backend/devices", "vbd-5-51712", "9 9");
  set(VBD_CLIENT, "ring-ref", "nonsense");
  set(VBD_CLIENT, "event-channel", "9");
  set(VBD_CLIENT, "state", "4");
  set(VBD, "params", "/dev/xvdb");
  set(VBD, "mode", "w");
  set(VBD, "state", "4");
  agent_work();
  health_start();
  health_tick(agent_devices());
  for (int i = 0; i < 3; i++) health_write(agent_devices());
  is(VBD, "state", "4");
  is("data/jxl-backend/devices", "vbd-5-51712", "(none)");
  set(VBD_CLIENT, "ring-ref", "0");
  second();
  health_tick(agent_devices());
  for (int i = 0; i < 3; i++) health_write(agent_devices());
  is("data/jxl-backend/devices", "vbd-5-51712", "0 0");
  end();
  printf("agent: only what is served is counted\n");
}

void agent_tests(void) {
  only_what_is_served_is_counted();
  lost_event_is_made_up_for();
  disk_comes_and_goes();
  live_rings_are_taken_over();
  pages_stay_where_both_agree();
  what_cannot_be_served_is_said();
  senseless_clients();
  client_begins_anew();
}
