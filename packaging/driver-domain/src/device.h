/* One backend node of xenstore and what it drives: from the node's appearance to its end. */
#ifndef JXL_DEVICE_H
#define JXL_DEVICE_H

#include "store.h"
#include "vbd.h"
#include "vif.h"

enum kind { KIND_VBD, KIND_VIF };

enum phase {
  PHASE_NEW,       /* its disk or tap is to be opened */
  PHASE_WAITING,   /* for the client */
  PHASE_CONNECTED, /* the ring is ours */
  PHASE_DRAINING,  /* the ring is given back, the disk still works */
  PHASE_CLOSED,
  PHASE_FAILED, /* told the toolstack; nothing more until the node goes */
};

struct device {
  struct device *next;
  enum kind kind;
  enum phase phase;
  uint16_t domid;
  uint32_t id;
  char backend[64];  /* below our own folder */
  char frontend[64]; /* made by us, never read: a path in xenstore is not to be trusted */
  bool dirty;        /* something in xenstore changed */
  bool gone;         /* the node has vanished */
  bool begins;       /* the client connects, and has not been connected since it made its ring */
  bool offered;      /* what the client may ask for is in the node */
  unsigned refusals; /* connections that failed in a row */
  uint64_t since;    /* of the phase, in ms */
  bool told;         /* that its client goes on */
  bool count_due;    /* the counters may be told again */
  char counted[48];  /* as last told in xenstore */
  union {
    struct vbd vbd;
    struct vif vif;
  };
};

const char *kind_name(enum kind kind);

/* The program starts: for a while, the domain's own disks and bridges may still come. */
void device_start(void);
/* Looks at both ends in xenstore and does what they ask for. */
void device_check(struct device *device);
/* Once a second: what waits for time to pass. */
void device_tick(struct device *device);
/* Everything is given back and the memory may go. */
bool device_finished(const struct device *device);
/* The client's event channel rang. */
void device_rang(struct device *device);
/* Its port, or -1. */
int device_port(const struct device *device);
/* Has it work left that it put off for the others? */
bool device_again(const struct device *device);
/* How many of its requests, or frames from it, are done with. */
uint64_t device_answered(const struct device *device);
/* `<taken> <answered>` */
void device_count(const struct device *device, char text[48]);

/* One key of the node, or of the client's. */
bool device_read(const struct device *device, const char *end, const char *key, char *value, size_t size);
bool device_read_number(const struct device *device, const char *end, const char *key, uint64_t limit, uint64_t *value);
void device_write(const struct device *device, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What is different for disks and network cards. Texts of errors are for the user. */
bool vbd_node_open(struct device *device, char *error, size_t size);
void vbd_node_offer(struct device *device);
bool vbd_node_connect(struct device *device, const char **error);
void vbd_node_close(struct device *device);
bool vif_node_open(struct device *device, char *error, size_t size);
void vif_node_offer(struct device *device);
bool vif_node_connect(struct device *device, const char **error);
void vif_node_close(struct device *device);

#endif
