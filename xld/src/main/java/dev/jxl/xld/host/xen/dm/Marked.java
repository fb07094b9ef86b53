package dev.jxl.xld.host.xen.dm;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DeviceModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processes that serve a domain, by what the kernel says of them: jxl's carry a mark in their environment; xl's are known by their
 * arguments.
 */
final class Marked {
    /** The environment variable of the mark: {@code DOMID UUID}. */
    static final String VARIABLE = "JXL_DEVICE_MODEL";

    private static final Pattern MARK = Pattern.compile("([0-9]{1,5}) ([0-9a-f-]{36})");
    private static final int MOST_BYTES = 1 << 20;

    private final Path proc;

    Marked(Path proc) {
        this.proc = proc;
    }

    /** A process with jxl's mark. */
    record Found(long pid, DomainId domain, DomainUuid owner) {}

    static String mark(DomainId domain, DomainUuid owner) {
        return domain + " " + owner;
    }

    /** Every process that carries a mark. */
    List<Found> list() {
        return each(this::find);
    }

    /** Every process that serves a domain, by its mark or else by its arguments. */
    List<DeviceModel.Running> listServing() {
        return each(pid -> find(pid)
                .map(f -> new DeviceModel.Running(pid, f.domain(), Optional.of(f.owner())))
                .or(() -> served(pid).map(domain -> new DeviceModel.Running(pid, domain, Optional.empty()))));
    }

    private <T> List<T> each(LongFunction<Optional<T>> read) {
        List<T> out = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                read.apply(pid).ifPresent(out::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the processes of dom0 cannot be listed: " + e.getMessage(), e);
        }
        return List.copyOf(out);
    }

    /** A process's mark, if it has one. */
    Optional<Found> find(long pid) {
        return words(pid, "environ").stream()
                .filter(word -> word.startsWith(VARIABLE + "="))
                .map(word -> MARK.matcher(word.substring(VARIABLE.length() + 1)))
                .filter(Matcher::matches)
                .flatMap(m -> found(pid, m.group(1), m.group(2)).stream())
                .findFirst();
    }

    /** Anybody in dom0 can write anything into the environment of a process of their own. */
    private static Optional<Found> found(long pid, String domain, String owner) {
        try {
            DomainUuid uuid = DomainUuid.parse(owner);
            return DomainId.find(domain).map(d -> new Found(pid, d, uuid));
        } catch (IllegalArgumentException noMark) {
            return Optional.empty();
        }
    }

    /** Whether a process is a QEMU that serves a domain: by its arguments, as libxl gives them. */
    boolean serves(long pid, DomainId domain) {
        return served(pid).equals(Optional.of(domain));
    }

    /** The domain that a process serves by its arguments. */
    private Optional<DomainId> served(long pid) {
        return argument(pid, "-xen-domid").flatMap(DomainId::find);
    }

    /** The name that a QEMU was given. */
    Optional<String> name(long pid) {
        return argument(pid, "-name");
    }

    private Optional<String> argument(long pid, String name) {
        List<String> arguments = words(pid, "cmdline");
        int at = arguments.indexOf(name);
        return at >= 0 && at + 1 < arguments.size() ? Optional.of(arguments.get(at + 1)) : Optional.empty();
    }

    private List<String> words(long pid, String file) {
        try (InputStream in =
                Files.newInputStream(proc.resolve(Long.toString(pid)).resolve(file))) {
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            return Arrays.asList(text.split("\0"));
        } catch (IOException gone) {
            return List.of();
        }
    }
}
