package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.doctor.Surroundings;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What xl and jxl note about PCI devices in xenstore, where both find it.
 *
 * @source tools/libs/light/libxl_pci.c: PCI_INFO_PATH, pci_info_xs_write, name2bdf
 */
public final class PciNotes {
    private static final String ROOT = "/libxl/pci";
    private static final Pattern ADDRESS =
            Pattern.compile("(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([01]?[0-9a-fA-F])\\.([0-7])");
    private static final Pattern DRIVER = Pattern.compile("/sys/bus/pci/drivers/([A-Za-z0-9_.-]{1,64})");
    private static final Pattern DOMID = Pattern.compile("[0-9]{1,5}");
    private static final Pattern NODE = Pattern.compile("([0-9a-f]{4})-([0-9a-f]{2})-([01][0-9a-f])-([0-7])");

    /** A note about a device. */
    public enum Note {
        /** What the device is also called. */
        NAME,
        /** The folder of the driver that had it. */
        DRIVER_PATH,
        /** The domain that has it. */
        DOMID,
        /** jxl's mark that an operation on a domain that runs has not done with it. */
        UNFINISHED;

        String node() {
            return this == UNFINISHED ? Nodes.UNFINISHED : name().toLowerCase(Locale.ROOT);
        }
    }

    private final Host host;

    public PciNotes(Host host) {
        this.host = host;
    }

    /** The address of a function that a text says; empty when it says none. */
    public static Optional<PciSpec.Address> parse(String text) {
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

    /** A note about a device. */
    public Optional<String> find(PciSpec.Address address, Note note) {
        return host.store().find(node(address, note)).filter(text -> !text.isEmpty());
    }

    /** Writes a note about a device. */
    public void write(PciSpec.Address address, Note note, String text) {
        host.store().write(node(address, note), text);
    }

    /** Removes a note; with the last one the device's folder goes. */
    public void remove(PciSpec.Address address, Note note) {
        remove(address, List.of(note));
    }

    private void remove(PciSpec.Address address, List<Note> some) {
        host.store().change(t -> {
            some.forEach(note -> t.remove(node(address, note)));
            if (t.list(node(address)).isEmpty()) {
                t.remove(node(address));
            }
        });
    }

    /** A device's name, fit to be shown. */
    public Optional<String> findName(PciSpec.Address address) {
        return find(address, Note.NAME).map(Printable::brief);
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

    /** The domain that has a device. A note about a domain that is gone is one that somebody could not take away any more. */
    public Optional<DomainId> findHolder(PciSpec.Address address) {
        return find(address, Note.DOMID)
                .flatMap(PciNotes::domain)
                .filter(d -> host.hypervisor().find(d).isPresent());
    }

    private static Optional<DomainId> domain(String text) {
        return Optional.of(text)
                .filter(t -> DOMID.matcher(t).matches())
                .map(Integer::valueOf)
                .filter(number -> number < DomainId.FIRST_RESERVED)
                .map(DomainId::new);
    }

    /**
     * Notes that a device is a domain's from now on: of two who want it one gets it.
     *
     * @param mark what stands beside it until the operation has done with it
     * @throws WrongState when a domain has it
     */
    void claim(PciSpec.Address address, DomainId d, Optional<String> mark) {
        findHolder(address).ifPresent(holder -> {
            throw belongsTo(address, holder);
        });
        Optional<String> before = find(address, Note.DOMID);
        host.store().change(t -> {
            Optional<String> now = t.find(node(address, Note.DOMID)).filter(text -> !text.isEmpty());
            if (!now.equals(before)) {
                throw belongsTo(address, now.flatMap(PciNotes::domain).orElse(d));
            }
            t.write(node(address, Note.DOMID), d.toString());
            mark.ifPresent(text -> t.write(node(address, Note.UNFINISHED), text));
        });
    }

    /** A device is no domain's any more. */
    public void disclaim(PciSpec.Address address) {
        remove(address, List.of(Note.DOMID, Note.UNFINISHED));
    }

    static WrongState belongsTo(PciSpec.Address address, DomainId holder) {
        return new WrongState("PCI device " + address + " belongs to domain " + holder
                + ": take it from there first (jxl pci-detach " + holder + " " + address + ")");
    }

    /** The devices that are noted as a domain's. */
    public List<PciSpec.Address> listOf(DomainId d) {
        return listNoted()
                .filter(address -> find(address, Note.DOMID).equals(Optional.of(d.toString())))
                .toList();
    }

    /** All notes that a device is a domain's, whether there is such a domain or not. */
    public List<Surroundings.PciClaim> listClaims() {
        return listNoted()
                .flatMap(
                        address -> find(address, Note.DOMID)
                                .flatMap(PciNotes::domain)
                                .map(d -> new Surroundings.PciClaim(address, d))
                                .stream())
                .toList();
    }

    private Stream<PciSpec.Address> listNoted() {
        return host.store().list(ROOT).stream()
                .map(NODE::matcher)
                .filter(Matcher::matches)
                .flatMap(m -> parse(m.group(1) + ":" + m.group(2) + ":" + m.group(3) + "." + m.group(4)).stream());
    }
}
