/* The real machine: /dev/xen/gntdev, /dev/xen/evtchn and the kernel's asynchronous I/O behind struct host. */
#ifndef JXL_XEN_H
#define JXL_XEN_H

#include <stdbool.h>
#include <stdint.h>

bool xen_open(void); /* says what is missing */
int xen_event_fd(void);
int xen_disk_fd(void);
/* The next port that rang, ready to ring again; -1: none. */
int xen_next_event(void);
/* Gives the kernel what was submitted; one that it refuses is done with its error. From the main loop, before it waits. */
void xen_start_disk_io(void);
/* Hands finished disk requests to their owners. */
void xen_finish_disk_io(void);

#endif
