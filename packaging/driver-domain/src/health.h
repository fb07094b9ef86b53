/* What the program tells about itself below data/jxl-backend in xenstore. Nothing of it waits for xenstored. */
#ifndef JXL_HEALTH_H
#define JXL_HEALTH_H

#include "device.h"

/* What a toolstack looks for in the program's file before it sends it: what it is, which protocol it speaks, its version. */
extern const char health_identity[];

/* All that was found at the start is attached. */
void health_start(void);
/* The program makes room for another one: what it has counted must not pass for that one's. */
void health_end(void);
/* Once a second: the heartbeat and the counters that changed are due. */
void health_tick(struct device *devices);
/* Writes one of what is due, if xenstored has answered the last. */
void health_write(struct device *devices);
void health_forget(const struct device *device);

#endif
