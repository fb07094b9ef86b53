package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.QemuState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * The simulated machine's files: those of the real machine, and below {@code /sim} whatever is asked for. There, a name with
 * {@code missing} in it is not there, {@code junk} is no kernel, {@code elf32} is a 32-bit one, {@code /sim/dev/…} are
 * block devices, and {@code /sim/jxl-backend/VERSION} is a program for driver domains ({@link SimUpgrade}).
 */
final class SimFiles {
    /** Enough to see a bzImage's mark. */
    private static final int LOOK_BYTES = 4096;

    private static final int MAX_USERDATA_CHARS = 1 << 20;
    private final Map<String, String> userdata = new TreeMap<>();
    private final Set<Path> cores = new TreeSet<>();
    private final Map<Path, Saved> saved = new TreeMap<>();

    KernelKind inspectKernel(Path file) {
        if (simulated(file)) {
            return simulatedKernel(file.getFileName().toString());
        }
        if (!Files.exists(file)) {
            return KernelKind.MISSING;
        }
        if (!Files.isRegularFile(file)) {
            return KernelKind.UNREADABLE;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return kindOf(in.readNBytes(LOOK_BYTES));
        } catch (IOException e) {
            return KernelKind.UNREADABLE;
        }
    }

    private static KernelKind simulatedKernel(String name) {
        if (name.contains("missing")) {
            return KernelKind.MISSING;
        }
        if (name.contains("junk")) {
            return KernelKind.NOT_A_KERNEL;
        }
        if (name.contains("pvh32")) {
            return KernelKind.PVH32;
        }
        return name.contains("elf32") ? KernelKind.ELF32 : KernelKind.KERNEL;
    }

    private static KernelKind kindOf(byte[] head) {
        if (startsWith(head, 0, 0x7f, 'E', 'L', 'F') && head.length > 4) {
            return head[4] == 2 ? KernelKind.KERNEL : KernelKind.ELF32;
        }
        if (startsWith(head, 0x202, 'H', 'd', 'r', 'S')) {
            return KernelKind.KERNEL;
        }
        if (startsWith(head, 0, 0x1f, 0x8b)) {
            return unpackedKind(head);
        }
        boolean compressed = startsWith(head, 0, 0xfd, '7', 'z', 'X', 'Z')
                || startsWith(head, 0, 'B', 'Z', 'h')
                || startsWith(head, 0, 0x28, 0xb5, 0x2f, 0xfd)
                || startsWith(head, 0, 0x02, 0x21, 0x4c, 0x18);
        return compressed ? KernelKind.COMPRESSED : KernelKind.NOT_A_KERNEL;
    }

    private static KernelKind unpackedKind(byte[] head) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
            byte[] first = in.readNBytes(16);
            if (startsWith(first, 0, 0x7f, 'E', 'L', 'F')) {
                return first[4] == 2 ? KernelKind.KERNEL : KernelKind.ELF32;
            }
            return KernelKind.NOT_A_KERNEL;
        } catch (IOException e) {
            return KernelKind.NOT_A_KERNEL;
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int... expected) {
        if (bytes.length < from + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[from + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    PathKind inspect(Path path) {
        if (simulated(path)) {
            if (path.toString().contains("missing")) {
                return PathKind.MISSING;
            }
            return path.startsWith("/sim/dev") ? PathKind.BLOCK_DEVICE : PathKind.FILE;
        }
        if (!Files.exists(path)) {
            return PathKind.MISSING;
        }
        if (Files.isRegularFile(path)) {
            return PathKind.FILE;
        }
        return isBlockDevice(path) ? PathKind.BLOCK_DEVICE : PathKind.OTHER;
    }

    /** A file's first bytes; a simulated one is a program for driver domains, of the version that its name says. */
    byte[] read(Path file, int most) {
        if (simulated(file)) {
            byte[] bytes = SimUpgrade.program(file.getFileName().toString());
            return Arrays.copyOf(bytes, Math.min(most, bytes.length));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most);
        } catch (IOException e) {
            throw new FileFailed("cannot read '" + file + "': " + e, e);
        }
    }

    private static boolean isBlockDevice(Path path) {
        try {
            Object mode = Files.getAttribute(path.toRealPath(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return mode instanceof Integer bits && (bits & 0xf000) == 0x6000;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean simulated(Path path) {
        return path.startsWith("/sim") || path.startsWith("/etc/xen/scripts");
    }

    synchronized void writeUserdata(DomainId domain, DomainUuid uuid, String json) {
        userdata.put(key(domain, uuid), json);
    }

    synchronized void updateUserdata(DomainId domain, DomainUuid uuid, UnaryOperator<String> change) {
        userdata.computeIfPresent(key(domain, uuid), (file, json) -> change.apply(json));
    }

    synchronized Optional<String> findUserdata(DomainId domain, DomainUuid uuid) {
        return Optional.ofNullable(userdata.get(key(domain, uuid)))
                .map(json -> json.substring(0, Math.min(json.length(), MAX_USERDATA_CHARS)));
    }

    synchronized void removeUserdata(DomainId domain, DomainUuid uuid) {
        userdata.remove(key(domain, uuid));
        saved.keySet().removeAll(QemuState.all(domain));
    }

    synchronized List<HostFiles.Noted> listUserdata() {
        return userdata.keySet().stream()
                .filter(file -> file.startsWith("userdata-"))
                .map(file -> file.split("\\.", -1))
                .map(part -> new HostFiles.Noted(new DomainId(Integer.parseInt(part[1])), DomainUuid.parse(part[2])))
                .toList();
    }

    /** What a bootloader has found for a domain is there, or not any more. */
    synchronized void found(DomainUuid owner, boolean there) {
        if (there) {
            userdata.put("kernel found for " + owner, "");
        } else {
            userdata.remove("kernel found for " + owner);
        }
    }

    /** A jxld that starts removes what its predecessor had found. */
    synchronized void forgetFound() {
        userdata.keySet().removeIf(name -> name.startsWith("kernel found for "));
    }

    /**
     * A saved guest.
     *
     * @param configuration empty while it is being written
     */
    record Saved(String configuration, DirectBoot boot, long kib) {}

    synchronized void save(Path file, Saved guest) {
        saved.put(file, guest);
    }

    /** A device model's state. */
    synchronized void saveState(Path file) {
        saved.put(file, new Saved("", new DirectBoot(Path.of("/sim/none"), Optional.empty(), ""), 0));
    }

    /** Whoever reads it needs it. */
    synchronized void requireState(Path file) {
        if (!saved.containsKey(file)) {
            throw new FileFailed("reading " + file + " failed: it does not exist", null);
        }
    }

    synchronized Optional<Saved> saved(Path file) {
        return Optional.ofNullable(saved.get(file));
    }

    synchronized void renameSaved(Path from, Path to) {
        Saved guest = saved.remove(from);
        if (guest != null) {
            saved.put(to, guest);
        }
    }

    synchronized void removeSaved(Path file) {
        saved.remove(file);
    }

    /** Saved guests, by path; unfinished ones too. */
    synchronized List<Path> savedGuests() {
        return List.copyOf(saved.keySet());
    }

    synchronized void addCore(Path file) {
        cores.add(file);
    }

    synchronized void renameCore(Path from, Path to) {
        if (cores.remove(from)) {
            cores.add(to);
        }
    }

    synchronized void removeCore(Path file) {
        cores.remove(file);
    }

    /** Cores of domains, by path; unfinished ones too. */
    synchronized List<Path> cores() {
        return List.copyOf(cores);
    }

    /** Every note, by the name of its file. */
    synchronized List<String> describe() {
        return List.copyOf(userdata.keySet());
    }

    private static String key(DomainId domain, DomainUuid uuid) {
        return "userdata-d." + domain + "." + uuid + ".libxl-json";
    }
}
