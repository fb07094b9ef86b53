package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The nodes of a device: the frontend's, the backend's, and the toolstack's copy. Each list is for one transaction, so that a
 * backend never sees half of it.
 *
 * @source tools/libs/light/libxl_device.c: libxl__device_generic_add
 */
public final class DeviceNodes {
    private static final String INITIALISING = "1";

    /** What a nic has whose configuration says nothing, in bytes. @source tools/libs/light/libxl_nic.c: LIBXL_DEVICE_NIC_MTU_DEFAULT */
    public static final int DEFAULT_MTU = 1500;

    private DeviceNodes() {}

    /**
     * What a block device of dom0 adds to a disk's nodes.
     *
     * @param device the block device
     * @param loop whether it is a loop device, of the target
     */
    public record BlockDevice(Path device, boolean loop, int major, int minor) {}

    /**
     * A disk served by blkback, or by QEMU.
     *
     * @param block blkback's block device; empty when a script tells it later
     * @source tools/libs/light/libxl_disk.c: device_disk_add; tools/hotplug/Linux/block (what the script adds)
     */
    public static List<StoreWrite> disk(DomainId d, GuestType type, DiskPlan disk, Optional<BlockDevice> block) {
        Map<String, String> back = new LinkedHashMap<>();
        if (disk.qemuFormat().isPresent()) {
            back.put("params", disk.qemuFormat().get() + ":" + disk.target());
        } else {
            back.put("params", disk.target().toString());
            back.put("script", disk.script().orElse(DiskPlan.BLOCK_SCRIPT).toString());
        }
        common(back, d);
        back.put("removable", "0");
        back.put("bootable", "1");
        back.put("dev", disk.vdev());
        back.put("type", disk.servedByDeviceModel() ? "qdisk" : "phy");
        back.put("mode", disk.readWrite() ? "w" : "r");
        back.put("device-type", "disk");
        if (disk.directIoSafe()) {
            back.put("direct-io-safe", "1");
        }
        back.put("discard-enable", disk.discard() ? "1" : "0");
        back.put("specification", "xen");
        Map<String, String> front = new LinkedHashMap<>();
        front.put("backend-id", disk.backend().toString());
        front.put("state", INITIALISING);
        front.put("virtual-device", Integer.toString(disk.devid()));
        front.put("device-type", "disk");
        front.put("trusted", disk.trusted() ? "1" : "0");
        if (type == GuestType.PV) {
            front.put("protocol", "x86_64-abi");
        }
        Map<String, String> hotplug = new LinkedHashMap<>();
        block.ifPresent(b -> {
            if (b.loop()) {
                hotplug.put("node", b.device().toString());
            }
            hotplug.put("physical-device", Integer.toHexString(b.major()) + ":" + Integer.toHexString(b.minor()));
            hotplug.put("physical-device-path", b.device().toString());
            hotplug.put("hotplug-status", "connected");
        });
        Place at = new Place(d, disk.backend(), disk.kind(), disk.backendKind(), disk.devid());
        return device(at, front, Map.of(), back, hotplug);
    }

    /**
     * A nic served by netback.
     *
     * @source tools/libs/light/libxl_nic.c: libxl__set_xenstore_nic; tools/hotplug/Linux/vif-common.sh (the frontend's mtu)
     */
    public static List<StoreWrite> nic(DomainId d, NicPlan nic) {
        Map<String, String> back = new LinkedHashMap<>();
        common(back, d);
        back.put("script", nic.script().toString());
        nic.vifname().ifPresent(n -> back.put("vifname", n));
        back.put("mac", nic.mac().text());
        nic.ip().ifPresent(ip -> back.put("ip", ip));
        nic.gatewaydev().ifPresent(g -> back.put("gatewaydev", g));
        nic.rateLimit().ifPresent(r -> back.put("rate", r.bytesPerInterval() + "," + r.intervalMicros()));
        if (nic.askedMtu().isPresent() && nic.mtu() != DEFAULT_MTU) {
            back.put("mtu", Integer.toString(nic.mtu()));
        }
        nic.vlan().ifPresent(v -> back.put("vlan", v));
        if (!nic.bridge().isEmpty()) {
            back.put("bridge", nic.bridge());
        }
        back.put("handle", Integer.toString(nic.devid()));
        back.put("type", nic.emulated() ? "vif_ioemu" : "vif");
        back.put("hotplug-status", "");
        Map<String, String> front = new LinkedHashMap<>();
        front.put("backend-id", nic.backend().toString());
        front.put("state", INITIALISING);
        front.put("handle", Integer.toString(nic.devid()));
        front.put("mac", nic.mac().text());
        front.put("trusted", nic.trusted() ? "1" : "0");
        return device(
                new Place(d, nic.backend(), "vif", nic.devid()),
                front,
                Map.of("mtu", Integer.toString(nic.mtu())),
                back,
                Map.of());
    }

    /**
     * A CD drive of an HVM guest: QEMU emulates it and serves the paravirtual one too.
     *
     * @param medium the file or block device in it
     * @param format of the medium, in libxl's words: raw is aio
     * @source tools/libs/light/libxl_disk.c: device_disk_add
     */
    public static List<StoreWrite> cdDrive(
            DomainId d, int devid, String vdev, Optional<Path> medium, String format, boolean trusted) {
        Map<String, String> back = new LinkedHashMap<>();
        common(back, d);
        back.put("removable", "1");
        back.put("bootable", "1");
        back.put("dev", vdev);
        back.put("params", format + ":" + medium.map(Path::toString).orElse(""));
        back.put("type", "qdisk");
        back.put("mode", "r");
        back.put("device-type", "cdrom");
        back.put("discard-enable", "0");
        back.put("specification", "xen");
        Map<String, String> front = new LinkedHashMap<>();
        front.put("backend-id", DomainId.DOM0.toString());
        front.put("state", INITIALISING);
        front.put("virtual-device", Integer.toString(devid));
        front.put("device-type", "cdrom");
        front.put("trusted", trusted ? "1" : "0");
        Place at = new Place(d, DomainId.DOM0, "vbd", "qdisk", devid);
        return device(at, front, Map.of(), back, Map.of());
    }

    /**
     * The paravirtual keyboard and pointer that an HVM guest has beside the emulated ones.
     *
     * @source tools/libs/light/libxl_vkb.c: libxl__device_vkb_add
     */
    public static List<StoreWrite> keyboard(DomainId d) {
        Map<String, String> back = new LinkedHashMap<>();
        common(back, d);
        Map<String, String> front = new LinkedHashMap<>();
        front.put("backend-id", DomainId.DOM0.toString());
        front.put("state", INITIALISING);
        return device(new Place(d, DomainId.DOM0, "vkbd", "vkbd", 0), front, Map.of(), back, Map.of());
    }

    /**
     * Console 0, served by xenconsoled.
     *
     * @param port event channel
     * @param gfn frame of the ring
     * @param terminal the one that it has; empty: xenconsoled gives it one
     * @source tools/libs/light/libxl_console.c: libxl__device_console_add
     */
    public static List<StoreWrite> console(DomainId d, DomainId consoleDomain, int port, long gfn, String terminal) {
        Map<String, String> back = new LinkedHashMap<>();
        common(back, d);
        back.put("protocol", "vt100");
        Map<String, String> readOnly = new LinkedHashMap<>();
        readOnly.put("limit", "1048576");
        readOnly.put("type", "xenconsoled");
        readOnly.put("output", "pty");
        readOnly.put("tty", terminal);
        readOnly.put("port", Integer.toString(port));
        readOnly.put("ring-ref", Long.toString(gfn));
        return device(
                new Place(d, consoleDomain, "console", 0),
                Map.of("backend-id", consoleDomain.toString()),
                readOnly,
                back,
                Map.of());
    }

    /**
     * A device that is nothing but its nodes.
     *
     * @source tools/libs/light/libxl_device.c: libxl__device_add, libxl__device_generic_add
     */
    public static List<StoreWrite> of(DomainId d, NodeDevice device) {
        if (device.emulated()) {
            String index = Nodes.index(d, device.kind(), device.devid());
            List<StoreWrite> out = new ArrayList<>(List.of(new Remove(index)));
            device.back().forEach((k, v) -> out.add(new Write(index + "/" + k, v)));
            return List.copyOf(out);
        }
        Map<String, String> back = new LinkedHashMap<>(device.back());
        common(back, d);
        Map<String, String> front = new LinkedHashMap<>(device.front());
        front.put("backend-id", device.backend().toString());
        front.put("state", INITIALISING);
        Place at = new Place(d, device.backend(), device.kind(), device.backendKind(), device.devid());
        return device(at, front, device.readOnly(), back, Map.of());
    }

    private static void common(Map<String, String> back, DomainId d) {
        back.put("frontend-id", d.toString());
        back.put("online", "1");
        back.put("state", INITIALISING);
    }

    private record Place(DomainId d, DomainId b, String kind, String backendKind, int devid) {
        Place(DomainId d, DomainId b, String kind, int devid) {
            this(d, b, kind, kind, devid);
        }

        String frontend() {
            return Nodes.frontend(d, kind, devid);
        }

        String backend() {
            return Nodes.backend(b, backendKind, d, devid);
        }

        String index() {
            return Nodes.index(d, kind, devid);
        }

        /** Console 0's frontend belongs to the toolstack: a guest could otherwise name any tty of dom0. */
        boolean guestOwnsFrontend() {
            return !(kind.equals("console") && devid == 0);
        }
    }

    private static List<StoreWrite> device(
            Place at,
            Map<String, String> front,
            Map<String, String> readOnly,
            Map<String, String> back,
            Map<String, String> hotplug) {
        List<Permission> guests =
                List.of(Permission.owner(at.d().value()), Permission.read(at.b().value()));
        List<Permission> backends =
                List.of(Permission.owner(at.b().value()), Permission.read(at.d().value()));
        List<StoreWrite> out = new ArrayList<>();
        out.add(new Remove(at.index()));
        out.add(new Write(at.index() + "/frontend", at.frontend()));
        out.add(new Write(at.index() + "/backend", at.backend()));
        back.forEach((k, v) -> out.add(new Write(at.index() + "/" + k, v)));
        out.add(new Remove(at.frontend()));
        out.add(new Mkdir(at.frontend()));
        out.add(new SetPermissions(at.frontend(), at.guestOwnsFrontend() ? guests : backends));
        out.add(new Write(at.frontend() + "/backend", at.backend()));
        front.forEach((k, v) -> {
            out.add(new Write(at.frontend() + "/" + k, v));
            if (!at.guestOwnsFrontend()) {
                out.add(new SetPermissions(at.frontend() + "/" + k, guests));
            }
        });
        readOnly.forEach((k, v) -> {
            out.add(new Write(at.frontend() + "/" + k, v));
            if (at.guestOwnsFrontend()) {
                out.add(new SetPermissions(at.frontend() + "/" + k, backends));
            }
        });
        out.add(new Remove(at.backend()));
        out.add(new Mkdir(at.backend()));
        out.add(new SetPermissions(at.backend(), backends));
        out.add(new Write(at.backend() + "/frontend", at.frontend()));
        back.forEach((k, v) -> out.add(new Write(at.backend() + "/" + k, v)));
        hotplug.forEach((k, v) -> out.add(new Write(at.backend() + "/" + k, v)));
        return List.copyOf(out);
    }
}
