/* Pages of a client that stay mapped: which, how many, until when, and what becomes of those that cannot. */
#include "../src/pages.h"

#include "../src/vbd.h"
#include "fake.h"

enum { DATA = 16, SEGMENTS = 8 };

static struct vbd *vbd;

static struct blk_ring *ring(void) { return (struct blk_ring *)(void *)fake_page[0]; }

static void attach(bool persistent, bool begins) {
  uint32_t ref = 0;
  const char *error;
  if (vbd != NULL) free(vbd->kept.table); /* the one before has been killed */
  free(vbd);
  fake_process_ends();
  pages_in_use = 0;
  vbd = calloc(1, sizeof *vbd);
  vbd->sectors = FAKE_SECTORS;
  vbd->persistent = persistent;
  vbd->begins = begins;
  CHECK(vbd_attach(vbd, &ref, 1, 9, &error), "%s", error);
  if (begins) vbd_agree(vbd);
}

static void begin(bool persistent) {
  fake_reset(1);
  attach(persistent, true);
}

static void end(void) {
  vbd_detach(vbd);
  CHECK(fake_mapped == 0 && pages_in_use == 0 && fake_bound == 0, "left: %u pages, %u ports", fake_mapped, fake_bound);
  while (fake_disk_pending > 0) fake_disk_step();
  free(vbd);
  vbd = NULL;
}

static void put(uint8_t operation, uint32_t ref) {
  struct blk_request *request = &ring()->slot[ring()->head.req_prod % 32].request;
  *request = (struct blk_request){.operation = operation, .segments = SEGMENTS, .id = ring()->head.req_prod};
  for (unsigned i = 0; i < SEGMENTS; i++) request->segment[i] = (struct blk_segment){ref + i, 0, 7, 0};
  ring()->head.req_prod++;
}

static int16_t serve(void) {
  vbd_take(vbd);
  while (fake_disk_pending > 0) fake_disk_step();
  vbd_take(vbd);
  CHECK(ring()->head.rsp_prod == ring()->head.req_prod, "not answered");
  return ring()->slot[(ring()->head.rsp_prod - 1) % 32].response.status;
}

/* Writes what is in the pages from `ref` on and reads it back into the same pages: the statuses of both are as expected. */
static void round_trip(uint32_t ref, int16_t written, int16_t read) {
  for (unsigned i = 0; i < SEGMENTS; i++) memset(fake_page[ref + i], (int)(i + fake_random(200)), PAGE_BYTES);
  uint8_t expected[SEGMENTS][PAGE_BYTES];
  memcpy(expected, fake_page[ref], sizeof expected);
  put(BLK_WRITE, ref);
  int16_t status = serve();
  CHECK(status == written, "written: %d", status);
  if (read == BLK_OK) memset(fake_page[ref], 0, sizeof expected);
  put(BLK_READ, ref);
  status = serve();
  CHECK(status == read, "read: %d", status);
  CHECK(read != BLK_OK || memcmp(expected, fake_page[ref], sizeof expected) == 0, "something else is read");
}

static void they_are_mapped_once(void) {
  begin(true);
  for (int i = 0; i < 20; i++) round_trip(DATA, BLK_OK, BLK_OK);
  CHECK(fake_map_calls == 2 && fake_copies == 0, "mapped in %u goes, %u copies", fake_map_calls - 1, fake_copies);
  CHECK(fake_mapped == 1 + SEGMENTS, "%u pages are mapped", fake_mapped);
  round_trip(DATA + SEGMENTS / 2, BLK_OK, BLK_OK);
  CHECK(fake_map_calls == 3 && fake_mapped == 1 + SEGMENTS * 3 / 2, "%u pages are mapped in %u goes", fake_mapped, fake_map_calls);
  fake_granted[DATA] = false; /* the client has taken back what it had agreed to leave: that is no error of the disk */
  round_trip(DATA, BLK_OK, BLK_OK);
  put(BLK_READ, DATA);
  vbd_take(vbd);
  end(); /* while the disk works */
  printf("pages: they are mapped once, and given back with the ring\n");
}

static void segments_are_read_from_them(void) {
  begin(true);
  for (unsigned i = 0; i < 5; i++) {
    struct blk_indirect *request = &ring()->slot[i].indirect;
    *request = (struct blk_indirect){.operation = BLK_INDIRECT, .real_operation = BLK_WRITE, .segments = 2, .page_ref = {8}};
    ((struct blk_segment *)(void *)fake_page[8])[0] = ((struct blk_segment *)(void *)fake_page[8])[1] = (struct blk_segment){DATA, 0, 7, 0};
    ring()->head.req_prod++;
    int16_t status = serve();
    CHECK(status == BLK_OK, "status %d", status);
  }
  CHECK(fake_copies == 0 && fake_mappings[8] == 1 && fake_mappings[DATA] == 1, "%u copies, mapped %u times", fake_copies, fake_mappings[DATA]);
  end();
  printf("pages: those that hold segments are mapped too, each once\n");
}

static void without_consent_none_is(void) {
  begin(false);
  for (int i = 0; i < 3; i++) round_trip(DATA, BLK_OK, BLK_OK);
  CHECK(fake_map_calls == 1 && fake_mapped == 1, "%u pages are mapped", fake_mapped);
  end();
  printf("pages: none stays mapped without the client's consent\n");
}

static void is_mapped(const char *when, bool expected) {
  round_trip(DATA, BLK_OK, BLK_OK);
  CHECK((fake_mapped > 1) == expected, "%s: %u pages are mapped", when, fake_mapped);
}

/* What counts is what the client read when it was connected, whatever its node and ours say now. */
static void a_successor_keeps_to_it(void) {
  begin(true);
  is_mapped("the first", true);
  attach(true, false);
  CHECK(fake_mapped == 1, "%u pages are mapped before any is named", fake_mapped);
  is_mapped("its successor", true);
  attach(false, false);
  is_mapped("an older program that only copies", false);
  attach(true, false);
  is_mapped("a newer one again", true);
  begin(false);
  attach(true, false);
  is_mapped("the client was offered nothing", false);
  fake_reset(1);
  attach(true, false);
  is_mapped("an older program has connected it", false);
  begin(true);
  attach(false, true);
  attach(true, false);
  is_mapped("the client has begun anew and was offered nothing", false);
  end();
  printf("pages: a successor keeps to what the client was offered\n");
}

static void what_cannot_be_mapped_is_copied(void) {
  begin(true);
  fake_readable_only[DATA] = true;
  round_trip(DATA, BLK_OK, BLK_ERROR);
  CHECK(fake_mapped == 1 && fake_copies > 0, "%u pages are mapped", fake_mapped);
  round_trip(DATA + SEGMENTS, BLK_OK, BLK_OK);
  CHECK(fake_mapped == 1 + SEGMENTS, "%u pages are mapped", fake_mapped);
  put(BLK_WRITE, UINT32_MAX - 3);
  CHECK(serve() == BLK_ERROR, "a wild reference is taken");
  for (int i = 0; i < PAGES_FAILURES; i++) round_trip(DATA, BLK_OK, BLK_ERROR);
  unsigned calls = fake_map_calls;
  fake_readable_only[DATA] = false;
  for (int i = 0; i < 3; i++) round_trip(DATA, BLK_OK, BLK_OK);
  round_trip(DATA + SEGMENTS, BLK_OK, BLK_OK);
  CHECK(fake_map_calls == calls && fake_mapped == 1 + SEGMENTS, "it is tried for ever: %u times", fake_map_calls);
  end();
  printf("pages: what cannot be mapped is copied, and after some attempts nothing new is mapped\n");
}

/* Names `count` references one after the other and looks whether each moves the right page. */
static void name_many(struct pages *pages, unsigned count) {
  uint8_t data[COPY_MAX][8];
  struct copy piece[COPY_MAX];
  for (unsigned done = 0; done < count; done += COPY_MAX) {
    for (unsigned i = 0; i < COPY_MAX; i++) piece[i] = (struct copy){FAKE_AGAIN + done + i, 0, 8, data[i], false};
    CHECK(pages_move(pages, 5, piece, COPY_MAX), "pages that are granted cannot be moved");
    for (unsigned i = 0; i < COPY_MAX; i++) CHECK(memcmp(data[i], fake_page[(done + i) % FAKE_PAGES], 8) == 0, "reference %u is another page", done + i);
  }
}

static void there_is_a_bound(void) {
  enum { DISKS = 9, REFS = PAGES_MOST / COPY_MAX * COPY_MAX + 2 * COPY_MAX };
  static struct pages pages[DISKS];
  fake_reset(1);
  for (unsigned i = 0; i < FAKE_PAGES; i++) fake_page[i][0] = fake_page[i][1] = (uint8_t)(i * 7 + i / 256);
  for (unsigned i = 0; i < DISKS; i++) {
    pages_keep(&pages[i]);
    name_many(&pages[i], REFS);
    name_many(&pages[i], REFS);
    unsigned expected = (i + 1) * PAGES_MOST < PAGES_MOST_OF_ALL ? (i + 1) * PAGES_MOST : PAGES_MOST_OF_ALL;
    CHECK(fake_mapped == expected && pages_in_use == expected, "%u disks: %u pages, %u counted", i + 1, fake_mapped, pages_in_use);
  }
  for (unsigned i = 0; i < DISKS; i++) pages_release(&pages[i]);
  pages_release(&pages[0]);
  CHECK(fake_mapped == 0 && pages_in_use == 0, "left: %u pages, %u counted", fake_mapped, pages_in_use);
  printf("pages: there is a bound for each disk and one for all, and what is beyond is copied\n");
}

void pages_tests(void) {
  they_are_mapped_once();
  segments_are_read_from_them();
  without_consent_none_is();
  a_successor_keeps_to_it();
  what_cannot_be_mapped_is_copied();
  there_is_a_bound();
}
