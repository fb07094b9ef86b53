package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Bridges from PCI Express to conventional PCI, in whose name all devices behind them reach memory: to an IOMMU, they are one.
 *
 * @source xen/drivers/passthrough/pci.c: pdev_type, find_upstream_bridge; Linux: include/uapi/linux/pci_regs.h
 */
final class PciBridges {
    private static final int STATUS = 0x06;
    private static final int HAS_CAPABILITIES = 0x10;
    private static final int CLASS = 0x0a;
    private static final int BRIDGE_TO_PCI = 0x0604;
    private static final int FIRST_CAPABILITY = 0x34;
    private static final int EXPRESS = 0x10;
    private static final int MOST_CAPABILITIES = 48;
    private static final int TYPE_SHIFT = 4;
    private static final int TYPE_TO_CONVENTIONAL = 7;

    private PciBridges() {}

    /**
     * The names of all devices that are behind the same such bridge as one, itself too; empty where none is above it.
     *
     * @param devices the folder of all, in sysfs
     */
    static List<String> behindSameBridge(Path devices, String name) {
        try {
            Path real = devices.resolve(name).toRealPath();
            Optional<Path> bridge = Optional.empty();
            // The one that is nearest to the CPUs stands for all below it.
            for (Path above = real.getParent(); above != null; above = above.getParent()) {
                if (Files.isRegularFile(above.resolve("config")) && leadsToConventional(above)) {
                    bridge = Optional.of(above);
                }
            }
            return bridge.isPresent() ? below(bridge.get(), devices) : List.of();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static List<String> below(Path bridge, Path devices) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.list(devices)) {
            for (Path one : all.sorted().toList()) {
                Path real = one.toRealPath();
                if (real.startsWith(bridge) && !real.equals(bridge)) {
                    names.add(String.valueOf(one.getFileName()));
                }
            }
        }
        return names;
    }

    private static boolean leadsToConventional(Path bridge) throws IOException {
        byte[] config = Files.readAllBytes(bridge.resolve("config"));
        if (word(config, CLASS) != BRIDGE_TO_PCI) {
            return false;
        }
        int at = (word(config, STATUS) & HAS_CAPABILITIES) == 0 ? 0 : word(config, FIRST_CAPABILITY) & 0xfc;
        for (int i = 0; at != 0 && i < MOST_CAPABILITIES; i++) {
            if ((word(config, at) & 0xff) == EXPRESS) {
                return ((word(config, at + 2) >> TYPE_SHIFT) & 0xf) == TYPE_TO_CONVENTIONAL;
            }
            at = (word(config, at) >> Byte.SIZE) & 0xfc;
        }
        // A bridge that knows nothing of PCI Express.
        return true;
    }

    private static int word(byte[] config, int at) {
        return at + 1 < config.length ? (config[at] & 0xff) | ((config[at + 1] & 0xff) << Byte.SIZE) : 0;
    }
}
