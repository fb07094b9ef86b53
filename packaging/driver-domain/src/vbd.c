#include "vbd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

/* Kept in ring_head.journal. Publishing answer k destroys request k before the client sees the answer: what was decided is
 * noted first. A mark of k + 1 says: the answer below belongs to slot k, and slot k may hold anything. */
struct blk_journal {
  uint32_t magic, mark;
  uint64_t id;
  uint8_t operation, padding;
  int16_t status;
  uint32_t keeps; /* BLK_KEEPS: this ring's client has agreed to pages that stay mapped */
};
static_assert(sizeof(struct blk_journal) <= sizeof(((struct ring_head *)0)->journal), "room in the ring's head");
#define BLK_MAGIC 0x316c786au
#define BLK_KEEPS 0x706c786au

size_t vbd_buffers_in_use;

static struct blk_journal *journal_of(struct vbd *vbd) { return (struct blk_journal *)(void *)vbd->ring->head.journal; }

static union blk_slot *slot_of(struct vbd *vbd, uint32_t index) { return &vbd->ring->slot[index & (vbd->slots - 1)]; }

static void write_response(struct vbd *vbd, uint32_t index, uint64_t id, uint8_t operation, int16_t status) {
  volatile struct blk_response *response = &slot_of(vbd, index)->response;
  crash_point();
  response->id = id;
  crash_point();
  response->operation = operation;
  crash_point();
  response->status = status;
}

static void publish(struct vbd *vbd, const struct vbd_request *request) {
  struct blk_journal *journal = journal_of(vbd);
  uint32_t index = vbd->answered;
  ring_store(&journal->mark, index); /* no mark of this slot while the note is written */
  ring_store(&journal->magic, BLK_MAGIC);
  journal->id = request->id;
  crash_point();
  journal->operation = request->operation;
  journal->status = request->status;
  ring_store(&journal->mark, index + 1);
  write_response(vbd, index, request->id, request->operation, request->status);
  ring_store(&vbd->ring->head.rsp_prod, index + 1);
  vbd->answered = index + 1;
  vbd->responses++;
}

static void wake_client(struct vbd *vbd) {
  uint32_t told = vbd->told;
  if (told == vbd->answered) return;
  vbd->told = vbd->answered;
  ring_fence();
  if (ring_wants_event(ring_load(&vbd->ring->head.rsp_event), told, vbd->answered)) host->notify(vbd->port);
}

static void release_buffer(struct vbd_request *request) {
  if (request->io.buffer == NULL) return;
  vbd_buffers_in_use -= request->io.bytes;
  free(request->io.buffer);
  request->io.buffer = NULL;
}

/* Notes the outcome and publishes it and those behind it that waited for it. */
static void finish(struct vbd_request *request, int16_t status) {
  struct vbd *vbd = request->vbd;
  release_buffer(request);
  request->status = status;
  request->done = true;
  while (vbd->answered != vbd->taken && vbd->request[vbd->answered % VBD_WINDOW].done) {
    struct vbd_request *next = &vbd->request[vbd->answered % VBD_WINDOW];
    publish(vbd, next);
    next->done = next->busy = false;
    if (next->holds) vbd->barrier = false;
  }
}

static void describe_copy(const struct vbd_request *request, bool to_client, struct copy *piece) {
  char *local = request->io.buffer;
  for (unsigned i = 0; i < request->segments; i++) {
    const struct blk_segment *segment = &request->segment[i];
    uint16_t length = (uint16_t)((segment->last - segment->first + 1u) * SECTOR_BYTES);
    piece[i] = (struct copy){segment->ref, (uint16_t)(segment->first * SECTOR_BYTES), length, local, to_client};
    local += length;
  }
}

static bool copy_data(struct vbd_request *request, bool to_client) {
  struct copy piece[VBD_SEGMENTS];
  describe_copy(request, to_client, piece);
  return pages_move(&request->vbd->kept, request->vbd->domid, piece, request->segments);
}

/* Copies what several requests have read in one go; if any of it fails, each by itself, so that each has its own answer. */
static void hand_over_some(struct vbd *vbd, uint32_t *index, uint32_t end) {
  struct copy piece[COPY_MAX];
  struct vbd_request *owner[COPY_MAX];
  unsigned pieces = 0, owners = 0;
  for (; *index != end; ++*index) {
    struct vbd_request *request = &vbd->request[*index % VBD_WINDOW];
    if (!request->read) continue;
    if (pieces + request->segments > COPY_MAX) break;
    describe_copy(request, true, piece + pieces);
    pieces += request->segments;
    owner[owners++] = request;
  }
  bool good = owners > 0 && pages_move(&vbd->kept, vbd->domid, piece, pieces);
  for (unsigned i = 0; i < owners; i++) {
    owner[i]->read = false;
    finish(owner[i], good || (owners > 1 && copy_data(owner[i], true)) ? BLK_OK : BLK_ERROR);
  }
}

static void hand_over_reads(struct vbd *vbd) {
  uint32_t index = vbd->answered, end = vbd->taken;
  if (!vbd->has_read) return;
  vbd->has_read = false;
  while (index != end) hand_over_some(vbd, &index, end);
}

/* Gives a request, or its next part, to the disk. */
static void launch(struct vbd_request *request) {
  bool flushes = request->operation == BLK_FLUSH || request->operation == BLK_BARRIER;
  struct vbd *vbd = request->vbd;
  request->parked = false;
  if (flushes && !request->flushed) request->io.work = DISK_FLUSH;
  else if (flushes) request->io.work = DISK_WRITE_DURABLE;
  else request->io.work = request->operation == BLK_READ ? DISK_READ : DISK_WRITE;
  vbd->in_flight++;
  if (host->submit(&request->io)) return;
  vbd->in_flight--;
  finish(request, BLK_ERROR);
}

static void launch_parked(struct vbd *vbd) {
  struct vbd_request *last = &vbd->request[(vbd->taken - 1) % VBD_WINDOW];
  if (vbd->barrier && vbd->in_flight == 0 && last->parked) launch(last);
}

static void disk_done(struct disk_io *io, long result) {
  struct vbd_request *request = (struct vbd_request *)(void *)((char *)io - offsetof(struct vbd_request, io));
  struct vbd *vbd = request->vbd;
  bool good = result == (io->work == DISK_FLUSH ? 0 : (long)io->bytes);
  vbd->in_flight--;
  if (vbd->ring == NULL) { /* detached meanwhile: nobody waits for it */
    release_buffer(request);
    request->busy = false;
    return;
  }
  if (good && io->work == DISK_FLUSH && io->bytes > 0) {
    request->flushed = true;
    launch(request);
  } else if (good && io->work == DISK_READ) {
    request->read = vbd->has_read = true;
  } else {
    finish(request, good ? BLK_OK : BLK_ERROR);
  }
  launch_parked(vbd);
  vbd->again = true; /* there is room again, and the client is to be woken: once for all that have ended together */
}

/* The segments of an indirect request lie in pages of the client. They are copied once: it could change them under our eyes. */
static bool fetch_segments(struct vbd_request *request, const struct blk_indirect *indirect) {
  struct copy piece = {indirect->page_ref[0], 0, (uint16_t)(indirect->segments * sizeof(struct blk_segment)), request->segment, false};
  if (indirect->segments == 0 || indirect->segments > VBD_SEGMENTS) return false;
  if (indirect->real_operation != BLK_READ && indirect->real_operation != BLK_WRITE) return false;
  request->operation = indirect->real_operation;
  request->segments = (uint8_t)indirect->segments;
  return pages_move(&request->vbd->kept, request->vbd->domid, &piece, 1);
}

/* Reads a slot into `request`; false if it makes no sense. */
static bool parse(struct vbd_request *request, const union blk_slot *slot) {
  request->id = slot->request.id;
  request->sector = slot->request.sector;
  request->operation = slot->request.operation;
  request->segments = 0;
  if (slot->request.operation == BLK_INDIRECT) {
    request->operation = slot->indirect.real_operation; /* the client checks it, even in an error */
    if (!fetch_segments(request, &slot->indirect)) return false;
  } else {
    if (slot->request.segments > BLK_DIRECT_SEGMENTS) return false;
    request->segments = slot->request.segments;
    memcpy(request->segment, slot->request.segment, sizeof slot->request.segment);
  }
  size_t sectors = 0;
  for (unsigned i = 0; i < request->segments; i++) {
    const struct blk_segment *segment = &request->segment[i];
    if (segment->first > segment->last || segment->last >= PAGE_BYTES / SECTOR_BYTES) return false;
    sectors += segment->last - segment->first + 1u;
  }
  request->io.bytes = sectors * SECTOR_BYTES;
  request->io.offset = request->sector * SECTOR_BYTES;
  bool moves_data = request->operation == BLK_READ || request->operation == BLK_WRITE;
  if (sectors == 0) return !moves_data;
  return request->sector <= request->vbd->sectors && sectors <= request->vbd->sectors - request->sector;
}

static void start(struct vbd *vbd, uint32_t index) {
  struct vbd_request *request = &vbd->request[index % VBD_WINDOW];
  union blk_slot slot;
  ring_copy(&slot, slot_of(vbd, index), sizeof slot);
  request->vbd = vbd;
  request->busy = true;
  request->done = request->read = request->parked = request->flushed = request->holds = false;
  request->io = (struct disk_io){.fd = vbd->fd, .done = disk_done};
  vbd->requests++;
  bool sensible = parse(request, &slot);
  bool writes = request->operation != BLK_READ;
  if (request->operation > BLK_FLUSH) {
    finish(request, BLK_UNSUPPORTED);
    return;
  }
  if (!sensible || (writes && vbd->read_only)) {
    finish(request, BLK_ERROR);
    return;
  }
  if (request->io.bytes > 0 && posix_memalign(&request->io.buffer, PAGE_BYTES, request->io.bytes) != 0) {
    request->io.buffer = NULL;
    finish(request, BLK_ERROR);
    return;
  }
  vbd_buffers_in_use += request->io.bytes;
  if (writes && request->io.bytes > 0 && !copy_data(request, false)) {
    finish(request, BLK_ERROR);
    return;
  }
  if (request->operation == BLK_BARRIER) {
    vbd->barrier = request->holds = true;
    request->parked = vbd->in_flight > 0;
  }
  if (!request->parked) launch(request);
}

static bool has_room(const struct vbd *vbd) {
  if (vbd->barrier || vbd->taken - vbd->answered >= VBD_WINDOW) return false;
  return vbd->in_flight == 0 || vbd_buffers_in_use < VBD_BUFFER_LIMIT;
}

/* A client that adds requests as fast as they are refused must not keep us from the others: one ring's worth, then the next client. */
static void take_some(struct vbd *vbd) {
  uint32_t budget = vbd->slots;
  for (;;) {
    uint32_t produced = ring_load(&vbd->ring->head.req_prod);
    if (produced - vbd->answered > vbd->slots) {
      say("vbd %u/%u: the client claims more requests than its ring holds: it is served no longer", vbd->domid, vbd->id);
      vbd->broken = true;
      return;
    }
    while (vbd->taken != produced && has_room(vbd) && budget > 0) {
      budget--;
      start(vbd, vbd->taken++);
    }
    if (vbd->taken != produced) {
      vbd->again = budget == 0;
      return; /* otherwise the end of a request in flight sets it */
    }
    ring_store(&vbd->ring->head.req_event, vbd->taken + 1);
    ring_fence();
    if (ring_load(&vbd->ring->head.req_prod) == vbd->taken) return;
  }
}

void vbd_take(struct vbd *vbd) {
  vbd->again = false;
  if (vbd->ring == NULL) return;
  hand_over_reads(vbd);
  if (!vbd->broken) take_some(vbd);
  wake_client(vbd);
}

/* An answer that our predecessor had decided and not published is published now. */
static bool finish_torn(struct vbd *vbd) {
  struct blk_journal note;
  ring_copy(&note, journal_of(vbd), sizeof note);
  if (note.magic != BLK_MAGIC || note.mark != vbd->answered + 1) return false;
  if (ring_load(&vbd->ring->head.req_prod) == vbd->answered) return false;
  write_response(vbd, vbd->answered, note.id, note.operation, note.status);
  ring_store(&vbd->ring->head.rsp_prod, ++vbd->answered);
  return true;
}

void vbd_agree(struct vbd *vbd) {
  if (!vbd->persistent) return;
  ring_store(&journal_of(vbd)->keeps, BLK_KEEPS);
  pages_keep(&vbd->kept);
  say("vbd %u/%u: the client's pages stay mapped", vbd->domid, vbd->id);
}

/* Nobody but the ring knows what its client was offered: the client's own node does not tell, and ours may have been written since. */
static void recall_agreement(struct vbd *vbd) {
  uint32_t *keeps = &journal_of(vbd)->keeps;
  if (vbd->begins) ring_store(keeps, 0);
  else if (ring_load(keeps) == BLK_KEEPS) vbd_agree(vbd);
}

static uint32_t slots_in(unsigned pages) {
  uint32_t slots = 1;
  while (2 * slots * sizeof(union blk_slot) + sizeof(struct ring_head) <= pages * PAGE_BYTES) slots *= 2;
  return slots;
}

bool vbd_attach(struct vbd *vbd, const uint32_t *refs, unsigned pages, uint32_t remote_port, const char **error) {
  struct blk_ring *ring = host->map(vbd->domid, refs, pages);
  *error = "the ring cannot be mapped";
  if (ring == NULL) return false;
  int port = host->bind(vbd->domid, remote_port);
  if (port < 0) {
    host->unmap(ring, pages);
    *error = "the event channel cannot be bound";
    return false;
  }
  vbd->ring = ring;
  vbd->pages = pages;
  vbd->slots = slots_in(pages);
  vbd->port = port;
  vbd->broken = vbd->barrier = vbd->has_read = false;
  vbd->answered = ring_load(&ring->head.rsp_prod);
  bool torn = finish_torn(vbd);
  recall_agreement(vbd);
  vbd->taken = vbd->told = vbd->answered;
  uint32_t waiting = ring_load(&ring->head.req_prod) - vbd->answered;
  say("vbd %u/%u: attached at request %u, %u waiting%s", vbd->domid, vbd->id, vbd->answered, waiting,
      torn ? ", one answer finished from the journal" : "");
  vbd_take(vbd);
  host->notify(port); /* whatever the last instance published without telling */
  return true;
}

void vbd_detach(struct vbd *vbd) {
  if (vbd->ring == NULL) return;
  pages_release(&vbd->kept);
  host->unbind(vbd->port);
  host->unmap(vbd->ring, vbd->pages);
  vbd->ring = NULL;
  vbd->again = false;
  for (unsigned i = 0; i < VBD_WINDOW; i++) { /* those the disk does not have: it would never hand them back */
    struct vbd_request *request = &vbd->request[i];
    if (request->busy && (request->done || request->read || request->parked)) {
      release_buffer(request);
      request->busy = request->done = request->read = request->parked = false;
    }
  }
}
