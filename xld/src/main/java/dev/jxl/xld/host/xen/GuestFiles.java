package dev.jxl.xld.host.xen;

import dev.jxl.config.stream.Finding;
import dev.jxl.config.stream.ImageInspector;
import dev.jxl.config.stream.ImageReport;
import dev.jxl.config.stream.ImageReport.Emulator;
import dev.jxl.config.stream.ImageSource;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.IncomingGuest.Extent;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Files with guests in them, which only root may read: they hold the guests' secrets. For platform threads. */
final class GuestFiles {
    /** QEMU's is a tenth of a MiB; what its guest can make it keep has bounds too. */
    static final int LONGEST_STATE = 64 << 20;

    private static final Set<StandardOpenOption> FRESH =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final Set<StandardOpenOption> MORE = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    private static final int MOST_FINDINGS = 3;

    /** Streams of Xen 4.13 and older have none; making one up could give the guest another CPU than it had. */
    static final String WITHOUT_CPU_POLICY =
            "it was saved by Xen 4.13 or older, without a CPU policy: such guests are not restored";

    private GuestFiles() {}

    /** Makes a file. */
    static void write(Path file, byte[] bytes) {
        append(file, FRESH, bytes);
    }

    /** Writes to a file's end. */
    static void append(Path file, byte[] bytes) {
        append(file, MORE, bytes);
    }

    private static void append(Path part, Set<StandardOpenOption> options, byte[] bytes) {
        try (FileChannel file = options.contains(StandardOpenOption.CREATE_NEW)
                ? FileChannel.open(
                        part,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(part, options)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        } catch (IOException e) {
            throw failed("writing", part, e);
        }
    }

    /** Looks whether a guest can be made of a file. */
    static SavedGuest inspect(Path file) {
        // A pipe would be waited for without end.
        if (!file.isAbsolute() || (Files.exists(file) && !Files.isRegularFile(file))) {
            throw new FileFailed(
                    "no guest can be made of " + file + ": name a file, by its whole path that starts with '/'", null);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ImageReport report =
                    ImageInspector.inspect(new ImageSource(channel, OptionalLong.of(size), read -> {}), false);
            if (!report.sound() || report.xl().isEmpty() || report.libxc().isEmpty()) {
                throw unsound(file, report);
            }
            requireRestorable(file, report);
            ImageReport.Xl xl = report.xl().get();
            ByteBuffer json = ByteBuffer.allocate(Math.toIntExact(xl.configurationBytes()) - 1);
            while (json.hasRemaining()) {
                if (channel.read(json, xl.configurationOffset() + json.position()) < 0) {
                    throw new IOException("it has become shorter");
                }
            }
            return new SavedGuest(
                    file,
                    new String(json.array(), StandardCharsets.UTF_8),
                    report.libxc().get().offset(),
                    deviceModelState(file, report));
        } catch (IOException e) {
            throw failed("reading", file, e);
        }
    }

    /** What xl can make something of, in its other modes or with what it is told beside the file. */
    private static void requireRestorable(Path file, ImageReport report) {
        String why = "";
        if (report.xl().flatMap(ImageReport.Xl::domain).isEmpty()) {
            why = "its configuration is not JSON";
        } else if (report.libxc().map(ImageReport.Libxc::checkpoints).orElse(0L) > 0) {
            why = "it has checkpoints: it is a stream of Remus or COLO";
        } else if (report.libxc().map(ImageReport.Libxc::cpuidLeaves).orElse(0L) == 0) {
            why = WITHOUT_CPU_POLICY;
        }
        if (!why.isEmpty()) {
            throw new FileFailed("no guest can be made of " + file + ": " + why, null);
        }
    }

    private static Optional<Extent> deviceModelState(Path file, ImageReport report) {
        List<Emulator> emulators =
                report.libxl().map(ImageReport.Libxl::emulators).orElse(List.of());
        if (emulators.isEmpty()) {
            return Optional.empty();
        }
        Emulator emulator = emulators.getFirst();
        if (emulators.size() > 1 || !emulator.name().equals("qemu-upstream") || emulator.xenstorePairs() > 0) {
            throw new FileFailed(
                    "no guest can be made of " + file + ": it was saved beside a QEMU that is too old for this jxl",
                    null);
        }
        return Optional.of(new Extent(emulator.stateOffset(), emulator.stateBytes()));
    }

    /** A part of a file. */
    static byte[] read(Path file, Extent part) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(part.bytes()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, part.offset() + bytes.position()) < 0) {
                    throw new IOException("it has become shorter");
                }
            }
        } catch (IOException e) {
            throw failed("reading", file, e);
        }
        return bytes.array();
    }

    private static FileFailed unsound(Path file, ImageReport report) {
        List<String> errors = report.errors().stream()
                .limit(MOST_FINDINGS)
                .map(Finding::toString)
                .toList();
        return new FileFailed(
                "no guest can be made of " + file + ": "
                        + (errors.isEmpty() ? "it is not a file of 'xl save' or 'jxl save'" : String.join("; ", errors))
                        + ". 'jxl image inspect' tells all",
                null);
    }

    /** Gives a file another name, in the place of the one that has it. */
    static void rename(Path file, Path to) {
        try {
            Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("naming " + to + " what was", file, e);
        }
    }

    /** What a device model has written. */
    static byte[] readState(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] state = in.readNBytes(LONGEST_STATE + 1);
            if (state.length == 0 || state.length > LONGEST_STATE) {
                throw new FileFailed(
                        "the device model has written " + (state.length == 0 ? "nothing" : "too much") + " to " + file,
                        null);
            }
            return state;
        } catch (IOException e) {
            throw failed("reading", file, e);
        }
    }

    /** An error about a file, in words. */
    static FileFailed failed(String doing, Path file, Exception e) {
        String reason = e instanceof NoSuchFileException
                ? "it does not exist"
                : e instanceof FileSystemException system && system.getReason() != null
                        ? system.getReason()
                        : String.valueOf(e.getMessage());
        return new FileFailed(doing + " " + file + " failed: " + reason, e);
    }
}
