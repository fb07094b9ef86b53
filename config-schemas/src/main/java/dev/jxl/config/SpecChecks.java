package dev.jxl.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What holds between the parts of a domain. A problem's place is a JSON pointer of jxl's form. */
public final class SpecChecks {
    private final DomainSpec spec;
    private final BiConsumer<String, String> problems;
    private final Map<Object, String> taken = new HashMap<>();

    private SpecChecks(DomainSpec spec, BiConsumer<String, String> problems) {
        this.spec = spec;
        this.problems = problems;
    }

    /**
     * Looks for contradictions.
     *
     * @param spec a domain of whatever form
     * @param problems takes a JSON pointer and half a sentence for each
     */
    public static void check(DomainSpec spec, BiConsumer<String, String> problems) {
        SpecChecks checks = new SpecChecks(spec, problems);
        checks.sizes();
        checks.boot();
        for (int i = 0; i < spec.disks().size(); i++) {
            checks.disk(spec.disks().get(i), "/disks/" + i);
        }
        for (int i = 0; i < spec.nics().size(); i++) {
            checks.nic(spec.nics().get(i), i, "/nics/" + i);
        }
        DeviceSpecs devices = spec.devices();
        checks.numbers("vkbs", devices.vkbs().stream().map(VkbSpec::devid).toList());
        checks.numbers("vtpms", devices.vtpms().stream().map(VtpmSpec::devid).toList());
        checks.numbers(
                "usbControllers",
                devices.usbControllers().stream().map(UsbControllerSpec::devid).toList());
    }

    private void sizes() {
        SpecRules.findNameProblem(spec.name()).ifPresent(why -> problems.accept("/name", why));
        if (spec.maxMemory().compareTo(spec.memory()) < 0) {
            problems.accept(
                    "/maxMemoryKib", "is less than memoryKib (" + spec.memory().kib() + ")");
        }
        if (spec.maxVcpus() < spec.vcpus()) {
            problems.accept("/maxVcpus", "is less than vcpus (" + spec.vcpus() + ")");
        }
        if (spec.driver().isPresent() && !spec.driverDomain()) {
            problems.accept("/driver", "is possible only for a driver domain: set driverDomain (driver_domain=1)");
        }
        if (spec.e820Host() && spec.type() != GuestType.PV) {
            problems.accept("/e820Host", "is possible only for pv");
        }
    }

    private void boot() {
        if (spec.boot().isEmpty() && spec.bootloader().isEmpty() && spec.type() != GuestType.HVM) {
            problems.accept("/boot", "is missing: a " + spec.type().word() + " guest needs a kernel");
        }
    }

    private void disk(DiskSpec disk, String at) {
        boolean empty = disk.format() == DiskSpec.Format.EMPTY;
        if (empty && !disk.cdrom()) {
            problems.accept(at + "/format", "only a CD-ROM drive can be empty");
        } else if (empty == disk.target().isPresent()) {
            problems.accept(at + "/target", empty ? "is set, but the format is empty" : "is missing");
        }
        if (disk.readWrite() && disk.cdrom()) {
            problems.accept(at + "/readWrite", "a CD-ROM drive is read-only");
        }
        if (disk.script().isEmpty()) {
            disk.target().flatMap(SpecRules::findFileProblem).ifPresent(why -> problems.accept(at + "/target", why));
        }
        Optional<VbdNumber> number = VbdNumber.find(disk.vdev());
        if (number.isEmpty()) {
            problems.accept(
                    at + "/vdev", "'" + disk.vdev() + "' is not a vdev: xvda to xvdz and on, hda to hdd, sda to sdp");
        }
        number.ifPresent(n -> unique(n, at, "vdev"));
    }

    private void nic(NicSpec nic, int index, String at) {
        if (nic.ioemu() && spec.type() != GuestType.HVM) {
            problems.accept(at + "/ioemu", "an emulated card is possible only for hvm");
        }
        nic.vifname()
                .flatMap(SpecRules::findInterfaceNameProblem)
                .ifPresent(why -> problems.accept(at + "/vifname", why));
        unique(List.of("devid", nic.devid().orElse(index)), at, "devid");
        nic.mac().ifPresent(mac -> unique(mac, at, "mac"));
        nic.vifname().ifPresent(name -> unique(List.of("vifname", name), at, "vifname"));
    }

    private void numbers(String list, List<Optional<Integer>> devids) {
        int next = 0;
        for (int i = 0; i < devids.size(); i++) {
            int devid = devids.get(i).orElse(next);
            unique(List.of(list, devid), "/devices/" + list + "/" + i, "devid");
            next = devid + 1;
        }
    }

    private void unique(Object value, String at, String field) {
        String before = taken.putIfAbsent(value, at);
        if (before != null) {
            problems.accept(at + "/" + field, "is the same as that of " + before);
        }
    }
}
