/* The block backend under an honest client that checks everything, and under crashes at every step. */
#include "../src/vbd.h"
#include "fake.h"

enum { RING_PAGE = 0, INDIRECT_PAGE = 8, DATA_PAGE = 16, MAX_WAITING = 128, MAX_SEGMENTS = 12, REQUESTS = 40, BUSY = 1, FREE = 0 };

/* A request as the client remembers it. */
struct waiting {
  uint64_t id;
  uint8_t operation, answered_as;
  unsigned sector, sectors, page;
  uint64_t generation;
  uint64_t stable_before[FAKE_SECTORS]; /* for flushes: what must be stable when it is answered */
};

static struct {
  struct vbd *vbd;
  unsigned pages, slots, to_submit;
  uint32_t produced, consumed;
  uint64_t next_id, next_generation;
  bool persistent;         /* its node says that its pages may stay mapped */
  bool mixed;              /* some of its backends are older and only copy */
  bool connected, agreed;  /* agreed: when it was connected, the same was offered to it */
  uint8_t sector_state[FAKE_SECTORS];
  uint64_t acknowledged[FAKE_SECTORS]; /* the generation that a read must see */
  struct waiting waiting[MAX_WAITING];
} client;

static struct blk_ring *ring(void) { return (struct blk_ring *)(void *)fake_page[RING_PAGE]; }

static uint64_t generation_of(uint8_t sector[SECTOR_BYTES]) {
  uint64_t generation;
  memcpy(&generation, sector, sizeof generation);
  for (unsigned i = 8; i < SECTOR_BYTES; i += 8) CHECK(memcmp(sector, sector + i, 8) == 0, "a sector of mixed generations");
  return generation;
}

static void begin(unsigned pages, uint64_t seed) {
  fake_reset(seed);
  memset(&client, 0, sizeof client);
  client.pages = pages;
  client.slots = pages == 1 ? 32 : pages == 2 ? 64 : 128;
  client.to_submit = REQUESTS;
  client.next_generation = 1;
  ring()->head.req_event = ring()->head.rsp_event = 1;
}

static void new_backend(void) {
  uint32_t refs[4] = {RING_PAGE, RING_PAGE + 1, RING_PAGE + 2, RING_PAGE + 3};
  const char *error;
  client.vbd->domid = 5;
  client.vbd->id = 51712;
  client.vbd->fd = 3;
  client.vbd->sectors = FAKE_SECTORS;
  bool copies = client.mixed && fake_random(2) == 0;
  client.vbd->persistent = client.persistent && !copies;
  client.vbd->begins = !client.connected && !copies; /* an older one leaves no note */
  CHECK(vbd_attach(client.vbd, refs, client.pages, 9, &error), "%s", error);
  if (!client.connected) client.agreed = client.vbd->persistent;
  client.connected = true;
  if (client.vbd->begins) vbd_agree(client.vbd);
}

/* The process has died: its memory goes, Xen and the kernel take back the rest. */
static void kill_backend(void) {
  fake_disk_crash();
  for (unsigned i = 0; client.vbd != NULL && i < VBD_WINDOW; i++) free(client.vbd->request[i].io.buffer);
  if (client.vbd != NULL) free(client.vbd->kept.table);
  free(client.vbd);
  client.vbd = calloc(1, sizeof *client.vbd);
  vbd_buffers_in_use = pages_in_use = 0;
  fake_process_ends();
}

/* Segments over whole pages, at most 8 sectors each; the first may begin anywhere. */
static unsigned make_segments(struct waiting *request, struct blk_segment *segment) {
  unsigned count = 0;
  for (unsigned sector = 0; sector < request->sectors; count++) {
    unsigned take = request->sectors - sector < 8 ? request->sectors - sector : 8;
    fake_granted[DATA_PAGE + request->page + count] = true;
    segment[count] = (struct blk_segment){DATA_PAGE + request->page + count, 0, (uint8_t)(take - 1), 0};
    sector += take;
  }
  return count;
}

static void put_slot(struct waiting *request) {
  union blk_slot *slot = &ring()->slot[client.produced % client.slots];
  struct blk_segment segment[MAX_SEGMENTS];
  unsigned count = make_segments(request, segment);
  bool indirect = count > 0 && request->operation <= BLK_WRITE && fake_random(2) == 0;
  memset(slot, 0xee, sizeof *slot);
  slot->request.id = request->id;
  slot->request.sector = request->sector;
  if (indirect || count > BLK_DIRECT_SEGMENTS) {
    fake_granted[INDIRECT_PAGE + client.produced % 8] = true;
    memcpy(fake_page[INDIRECT_PAGE + client.produced % 8], segment, sizeof segment);
    slot->indirect.operation = BLK_INDIRECT;
    slot->indirect.real_operation = request->operation;
    slot->indirect.segments = (uint16_t)count;
    slot->indirect.page_ref[0] = INDIRECT_PAGE + client.produced % 8;
  } else {
    slot->request.operation = request->operation;
    slot->request.segments = (uint8_t)count;
    memcpy(slot->request.segment, segment, count * sizeof segment[0]);
  }
  __atomic_store_n(&ring()->head.req_prod, ++client.produced, __ATOMIC_RELEASE);
}

static bool choose_range(struct waiting *request) {
  request->sectors = 1 + fake_random(MAX_SEGMENTS * 8 - 1 < FAKE_SECTORS ? 20 : FAKE_SECTORS);
  request->sector = fake_random(FAKE_SECTORS - request->sectors);
  for (unsigned i = 0; i < request->sectors; i++)
    if (client.sector_state[request->sector + i] == BUSY) return false;
  memset(client.sector_state + request->sector, BUSY, request->sectors);
  return true;
}

static void submit(void) {
  if (client.to_submit == 0 || client.produced - client.consumed >= 8) return; /* 8 indirect pages, and pages for data */
  struct waiting *request = &client.waiting[client.produced % MAX_WAITING];
  static const uint8_t operations[] = {BLK_READ, BLK_WRITE, BLK_WRITE, BLK_WRITE, BLK_FLUSH, BLK_BARRIER};
  *request = (struct waiting){.id = ++client.next_id * 0x100000001u, .page = (client.produced % 8) * MAX_SEGMENTS};
  request->operation = operations[fake_random(sizeof operations)];
  bool data = request->operation != BLK_FLUSH && (request->operation != BLK_BARRIER || fake_random(2) == 0);
  if (data && !choose_range(request)) return;
  request->generation = data && request->operation != BLK_READ ? client.next_generation++ : 0;
  uint8_t *page = fake_page[DATA_PAGE + request->page];
  for (unsigned i = 0; i < request->sectors * SECTOR_BYTES; i += 8) memcpy(page + i, request->operation == BLK_READ ? &request->id : &request->generation, 8);
  memcpy(request->stable_before, client.acknowledged, sizeof client.acknowledged);
  client.to_submit--;
  put_slot(request);
}

static void check_answer(struct waiting *request) {
  bool flushes = request->operation == BLK_FLUSH || request->operation == BLK_BARRIER;
  for (unsigned i = 0; i < request->sectors; i++) {
    unsigned sector = request->sector + i;
    client.sector_state[sector] = FREE;
    if (request->operation == BLK_READ) {
      uint64_t seen = generation_of(fake_page[DATA_PAGE + request->page] + i * SECTOR_BYTES);
      CHECK(seen == client.acknowledged[sector], "sector %u reads as %llu, not %llu", sector, (unsigned long long)seen, (unsigned long long)client.acknowledged[sector]);
    } else {
      CHECK(generation_of(fake_disk[sector]) == request->generation, "a write is acknowledged and not on the disk: sector %u", sector);
      client.acknowledged[sector] = request->generation;
      if (flushes) CHECK(generation_of(fake_stable[sector]) == request->generation, "a barrier's data is not stable: sector %u", sector);
    }
  }
  for (unsigned sector = 0; flushes && sector < FAKE_SECTORS; sector++)
    CHECK(generation_of(fake_stable[sector]) >= request->stable_before[sector], "sector %u was acknowledged before a flush and is not stable after it", sector);
}

/* As Linux' frontend: what the backend has not mapped is taken back; what it has mapped without consent shuts the disk off. */
static void end_grant(uint32_t page) {
  CHECK(client.agreed || fake_mappings[page] == 0, "page %u is still mapped", page);
  fake_granted[page] = fake_mappings[page] > 0;
}

static void end_grants(const struct waiting *request, uint32_t index) {
  for (unsigned i = 0; i < (request->sectors + 7) / 8; i++) end_grant(DATA_PAGE + request->page + i);
  end_grant(INDIRECT_PAGE + index % 8);
}

static void consume(void) {
  uint32_t answered = __atomic_load_n(&ring()->head.rsp_prod, __ATOMIC_ACQUIRE);
  CHECK(answered - client.consumed <= client.produced - client.consumed, "more answers than requests: %u of %u", answered, client.produced);
  for (; client.consumed != answered; client.consumed++) {
    struct waiting *request = &client.waiting[client.consumed % MAX_WAITING];
    const struct blk_response *response = &ring()->slot[client.consumed % client.slots].response;
    CHECK(response->id == request->id, "answer %u is for request %llx, not %llx", client.consumed, (unsigned long long)response->id, (unsigned long long)request->id);
    CHECK(response->operation == request->operation, "answer %u names operation %u, not %u", client.consumed, response->operation, request->operation);
    CHECK(response->status == BLK_OK, "request %u failed: %d", client.consumed, response->status);
    check_answer(request);
    end_grants(request, client.consumed);
  }
  ring()->head.rsp_event = client.consumed + 1;
}

static void anything(void) {
  switch (fake_random(4)) {
    case 0: submit(); break;
    case 1: vbd_take(client.vbd); break;
    case 2: fake_disk_step(); break;
    default: consume(); break;
  }
}

static bool all_done(void) { return client.to_submit == 0 && client.consumed == client.produced; }

static void run(void) {
  new_backend();
  for (unsigned steps = 0; !all_done(); steps++) {
    CHECK(steps < 100000, "it hangs: %u submitted, %u answered, %u at the disk", client.produced, client.consumed, fake_disk_pending);
    anything();
  }
}

static void give_back(void) {
  vbd_detach(client.vbd);
  CHECK(fake_mapped == 0 && fake_bound == 0, "not given back: %u pages, %u ports", fake_mapped, fake_bound);
  CHECK(vbd_buffers_in_use == 0, "%zu bytes of buffers are lost", vbd_buffers_in_use);
  free(client.vbd);
  client.vbd = NULL;
}

static void finish_up(void) {
  consume();
  give_back();
}

/* One history, ended at each of its steps in turn. */
static void crash_at_every_step(bool persistent) {
  for (unsigned at = 1;; at++) {
    begin(1, 77);
    client.persistent = persistent;
    kill_backend();
    bool crashed = fake_crashes(at, run);
    if (crashed) {
      kill_backend();
      consume();
      CHECK(!fake_crashes(0, run), "nothing crashes here");
    }
    finish_up();
    if (!crashed) {
      CHECK(at > 400, "only %u steps: the test has lost its teeth", at);
      printf("block: every request answered once and in order after a crash at each of %u steps%s\n", at - 1, persistent ? ", pages mapped" : "");
      return;
    }
  }
}

static void many_crashes(unsigned rounds) {
  unsigned crashes = 0;
  for (unsigned seed = 1; seed <= rounds; seed++) {
    begin(1u << seed % 3, seed);
    client.persistent = seed % 4 > 0;
    client.mixed = seed % 4 > 1;
    kill_backend();
    while (fake_crashes(1 + fake_random(200), run)) {
      crashes++;
      kill_backend();
      consume();
    }
    finish_up();
  }
  printf("block: %u histories with %u crashes in them, also in the take-overs\n", rounds, crashes);
}

static void refuses(uint8_t operation, unsigned segments, uint64_t sector, struct blk_segment segment, bool read_only, int16_t status) {
  begin(1, 5);
  kill_backend();
  new_backend();
  client.vbd->read_only = read_only;
  union blk_slot *slot = &ring()->slot[0];
  slot->request = (struct blk_request){.operation = operation, .segments = (uint8_t)segments, .id = 42, .sector = sector, .segment = {segment}};
  ring()->head.req_prod = 1;
  vbd_take(client.vbd);
  CHECK(ring()->head.rsp_prod == 1 && slot->response.id == 42 && slot->response.status == status, "operation %u: status %d", operation, slot->response.status);
  CHECK(fake_disk_pending == 0, "the disk was asked");
  give_back();
}

static void senseless_requests(void) {
  struct blk_segment good = {DATA_PAGE, 0, 7, 0}, reversed = {DATA_PAGE, 3, 2, 0}, long_one = {DATA_PAGE, 0, 8, 0}, unknown = {FAKE_PAGES, 0, 7, 0};
  refuses(BLK_READ, 0, 0, good, false, BLK_ERROR);
  refuses(BLK_READ, 12, 0, good, false, BLK_ERROR);
  refuses(BLK_READ, 1, FAKE_SECTORS - 7, good, false, BLK_ERROR);
  refuses(BLK_READ, 1, UINT64_MAX, good, false, BLK_ERROR);
  refuses(BLK_WRITE, 1, UINT64_MAX / SECTOR_BYTES + 1, good, false, BLK_ERROR);
  refuses(BLK_WRITE, 1, 0, reversed, false, BLK_ERROR);
  refuses(BLK_WRITE, 1, 0, long_one, false, BLK_ERROR);
  refuses(BLK_WRITE, 1, 0, unknown, false, BLK_ERROR);
  refuses(BLK_WRITE, 1, 0, good, true, BLK_ERROR);
  refuses(BLK_BARRIER, 1, 0, good, true, BLK_ERROR);
  refuses(5, 1, 0, good, false, BLK_UNSUPPORTED);
  refuses(200, 1, 0, good, false, BLK_UNSUPPORTED);
  printf("block: senseless requests are answered with an error, and the disk is not asked\n");
}

/* A disk that fails is told as such: no write is acknowledged that it refused, and a later one works. */
static void failing_disk(void) {
  begin(1, 9);
  kill_backend();
  new_backend();
  fake_disk_errors_in_1000 = 1000;
  struct blk_segment good = {DATA_PAGE, 0, 7, 0};
  for (uint32_t i = 0; i < 3; i++) {
    static const uint8_t operation[] = {BLK_WRITE, BLK_FLUSH, BLK_BARRIER};
    ring()->slot[i].request = (struct blk_request){.operation = operation[i], .segments = i != 1, .id = i, .segment = {good}};
  }
  ring()->head.req_prod = 3;
  for (int i = 0; i < 20; i++) {
    vbd_take(client.vbd);
    fake_disk_errors_in_1000 = i < 10 ? 1000 : 0;
    fake_disk_step();
  }
  CHECK(ring()->head.rsp_prod == 3, "answered: %u", ring()->head.rsp_prod);
  for (unsigned i = 0; i < 3; i++) CHECK(ring()->slot[i].response.status == BLK_ERROR, "request %u of a broken disk: %d", i, ring()->slot[i].response.status);
  CHECK(fake_disk_writes == 0, "something was written");
  give_back();
  printf("block: a failing disk's errors reach the client\n");
}

/* A detach while the disk works: its buffers stay until it is done, and nobody is answered. */
static void detach_in_flight(void) {
  begin(1, 11);
  kill_backend();
  new_backend();
  ring()->slot[0].request = (struct blk_request){.operation = BLK_READ, .segments = 1, .id = 1, .segment = {{DATA_PAGE, 0, 7, 0}}};
  ring()->slot[1].request = (struct blk_request){.operation = BLK_BARRIER, .segments = 0, .id = 2};
  ring()->head.req_prod = 2;
  vbd_take(client.vbd);
  CHECK(client.vbd->in_flight == 1, "in flight: %u", client.vbd->in_flight);
  vbd_detach(client.vbd);
  fake_disk_step();
  CHECK(client.vbd->in_flight == 0 && ring()->head.rsp_prod == 0, "answered after the detach");
  give_back();
  printf("block: a detach waits for the disk and answers nobody\n");
}

/* Reads that end together go to the client together, in as few copies as there is room in one: a page that the client has not granted spoils
 * its own request only, and the client is woken once. */
static void reads_end_together(void) {
  enum { READS = 20, SEGMENTS = 5, SPOILT = 7 };
  begin(1, 15);
  kill_backend();
  new_backend();
  memset(fake_disk, 0x5a, sizeof fake_disk);
  for (unsigned i = 0; i < READS; i++) {
    struct blk_request *request = &ring()->slot[i].request;
    *request = (struct blk_request){.operation = BLK_READ, .segments = SEGMENTS, .id = i, .sector = i};
    for (unsigned k = 0; k < SEGMENTS; k++) request->segment[k] = (struct blk_segment){DATA_PAGE + i * SEGMENTS + k, 1, 1, 0};
    if (i == SPOILT) request->segment[2].ref = FAKE_PAGES;
  }
  ring()->head.req_prod = READS;
  ring()->head.rsp_event = 1;
  vbd_take(client.vbd);
  while (fake_disk_pending > 0) fake_disk_step();
  unsigned notified = fake_notified;
  CHECK(client.vbd->again, "nobody sees to what was read");
  vbd_take(client.vbd);
  CHECK(ring()->head.rsp_prod == READS && fake_notified == notified + 1, "answered: %u, woken %u times", ring()->head.rsp_prod, fake_notified - notified);
  for (unsigned i = 0; i < READS; i++) {
    int16_t expected = i == SPOILT ? BLK_ERROR : BLK_OK;
    CHECK(ring()->slot[i].response.id == i && ring()->slot[i].response.status == expected, "read %u: status %d", i, ring()->slot[i].response.status);
    for (unsigned k = 0; k < SEGMENTS && i != SPOILT; k++)
      CHECK(fake_page[DATA_PAGE + i * SEGMENTS + k][SECTOR_BYTES] == 0x5a && fake_page[DATA_PAGE + i * SEGMENTS + k][0] != 0x5a, "read %u, segment %u", i, k);
  }
  give_back();
  printf("block: reads that end together are answered each by itself, and the client is woken once\n");
}

static void impossible_index(void) {
  begin(1, 13);
  kill_backend();
  new_backend();
  ring()->head.req_prod = 33;
  vbd_take(client.vbd);
  CHECK(client.vbd->broken && client.vbd->requests == 0, "33 requests in a ring of 32 are taken");
  give_back();
  printf("block: a ring with an impossible index is served no longer\n");
}

void vbd_tests(void) {
  senseless_requests();
  failing_disk();
  detach_in_flight();
  reads_end_together();
  impossible_index();
  crash_at_every_step(false);
  crash_at_every_step(true);
  many_crashes(400);
}
