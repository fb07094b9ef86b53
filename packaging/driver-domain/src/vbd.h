/* The block backend: one client's ring over one disk.
 *
 * Answers are published strictly in the order of the requests, so [rsp_prod, req_prod) is exactly what the client still
 * waits for, with each request whole in its slot. Whoever maps the ring next - after a crash, an update, a crash of the whole
 * domain - executes these and nothing is lost, answered twice, or answered before it is on the disk. */
#ifndef JXL_VBD_H
#define JXL_VBD_H

#include "abi.h"
#include "disk.h"
#include "host.h"
#include "pages.h"

enum {
  VBD_WINDOW = 64,   /* requests in flight on one disk */
  VBD_SEGMENTS = 32, /* of one request; told to clients as feature-max-indirect-segments */
  VBD_MAX_ORDER = 2, /* of a ring's pages; told as max-ring-page-order */
};

/* Buffers of all disks together, so that clients cannot use up a small domain's memory; each disk may always have one. */
#define VBD_BUFFER_LIMIT (24u << 20)
extern size_t vbd_buffers_in_use; /* bytes */

struct vbd;

struct vbd_request {
  struct disk_io io;
  struct vbd *vbd;
  uint64_t id, sector;
  uint8_t operation; /* of the answer: an indirect request's real one */
  uint8_t segments;
  bool busy;    /* taken and not published */
  bool read;    /* the disk has given its data, which the client does not have yet */
  bool done;    /* waits for older ones to be published */
  bool holds;   /* a barrier: nothing is taken until it is published */
  bool parked;  /* a barrier that waits for the end of older ones */
  bool flushed; /* its flush is done, its data is to be written */
  int16_t status;
  struct blk_segment segment[VBD_SEGMENTS];
};

struct vbd {
  /* Set before vbd_attach. */
  uint16_t domid;
  unsigned id;
  int fd;
  bool read_only;
  uint64_t sectors;  /* of 512 bytes */
  struct disk disk;  /* for what is told of it */
  bool persistent;   /* its pages may stay mapped: the client's node says so, and ours offers it */
  bool begins;       /* no backend has served this ring: the client reads what is offered when this one has connected it */

  struct blk_ring *ring; /* null: not attached */
  uint32_t pages, slots;
  int port;
  /* Ours, never read back from the ring: the next request to take, the next answer to publish, the last one the client was woken for. */
  uint32_t taken, answered, told;
  unsigned in_flight; /* requests the disk has: their buffers must stay */
  bool barrier;       /* nothing is taken until it is answered */
  bool broken;        /* the client's indices are impossible: it is served no longer */
  bool has_read;      /* some request's `read` is set */
  bool again;         /* more to do: call vbd_take soon, after the others */
  uint64_t requests, responses;
  struct pages kept;
  struct vbd_request request[VBD_WINDOW];
};

/* Maps a ring of `pages` pages (1, 2 or 4) and goes on where its answers end, be it new or left by another instance.
 * False and a text if it cannot be. */
bool vbd_attach(struct vbd *vbd, const uint32_t *refs, unsigned pages, uint32_t remote_port, const char **error);
/* The client has read what is offered, and its pages may stay mapped if it wants that. A client looks once, when it is connected; a page that
 * stays mapped although it was not offered is an attack to it, and it shuts its disk off. */
void vbd_agree(struct vbd *vbd);
/* Takes what the client has put into the ring: after an event, and when `again` is set. */
void vbd_take(struct vbd *vbd);
/* Gives the ring back. The disk may still work for requests in flight: they are answered no more; in_flight tells. */
void vbd_detach(struct vbd *vbd);

#endif
