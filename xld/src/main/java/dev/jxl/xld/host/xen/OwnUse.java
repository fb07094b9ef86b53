package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether dom0 needs a device for itself: xl takes the disk that dom0 runs from without a word. */
final class OwnUse {
    private static final int IFF_UP = 1;
    private static final int DEVICE_NUMBER = 2;

    private final Path sys;
    private final Path proc;

    OwnUse(Path sys, Path proc) {
        this.sys = sys;
        this.proc = proc;
    }

    /** Half a sentence about the first use that is found of a device, by its folder in sysfs. */
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
        Set<String> swaps = swaps();
        for (Path block : entries(sys.resolve("class/block"))) {
            if (!block.toRealPath().startsWith(device)) {
                continue;
            }
            String name = "its disk " + block.getFileName();
            if (mounted.contains(Files.readString(block.resolve("dev")).strip())) {
                return Optional.of(name + " is mounted");
            }
            if (swaps.contains(String.valueOf(block.getFileName()))) {
                return Optional.of(name + " has swap space");
            }
            if (!entries(block.resolve("holders")).isEmpty()) {
                return Optional.of(name + " is in use");
            }
        }
        return Optional.empty();
    }

    /** The names of the devices with swap space on them. */
    private Set<String> swaps() throws IOException {
        Path list = proc.resolve("swaps");
        if (!Files.exists(list)) {
            return Set.of();
        }
        try (Stream<String> lines = Files.lines(list)) {
            return lines.map(line -> line.split("\\s", 2)[0])
                    .filter(path -> path.startsWith("/dev/"))
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        }
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
