package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.OtherToolstacks;
import dev.jxl.xld.host.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Other toolstacks by dom0's /proc. What cannot be read of a process that is there counts for the worst: it may wait for any domain.
 *
 * @source tools/xl/xl_vmcontrol.c: create_domain; tools/xl/xl_utils.c: do_daemonize, dolog
 */
final class XenOtherToolstacks implements OtherToolstacks {
    private static final Set<String> MONITORING = Set.of("create", "restore", "migrate-receive");

    /** Names of xl's commands that begin as one of these, and are others. */
    private static final Set<String> OTHERS = Set.of("migrate");

    /** One daemon for all hypervisors, or one for Xen. */
    private static final Set<String> LIBVIRT = Set.of("libvirtd", "virtxend");

    /** Enough for years of reboots. */
    private static final int LOG_BYTES = 1 << 20;

    private static final int SHOWN = 120;

    private final KernelLane lane;
    private final Path proc;
    private final Path notes;

    XenOtherToolstacks(KernelLane lane) {
        this(lane, Path.of("/proc"), Path.of("/var/lib/xen"));
    }

    /** With other folders than dom0's, for tests. */
    XenOtherToolstacks(KernelLane lane, Path proc, Path notes) {
        this.lane = lane;
        this.proc = proc;
        this.notes = notes;
    }

    @Override
    public List<XlMonitor> listMonitors() {
        return lane.call(() -> processes().stream()
                .filter(XenOtherToolstacks::isXl)
                .flatMap(process -> monitor(process).stream())
                .toList());
    }

    @Override
    public Optional<String> findLibvirt() {
        return lane.call(() -> processes().stream()
                .map(XenOtherToolstacks::name)
                .filter(LIBVIRT::contains)
                .findFirst());
    }

    @Override
    public boolean madeByLibvirt(DomainId domain, DomainUuid uuid) {
        Path note = notes.resolve("userdata-d." + domain + "." + uuid + ".libvirt-xml");
        return lane.call(() -> Files.exists(note));
    }

    private List<Path> processes() {
        try (Stream<Path> all = Files.list(proc)) {
            return all.filter(p -> p.getFileName().toString().matches("[1-9][0-9]{0,9}"))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new FileFailed("dom0's processes cannot be listed: " + proc + ": " + e.getMessage(), e);
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static boolean isXl(Path process) {
        return name(process).equals("xl") || program(process).equals("xl");
    }

    /** Of kernel threads, and of processes that are gone, there is none. */
    private static String program(Path process) {
        try {
            String file = Files.readSymbolicLink(process.resolve("exe")).toString();
            return file.substring(file.lastIndexOf('/') + 1).replace(" (deleted)", "");
        } catch (IOException none) {
            return "";
        }
    }

    private static Optional<XlMonitor> monitor(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        try {
            String[] arguments = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1);
            // One that has ended, and whose parent has not noticed, has no arguments any more.
            return arguments[0].isEmpty() || !monitors(arguments)
                    ? Optional.empty()
                    : Optional.of(new XlMonitor(pid, words(arguments), waitsFor(process, pid)));
        } catch (IOException e) {
            return Files.exists(process) ? Optional.of(new XlMonitor(pid, "xl", Optional.empty())) : Optional.empty();
        }
    }

    /** xl takes any beginning of a command that is no other's. @source tools/xl/xl_cmdtable.c: cmdtable_lookup */
    private static boolean monitors(String[] arguments) {
        return Arrays.stream(arguments)
                .skip(1)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .filter(word -> !word.isEmpty() && !OTHERS.contains(word))
                .filter(word -> MONITORING.stream().anyMatch(command -> command.startsWith(word)))
                .isPresent();
    }

    private static String words(String[] arguments) {
        String program = arguments[0].substring(arguments[0].lastIndexOf('/') + 1);
        return Printable.line(
                program + " "
                        + String.join(" ", List.of(arguments).subList(1, arguments.length))
                                .strip(),
                SHOWN);
    }

    /** xl writes it on its standard error at each start of the guest; in the background that is a log file, which may have got another name since. */
    private static Optional<DomainId> waitsFor(Path process, long pid) throws IOException {
        Path log = process.resolve("fd/2");
        if (!Files.isRegularFile(log)) {
            return Optional.empty();
        }
        Matcher line = Pattern.compile("Waiting for domain [^\n]* \\(domid ([0-9]{1,5})\\) to die \\[pid " + pid + "]")
                .matcher(tail(log));
        Optional<DomainId> last = Optional.empty();
        while (line.find()) {
            last = DomainId.find(line.group(1));
        }
        return last;
    }

    private static String tail(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - LOG_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(LOG_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {}
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        }
    }
}
