package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.PciNodes;
import dev.jxl.xld.plan.PciPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The bus of a domain's PCI devices, as both ends and xl see it in xenstore. Its end in dom0 is written by dom0 alone.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_add_xenstore, libxl__device_pci_remove_xenstore; Linux:
 *     drivers/xen/xen-pciback/xenbus.c
 */
public final class PciBus {
    private static final int MOST = 256;
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final List<String> NODES = List.of("state", "key", "dev", "vdev", "vdevfn", "opts", "name");

    private final Host host;
    private final DomainId d;
    private final DomainUuid uuid;

    /** Of the guest d. */
    public PciBus(Host host, DomainId d, DomainUuid uuid) {
        this.host = host;
        this.d = d;
        this.uuid = uuid;
    }

    /**
     * A device on the bus.
     *
     * @param number its number there
     * @param nodes its nodes without the number: key, dev, opts, state, …
     */
    public record Slot(int number, Address address, Map<String, String> nodes) {}

    /** Whether the domain has one. */
    public boolean exists() {
        return host.store().find(PciNodes.backend(d)).isPresent();
    }

    /** What is on it, as its end in dom0 says. */
    public List<Slot> slots() {
        return slots(host.store());
    }

    private List<Slot> slots(StoreAccess store) {
        int count = store.find(PciNodes.count(d))
                .filter(text -> text.matches("[0-9]{1,3}"))
                .map(Integer::valueOf)
                .orElse(0);
        List<Slot> out = new ArrayList<>();
        for (int i = 0; i < Math.min(count, MOST); i++) {
            Map<String, String> nodes = new LinkedHashMap<>();
            for (String name : NODES) {
                Optional<String> value = store.find(node(name, i));
                value.ifPresent(text -> nodes.put(name, text));
            }
            int number = i;
            Optional.ofNullable(nodes.get("dev"))
                    .flatMap(PciNotes::parse)
                    .ifPresent(address -> out.add(new Slot(number, address, nodes)));
        }
        return List.copyOf(out);
    }

    private String node(String name, int number) {
        return PciNodes.backend(d) + "/" + name + "-" + number;
    }

    /** Where its end in dom0 stands. */
    public Backends.State state() {
        return Backends.state(host.store(), PciNodes.backend(d));
    }

    /** Where the guest's end stands. */
    public Backends.State guests() {
        return Backends.state(host.store(), PciNodes.frontend(d));
    }

    /**
     * Puts one more device on the bus of a domain that runs; the bus comes with the first one.
     *
     * @param name the domain's
     */
    public void add(PciPlan device, OptionalInt place, String name) {
        host.store().change(t -> {
            List<Slot> slots = slots(t);
            if (slots.isEmpty()) {
                t.performAll(PciNodes.bus(d, name));
            }
            t.performAll(PciNodes.device(d, slots.size(), device, place));
            t.write(PciNodes.count(d), Integer.toString(slots.size() + 1));
            if (!slots.isEmpty()) {
                t.write(PciNodes.backend(d) + "/state", Backends.State.RECONFIGURING.text());
            }
        });
    }

    /** Waits until both ends agree about the devices; false when they did not in time. */
    public boolean awaitConnected(Optional<OperationRun> run, Duration patience) {
        XenStore store = host.store();
        String backend = PciNodes.backend(d);
        for (long slices = patience.dividedBy(SLICE); slices > 0; slices--) {
            run.ifPresent(OperationRun::checkCancelled);
            boolean connected = store.await(
                            backend + "/state",
                            SLICE,
                            s -> Optional.of(Backends.state(s, backend)).filter(Backends.State.CONNECTED::equals))
                    .isPresent();
            if (connected) {
                return true;
            }
        }
        return false;
    }

    /** Asks the guest to let go of a device; {@link #awaitConnected} says when it has. */
    public void ask(Slot slot) {
        host.store().change(t -> {
            t.write(node("state", slot.number()), Backends.State.CLOSING.text());
            t.write(PciNodes.backend(d) + "/state", Backends.State.RECONFIGURING.text());
        });
    }

    /** Takes that back, as far as the guest has not moved yet. */
    public void takeBack(Slot slot) {
        host.store().change(t -> {
            t.write(
                    node("state", slot.number()),
                    slot.nodes().getOrDefault("state", Backends.State.INITIALISED.text()));
            if (Backends.state(t, PciNodes.frontend(d)) == Backends.State.CONNECTED) {
                t.write(PciNodes.backend(d) + "/state", Backends.State.CONNECTED.text());
            }
        });
    }

    /** Removes the nodes of a device, those behind it move up; without devices there is no bus. Idempotent. */
    public void remove(Address address) {
        List<Slot> rest =
                slots().stream().filter(s -> !s.address().equals(address)).toList();
        if (rest.isEmpty()) {
            close();
            return;
        }
        host.store().change(t -> {
            List<Slot> now = slots(t);
            List<Slot> stay =
                    now.stream().filter(s -> !s.address().equals(address)).toList();
            if (stay.size() == now.size()) {
                return;
            }
            now.forEach(slot -> NODES.forEach(name -> t.remove(node(name, slot.number()))));
            for (int i = 0; i < stay.size(); i++) {
                int number = i;
                List<StoreWrite> writes = new ArrayList<>();
                stay.get(i)
                        .nodes()
                        .forEach((name, value) -> writes.add(new StoreWrite.Write(node(name, number), value)));
                t.performAll(writes);
            }
            t.write(PciNodes.count(d), Integer.toString(stay.size()));
        });
    }

    /** Without the guest: pciback lets go of all devices, and both ends go. Idempotent. */
    void close() {
        if (!exists()) {
            return;
        }
        DeviceIndex.Entry entry = new DeviceIndex.Entry(
                d,
                PciNodes.KIND,
                0,
                Nodes.index(d, PciNodes.KIND, 0),
                PciNodes.frontend(d),
                Optional.of(PciNodes.backend(d)));
        DeviceRemoval removal = new DeviceRemoval(host, d, uuid);
        List<String> _ = removal.close(List.of(entry));
        removal.finish(List.of(entry));
    }
}
