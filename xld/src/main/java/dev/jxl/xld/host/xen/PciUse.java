package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether dom0 needs a PCI device for itself: xl takes the disk that dom0 runs from without a word. */
final class PciUse {
    private static final int IFF_UP = 1;
    private static final int DEVICE_NUMBER = 2;

    private final Path sys;
    private final Path proc;

    PciUse(Path sys, Path proc) {
        this.sys = sys;
        this.proc = proc;
    }

    /** Half a sentence about the first use that is found. */
    Optional<String> find(Path device) {
        try {
            Path real = device.toRealPath();
            Optional<String> network = interfaceThatIsUp(device);
            return network.isPresent() ? network : diskInUse(real);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static Optional<String> interfaceThatIsUp(Path device) throws IOException {
        for (Path net : entries(device.resolve("net"))) {
            String flags = Files.readString(net.resolve("flags")).strip();
            if ((Integer.decode(flags) & IFF_UP) != 0) {
                return Optional.of("its network interface " + net.getFileName() + " is up");
            }
        }
        return Optional.empty();
    }

    private Optional<String> diskInUse(Path device) throws IOException {
        Set<String> mounted;
        try (Stream<String> mounts = Files.lines(proc.resolve("self/mountinfo"))) {
            mounted = mounts.map(line -> line.split(" ", -1))
                    .filter(words -> words.length > DEVICE_NUMBER)
                    .map(words -> words[DEVICE_NUMBER])
                    .collect(Collectors.toSet());
        }
        for (Path block : entries(sys.resolve("class/block"))) {
            if (!block.toRealPath().startsWith(device)) {
                continue;
            }
            String name = "its disk " + block.getFileName();
            if (mounted.contains(Files.readString(block.resolve("dev")).strip())) {
                return Optional.of(name + " is mounted");
            }
            if (!entries(block.resolve("holders")).isEmpty()) {
                return Optional.of(name + " is in use");
            }
        }
        return Optional.empty();
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
