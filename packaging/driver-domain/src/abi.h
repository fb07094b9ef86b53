/* What lies in memory between a client and its backends, and the numbers of both protocols: facts of Xen's public headers
 * (io/ring.h, io/blkif.h, io/netif.h, io/xenbus.h, grant_table.h), for clients with the 64-bit x86 layout. */
#ifndef JXL_ABI_H
#define JXL_ABI_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES 4096u
#define SECTOR_BYTES 512u

/* States of either end, as decimal numbers in xenstore. */
enum xenbus_state {
  STATE_UNKNOWN = 0,
  STATE_INITIALISING = 1,
  STATE_INIT_WAIT = 2,
  STATE_INITIALISED = 3,
  STATE_CONNECTED = 4,
  STATE_CLOSING = 5,
  STATE_CLOSED = 6,
};

/* The head of every ring's first page. No client looks at `journal`: jxl-backend keeps there what it needs to finish an
 * answer that its predecessor had begun. Zeroed by the client when it makes the ring. */
struct ring_head {
  uint32_t req_prod, req_event, rsp_prod, rsp_event;
  uint8_t journal[48];
};
static_assert(sizeof(struct ring_head) == 64, "Xen's struct of a shared ring");

/* ---- block ---- */

enum {
  BLK_READ = 0,
  BLK_WRITE = 1,
  BLK_BARRIER = 2,
  BLK_FLUSH = 3,
  BLK_INDIRECT = 6,
  BLK_OK = 0,
  BLK_ERROR = -1,
  BLK_UNSUPPORTED = -2,
  BLK_DIRECT_SEGMENTS = 11,
  BLK_INDIRECT_PAGES = 8,
};

struct blk_segment {
  uint32_t ref;
  uint8_t first, last; /* sectors of the page, both inclusive */
  uint16_t padding;
};

struct blk_request {
  uint8_t operation, segments;
  uint16_t handle;
  uint32_t padding;
  uint64_t id, sector;
  struct blk_segment segment[BLK_DIRECT_SEGMENTS];
};

struct blk_indirect {
  uint8_t operation, real_operation;
  uint16_t segments;
  uint32_t padding;
  uint64_t id, sector;
  uint16_t handle, padding2;
  uint32_t page_ref[BLK_INDIRECT_PAGES];
};

struct blk_response {
  uint64_t id;
  uint8_t operation, padding;
  int16_t status;
};

union blk_slot {
  struct blk_request request;
  struct blk_indirect indirect;
  struct blk_response response;
};
static_assert(sizeof(struct blk_segment) == 8 && sizeof(union blk_slot) == 112, "blkif, x86_64-abi");
static_assert(offsetof(struct blk_indirect, page_ref) == 28 && offsetof(struct blk_response, status) == 10, "blkif");

struct blk_ring {
  struct ring_head head;
  union blk_slot slot[];
};

/* ---- net ---- */

enum {
  NET_TX_CSUM_BLANK = 1,
  NET_TX_DATA_VALIDATED = 2,
  NET_RX_DATA_VALIDATED = 1,
  NET_RX_CSUM_BLANK = 2,
  NET_MORE_DATA = 4,
  NET_EXTRA_INFO = 8,
  NET_EXTRA_GSO = 1,
  NET_EXTRA_MORE = 1,
  NET_GSO_TCPV4 = 1,
  NET_GSO_TCPV6 = 2,
  NET_OK = 0,
  NET_ERROR = -1,
  NET_NULL = 1,
  NET_SLOTS = 256,
  NET_MAX_SLOTS = 18, /* of one frame, without extra information */
};

struct net_extra {
  uint8_t type, flags;
  uint16_t gso_size;
  uint8_t gso_type, padding;
  uint16_t gso_features;
};

struct net_tx_request {
  uint32_t ref;
  uint16_t offset, flags, id, size;
};

/* It covers `ref` of the request in its slot and nothing else: the request's id outlives a half-written answer. */
struct net_tx_response {
  uint16_t id;
  int16_t status;
};

union net_tx_slot {
  struct net_tx_request request;
  struct net_tx_response response;
  struct net_extra extra;
};

struct net_rx_request {
  uint16_t id, padding;
  uint32_t ref;
};

struct net_rx_response {
  uint16_t id, offset, flags;
  int16_t status; /* bytes, or an error */
};

union net_rx_slot {
  struct net_rx_request request;
  struct net_rx_response response;
  struct net_extra extra;
};
static_assert(sizeof(union net_tx_slot) == 12 && sizeof(union net_rx_slot) == 8 && sizeof(struct net_extra) == 8, "netif");

struct net_tx_ring {
  struct ring_head head;
  union net_tx_slot slot[NET_SLOTS];
};

struct net_rx_ring {
  struct ring_head head;
  union net_rx_slot slot[NET_SLOTS];
};
static_assert(sizeof(struct net_tx_ring) <= PAGE_BYTES && sizeof(struct net_rx_ring) <= PAGE_BYTES, "netif");

#endif
