package dev.jxl.xld.engine.action;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DiskSpec.Format;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.VbdNumber;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.qemu.EmulatedDisks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What lies in the CD drives of a running HVM guest.
 *
 * @source tools/libs/light/libxl_disk.c: libxl_cdrom_insert
 */
final class CdDrives {
    private static final String FORMAT = "aio:";
    private static final String CHANGE = "blockdev-change-medium";

    private final Host host;
    private final Managed managed;
    private final Alteration alteration;

    CdDrives(Host host, Managed managed, Alteration alteration) {
        this.host = host;
        this.managed = managed;
        this.alteration = alteration;
    }

    /** A drive, found in the toolstack's own part of xenstore. */
    private record Drive(String name, String libxl, String backend, String id) {}

    /** Takes out what is in a drive, and puts a medium in where there is one. */
    void change(Found domain, String vdev, Optional<Path> medium, OperationRun run) {
        String what = "drive " + vdev + " of '" + domain.name() + "'";
        run.step(medium.map(m -> "putting " + m + " into ").orElse("emptying ") + what, 0);
        domain.refuseUnlessAlive("change");
        Drive drive = require(domain, vdev);
        medium.ifPresent(this::requireReadable);
        eject(domain, drive);
        note(drive, "");
        remember(domain, drive, Optional.empty());
        if (medium.isPresent()) {
            insert(domain, drive, medium.get());
            note(drive, FORMAT + medium.get());
            remember(domain, drive, medium);
        }
    }

    private Drive require(Found domain, String vdev) {
        if (domain.type().filter(t -> t == GuestType.HVM).isEmpty()) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' has no CD drives: only HVM guests have");
        }
        VbdNumber number = VbdNumber.find(vdev)
                .orElseThrow(() -> new ToolstackException.InvalidRequest(
                        "'" + Printable.brief(vdev) + "' names no drive: hdc does, for one"));
        XenStore store = host.store();
        String libxl = Nodes.devices(domain.id()) + "/vbd/" + number;
        if (store.find(libxl + "/device-type").filter("cdrom"::equals).isEmpty()) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' has no CD drive '" + vdev + "'; " + drives(domain));
        }
        String backend = Nodes.backend(DomainId.DOM0, "qdisk", domain.id(), number.value());
        if (store.find(libxl + "/backend").filter(backend::equals).isEmpty()) {
            throw new ToolstackException.WrongState(
                    "drive " + vdev + " of '" + domain.name() + "' is not served by its device model in dom0");
        }
        return new Drive(vdev, libxl, backend, EmulatedDisks.driveId(number));
    }

    private String drives(Found domain) {
        XenStore store = host.store();
        List<String> names = new ArrayList<>();
        String all = Nodes.devices(domain.id()) + "/vbd";
        for (String each : store.list(all).stream().sorted().toList()) {
            if (store.find(all + "/" + each + "/device-type")
                    .filter("cdrom"::equals)
                    .isPresent()) {
                store.find(all + "/" + each + "/dev").map(Printable::brief).ifPresent(names::add);
            }
        }
        return names.isEmpty()
                ? "it has none, and none can be added while it runs"
                : "it has " + String.join(", ", names);
    }

    /** Before anything is ejected for it. */
    private void requireReadable(Path medium) {
        if (!medium.isAbsolute()) {
            throw new ToolstackException.InvalidRequest("'" + medium + "' is not an absolute path of dom0");
        }
        PathKind kind = host.files().inspect(medium);
        if (kind != PathKind.FILE && kind != PathKind.BLOCK_DEVICE) {
            throw new ToolstackException.FileFailed(
                    "'" + medium + "' "
                            + (kind == PathKind.MISSING ? "does not exist" : "is neither a file nor a block device"),
                    null);
        }
        byte[] _ = host.files().read(medium, 1);
    }

    private void insert(Found domain, Drive drive, Path medium) {
        Map<String, String> into = Map.of("id", drive.id(), "format", "raw");
        // QEMU plays a CD in a drive of dom0's better when it opens the drive itself. One that another toolstack has
        // started may be locked up, too.
        boolean opens = managed.find(domain.uuid())
                .filter(e -> !e.spec().deviceModel().restrict().orElse(false))
                .isPresent();
        if (opens) {
            Map<String, String> named = new HashMap<>(into);
            named.put("filename", medium.toString());
            Object _ = host.deviceModel().ask(domain.id(), CHANGE, named);
        } else {
            Object _ = host.deviceModel().askWithFile(domain.id(), medium, CHANGE, into);
        }
    }

    private void eject(Found domain, Drive drive) {
        try {
            Object _ = host.deviceModel().ask(domain.id(), "eject", Map.of("id", drive.id()));
        } catch (ToolstackException.DeviceModelFailed e) {
            throw new ToolstackException.DeviceModelFailed(
                    "opening drive " + drive.name() + " of '" + domain.name() + "'",
                    e.getMessage()
                            + " (a guest that uses the medium keeps the drive locked: unmount it there, try again)",
                    e);
        }
    }

    private void note(Drive drive, String params) {
        host.store().change(t -> {
            if (t.find(drive.libxl() + "/frontend").isPresent()) {
                for (String at : List.of(drive.backend(), drive.libxl())) {
                    t.write(at + "/type", "qdisk");
                    t.write(at + "/params", params);
                }
            }
        });
    }

    /** So that the next domain of it has the medium too. */
    private void remember(Found domain, Drive drive, Optional<Path> medium) {
        Optional<Entry> entry = managed.find(domain.uuid());
        entry.ifPresent(e -> alteration.adopt(domain, e, with(e.spec(), drive.name(), medium)));
    }

    private static DomainSpec with(DomainSpec spec, String vdev, Optional<Path> medium) {
        List<DiskSpec> disks = new ArrayList<>();
        for (DiskSpec disk : spec.disks()) {
            boolean it = disk.cdrom() && VbdNumber.find(disk.vdev()).equals(VbdNumber.find(vdev));
            disks.add(it ? withMedium(disk, medium) : disk);
        }
        return spec.toBuilder().disks(disks).build();
    }

    private static DiskSpec withMedium(DiskSpec d, Optional<Path> medium) {
        return new DiskSpec(
                medium,
                medium.isPresent() ? Format.RAW : Format.EMPTY,
                d.vdev(),
                d.readWrite(),
                d.cdrom(),
                d.backendKind(),
                d.backendDomain(),
                d.script(),
                d.discard(),
                d.directIoSafe(),
                d.trusted(),
                d.specification(),
                d.transport(),
                d.grantUsage());
    }
}
