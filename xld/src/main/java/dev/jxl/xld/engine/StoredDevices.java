package dev.jxl.xld.engine;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec;
import dev.jxl.config.json.DeviceLists;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.engine.Domains.Found;
import dev.jxl.xld.engine.Managed.Entry;
import dev.jxl.xld.host.Host;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Keeps the configurations of a domain in step with its devices: xl's JSON, by which xl knows it, and jxl's own record, by which
 * it is made again when it reboots.
 */
final class StoredDevices {
    private static final System.Logger LOG = System.getLogger(StoredDevices.class.getName());

    /** The list of PCI devices in libxl's form, and what tells them apart there. */
    private static final String PCI_LIST = "/pcidevs";

    private static final List<String> PCI_KEY = List.of("domain", "bus", "dev", "func");

    private final Host host;
    private final Managed managed;

    StoredDevices(Host host, Managed managed) {
        this.host = host;
        this.managed = managed;
    }

    /**
     * Adds a device, or puts it in the place of one of the same name.
     *
     * @param one a configuration whose only device it is
     */
    void add(Found domain, DeviceKind kind, DomainSpec one) {
        String libxl = LibxlJson.write(one, domain.uuid());
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.with(json, libxl, list(kind), List.of(key(kind)))
                                .orElseGet(() -> unreadable(domain, json)));
        String own = SpecReader.write(one);
        change(
                domain.uuid(),
                json -> DeviceLists.with(json, own, kind.pointer(), List.of(key(kind)))
                        .orElseThrow());
    }

    /** Takes a device out; nothing happens when it is not in. */
    void remove(Found domain, DeviceKind kind, String name) {
        Map<String, String> device = Map.of(key(kind), name);
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.without(json, list(kind), device)
                                .orElseGet(() -> unreadable(domain, json)));
        change(
                domain.uuid(),
                json -> DeviceLists.without(json, kind.pointer(), device).orElseThrow());
    }

    /** A kind's list in xl's form: for these kinds, the same name as in jxl's. */
    private static String list(DeviceKind kind) {
        return kind.pointer().substring(kind.pointer().lastIndexOf('/'));
    }

    /**
     * The same for a PCI device.
     *
     * @param one a configuration whose only one it is
     */
    void addPci(Found domain, DomainSpec one, PciSpec.Address address) {
        List<PciSpec> added =
                one.devices().pci().stream().map(device -> device.at(address)).toList();
        String libxl = LibxlJson.write(
                one.toBuilder().devices(one.devices().withPci(added)).build(), domain.uuid());
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.with(json, libxl, PCI_LIST, PCI_KEY)
                                .orElseGet(() -> unreadable(domain, json)));
        changePci(domain.uuid(), address, added);
    }

    /** Takes a PCI device out; nothing happens when it is not in. */
    void removePci(Found domain, PciSpec.Address address) {
        Map<String, String> place = new TreeMap<>();
        List<Integer> numbers = List.of(address.domain(), address.bus(), address.device(), address.function());
        for (int i = 0; i < numbers.size(); i++) {
            // What is 0 is left out.
            place.put(PCI_KEY.get(i), numbers.get(i) == 0 ? "" : numbers.get(i).toString());
        }
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.without(json, PCI_LIST, place).orElseGet(() -> unreadable(domain, json)));
        changePci(domain.uuid(), address, List.of());
    }

    private void changePci(DomainUuid uuid, PciSpec.Address address, List<PciSpec> added) {
        managed.find(uuid).ifPresent(e -> {
            Stream<PciSpec> stay = e.spec().devices().pci().stream()
                    .filter(device -> !device.address().equals(Optional.of(address)));
            DomainSpec spec = e.spec().toBuilder()
                    .devices(e.spec()
                            .devices()
                            .withPci(Stream.concat(stay, added.stream()).toList()))
                    .build();
            managed.save(new Entry(spec, e.domid(), e.startPaused(), e.survivable()));
        });
    }

    /** The field that tells devices of a kind apart, in xl's form and in jxl's. */
    private static String key(DeviceKind kind) {
        return kind == DeviceKind.DISK ? "vdev" : "devid";
    }

    private void change(DomainUuid uuid, UnaryOperator<String> change) {
        Optional<Entry> entry = managed.find(uuid);
        entry.flatMap(e -> SpecReader.reread(
                                change.apply(SpecReader.write(e.spec())),
                                e.spec().sourceText())
                        .map(spec -> new Entry(spec, e.domid(), e.startPaused(), e.survivable())))
                .ifPresent(managed::save);
    }

    private static String unreadable(Found domain, String json) {
        LOG.log(
                System.Logger.Level.WARNING,
                "xl's notes about domain '" + domain.name() + "' are not JSON: they stay as they are");
        return json;
    }
}
