package dev.jxl.xld.engine;

import dev.jxl.config.PciSpec;
import dev.jxl.xld.host.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What xl and jxl note about PCI devices in xenstore, where both find it.
 *
 * @source tools/libs/light/libxl_pci.c: PCI_INFO_PATH, pci_info_xs_write, name2bdf
 */
final class PciNotes {
    private static final String ROOT = "/libxl/pci";
    private static final Pattern ADDRESS =
            Pattern.compile("(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([01]?[0-9a-fA-F])\\.([0-7])");
    private static final Pattern DRIVER = Pattern.compile("/sys/bus/pci/drivers/([A-Za-z0-9_.-]{1,64})");
    private static final Pattern DOMID = Pattern.compile("[0-9]{1,5}");

    /** A note about a device. */
    enum Note {
        /** What the device is also called. */
        NAME,
        /** The folder of the driver that had it. */
        DRIVER_PATH,
        /** The domain that has it. */
        DOMID;

        String node() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Host host;

    PciNotes(Host host) {
        this.host = host;
    }

    /** The address of a function that a text says; empty when it says none. */
    static Optional<PciSpec.Address> parse(String text) {
        Matcher m = ADDRESS.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        int segment = m.group(1) == null ? 0 : Integer.parseInt(m.group(1), 16);
        return Optional.of(new PciSpec.Address(
                segment,
                Integer.parseInt(m.group(2), 16),
                Integer.parseInt(m.group(3), 16),
                Integer.parseInt(m.group(4)),
                false));
    }

    private static String node(PciSpec.Address address) {
        return ROOT + "/" + address.toString().replace(':', '-').replace('.', '-');
    }

    private static String node(PciSpec.Address address, Note note) {
        return node(address) + "/" + note.node();
    }

    Optional<String> find(PciSpec.Address address, Note note) {
        return host.store().find(node(address, note)).filter(text -> !text.isEmpty());
    }

    void write(PciSpec.Address address, Note note, String text) {
        host.store().write(node(address, note), text);
    }

    /** Removes a note; with the last one the device's folder goes. */
    void remove(PciSpec.Address address, Note note) {
        host.store().change(t -> {
            t.remove(node(address, note));
            if (t.list(node(address)).isEmpty()) {
                t.remove(node(address));
            }
        });
    }

    Optional<String> findName(PciSpec.Address address) {
        return find(address, Note.NAME).map(Backends::printable);
    }

    /** The driver that had a device. */
    Optional<String> findDriver(PciSpec.Address address) {
        return find(address, Note.DRIVER_PATH)
                .map(DRIVER::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1));
    }

    static String driverPath(String driver) {
        return "/sys/bus/pci/drivers/" + driver;
    }

    Optional<Integer> findDomid(PciSpec.Address address) {
        return find(address, Note.DOMID).filter(t -> DOMID.matcher(t).matches()).map(Integer::valueOf);
    }
}
