/* Finds the backend nodes of this domain in xenstore and keeps a device for each. */
#ifndef JXL_AGENT_H
#define JXL_AGENT_H

#include "device.h"

/* Watches xenstore and attaches to all that is there. */
bool agent_start(void);
/* Deals with the watch events that have come and with what they ask for. */
void agent_work(void);
void agent_tick(void);
struct device *agent_devices(void);

#endif
