/* The keys of a network card in xenstore. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "tap.h"

bool vif_node_open(struct device *device, char *error, size_t size) {
  char bridge[16], name[32];
  uint64_t mtu = 0;
  struct vif *vif = &device->vif;
  bool named = device_read(device, device->backend, "bridge", bridge, sizeof bridge) && bridge[0] != '\0';
  device_read_number(device, device->backend, "mtu", 65535, &mtu);
  memset(vif, 0, sizeof *vif);
  vif->domid = device->domid;
  vif->id = device->id;
  snprintf(name, sizeof name, "vif%u.%u", device->domid, device->id);
  vif->tap = tap_open(name, named ? bridge : NULL, (unsigned)mtu, error, size);
  return vif->tap >= 0;
}

void vif_node_offer(struct device *device) {
  device_write(device, "feature-rx-copy", "1");
  device_write(device, "feature-rx-flip", "0");
  device_write(device, "feature-sg", "1");
  device_write(device, "feature-gso-tcpv4", "1");
  device_write(device, "feature-gso-tcpv6", "1");
  device_write(device, "feature-ipv6-csum-offload", "1");
  device_write(device, "feature-split-event-channels", "0");
}

static bool flag(const struct device *device, const char *key) {
  uint64_t value = 0;
  device_read_number(device, device->frontend, key, 1, &value);
  return value == 1;
}

bool vif_node_connect(struct device *device, const char **error) {
  uint64_t tx, rx, port;
  struct vif *vif = &device->vif;
  *error = "the client's tx-ring-ref, rx-ring-ref or event-channel makes no sense";
  if (!device_read_number(device, device->frontend, "tx-ring-ref", UINT32_MAX, &tx)) return false;
  if (!device_read_number(device, device->frontend, "rx-ring-ref", UINT32_MAX, &rx)) return false;
  if (!device_read_number(device, device->frontend, "event-channel", UINT32_MAX, &port)) return false;
  *error = "the client cannot receive by copy";
  errno = ENOTSUP;
  if (!flag(device, "request-rx-copy")) return false;
  vif->features = (struct vif_features){
      .scatter = flag(device, "feature-sg"),
      .checksums = !flag(device, "feature-no-csum-offload"),
      .tcp4 = flag(device, "feature-sg") && flag(device, "feature-gso-tcpv4"),
      .tcp6 = flag(device, "feature-sg") && flag(device, "feature-gso-tcpv6") && flag(device, "feature-ipv6-csum-offload"),
  };
  tap_offer(vif->tap, vif->features.checksums, vif->features.tcp4, vif->features.tcp6);
  return vif_attach(vif, (uint32_t)tx, (uint32_t)rx, (uint32_t)port, error);
}

void vif_node_close(struct device *device) {
  if (device->vif.tap > 0) tap_close(device->vif.tap);
  device->vif.tap = -1;
}
