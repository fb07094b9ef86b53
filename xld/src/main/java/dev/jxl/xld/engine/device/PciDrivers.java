package dev.jxl.xld.engine.device;

import dev.jxl.config.PciSpec.Address;
import dev.jxl.xld.engine.device.PciNotes.Note;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.PciDevices.Device;
import java.util.Optional;

/**
 * A PCI device's way from dom0's driver to pciback and back.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_assignable_add, libxl__device_pci_assignable_remove
 */
final class PciDrivers {
    private final Host host;
    private final PciNotes notes;

    PciDrivers(Host host, PciNotes notes) {
        this.host = host;
        this.notes = notes;
    }

    private PciDevices pci() {
        return host.pciDevices();
    }

    /** Takes a device from its driver and has pciback keep it, reaching no memory. */
    void take(UndoStack undo, Device device, Optional<String> name) {
        Address address = device.address();
        Optional<String> driver = device.driver();
        // Before the driver loses it: whoever comes after a crash finds where it belongs.
        if (driver.isPresent()) {
            note(undo, address, Note.DRIVER_PATH, driver.map(PciNotes::driverPath));
        }
        undo.perform(() -> pci().unbind(address), () -> giveBack(address, driver));
        undo.perform(() -> pci().bindToBackend(address), () -> pci().unbindFromBackend(address));
        note(undo, address, Note.NAME, name);
        pci().quarantine(address);
    }

    /** Takes a device from pciback; with rebind it is its old driver's again. */
    void release(UndoStack undo, Address address, boolean rebind) {
        undo.perform(() -> pci().endQuarantine(address), () -> pci().quarantine(address));
        undo.perform(() -> pci().unbindFromBackend(address), () -> keepAgain(address));
        if (rebind) {
            Optional<String> driver = notes.findDriver(address);
            undo.perform(() -> giveBack(address, driver), () -> pci().unbind(address));
            note(undo, address, Note.DRIVER_PATH, Optional.empty());
        }
        note(undo, address, Note.NAME, Optional.empty());
    }

    private void keepAgain(Address address) {
        if (pci().find(address).filter(Device::heldForDomains).isEmpty()) {
            pci().bindToBackend(address);
        }
    }

    private void giveBack(Address address, Optional<String> driver) {
        boolean free = pci().find(address).filter(d -> d.driver().isEmpty()).isPresent();
        if (free) {
            driver.ifPresent(name -> pci().bind(address, name));
        }
    }

    /** A device between two drivers becomes its old driver's again; one that pciback has stays there. */
    void settle(Device device) {
        Address address = device.address();
        if (device.heldForDomains()) {
            pci().quarantine(address);
            return;
        }
        if (pci().hasBackend()) {
            pci().unbindFromBackend(address);
        }
        giveBack(address, notes.findDriver(address));
        notes.remove(address, Note.DRIVER_PATH);
    }

    /** Changes a note; the one before comes back when a later part fails. */
    void note(UndoStack undo, Address address, Note note, Optional<String> text) {
        Optional<String> before = notes.find(address, note);
        undo.perform(() -> set(address, note, text), () -> set(address, note, before));
    }

    private void set(Address address, Note note, Optional<String> text) {
        text.ifPresentOrElse(t -> notes.write(address, note, t), () -> notes.remove(address, note));
    }
}
