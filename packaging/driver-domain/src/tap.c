#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static char default_bridge[IFNAMSIZ] = "br0";

void tap_default_bridge(const char *name) { snprintf(default_bridge, sizeof default_bridge, "%s", name); }

/* An ioctl about the interface `name`. */
static bool interface_ioctl(unsigned long request, const char *name, struct ifreq *argument) {
  int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return false;
  snprintf(argument->ifr_name, sizeof argument->ifr_name, "%s", name);
  int result = ioctl(socket_fd, request, argument);
  int reason = errno;
  close(socket_fd);
  errno = reason;
  return result == 0;
}

static bool join_bridge(const char *name, const char *bridge) {
  struct ifreq interface = {0}, port = {0};
  if (!interface_ioctl(SIOCGIFINDEX, name, &interface)) return false;
  port.ifr_ifindex = interface.ifr_ifindex;
  return interface_ioctl(SIOCBRADDIF, bridge, &port) || errno == EBUSY; /* it is in one already: another instance's work */
}

static bool bring_up(const char *name, unsigned mtu) {
  struct ifreq flags = {0}, address = {0}, size = {0};
  /* The highest address there is: a bridge takes over the lowest of its ports, which shall be the uplink's. */
  address.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  memcpy(address.ifr_hwaddr.sa_data, "\xfe\xff\xff\xff\xff\xff", 6);
  interface_ioctl(SIOCSIFHWADDR, name, &address);
  size.ifr_mtu = (int)mtu;
  if (mtu != 0) interface_ioctl(SIOCSIFMTU, name, &size);
  if (!interface_ioctl(SIOCGIFFLAGS, name, &flags)) return false;
  flags.ifr_flags = (short)(flags.ifr_flags | IFF_UP);
  return interface_ioctl(SIOCSIFFLAGS, name, &flags);
}

/* Persistent: while a new instance starts, the bridge keeps its port and what it has learned. */
static int make_tap(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  int header = sizeof(struct virtio_net_hdr);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tap < 0) return -1;
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(tap, TUNSETIFF, &request) == 0 && ioctl(tap, TUNSETVNETHDRSZ, &header) == 0 && ioctl(tap, TUNSETPERSIST, 1) == 0) return tap;
  int reason = errno;
  close(tap);
  errno = reason;
  return -1;
}

int tap_open(const char *name, const char *bridge, unsigned mtu, char *error, size_t error_size) {
  if (bridge == NULL) bridge = default_bridge;
  errno = ENAMETOOLONG;
  int tap = strlen(name) < IFNAMSIZ ? make_tap(name) : -1;
  if (tap < 0) {
    snprintf(error, error_size, "the driver domain cannot make the interface %s: %s", name, strerror(errno));
    return -1;
  }
  if (join_bridge(name, bridge) && bring_up(name, mtu)) return tap;
  snprintf(error, error_size, "%s cannot be put into the bridge '%s' of the driver domain: %s", name, bridge, strerror(errno));
  tap_close(tap);
  return -1;
}

void tap_offer(int tap, bool checksums, bool tcp4, bool tcp6) {
  unsigned offers = checksums ? TUN_F_CSUM : 0;
  if (checksums && tcp4) offers |= TUN_F_TSO4;
  if (checksums && tcp6) offers |= TUN_F_TSO6;
  if (ioctl(tap, TUNSETOFFLOAD, (unsigned long)offers) != 0) ioctl(tap, TUNSETOFFLOAD, 0UL);
}

void tap_close(int tap) {
  ioctl(tap, TUNSETPERSIST, 0);
  close(tap);
}

ssize_t tap_read(int tap, void *buffer, size_t size) {
  ssize_t bytes = read(tap, buffer, size);
  return bytes < 0 ? 0 : bytes;
}

bool tap_write(int tap, const void *buffer, size_t bytes) { return write(tap, buffer, bytes) == (ssize_t)bytes; }
