/* The keys of a disk in xenstore. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "disk.h"

enum { INFO_CDROM = 1, INFO_READ_ONLY = 4 };

void vbd_node_offer(struct device *device) {
  const struct disk *disk = &device->vbd.disk;
  char type[16];
  bool cdrom = device_read(device, device->backend, "device-type", type, sizeof type) && strcmp(type, "cdrom") == 0;
  device_write(device, "info", "%d", (device->vbd.read_only ? INFO_READ_ONLY : 0) | (cdrom ? INFO_CDROM : 0));
  if (disk->block_device) device_write(device, "physical-device", "%x:%x", disk->major, disk->minor);
  device_write(device, "feature-flush-cache", "1");
  device_write(device, "feature-barrier", "1");
  device_write(device, "feature-discard", "0");
  device_write(device, "feature-persistent", "1");
  device_write(device, "feature-max-indirect-segments", "%d", VBD_SEGMENTS);
  device_write(device, "max-ring-page-order", "%d", VBD_MAX_ORDER);
  device_write(device, "sector-size", "%u", disk->sector_bytes);
  device_write(device, "physical-sector-size", "%u", disk->physical_sector_bytes);
}

bool vbd_node_open(struct device *device, char *error, size_t size) {
  char path[1024], mode[8];
  struct disk disk;
  struct vbd *vbd = &device->vbd;
  if (!device_read(device, device->backend, "params", path, sizeof path) || !device_read(device, device->backend, "mode", mode, sizeof mode)) {
    snprintf(error, size, "the toolstack wrote no 'params' or no 'mode'");
    return false;
  }
  bool read_only = strchr(mode, 'w') == NULL;
  if (!disk_open(path, read_only, &disk, error, size)) return false;
  memset(vbd, 0, sizeof *vbd);
  vbd->domid = device->domid;
  vbd->id = device->id;
  vbd->fd = disk.fd;
  vbd->read_only = read_only;
  vbd->sectors = disk.bytes / SECTOR_BYTES;
  vbd->disk = disk;
  device_write(device, "sectors", "%llu", (unsigned long long)vbd->sectors);
  return true;
}

/* One page: `ring-ref`. More: `ring-ref0`, `ring-ref1`, ... */
static bool read_refs(const struct device *device, uint32_t refs[1 << VBD_MAX_ORDER], unsigned *pages) {
  uint64_t order, ref;
  char key[24];
  if (!device_read_number(device, device->frontend, "ring-page-order", VBD_MAX_ORDER, &order)) {
    if (errno != ENOENT) return false;
    *pages = 1;
    if (!device_read_number(device, device->frontend, "ring-ref", UINT32_MAX, &ref)) return false;
    refs[0] = (uint32_t)ref;
    return true;
  }
  *pages = 1u << order;
  for (unsigned i = 0; i < *pages; i++) {
    snprintf(key, sizeof key, "ring-ref%u", i);
    if (!device_read_number(device, device->frontend, key, UINT32_MAX, &ref)) return false;
    refs[i] = (uint32_t)ref;
  }
  return true;
}

bool vbd_node_connect(struct device *device, const char **error) {
  uint32_t refs[1 << VBD_MAX_ORDER];
  unsigned pages;
  uint64_t port;
  char protocol[16];
  *error = "the client's ring-ref or event-channel makes no sense";
  if (!read_refs(device, refs, &pages) || !device_read_number(device, device->frontend, "event-channel", UINT32_MAX, &port)) return false;
  *error = "the client's protocol is not x86_64-abi";
  bool said = device_read(device, device->frontend, "protocol", protocol, sizeof protocol);
  if (said ? strcmp(protocol, "x86_64-abi") != 0 : errno != ENOENT) return false;
  uint64_t offered = 0, wanted = 0;
  if (device->begins) {
    device_read_number(device, device->backend, "feature-persistent", 1, &offered);
    device_read_number(device, device->frontend, "feature-persistent", 1, &wanted);
  }
  device->vbd.persistent = !device->begins || (offered == 1 && wanted == 1); /* of one that is taken over, its ring tells */
  device->vbd.begins = device->begins;
  return vbd_attach(&device->vbd, refs, pages, (uint32_t)port, error);
}

void vbd_node_close(struct device *device) {
  if (device->vbd.fd > 0) close(device->vbd.fd);
  device->vbd.fd = -1;
}
