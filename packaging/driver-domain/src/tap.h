/* The world's end of a client's network card: a tap in a bridge. */
#ifndef JXL_TAP_H
#define JXL_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

void tap_default_bridge(const char *name);
/* Makes the tap `name`, or takes the one that another instance has left, and puts it into a bridge (null: the default one).
 * Its descriptor, or -1 and a text for the user. */
int tap_open(const char *name, const char *bridge, unsigned mtu, char *error, size_t error_size);
/* What the client takes without the kernel's help: unfinished checksums, frames of many segments. */
void tap_offer(int tap, bool checksums, bool tcp4, bool tcp6);
/* Unlike a crash, this removes the tap. */
void tap_close(int tap);

ssize_t tap_read(int tap, void *buffer, size_t size);
bool tap_write(int tap, const void *buffer, size_t bytes);

#endif
