package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.GuestPci;
import dev.jxl.xld.engine.device.PciBus;
import dev.jxl.xld.engine.device.PciNotes;
import dev.jxl.xld.engine.device.PciNotes.Note;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.hotplug.Hotplug.Outcome;
import dev.jxl.xld.engine.life.Snapshots;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.PciNodes;
import dev.jxl.xld.plan.PciPlan;
import dev.jxl.xld.plan.PciPlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Devices of the host come to and go from a guest that runs. The marks on their notes say what a jxld that finds them at start has
 * to do: take the device from the guest.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_add, libxl__device_pci_remove_common
 */
public final class PciHotplug {
    /** The kind of the operations that give a device. */
    public static final String ATTACH = "pci-attach";
    /** The kind of the operations that take one. */
    public static final String DETACH = "pci-detach";

    private static final System.Logger LOG = System.getLogger(PciHotplug.class.getName());

    /** How long a guest may take to see a device come or go. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration ROUND = Duration.ofMillis(500);

    /** The last steps' numbers. */
    private static final int NOTED = 2;

    private static final int GONE = 1;

    private final Host host;
    private final Operations operations;
    private final Managed managed;
    private final StoredDevices stored;
    private final PciNotes notes;

    PciHotplug(Host host, Managed managed, Operations operations) {
        this.host = host;
        this.operations = operations;
        this.managed = managed;
        this.stored = new StoredDevices(host, managed);
        this.notes = new PciNotes(host);
    }

    /** The devices of a domain, as they are on its bus. */
    List<DeviceView> list(Found domain) {
        PciBus bus = bus(domain);
        int guests = bus.guests().number();
        int dom0s = bus.state().number();
        return bus.slots().stream()
                .map(slot -> {
                    Map<String, String> settings = new TreeMap<>(slot.nodes());
                    settings.keySet().retainAll(List.of("opts", "vdevfn", "name"));
                    settings.replaceAll((_, value) -> Printable.brief(value));
                    return new DeviceView(
                            DeviceKind.PCI,
                            slot.number(),
                            slot.address().toString(),
                            domain.id().value(),
                            0,
                            PciNodes.backend(domain.id()),
                            guests,
                            dom0s,
                            -1,
                            List.of(),
                            settings,
                            Map.of());
                })
                .toList();
    }

    private PciBus bus(Found domain) {
        return new PciBus(host, domain.id(), domain.uuid());
    }

    private GuestPci devices(Found domain) {
        return new GuestPci(host, domain.id(), domain.uuid());
    }

    private static boolean emulated(Found domain) {
        return domain.type().equals(Optional.of(GuestType.HVM));
    }

    OperationRun attach(Found domain, DeviceRequest request) {
        Hotplug.refuseUnlessAlive(domain);
        refuseWithoutIommu(domain);
        DomainSpec asked =
                SpecReader.complete(DeviceReader.read(request, domain.type().orElse(GuestType.PVH)), 0);
        List<SpecProblem> problems = new ArrayList<>();
        List<PciPlan> plans = new PciPlanner(asked, Snapshots.pci(host), problems).list();
        if (!problems.isEmpty()) {
            throw new ToolstackException.InvalidSpec("the " + DeviceKind.PCI.word(), problems);
        }
        PciPlan device = plans.getFirst();
        return operations.start(
                ATTACH, domain.subject(), NOTED + 1, List.of(), run -> attach(domain, asked, device, run));
    }

    private void refuseWithoutIommu(Found domain) {
        if (managed.find(domain.uuid())
                .filter(e -> !e.spec().devices().wantsIommu())
                .isPresent()) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' was made without the IOMMU, and cannot"
                            + " get devices of the host: set passthrough=\"enabled\" in its configuration and make it again");
        }
    }

    private void attach(Found domain, DomainSpec asked, PciPlan device, OperationRun run) {
        run.step("giving " + device.words() + " to '" + domain.name() + "'", 0);
        GuestPci pci = devices(domain);
        PciBus bus = bus(domain);
        if (!emulated(domain) && bus.exists()) {
            requireConnected(domain, bus, device.words(), run);
        }
        boolean claimed = false;
        try {
            pci.claim(device, Optional.of(ATTACH));
            claimed = true;
            pci.give(device);
            OptionalInt place = emulated(domain) ? pci.show(device) : device.place();
            run.step("showing " + device.words() + " to '" + domain.name() + "'", 1);
            bus.add(device, place, domain.name());
            if (!emulated(domain)) {
                requireConnected(domain, bus, device.words(), run);
            }
            run.checkCancelled();
            run.last("noting " + device.words() + " in the configuration of '" + domain.name() + "'", NOTED);
            stored.addPci(domain, asked, device.address());
            notes.remove(device.address(), Note.UNFINISHED);
        } catch (RuntimeException failure) {
            run.retreat("taking " + device.words() + " from '" + domain.name() + "' again");
            if (claimed) {
                undo(domain, device, failure);
            }
            throw failure;
        }
    }

    private static void requireConnected(Found domain, PciBus bus, String words, OperationRun run) {
        if (!bus.awaitConnected(Optional.of(run), PATIENCE)) {
            throw new ToolstackException.OperationTimedOut(
                    "that domain '" + domain.name() + "' took " + words
                            + " (has its kernel xen-pcifront, and does it run?)",
                    PATIENCE.toSeconds());
        }
    }

    private void undo(Found domain, PciPlan device, RuntimeException failure) {
        try {
            takeAway(domain, device.address());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "cleaning up after the failed attach of " + device.words() + " to '" + domain.name()
                            + "' failed as well: detach it with force, or destroy the domain",
                    e);
        }
    }

    /** Takes a device away whatever the guest says. Idempotent. */
    private void takeAway(Found domain, Address address) {
        GuestPci pci = devices(domain);
        PciBus bus = bus(domain);
        if (emulated(domain)) {
            leniently(() -> letGoOfEmulated(pci, address, Optional.empty()));
        }
        Optional<PciBus.Slot> slot = find(bus, address);
        // The last one goes with its bus, which pciback closes without asking.
        if (slot.isPresent() && !emulated(domain) && bus.slots().size() > 1) {
            bus.ask(slot.get());
            boolean _ = bus.awaitConnected(Optional.empty(), PATIENCE);
        }
        bus.remove(address);
        leniently(() -> pci.take(address));
        stored.removePci(domain, address);
        notes.disclaim(address);
    }

    private static void leniently(Runnable part) {
        try {
            part.run();
        } catch (ToolstackException e) {
            LOG.log(System.Logger.Level.WARNING, "a PCI device is taken away all the same: " + e.getMessage());
        }
    }

    private static Optional<PciBus.Slot> find(PciBus bus, Address address) {
        return bus.slots().stream().filter(s -> s.address().equals(address)).findFirst();
    }

    OperationRun detach(Found domain, String reference, boolean force) {
        Hotplug.refuseUnlessAlive(domain);
        Address address = require(domain, reference);
        return operations.start(
                DETACH, domain.subject(), GONE + 1, List.of(), run -> detach(domain, address, force, run));
    }

    private Address require(Found domain, String reference) {
        List<Address> all = new ArrayList<>(notes.listOf(domain.id()));
        bus(domain).slots().stream()
                .map(PciBus.Slot::address)
                .filter(address -> !all.contains(address))
                .forEach(all::add);
        Optional<Address> byAddress = PciNotes.parse(reference);
        return all.stream()
                .filter(a ->
                        Optional.of(a).equals(byAddress) || notes.findName(a).equals(Optional.of(reference)))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.DeviceNotFound(
                        DeviceKind.PCI.word() + " '" + Printable.brief(reference) + "'",
                        domain.name(),
                        all.stream().map(Address::toString).toList()));
    }

    private void detach(Found domain, Address address, boolean force, OperationRun run) {
        String words = DeviceKind.PCI.word() + " " + address;
        GuestPci pci = devices(domain);
        PciBus bus = bus(domain);
        if (force) {
            run.step("taking " + words + " from '" + domain.name() + "'", 0);
            notes.write(address, Note.UNFINISHED, DETACH);
            takeAway(domain, address);
            return;
        }
        run.step("asking '" + domain.name() + "' to let go of " + words, 0);
        Hotplug.refuseDeaf(host, domain, words);
        // From here on a jxld that dies leaves the device to the next one, which takes it away by force.
        notes.write(address, Note.UNFINISHED, DETACH);
        try {
            if (emulated(domain)) {
                letGoOfEmulated(pci, address, Optional.of(run));
            } else {
                letGo(domain, bus, address, words, run);
            }
        } catch (RuntimeException kept) {
            notes.remove(address, Note.UNFINISHED);
            throw kept;
        }
        run.last("removing " + words, GONE);
        bus.remove(address);
        pci.take(address);
        stored.removePci(domain, address);
        notes.disclaim(address);
    }

    private void letGo(Found domain, PciBus bus, Address address, String words, OperationRun run) {
        Optional<PciBus.Slot> slot = find(bus, address);
        Backends.State guests = bus.guests();
        if (slot.isEmpty() || guests == Backends.State.INITIALISING || guests == Backends.State.ABSENT) {
            return;
        }
        boolean gone = false;
        try {
            bus.ask(slot.get());
            gone = bus.awaitConnected(Optional.of(run), PATIENCE);
        } finally {
            if (!gone) {
                bus.takeBack(slot.get());
            }
        }
        if (!gone) {
            throw notLetGo(domain.name(), words);
        }
    }

    private static ToolstackException notLetGo(String name, String words) {
        return new ToolstackException.OperationTimedOut(
                "that " + name + " let go of " + words + " (does it use it still? with force it is taken away at once)",
                PATIENCE.toSeconds());
    }

    /** A guest's answer to QEMU can only be seen by asking QEMU. */
    private void letGoOfEmulated(GuestPci pci, Address address, Optional<OperationRun> run) {
        if (!pci.isShown(address)) {
            return;
        }
        pci.hide(address);
        for (long rounds = PATIENCE.dividedBy(ROUND); rounds > 0; rounds--) {
            run.ifPresent(OperationRun::checkCancelled);
            if (!pci.isShown(address)) {
                return;
            }
            Optional<Boolean> _ = host.store().await("/libxl/pci", ROUND, s -> Optional.empty());
        }
        throw notLetGo("the guest", DeviceKind.PCI.word() + " " + address);
    }

    /** Finishes or takes back what an earlier jxld began on a domain that still runs. */
    Outcome recover(Found domain, OperationView open) {
        boolean attach = open.kind().equals(ATTACH);
        List<Address> unfinished = notes.listOf(domain.id()).stream()
                .filter(address -> notes.find(address, Note.UNFINISHED).isPresent())
                .toList();
        unfinished.forEach(address -> takeAway(domain, address));
        if (!unfinished.isEmpty()) {
            return new Outcome(!attach, DeviceKind.PCI.word() + " " + unfinished.getFirst() + " was taken away");
        }
        boolean done = open.stepsDone() >= (attach ? NOTED : GONE);
        return new Outcome(done, done ? "it was complete" : "nothing of it was left");
    }
}
