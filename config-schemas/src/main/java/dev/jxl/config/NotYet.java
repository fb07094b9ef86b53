package dev.jxl.config;

import dev.jxl.config.SpecProblem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a specification can say and this jxl cannot do: one table. A row stands here until the engine acts on the field;
 * whoever makes it do so takes the row out. ERROR: without it this would be another guest, so create refuses; WARNING:
 * the guest is the same, only how the host treats it differs.
 */
public final class NotYet {
    private static final List<Row> ROWS = List.of(
            // CPU
            error(
                    "vnuma",
                    "/cpu/vnuma",
                    s -> s.type() == GuestType.PV && !s.cpu().vnuma().isEmpty(),
                    "virtual NUMA nodes are for PVH and HVM guests"),
            error("vmtrace_buf_kb", "/cpu/vmtraceKib", s -> s.cpu().vmtraceKib() > 0),
            error("llc_colors", "/cpu/llcColors", s -> !s.cpu().llcColors().isEmpty()),
            error(
                    "altp2m",
                    "/platform/altp2m",
                    s -> !isHvm(s) && s.platform().altp2m() != PlatformSpec.Altp2m.DISABLED),
            warning(
                    "dm_restrict",
                    "/deviceModel/restrict",
                    s -> !isHvm(s) && s.deviceModel().restrict().orElse(false)),
            // devices
            error(
                    "pci",
                    "/devices/pci",
                    s -> s.type() == GuestType.PVH && s.devices().wantsIommu(),
                    "Xen cannot give devices of the host to PVH guests: use type=\"hvm\" or type=\"pv\""),
            error(
                    "pci",
                    "/devices/pci",
                    s -> s.devices().pci().stream()
                            .anyMatch(d -> d.address()
                                    .filter(PciSpec.Address::allFunctions)
                                    .isPresent()),
                    "all functions of a device at once are not supported yet: name each by its own address"),
            warning(
                    "pci",
                    "/devices/pci",
                    s -> s.devices().pci().stream().anyMatch(d -> d.msiTranslate() || d.powerManagement()),
                    "msitranslate and power_mgmt are noted as xl does, but nothing acts on them any more"),
            error(
                    "rdm",
                    "/devices/rdm",
                    s -> s.devices().rdm().strategy() == RdmSpec.Strategy.HOST,
                    "strategy=host is not supported yet: reserved memory of the host is not kept free in the guest"),
            error(
                    "usbctrl",
                    "/devices/usbControllers",
                    s -> s.devices().usbControllers().stream()
                            .anyMatch(c -> c.type().equals(Optional.of(UsbControllerSpec.Type.PV))),
                    "type=pv needs the kernel driver xen-usbback, which upstream Linux does not have: type=qusb is the"
                            + " same for the guest, served by QEMU"),
            error("vdispl", "/devices/vdispls", s -> !s.devices().vdispls().isEmpty()),
            error("vsnd", "/devices/vsnds", s -> !s.devices().vsnds().isEmpty()),
            error("virtio", "/devices/virtios", s -> !s.devices().virtios().isEmpty()),
            error("pvcalls", "/devices/pvcalls", s -> !s.devices().pvcalls().isEmpty()),
            error(
                    "disk",
                    "/disks",
                    s -> s.disks().stream()
                            .anyMatch(d -> d.specification().orElse(DiskSpec.Specification.XEN)
                                    == DiskSpec.Specification.VIRTIO),
                    "specification=virtio is not supported: only xen is"),
            error("seclabel", "/labels", s -> !s.labels().equals(LabelsSpec.DEFAULT)));

    private NotYet() {}

    /**
     * One thing that this jxl cannot do.
     *
     * @param severity whether it stops a create
     * @param key of xl.cfg
     * @param pointer a JSON pointer of jxl's form
     * @param message half a sentence
     */
    public record Refusal(Severity severity, String key, String pointer, String message) {
        private SpecProblem problem() {
            return new SpecProblem(severity, 0, 0, pointer, message);
        }
    }

    /**
     * Names what this jxl cannot do of a specification.
     *
     * @param spec any
     * @param refusals takes them, in the table's order
     */
    public static void check(DomainSpec spec, Consumer<Refusal> refusals) {
        for (Row row : ROWS) {
            if (row.asked().test(spec)) {
                refusals.accept(row.refusal());
            }
        }
    }

    /** The same reading with what this jxl cannot do of it; for forms whose places are JSON pointers. */
    public static SpecReading refuse(SpecReading reading) {
        List<SpecProblem> problems = new ArrayList<>(reading.problems());
        reading.spec().ifPresent(spec -> check(spec, r -> problems.add(r.problem())));
        boolean refused = problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
        return new SpecReading(refused ? Optional.empty() : reading.spec(), problems);
    }

    private static boolean isHvm(DomainSpec spec) {
        return spec.type() == GuestType.HVM;
    }

    private static Row error(String key, String pointer, Predicate<DomainSpec> asked) {
        return error(
                key, pointer, asked, "not supported yet: without it this would be another guest; remove it to go on");
    }

    private static Row error(String key, String pointer, Predicate<DomainSpec> asked, String message) {
        return new Row(asked, new Refusal(Severity.ERROR, key, pointer, message));
    }

    private static Row warning(String key, String pointer, Predicate<DomainSpec> asked) {
        return warning(key, pointer, asked, "not supported yet; ignored, the guest itself is the same");
    }

    private static Row warning(String key, String pointer, Predicate<DomainSpec> asked, String message) {
        return new Row(asked, new Refusal(Severity.WARNING, key, pointer, message));
    }

    private record Row(Predicate<DomainSpec> asked, Refusal refusal) {}
}
