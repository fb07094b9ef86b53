/* The net backend: one client's two rings over one tap. `sent` is the client's way to the world, `received` the other.
 *
 * All slots of a frame are answered in order and published with one store, after a note in the ring's head: whoever maps the
 * rings next begins at a frame's first slot. A frame may then go out twice, never in part; one on its way in may be lost. */
#ifndef JXL_VIF_H
#define JXL_VIF_H

#include "abi.h"
#include "host.h"

/* What the client can take, as it says in xenstore. */
struct vif_features {
  bool scatter, checksums, tcp4, tcp6;
};

struct vif {
  /* Set before vif_attach. */
  uint16_t domid;
  unsigned id;
  int tap;
  struct vif_features features;

  struct net_tx_ring *tx; /* null: not attached */
  struct net_rx_ring *rx;
  int port;
  uint32_t tx_next, rx_next; /* the next slot to answer; everything before is answered. Ours, never read back */
  uint32_t tx_told, rx_told;
  bool broken; /* the client's indices or slots are impossible: it is served no longer */
  bool again;  /* more to do: call vif_take soon, after the others */
  uint64_t sent, received, dropped;
};

bool vif_attach(struct vif *vif, uint32_t tx_ref, uint32_t rx_ref, uint32_t remote_port, const char **error);
/* The client's event: it sends, or has given room. */
void vif_take(struct vif *vif);
/* Room for any frame: the tap need not be looked at otherwise. Asks the client to tell when there is. */
bool vif_has_room(struct vif *vif);
/* The tap has frames. */
void vif_frames(struct vif *vif);
void vif_detach(struct vif *vif);

#endif
