#include "vif.h"

#include "offload.h"
#include "ring.h"

/* Kept in ring_head.journal, as in vbd.c: a mark of k + 1 says that the slots from k on belong to a frame that is done. */
struct tx_journal {
  uint32_t magic, mark;
  uint8_t slots, extras; /* the extras follow the first slot */
  int16_t status;
};
struct rx_journal {
  uint32_t magic, mark;
  uint16_t slots, id[NET_MAX_SLOTS]; /* answers cover the whole of their requests here */
};
static_assert(sizeof(struct tx_journal) <= 48 && sizeof(struct rx_journal) <= 48, "room in the ring's head");
#define NET_MAGIC 0x326c786au

enum { FRAME_MAX = 65536 + 64, MAX_EXTRAS = 4, FRAMES_AT_ONCE = 64 };

/* One frame at a time passes through here: there is one thread. The pages of a frame are to lie in whole pages here, too: each that lies across
 * two is two copies to the hypervisor. */
static _Alignas(PAGE_BYTES) uint8_t room[2 * PAGE_BYTES + FRAME_MAX];
static uint8_t *const second_page = room + 2 * PAGE_BYTES; /* what is before it is room for a header and a first piece */
static struct virtio_net_hdr *const came_with = (struct virtio_net_hdr *)(void *)(room + 2 * PAGE_BYTES - sizeof(struct virtio_net_hdr));

/* A frame as its slots describe it. */
struct tx_frame {
  unsigned slots, extras, pieces;
  size_t bytes;
  bool sensible;
  struct offload offload;
  struct copy piece[NET_MAX_SLOTS];
};

enum parsed { WHOLE, UNFINISHED, IMPOSSIBLE };

static void serve_no_longer(struct vif *vif, const char *why) {
  say("vif %u/%u: %s: it is served no longer", vif->domid, vif->id, why);
  vif->broken = true;
}

static void wake_client(struct vif *vif, const struct ring_head *head, uint32_t next, uint32_t *told) {
  uint32_t old = *told;
  if (old == next) return;
  *told = next;
  ring_fence();
  if (ring_wants_event(ring_load(&head->rsp_event), old, next)) host->notify(vif->port);
}

/* ---- from the client to the world ---- */

static void write_tx_answers(struct vif *vif, uint32_t index, const struct tx_journal *note) {
  for (unsigned i = 0; i < note->slots; i++) {
    volatile union net_tx_slot *slot = &vif->tx->slot[(index + i) % NET_SLOTS];
    bool extra = i >= 1 && i <= note->extras;
    uint16_t id = slot->request.id; /* the answer does not reach it */
    crash_point();
    slot->response.id = id;
    crash_point();
    slot->response.status = extra ? NET_NULL : note->status;
  }
}

static void answer_tx(struct vif *vif, const struct tx_frame *sent, int16_t status) {
  struct tx_journal *journal = (struct tx_journal *)(void *)vif->tx->head.journal;
  struct tx_journal note = {NET_MAGIC, vif->tx_next + 1, (uint8_t)sent->slots, (uint8_t)sent->extras, status};
  ring_store(&journal->mark, vif->tx_next);
  ring_store(&journal->magic, NET_MAGIC);
  journal->slots = note.slots;
  crash_point();
  journal->extras = note.extras;
  journal->status = note.status;
  ring_store(&journal->mark, note.mark);
  write_tx_answers(vif, vif->tx_next, &note);
  vif->tx_next += sent->slots;
  ring_store(&vif->tx->head.rsp_prod, vif->tx_next);
}

static void read_tx_slot(struct vif *vif, unsigned index, union net_tx_slot *slot) {
  ring_copy(slot, &vif->tx->slot[(vif->tx_next + index) % NET_SLOTS], sizeof *slot);
}

/* Reads the extra information behind the first slot. */
static enum parsed parse_extras(struct vif *vif, unsigned available, struct tx_frame *found) {
  union net_tx_slot slot;
  do {
    if (found->slots == available) return UNFINISHED;
    if (found->extras == MAX_EXTRAS) return IMPOSSIBLE;
    read_tx_slot(vif, found->slots++, &slot);
    found->extras++;
    if (slot.extra.type == NET_EXTRA_GSO) {
      found->offload.gso_type = slot.extra.gso_type;
      found->offload.gso_size = slot.extra.gso_size;
      found->sensible = found->sensible && slot.extra.gso_type != 0;
    } else {
      found->sensible = false; /* nothing else was offered */
    }
  } while ((slot.extra.flags & NET_EXTRA_MORE) != 0);
  return WHOLE;
}

static void add_piece(struct tx_frame *found, const struct net_tx_request *request, unsigned bytes) {
  found->sensible = found->sensible && request->offset <= PAGE_BYTES && bytes <= PAGE_BYTES - request->offset;
  if (bytes == 0) return;
  found->piece[found->pieces++] = (struct copy){request->ref, request->offset, (uint16_t)bytes, NULL, false};
}

/* The first slot's size is that of the whole frame: what the others do not hold is its own. */
static enum parsed parse_tx(struct vif *vif, unsigned available, struct tx_frame *found) {
  union net_tx_slot slot;
  *found = (struct tx_frame){.sensible = true};
  read_tx_slot(vif, found->slots++, &slot);
  struct net_tx_request first = slot.request;
  found->bytes = first.size;
  found->offload.checksum_blank = (first.flags & NET_TX_CSUM_BLANK) != 0;
  found->offload.validated = (first.flags & NET_TX_DATA_VALIDATED) != 0;
  if ((first.flags & NET_EXTRA_INFO) != 0) {
    enum parsed extras = parse_extras(vif, available, found);
    if (extras != WHOLE) return extras;
  }
  unsigned others = 0;
  found->pieces = 1; /* the first one's size is known last */
  for (uint16_t flags = first.flags; (flags & NET_MORE_DATA) != 0; flags = slot.request.flags) {
    if (found->slots == available) return UNFINISHED;
    if (found->slots - found->extras == NET_MAX_SLOTS) return IMPOSSIBLE;
    read_tx_slot(vif, found->slots++, &slot);
    add_piece(found, &slot.request, slot.request.size);
    others += slot.request.size;
  }
  unsigned own = others <= first.size ? first.size - others : 0;
  found->sensible = found->sensible && others <= first.size && first.size >= 14 && first.offset <= PAGE_BYTES && own <= PAGE_BYTES - first.offset;
  found->piece[0] = (struct copy){first.ref, first.offset, (uint16_t)own, NULL, false};
  return WHOLE;
}

static int16_t send_frame(struct vif *vif, struct tx_frame *found) {
  struct virtio_net_hdr header;
  if (!found->sensible) return NET_ERROR;
  uint8_t *data = second_page - found->piece[0].length, *at = data;
  for (unsigned i = 0; i < found->pieces; i++) {
    found->piece[i].local = at;
    at += found->piece[i].length;
  }
  if (!host->copy(vif->domid, found->piece, found->pieces)) return NET_ERROR;
  if (!offload_describe(data, found->bytes, &found->offload, &header)) return NET_ERROR;
  memcpy(data - sizeof header, &header, sizeof header);
  if (!host->write_frame(vif->tap, data - sizeof header, sizeof header + found->bytes)) vif->dropped++; /* as on any wire */
  return NET_OK;
}

/* False: nothing more to take now. */
static bool take_frames(struct vif *vif, unsigned *budget) {
  uint32_t produced = ring_load(&vif->tx->head.req_prod);
  struct tx_frame found;
  if (produced - vif->tx_next > NET_SLOTS) {
    serve_no_longer(vif, "the client claims more to send than its ring holds");
    return false;
  }
  while (vif->tx_next != produced && *budget > 0) {
    enum parsed parsed = parse_tx(vif, produced - vif->tx_next, &found);
    if (parsed == IMPOSSIBLE) serve_no_longer(vif, "the client sends a frame of too many slots");
    if (parsed == IMPOSSIBLE) return false;
    if (parsed == UNFINISHED) break;
    (*budget)--;
    int16_t status = send_frame(vif, &found);
    answer_tx(vif, &found, status);
    if (status == NET_OK) vif->sent++;
    else vif->dropped++;
  }
  vif->again = *budget == 0;
  if (vif->again) return false;
  ring_store(&vif->tx->head.req_event, produced + 1);
  ring_fence();
  return ring_load(&vif->tx->head.req_prod) != produced;
}

void vif_take(struct vif *vif) {
  unsigned budget = NET_SLOTS; /* then it is another client's turn */
  vif->again = false;
  if (vif->tx == NULL || vif->broken) return;
  while (take_frames(vif, &budget)) continue;
  wake_client(vif, &vif->tx->head, vif->tx_next, &vif->tx_told);
}

/* ---- from the world to the client ---- */

static unsigned slots_for_any_frame(const struct vif *vif) {
  if (vif->features.tcp4 || vif->features.tcp6) return NET_MAX_SLOTS;
  return vif->features.scatter ? NET_MAX_SLOTS - 1 : 1;
}

bool vif_has_room(struct vif *vif) {
  unsigned wanted = slots_for_any_frame(vif);
  if (vif->rx == NULL || vif->broken) return false;
  for (int look = 0; look < 2; look++) {
    uint32_t given = ring_load(&vif->rx->head.req_prod) - vif->rx_next;
    if (given > NET_SLOTS) {
      serve_no_longer(vif, "the client claims more room than its ring holds");
      return false;
    }
    if (given >= wanted) return true;
    ring_store(&vif->rx->head.req_event, vif->rx_next + wanted);
    ring_fence();
  }
  return false;
}

static void write_rx_error(struct vif *vif, uint32_t index, uint16_t id) {
  volatile struct net_rx_response *response = &vif->rx->slot[index % NET_SLOTS].response;
  crash_point();
  response->id = id;
  crash_point();
  response->offset = response->flags = 0;
  response->status = NET_ERROR;
}

/* A frame on its way into the ring. */
struct rx_frame {
  size_t bytes;
  unsigned slots, gso; /* gso: 1 if the second slot is extra information */
  uint16_t flags;
  bool copied;
  struct net_rx_request request[NET_MAX_SLOTS];
};

static size_t bytes_in_slot(const struct rx_frame *incoming, unsigned slot) {
  size_t before = (size_t)(slot == 0 ? 0 : slot - incoming->gso) * PAGE_BYTES;
  size_t rest = incoming->bytes - before;
  return rest < PAGE_BYTES ? rest : PAGE_BYTES;
}

static bool copy_in(struct vif *vif, const struct rx_frame *incoming) {
  struct copy piece[NET_MAX_SLOTS];
  unsigned pieces = 0;
  uint8_t *at = second_page;
  for (unsigned i = 0; i < incoming->slots; i++) {
    if (incoming->gso == 1 && i == 1) continue;
    size_t bytes = bytes_in_slot(incoming, i);
    piece[pieces++] = (struct copy){incoming->request[i].ref, 0, (uint16_t)bytes, at, true};
    at += bytes;
  }
  return host->copy(vif->domid, piece, pieces);
}

static void note_rx(struct vif *vif, const struct rx_frame *incoming) {
  struct rx_journal *journal = (struct rx_journal *)(void *)vif->rx->head.journal;
  ring_store(&journal->mark, vif->rx_next);
  ring_store(&journal->magic, NET_MAGIC);
  journal->slots = (uint16_t)incoming->slots;
  for (unsigned i = 0; i < incoming->slots; i++) {
    crash_point();
    journal->id[i] = incoming->request[i].id;
  }
  ring_store(&journal->mark, vif->rx_next + 1);
}

static void write_rx_answer(struct vif *vif, const struct rx_frame *incoming, unsigned i) {
  volatile union net_rx_slot *slot = &vif->rx->slot[(vif->rx_next + i) % NET_SLOTS];
  crash_point();
  if (incoming->gso == 1 && i == 1) {
    slot->extra.type = NET_EXTRA_GSO;
    slot->extra.flags = 0;
    slot->extra.gso_size = came_with->gso_size;
    slot->extra.gso_type = came_with->gso_type == VIRTIO_NET_HDR_GSO_TCPV6 ? NET_GSO_TCPV6 : NET_GSO_TCPV4;
    slot->extra.padding = 0;
    slot->extra.gso_features = 0;
    return;
  }
  bool last = i + 1 == incoming->slots || (i == 0 && incoming->slots == 1 + incoming->gso);
  slot->response.id = incoming->request[i].id;
  crash_point();
  slot->response.offset = 0;
  slot->response.flags = (uint16_t)((i == 0 ? incoming->flags : 0) | (last ? 0 : NET_MORE_DATA));
  crash_point();
  slot->response.status = (int16_t)bytes_in_slot(incoming, i);
}

static void deliver(struct vif *vif, size_t bytes) {
  struct rx_frame incoming = {.bytes = bytes};
  uint8_t kind = came_with->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
  incoming.gso = kind == VIRTIO_NET_HDR_GSO_NONE ? 0 : 1;
  incoming.slots = (unsigned)((bytes + PAGE_BYTES - 1) / PAGE_BYTES) + incoming.gso;
  if (came_with->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) incoming.flags = NET_RX_CSUM_BLANK | NET_RX_DATA_VALIDATED;
  else if (came_with->flags & VIRTIO_NET_HDR_F_DATA_VALID) incoming.flags = NET_RX_DATA_VALIDATED;
  if (incoming.gso == 1) incoming.flags |= NET_EXTRA_INFO;
  came_with->gso_type = kind;
  if (incoming.slots > slots_for_any_frame(vif)) {
    vif->dropped++;
    return;
  }
  for (unsigned i = 0; i < incoming.slots; i++) {
    const union net_rx_slot *slot = &vif->rx->slot[(vif->rx_next + i) % NET_SLOTS];
    ring_copy(&incoming.request[i], &slot->request, sizeof slot->request);
  }
  incoming.copied = copy_in(vif, &incoming);
  note_rx(vif, &incoming);
  for (unsigned i = 0; i < incoming.slots; i++) {
    if (incoming.copied) write_rx_answer(vif, &incoming, i);
    else write_rx_error(vif, vif->rx_next + i, incoming.request[i].id);
  }
  vif->rx_next += incoming.slots;
  ring_store(&vif->rx->head.rsp_prod, vif->rx_next);
  if (incoming.copied) vif->received++;
  else vif->dropped++;
}

void vif_frames(struct vif *vif) {
  for (int i = 0; i < FRAMES_AT_ONCE && vif_has_room(vif); i++) {
    ssize_t bytes = host->read_frame(vif->tap, came_with, sizeof *came_with + FRAME_MAX);
    if (bytes <= (ssize_t)sizeof *came_with) break;
    deliver(vif, (size_t)bytes - sizeof *came_with);
  }
  if (vif->rx != NULL) wake_client(vif, &vif->rx->head, vif->rx_next, &vif->rx_told);
}

/* ---- both ---- */

/* What our predecessor had done and not published: a frame it sent is answered, one that came in is given up. */
static unsigned finish_torn(struct vif *vif) {
  struct tx_journal sent;
  struct rx_journal came;
  unsigned finished = 0;
  ring_copy(&sent, vif->tx->head.journal, sizeof sent);
  ring_copy(&came, vif->rx->head.journal, sizeof came);
  uint32_t tx_waiting = ring_load(&vif->tx->head.req_prod) - vif->tx_next, rx_waiting = ring_load(&vif->rx->head.req_prod) - vif->rx_next;
  if (sent.magic == NET_MAGIC && sent.mark == vif->tx_next + 1 && sent.slots <= tx_waiting && tx_waiting <= NET_SLOTS) {
    write_tx_answers(vif, vif->tx_next, &sent);
    vif->tx_next += sent.slots;
    ring_store(&vif->tx->head.rsp_prod, vif->tx_next);
    finished += sent.slots;
  }
  if (came.magic == NET_MAGIC && came.mark == vif->rx_next + 1 && came.slots <= rx_waiting && came.slots <= NET_MAX_SLOTS) {
    for (unsigned i = 0; i < came.slots; i++) write_rx_error(vif, vif->rx_next + i, came.id[i]);
    vif->rx_next += came.slots;
    ring_store(&vif->rx->head.rsp_prod, vif->rx_next);
    finished += came.slots;
  }
  return finished;
}

bool vif_attach(struct vif *vif, uint32_t tx_ref, uint32_t rx_ref, uint32_t remote_port, const char **error) {
  struct net_tx_ring *tx = host->map(vif->domid, &tx_ref, 1);
  struct net_rx_ring *rx = tx == NULL ? NULL : host->map(vif->domid, &rx_ref, 1);
  int port = rx == NULL ? -1 : host->bind(vif->domid, remote_port);
  if (port < 0) {
    *error = rx == NULL ? "the rings cannot be mapped" : "the event channel cannot be bound";
    if (rx != NULL) host->unmap(rx, 1);
    if (tx != NULL) host->unmap(tx, 1);
    return false;
  }
  vif->tx = tx;
  vif->rx = rx;
  vif->port = port;
  vif->broken = false;
  vif->tx_next = ring_load(&tx->head.rsp_prod);
  vif->rx_next = ring_load(&rx->head.rsp_prod);
  unsigned torn = finish_torn(vif);
  vif->tx_told = vif->tx_next;
  vif->rx_told = vif->rx_next;
  say("vif %u/%u: attached at slots %u and %u%s", vif->domid, vif->id, vif->tx_next, vif->rx_next,
      torn > 0 ? ", a frame finished from the journal" : "");
  vif_take(vif);
  host->notify(port); /* whatever the last instance published without telling */
  return true;
}

void vif_detach(struct vif *vif) {
  if (vif->tx == NULL) return;
  host->unbind(vif->port);
  host->unmap(vif->tx, 1);
  host->unmap(vif->rx, 1);
  vif->tx = NULL;
  vif->rx = NULL;
  vif->again = false;
}
