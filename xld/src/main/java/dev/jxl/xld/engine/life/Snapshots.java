package dev.jxl.xld.engine.life;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.NicSpec;
import dev.jxl.xld.engine.device.PciNotes;
import dev.jxl.xld.engine.device.UsbPorts;
import dev.jxl.xld.engine.domain.MemoryReservations;
import dev.jxl.xld.engine.resource.FreeMemory;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HotplugScripts;
import dev.jxl.xld.host.Hypervisor.MemoryFacts;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.plan.CreatePlan;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.HostSnapshot;
import dev.jxl.xld.plan.HvmPlanner;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.NodeDevices;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.PciSnapshot;
import dev.jxl.xld.plan.Planner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Asks a host what a plan must know. */
public final class Snapshots {
    private Snapshots() {}

    /**
     * The plan for a specification on the host as it is now.
     *
     * @param saved the saved guest that comes into it; empty: it boots
     */
    public static CreatePlan plan(
            Host host, String source, DomainSpec spec, boolean paused, Optional<IncomingGuest> saved) {
        return Planner.plan(source, spec, take(host, spec), paused, saved);
    }

    /** The plan for a guest that is sent from this host to this host. */
    static CreatePlan planBeside(Host host, String source, DomainSpec spec, boolean paused, IncomingGuest guest) {
        HostSnapshot now = take(host, spec).withUuidFree(spec.uuid().orElseThrow());
        return Planner.plan(source, spec, now, paused, Optional.of(guest));
    }

    /** All that the plan for one domain needs. */
    public static HostSnapshot take(Host host, DomainSpec spec) {
        List<DomainFacts> all = host.hypervisor().listDomains();
        List<Optional<String>> names =
                host.store().findAll(all.stream().map(f -> Nodes.name(f.id())).toList());
        Map<DomainId, String> byId = new TreeMap<>();
        Map<DomainUuid, DomainId> uuids = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            DomainFacts f = all.get(i);
            names.get(i).ifPresent(n -> byId.put(f.id(), n));
            // One that is going, and stays while somebody maps its pages, does not keep its guest from being made
            // again.
            if (!f.flags().dying()) {
                uuids.put(f.uuid(), f.id());
            }
        }
        MemoryFacts memory = host.hypervisor().memory();
        HostFiles files = host.files();
        Map<Path, HostFiles.KernelKind> kernels = new HashMap<>();
        Map<Path, HostFiles.PathKind> targets = new HashMap<>();
        spec.boot().map(DirectBoot::kernel).ifPresent(k -> kernels.put(k, files.inspectKernel(k)));
        spec.boot().flatMap(DirectBoot::ramdisk).ifPresent(r -> targets.put(r, files.inspect(r)));
        spec.disks().stream()
                .flatMap((DiskSpec d) -> d.target().stream())
                .forEach(t -> targets.put(t, files.inspect(t)));
        HvmPlanner.files(spec).forEach(f -> targets.put(f, files.inspect(f)));
        NodeDevices.files(spec).forEach(f -> targets.put(f, files.inspect(f)));
        Map<String, Optional<Integer>> bridges = new HashMap<>();
        Stream.concat(
                        spec.disks().stream().flatMap((DiskSpec disk) -> disk.script().stream()),
                        spec.nics().stream().flatMap(Snapshots::script))
                .map(HotplugScripts.FOLDER::resolve)
                .forEach(script -> targets.put(script, files.inspect(script)));
        for (NicSpec nic : spec.nics()) {
            String bridge = nic.bridge().orElse(DevicePlanner.DEFAULT_BRIDGE);
            bridges.put(bridge, host.netAttach().findBridgeMtu(bridge));
        }
        return new HostSnapshot(
                byId,
                uuids,
                new FreeMemory(host, new MemoryReservations()).mostKib(),
                memory.totalKib(),
                host.processors().topology().nodes().size(),
                kernels,
                targets,
                bridges,
                host.deviceModel().programs(),
                spec.devices().wantsIommu() || !spec.devices().pci().isEmpty() ? pci(host) : PciSnapshot.NOT_ASKED,
                spec.devices().usbDevices().isEmpty() ? List.of() : new UsbPorts(host).facts());
    }

    /** What of it is about PCI devices. */
    public static PciSnapshot pci(Host host) {
        PciNotes notes = new PciNotes(host);
        PciDevices devices = host.pciDevices();
        return new PciSnapshot(
                devices.hasIommu(),
                devices.hasBackend(),
                devices.list().stream()
                        .map(device -> new PciSnapshot.Known(
                                device.address(),
                                notes.findName(device.address()),
                                device.heldForDomains(),
                                notes.findHolder(device.address()),
                                device.heldForDomains() ? Optional.empty() : devices.findUse(device.address())))
                        .toList());
    }

    /** What has more to do than jxl does itself needs the script. */
    private static Stream<String> script(NicSpec nic) {
        return nic.script().isPresent() || (nic.vlan().isEmpty() && nic.ip().isEmpty())
                ? nic.script().stream()
                : Stream.of(NicPlan.BRIDGE_SCRIPT.toString());
    }
}
