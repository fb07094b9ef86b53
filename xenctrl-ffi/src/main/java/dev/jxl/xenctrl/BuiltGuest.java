package dev.jxl.xenctrl;

import java.util.Optional;

/**
 * A guest ready to run.
 *
 * @param storeGfn frame of the xenstore ring: what is written to {@code store/ring-ref} and introduced to xenstored
 * @param consoleGfn frame of the console ring: what is written to {@code console/ring-ref}
 * @param acpiFirmware HVM: where hvmloader finds more ACPI tables
 * @param smbiosFirmware HVM: where hvmloader finds more SMBIOS tables
 */
public record BuiltGuest(
        long storeGfn,
        long consoleGfn,
        Optional<PlacedFirmware> acpiFirmware,
        Optional<PlacedFirmware> smbiosFirmware) {
    /** Guest-physical address and size of firmware in guest memory; in bytes. */
    public record PlacedFirmware(long address, int length) {}
}
