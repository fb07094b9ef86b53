package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.stream.Finding;
import dev.jxl.config.stream.ImageInspector;
import dev.jxl.config.stream.ImageReport;
import dev.jxl.config.stream.ImageSource;
import dev.jxl.config.stream.SaveFile;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.GuestBuilder.Progress;
import dev.jxl.xld.host.GuestStreams;
import java.io.IOException;
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
import java.util.OptionalLong;
import java.util.Set;

/** Guests in files that only root may read: they hold the guest's secrets. libxenguest does its part in a process of its own. */
final class XenGuestStreams implements GuestStreams {
    private static final Set<StandardOpenOption> FRESH =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final long MIB = 1 << 20;
    private static final int MOST_FINDINGS = 3;

    private final KernelLane lane;

    XenGuestStreams(KernelLane lane) {
        this.lane = lane;
    }

    @Override
    public void save(DomainId domain, Path part, String configuration, SaveWatcher watcher) {
        discard(part);
        lane.run(() -> append(part, FRESH, SaveFile.head(configuration)));
        List<String> _ = new StreamProcess(List.of("save", domain.toString(), part.toString()))
                .run(
                        "saving domain " + domain,
                        asked -> {
                            if (asked.getFirst().equals("suspend")) {
                                watcher.suspend();
                            }
                            return true;
                        },
                        () -> watcher.phase("writing its memory: " + sizeMib(part) + " MiB"));
        lane.run(() -> append(part, EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND), SaveFile.end()));
    }

    private static long sizeMib(Path part) {
        try {
            return Files.size(part) / MIB;
        } catch (IOException e) {
            throw failed("looking at", part, e);
        }
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

    @Override
    public void publish(Path part, Path target) {
        lane.run(() -> {
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                // Said again after a restart: it has its name already.
            } catch (IOException e) {
                throw failed("naming", target, e);
            }
        });
    }

    @Override
    public void discard(Path part) {
        lane.run(() -> {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                throw failed("removing", part, e);
            }
        });
    }

    @Override
    public SavedGuest open(Path file) {
        return lane.call(() -> inspect(file));
    }

    private static SavedGuest inspect(Path file) {
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
                    report.libxc().get().offset());
        } catch (IOException e) {
            throw failed("reading", file, e);
        }
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

    @Override
    public Built restore(
            DomainId domain,
            SavedGuest saved,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        List<String> frames = new StreamProcess(List.of(
                        "restore",
                        domain.toString(),
                        saved.file().toString(),
                        Long.toString(saved.imageOffset()),
                        Integer.toString(channels.store()),
                        storeDomain.toString(),
                        Integer.toString(channels.console()),
                        consoleDomain.toString()))
                .run(
                        "restoring domain " + domain,
                        XenGuestStreams::accept,
                        () -> progress.phase("reading its memory from " + saved.file()));
        try {
            return new Built(Long.parseLong(frames.get(0)), Long.parseLong(frames.get(1)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new ToolstackException.HypercallRefused(
                    "restoring domain " + domain + " failed: its process ended with '" + frames + "'", e);
        }
    }

    /** Streams of Xen 4.13 and older have no CPU policy; making one up could give the guest another CPU than it had. */
    private static boolean accept(List<String> asked) {
        if (asked.equals(List.of("static-data", "true"))) {
            throw new ToolstackException.HostUnsupported(
                    "it was saved by Xen 4.13 or older, without a CPU policy: such guests are not restored");
        }
        return true;
    }

    private static FileFailed failed(String doing, Path file, Exception e) {
        String reason = e instanceof NoSuchFileException
                ? "it does not exist"
                : e instanceof FileSystemException system && system.getReason() != null
                        ? system.getReason()
                        : String.valueOf(e.getMessage());
        return new FileFailed(doing + " " + file + " failed: " + reason, e);
    }
}
