package dev.jxl.xld.plan;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.PassthroughMode;
import dev.jxl.config.PciSpec;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.config.RdmSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.plan.PciSnapshot.Known;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Decides which devices of the host a guest gets, and says what cannot be before anything is done. */
public final class PciPlanner {
    private final DomainSpec spec;
    private final PciSnapshot host;
    private final List<SpecProblem> problems;

    /**
     * With what it needs.
     *
     * @param problems gets what is wrong
     */
    public PciPlanner(DomainSpec spec, PciSnapshot host, List<SpecProblem> problems) {
        this.spec = spec;
        this.host = host;
        this.problems = problems;
    }

    /** The devices, in order; problems are told for those that cannot be. */
    public List<PciPlan> list() {
        checkGuest();
        List<PciPlan> out = new ArrayList<>();
        Set<Address> seen = new HashSet<>();
        for (PciSpec device : spec.devices().pci()) {
            Optional<Known> known = find(device);
            if (known.isEmpty()) {
                problem(
                        device.name().isPresent()
                                ? "no PCI device is named '" + device.name().get()
                                        + "': 'jxl pci-assignable-list -n' shows the names"
                                : "there is no PCI device " + device.address().orElseThrow()
                                        + " on this host: 'lspci -D' shows those that are there");
                continue;
            }
            Address address = known.get().address();
            Optional<String> problem =
                    seen.add(address) ? deviceProblem(device, known.get()) : Optional.of("is named twice");
            problem.ifPresentOrElse(
                    m -> problem("PCI device " + address + " " + m), () -> out.add(plan(device, known.get())));
        }
        return List.copyOf(out);
    }

    private Optional<Known> find(PciSpec device) {
        Predicate<Known> it = device.name().isPresent()
                ? known -> known.name().equals(device.name())
                : known -> device.address().equals(Optional.of(known.address()));
        return host.devices().stream().filter(it).findFirst();
    }

    /** Whether reserved memory in a device's way only makes Xen warn. */
    public static boolean relaxed(DomainSpec spec, PciSpec device) {
        return device.rdmPolicy().or(() -> spec.devices().rdm().policy()).orElse(RdmSpec.Policy.STRICT)
                == RdmSpec.Policy.RELAXED;
    }

    private PciPlan plan(PciSpec device, Known known) {
        return new PciPlan(
                known.address(),
                device.name(),
                device.slot(),
                device.msiTranslate(),
                device.powerManagement(),
                device.permissive(),
                relaxed(spec, device),
                !known.keptForDomains());
    }

    private Optional<String> deviceProblem(PciSpec device, Known known) {
        String address = known.address().toString();
        if (known.holder().isPresent()) {
            return Optional.of(
                    "belongs to domain " + known.holder().get() + ": take it from there first (jxl pci-detach "
                            + known.holder().get() + " " + address + ")");
        }
        if (known.keptForDomains()) {
            return Optional.empty();
        }
        if (!host.backend()) {
            return Optional.of(
                    "cannot be given to a guest, because dom0's kernel has no pciback: 'modprobe xen-pciback'"
                            + " loads it");
        }
        if (!device.seize()) {
            return Optional.of("is not kept for guests: 'jxl pci-assignable-add " + address + "' takes it from dom0");
        }
        return known.use()
                .map(use -> "is in use by dom0: " + use + "; stop that first, or take it all the same with 'jxl"
                        + " pci-assignable-add -f " + address + "'");
    }

    /** @source tools/libs/light/libxl_create.c: libxl__domain_config_setdefault */
    private void checkGuest() {
        if (!spec.devices().pci().isEmpty() && spec.devices().passthrough() == PassthroughMode.DISABLED) {
            problem("passthrough=\"disabled\" forbids the devices of pci=: leave one of the two out");
        }
        if (!spec.devices().wantsIommu()) {
            return;
        }
        if (!host.iommu()) {
            problem(
                    "Xen has no IOMMU (VT-d or AMD-Vi) on this host, or the firmware or Xen's command line has it switched"
                            + " off: no guest can have devices of the host");
        }
        if (spec.type() != GuestType.HVM) {
            return;
        }
        if (spec.memory().kib() < spec.maxMemory().kib()) {
            problem(
                    "an HVM guest with devices of the host needs all of its memory from the start: maxmem must be memory");
        }
        if (!spec.devices().pci().isEmpty() && spec.deviceModel().restrict().orElse(false)) {
            problem(
                    "a device model that dm_restrict=1 locks up cannot reach devices of the host: leave one of the two out");
        }
    }

    private void problem(String message) {
        problems.add(Planner.error("pci", message));
    }
}
