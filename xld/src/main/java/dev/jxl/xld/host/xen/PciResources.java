package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.FileFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a PCI device takes of the machine, from its folder in sysfs.
 *
 * @param ports ranges of I/O ports
 * @param memory ranges of machine memory
 * @param irq its interrupt line; empty when it has none
 * @source tools/libs/light/libxl_pci.c: pci_add_dm_done; Linux: Documentation/PCI/sysfs-pci.rst
 */
record PciResources(List<Range> ports, List<Range> memory, Optional<Integer> irq) {
    private static final int BARS_AND_ROM = 7;
    private static final long IO = 0x100;
    private static final int DISCONNECTED = 0xff;
    private static final int PAGE_SHIFT = 12;

    /** A range; of bytes or ports. */
    record Range(long start, long size) {
        long firstFrame() {
            return start >>> PAGE_SHIFT;
        }

        long frames() {
            return ((start + size - 1) >>> PAGE_SHIFT) - firstFrame() + 1;
        }
    }

    static PciResources read(Path folder) {
        List<Range> ports = new ArrayList<>();
        List<Range> memory = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(folder.resolve("resource")).stream()
                    .limit(BARS_AND_ROM)
                    .toList()) {
                String[] words = line.strip().split(" ", -1);
                long start = Long.decode(words[0]);
                if (start != 0) {
                    Range range = new Range(start, Long.decode(words[1]) - start + 1);
                    ((Long.decode(words[2]) & IO) == 0 ? memory : ports).add(range);
                }
            }
            int irq = Integer.parseInt(Files.readString(folder.resolve("irq")).strip());
            return new PciResources(ports, memory, irq > 0 && irq < DISCONNECTED ? Optional.of(irq) : Optional.empty());
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new FileFailed("what a PCI device takes of the machine cannot be read in " + folder + ": " + e, e);
        }
    }
}
