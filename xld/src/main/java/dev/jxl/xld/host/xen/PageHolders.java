package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who in dom0 maps pages of a domain, as far as the kernel tells: its backend drivers by their devices, a device model by its
 * arguments. The kernel does not tell whose pages a process has mapped, so others are only possible holders.
 */
final class PageHolders {
    private static final int NAME_BYTES = 16;

    private final Path sys;
    private final Path proc;

    PageHolders(Path sys, Path proc) {
        this.sys = sys;
        this.proc = proc;
    }

    /** Those that are certain; where there are none, those that may be. */
    List<String> find(DomainId domain) {
        List<String> certain = new ArrayList<>(drivers(domain));
        List<String> possible = new ArrayList<>();
        for (Path process : entries(proc)) {
            if (process.getFileName().toString().matches("[1-9][0-9]{0,9}")) {
                String words = "process " + process.getFileName() + " (" + name(process) + ")";
                if (serves(process, domain)) {
                    certain.add(words);
                } else if (mapsForeignPages(process)) {
                    possible.add("perhaps " + words + ", which maps pages of domains");
                }
            }
        }
        return List.copyOf(certain.isEmpty() ? possible : certain);
    }

    /** @source Linux: drivers/xen/xenbus/xenbus_probe_backend.c: backend_bus_id */
    private List<String> drivers(DomainId domain) {
        return entries(sys.resolve("bus/xen-backend/devices")).stream()
                .map(device -> device.getFileName().toString())
                .filter(name -> name.matches("[a-z0-9_]{1,16}-" + domain + "-[0-9]{1,10}"))
                .map(name -> "dom0's driver of the backend " + name)
                .toList();
    }

    private static boolean serves(Path process, DomainId domain) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .contains("\0-xen-domid\0" + domain + "\0");
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean mapsForeignPages(Path process) {
        try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.endsWith("/dev/xen/privcmd") || line.endsWith("/dev/xen/gntdev"));
        } catch (IOException | java.io.UncheckedIOException gone) {
            return false;
        }
    }

    private static String name(Path process) {
        try {
            String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip();
            return name.substring(0, Math.min(NAME_BYTES, name.length())).replaceAll("[^ -~]", "?");
        } catch (IOException gone) {
            return "it has ended";
        }
    }

    private static List<Path> entries(Path folder) {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(all::add);
        } catch (IOException none) {
            return List.of();
        }
        all.sort(null);
        return all;
    }
}
