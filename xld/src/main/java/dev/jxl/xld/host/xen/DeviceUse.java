package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainUuid;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xenstore.StoreAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who uses a block device already: dom0 itself, or another guest. The rule is that of Xen's own script: for writing nobody
 * else may use it, for reading nobody may write it.
 *
 * @source tools/hotplug/Linux/block: check_sharing
 */
final class DeviceUse {
    private static final String BACKENDS = "/local/domain/0/backend/vbd";
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Pattern HEX_PAIR = Pattern.compile("([0-9a-fA-F]{1,5}):([0-9a-fA-F]{1,6})");
    private static final Pattern DOMID = Pattern.compile("[0-9]{1,5}");

    private final StoreAccess store;

    DeviceUse(StoreAccess store) {
        this.store = store;
    }

    /**
     * Why a device may not be used.
     *
     * @param numbers the device's number, packed
     * @return the reason as the end of a sentence; empty when it may be used
     */
    Optional<String> findConflict(DomainUuid owner, Path device, List<Long> numbers, boolean readWrite) {
        return findMount(numbers, readWrite)
                .or(() -> readWrite ? findClaim(device) : Optional.empty())
                .or(() -> findGuest(owner, numbers, readWrite));
    }

    private static Optional<String> findMount(List<Long> numbers, boolean readWrite) {
        try {
            return findMount(Files.readString(MOUNTS, StandardCharsets.ISO_8859_1), numbers, readWrite);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same on given text of /proc/self/mountinfo. */
    static Optional<String> findMount(String mountinfo, List<Long> numbers, boolean readWrite) {
        for (String line : mountinfo.split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length < 6) {
                continue;
            }
            String[] pair = fields[2].split(":", 2);
            boolean readOnly = List.of(fields[5].split(",", -1)).contains("ro");
            if (pair.length == 2
                    && pair[0].matches("[0-9]{1,4}")
                    && pair[1].matches("[0-9]{1,7}")
                    && numbers.contains(FileIdentity.number(Integer.parseInt(pair[0]), Integer.parseInt(pair[1])))
                    && (readWrite || !readOnly)) {
                return Optional.of("dom0 has it mounted at " + fields[4] + ": unmount it first");
            }
        }
        return Optional.empty();
    }

    // LVM, device mapper, swap and RAID claim what they stand on; that is not in the list of mounts.
    private static Optional<String> findClaim(Path device) {
        try {
            LibC.close(LibC.open(device.toString(), LibC.O_RDONLY | LibC.O_EXCL));
            return Optional.empty();
        } catch (SystemCallFailed e) {
            if (e.errno() == Errno.EBUSY) {
                return Optional.of("dom0 uses it (a mount, LVM, RAID, swap, or device mapper): 'lsblk " + device
                        + "' shows by what");
            }
            throw e;
        }
    }

    /** Whether a device is a disk of a guest's, and of no other guest's. */
    boolean isOf(DomainUuid owner, long number) {
        List<Use> uses = list(List.of(number));
        return !uses.isEmpty() && uses.stream().allMatch(use -> use.isOf(owner));
    }

    private Optional<String> findGuest(DomainUuid owner, List<Long> numbers, boolean readWrite) {
        return list(numbers).stream()
                .filter(use -> !use.isOf(owner) && (readWrite || use.writes()))
                .findFirst()
                .map(use -> "domain " + use.domid() + " uses it for " + (use.writes() ? "writing" : "reading")
                        + ": detach it there first");
    }

    /** A disk of a domain that stands on a device. */
    private record Use(String domid, boolean writes, String vm) {
        boolean isOf(DomainUuid owner) {
            return vm.equals("/vm/" + owner);
        }
    }

    private List<Use> list(List<Long> numbers) {
        List<String> backends = new ArrayList<>();
        for (String domid : store.list(BACKENDS)) {
            if (DOMID.matcher(domid).matches()) {
                for (String devid : store.list(BACKENDS + "/" + domid)) {
                    backends.add(domid + "/" + devid);
                }
            }
        }
        List<String> paths = new ArrayList<>();
        for (String backend : backends) {
            paths.add(BACKENDS + "/" + backend + "/physical-device");
            paths.add(BACKENDS + "/" + backend + "/mode");
            paths.add("/local/domain/" + backend.substring(0, backend.indexOf('/')) + "/vm");
        }
        List<Optional<String>> values = store.findAll(paths);
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < backends.size(); i++) {
            boolean same = values.get(3 * i)
                    .flatMap(DeviceUse::parseHexPair)
                    .filter(numbers::contains)
                    .isPresent();
            if (same) {
                String backend = backends.get(i);
                uses.add(new Use(
                        backend.substring(0, backend.indexOf('/')),
                        values.get(3 * i + 1).orElse("w").startsWith("w"),
                        values.get(3 * i + 2).orElse("")));
            }
        }
        return uses;
    }

    /** A device number as backends write it: hexadecimal major:minor. */
    static Optional<Long> parseHexPair(String text) {
        Matcher matcher = HEX_PAIR.matcher(text);
        return matcher.matches()
                ? Optional.of(FileIdentity.number(
                        Integer.parseInt(matcher.group(1), 16), Integer.parseInt(matcher.group(2), 16)))
                : Optional.empty();
    }
}
