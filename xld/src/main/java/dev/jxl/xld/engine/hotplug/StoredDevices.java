package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec;
import dev.jxl.config.json.DeviceLists;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.SpecReader;
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
        Place place = place(kind);
        String libxl = LibxlJson.write(one, domain.uuid());
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.with(json, libxl, place.libxl(), place.libxlKey())
                                .orElseGet(() -> unreadable(domain, json)));
        String own = SpecReader.write(one);
        change(
                domain.uuid(),
                json -> DeviceLists.with(json, own, kind.pointer(), place.key()).orElseThrow());
    }

    /** Takes a device out; nothing happens when it is not in. */
    void remove(Found domain, DeviceKind kind, String name) {
        remove(domain, kind, List.of(name));
    }

    /** Takes what is plugged into a USB controller's port out; nothing happens when it is not in. */
    void removeUsbDevice(Found domain, int controller, int port) {
        remove(domain, DeviceKind.USB_DEVICE, List.of(Integer.toString(controller), Integer.toString(port)));
    }

    private void remove(Found domain, DeviceKind kind, List<String> values) {
        Place place = place(kind);
        Map<String, String> libxl = together(place.libxlKey(), values);
        host.files()
                .updateUserdata(
                        domain.id(),
                        domain.uuid(),
                        json -> DeviceLists.without(json, place.libxl(), libxl)
                                .orElseGet(() -> unreadable(domain, json)));
        Map<String, String> own = together(place.key(), values);
        change(
                domain.uuid(),
                json -> DeviceLists.without(json, kind.pointer(), own).orElseThrow());
    }

    private static Map<String, String> together(List<String> names, List<String> values) {
        Map<String, String> out = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            out.put(names.get(i), values.get(i));
        }
        return out;
    }

    /**
     * How devices of a kind are kept.
     *
     * @param libxl their list in xl's form, a JSON pointer
     * @param libxlKey the fields that tell them apart there
     * @param key the same in jxl's form
     */
    private record Place(String libxl, List<String> libxlKey, List<String> key) {}

    private static Place place(DeviceKind kind) {
        return switch (kind) {
            case DISK -> new Place("/disks", List.of("vdev"), List.of("vdev"));
            case USB_CONTROLLER -> new Place("/usbctrls", List.of("devid"), List.of("devid"));
            case USB_DEVICE -> new Place("/usbdevs", List.of("ctrl", "port"), List.of("controller", "port"));
            case NIC, VKB, VTPM -> {
                String list = kind.pointer().substring(kind.pointer().lastIndexOf('/'));
                yield new Place(list, List.of("devid"), List.of("devid"));
            }
            case PCI, CHANNEL -> throw new IllegalArgumentException(kind.word());
        };
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
