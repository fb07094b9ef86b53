package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.PciDeviceView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.api.ToolstackException.NameInUse;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.device.PciNotes.Note;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.PciDevices.Device;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Keeping PCI devices of the host for domains.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_assignable_add, libxl__device_pci_assignable_remove
 */
public final class PciAssignments implements HostPci {
    private static final System.Logger LOG = System.getLogger(PciAssignments.class.getName());
    private static final String ADD = "pci-assignable-add";
    private static final String REMOVE = "pci-assignable-remove";
    private static final Pattern NAME = Pattern.compile("[!-~]{1,64}");

    private final Host host;
    private final Operations operations;
    private final PciNotes notes;
    private final PciDrivers drivers;

    /** A change is an operation that holds the device, not a guest. */
    public PciAssignments(Host host, Operations operations) {
        this.host = host;
        this.operations = operations;
        this.notes = new PciNotes(host);
        this.drivers = new PciDrivers(host, notes);
    }

    private PciDevices pci() {
        return host.pciDevices();
    }

    @Override
    public List<PciDeviceView> devices() {
        return pci().list().stream().map(this::view).toList();
    }

    private PciDeviceView view(Device device) {
        Optional<Integer> domid = notes.findHolder(device.address()).map(DomainId::value);
        return new PciDeviceView(
                device.address().toString(),
                String.format(Locale.ROOT, "%04x", device.vendor()),
                String.format(Locale.ROOT, "%04x", device.device()),
                String.format(Locale.ROOT, "%06x", device.deviceClass()),
                device.driver(),
                device.heldForDomains() && domid.isEmpty(),
                notes.findName(device.address()),
                domid);
    }

    private OperationRun start(String kind, Address address, String words, Consumer<UndoStack> body) {
        String name = address.toString();
        UUID uuid = UUID.nameUUIDFromBytes(("jxl pci " + name).getBytes(StandardCharsets.UTF_8));
        var subject = new Operations.Subject(new DomainUuid(uuid), name, Optional.empty());
        return operations.start(kind, subject, 1, List.of(), run -> {
            run.step(words, 0);
            UndoStack.orPutBack(body);
        });
    }

    private Device require(String address) {
        Address parsed = PciNotes.parse(address)
                .orElseThrow(() -> new InvalidRequest(
                        "'" + address + "' is no address of a PCI device: [SSSS:]BB:DD.F, in hexadecimal"));
        return require(parsed);
    }

    private Device require(Address address) {
        return pci().find(address)
                .orElseThrow(() -> new InvalidRequest("there is no PCI device " + address
                        + " on this host: 'lspci -D' and GET /v1/host/pci show those that are there"));
    }

    @Override
    public OperationView makeAssignable(String address, Optional<String> name, boolean force) {
        Device device = require(address);
        name.ifPresent(n -> checkName(n, device.address()));
        requireBackend();
        refuseGiven(device);
        if (device.heldForDomains()) {
            return start(ADD, device.address(), "naming PCI device " + device.address(), undo -> {
                        drivers.note(undo, device.address(), Note.NAME, name);
                        pci().quarantine(device.address());
                    })
                    .view();
        }
        refuseInUse(device, force);
        String words = "keeping PCI device " + device.address() + " for domains";
        return start(ADD, device.address(), words, undo -> drivers.take(undo, device, name))
                .view();
    }

    private void refuseGiven(Device device) {
        notes.findHolder(device.address()).ifPresent(holder -> {
            throw PciNotes.belongsTo(device.address(), holder);
        });
    }

    private void requireBackend() {
        if (!pci().hasBackend()) {
            throw new HostUnsupported("dom0's kernel has no pciback, which holds PCI devices for domains: 'modprobe"
                    + " xen-pciback' loads it");
        }
    }

    private void checkName(String name, Address owner) {
        if (!NAME.matcher(name).matches() || PciNotes.parse(name).isPresent()) {
            throw new InvalidRequest(
                    "'" + name + "' is no name for a PCI device: it has 1 to 64 visible ASCII characters,"
                            + " and is not an address");
        }
        findNamed(name).filter(other -> !other.address().equals(owner)).ifPresent(other -> {
            throw new NameInUse("PCI device " + other.address() + " is named '" + name + "' already");
        });
    }

    private Optional<Device> findNamed(String name) {
        return pci().list().stream()
                .filter(device -> notes.findName(device.address()).equals(Optional.of(name)))
                .findFirst();
    }

    private void refuseInUse(Device device, boolean force) {
        if (!force) {
            pci().findUse(device.address()).ifPresent(use -> {
                throw new WrongState("PCI device " + device.address() + " is in use by dom0: " + use
                        + "; stop that first, or take it all the same with -f (force)");
            });
        }
    }

    @Override
    public OperationView endAssignable(String addressOrName, boolean rebind) {
        Device device = findNamed(addressOrName).orElseGet(() -> require(addressOrName));
        Address address = device.address();
        if (!device.heldForDomains()) {
            throw new WrongState("PCI device " + address + " is not kept for domains: "
                    + device.driver().map(d -> "dom0's driver " + d + " has it").orElse("no driver has it"));
        }
        refuseGiven(device);
        return start(
                        REMOVE,
                        address,
                        "giving PCI device " + address + " back",
                        undo -> drivers.release(undo, address, rebind))
                .view();
    }

    /** A device that an interrupted operation left between two drivers goes back to the first; one that pciback has stays there. */
    public void recover(List<OperationView> open) {
        for (OperationView operation : open) {
            if (operation.kind().equals(ADD) || operation.kind().equals(REMOVE)) {
                try {
                    PciNotes.parse(operation.domainName())
                            .flatMap(pci()::find)
                            // One that was given up already has gone as far as its user wanted, or nearly.
                            .filter(device -> operation.kind().equals(ADD) || device.heldForDomains())
                            .ifPresent(drivers::settle);
                } catch (ToolstackException e) {
                    // A device that cannot be settled must not keep jxld from looking after guests.
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "PCI device " + operation.domainName() + " is left as it is",
                            e);
                }
            }
        }
    }
}
