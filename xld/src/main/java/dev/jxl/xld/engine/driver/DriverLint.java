package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.IoSpec;
import dev.jxl.config.PciSpec;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.PciPlanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What weakens the wall between a driver domain and the rest of the host, by its configuration and by what it serves. Changes nothing. */
public final class DriverLint {
    private final Host host;

    public DriverLint(Host host) {
        this.host = host;
    }

    /** All of one that is there, the worst first. */
    List<Finding> look(DomainSpec spec, Optional<DomainId> number) {
        List<Finding> found = new ArrayList<>(ofConfiguration(spec));
        number.ifPresent(driver -> found.addAll(ofClients(spec.name(), driver)));
        found.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(found);
    }

    /** What a user should know who makes a driver domain; empty for other guests. */
    public List<SpecProblem> warnings(DomainSpec spec) {
        return spec.driverDomain()
                ? ofConfiguration(spec).stream()
                        .filter(f -> f.severity() == Severity.WARNING)
                        .map(f -> new SpecProblem(
                                SpecProblem.Severity.WARNING,
                                0,
                                0,
                                "",
                                f.code() + ": " + f.object() + ": " + f.meaning() + "; " + f.advice()))
                        .toList()
                : List.of();
    }

    private List<Finding> ofConfiguration(DomainSpec spec) {
        List<Finding> found = new ArrayList<>();
        String name = "driver domain '" + spec.name() + "'";
        List<PciSpec> devices = spec.devices().pci();
        if (!devices.isEmpty() && !host.pciDevices().hasIommu()) {
            found.add(finding(
                    "no-iommu",
                    Severity.ERROR,
                    name,
                    "Xen has no IOMMU: its devices reach the memory of all domains, Xen's too",
                    "switch VT-d or AMD-Vi on in the firmware, and leave iommu=0 out of Xen's command line"));
        }
        List<Address> own = devices.stream()
                .flatMap((PciSpec device) -> device.address().stream())
                .toList();
        devices.forEach(device -> ofDevice(spec, device, name, found));
        own.forEach(address -> ofNeighbours(address, own, name, found));
        ofPrivileges(spec, name, found);
        return found;
    }

    private static void ofDevice(DomainSpec spec, PciSpec device, String name, List<Finding> found) {
        String object = name + ", PCI device "
                + device.address().map(Address::toString).or(device::name).orElse("");
        if (device.permissive()) {
            found.add(finding(
                    "permissive",
                    Severity.WARNING,
                    object,
                    "it may write all of the device's configuration space, and so confuse dom0, the device's firmware or the"
                            + " machine",
                    "leave permissive=1 out, and see whether its driver works without"));
        }
        if (PciPlanner.relaxed(spec, device)) {
            found.add(finding(
                    "rdm-relaxed",
                    Severity.WARNING,
                    object,
                    "where the firmware has reserved memory for the device that is in the way, Xen only warns: the device and the"
                            + " domain may then write to the same memory",
                    "leave rdm_policy=relaxed (rdm=\"…,policy=relaxed\") out"));
        }
    }

    private void ofNeighbours(Address address, List<Address> own, String name, List<Finding> found) {
        String object = name + ", PCI device " + address;
        PciDevices pci = host.pciDevices();
        List<Address> inseparable = pci.listInseparable(address).stream()
                .filter(other -> !own.contains(other))
                .toList();
        if (!inseparable.isEmpty()) {
            found.add(finding(
                    "iommu-group-split",
                    Severity.WARNING,
                    object,
                    "the IOMMU cannot tell it from " + words(inseparable)
                            + ", which stays elsewhere: each of them reaches the" + " other's memory",
                    "give all of them to the driver domain, or move the card to a slot of its own"));
        }
        List<Address> functions = pci.list().stream()
                .map(PciDevices.Device::address)
                .filter(other -> sameCard(other, address) && !own.contains(other) && !inseparable.contains(other))
                .toList();
        if (!functions.isEmpty()) {
            found.add(finding(
                    "functions-split",
                    Severity.NOTE,
                    object,
                    "other functions of the same card stay elsewhere (" + words(functions)
                            + "): the card's firmware, and often its reset, is one for all",
                    "give all functions to the driver domain, where nothing else needs them"));
        }
    }

    private static boolean sameCard(Address one, Address other) {
        return !one.equals(other)
                && one.domain() == other.domain()
                && one.bus() == other.bus()
                && one.device() == other.device();
    }

    private static String words(List<Address> devices) {
        return devices.stream().map(Address::toString).collect(Collectors.joining(", "));
    }

    private static void ofPrivileges(DomainSpec spec, String name, List<Finding> found) {
        if (spec.nestedVirt()) {
            found.add(finding(
                    "nested-virtualisation",
                    Severity.WARNING,
                    name,
                    "nestedhvm=1 shows it a part of Xen that is not supported for guests that nobody trusts, and that a driver"
                            + " domain has no use for",
                    "leave nestedhvm out"));
        }
        if (!spec.devices().io().equals(IoSpec.DEFAULT)) {
            found.add(finding(
                    "host-io",
                    Severity.WARNING,
                    name,
                    "it may use " + spec.devices().io().words()
                            + ": no IOMMU stands between these and the rest of the machine",
                    "leave ioports, irqs and iomem out, and give it whole PCI devices"));
        }
        if (DevicePlanner.needsDeviceModel(spec)) {
            found.add(finding(
                    "device-model",
                    Severity.WARNING,
                    name,
                    "a QEMU in dom0 works for it"
                            + (spec.deviceModel().restrict().orElse(false) ? "" : ", as root,")
                            + " and takes its requests: who breaks that QEMU is in dom0",
                    "use type=\"pv\", and disks that need no QEMU"));
        }
    }

    private List<Finding> ofClients(String driver, DomainId number) {
        List<Finding> found = new ArrayList<>();
        TreeMap<DomainId, List<Device>> guarded = new TreeMap<>();
        for (Device device : new DriverClients(host).list(number)) {
            if (device.client().equals(DomainId.DOM0)) {
                ofDom0(driver, device, found);
            }
            if (trusts(device)) {
                found.add(
                        finding(
                                "trusts-backend",
                                Severity.WARNING,
                                object(device),
                                "its driver trusts driver domain '" + driver
                                        + "': it shows it whole pages, with whatever else of the guest's is in them",
                                "say 'untrusted' with the disk or nic in the guest's configuration; its driver copies more then"));
            } else {
                guarded.computeIfAbsent(device.client(), c -> new ArrayList<>()).add(device);
            }
        }
        guarded.values()
                .forEach(devices -> found.add(finding(
                        "bounce-buffers-unknown",
                        Severity.NOTE,
                        client(devices.getFirst()),
                        "'untrusted' is a wish to its kernel, and jxl does not see whether that has bounce buffers: Linux has them since"
                                + " 5.19, and where XSA-403 was mended",
                        "see to it that its kernel is new enough")));
        return found;
    }

    private void ofDom0(String driver, Device device, List<Finding> found) {
        if (!device.disk()) {
            return;
        }
        host.blockAttach()
                .findOwnUse(device.entry().devid())
                .ifPresent(use -> found.add(finding(
                        "dom0-depends",
                        Severity.ERROR,
                        object(device),
                        "dom0 itself uses what driver domain '" + driver + "' serves (" + use
                                + "): when that one fails, dom0 waits for a disk that it has to bring back itself",
                        "keep dom0's file systems and swap on disks that dom0 has itself")));
    }

    /** The guest's own word, which is about nobody but itself. @source Linux: drivers/block/xen-blkfront.c: talk_to_blkback */
    private boolean trusts(Device device) {
        return !host.store().find(device.entry().frontend() + "/trusted").equals(Optional.of("0"));
    }

    private String object(Device device) {
        return client(device) + ", " + (device.disk() ? "disk " : "nic ")
                + device.entry().devid();
    }

    private String client(Device device) {
        String name = host.store()
                .find(Nodes.name(device.client()))
                .map(Printable::brief)
                .orElse(Domains.NO_NAME);
        return "'" + name + "' (" + device.client() + ")";
    }

    private static Finding finding(String code, Severity severity, String object, String meaning, String advice) {
        return Finding.of(code, severity, object, meaning, advice, false);
    }
}
