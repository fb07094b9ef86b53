package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.api.ToolstackException.HostUnavailable;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.QemuState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files of dom0. The notes about domains are xl's, at xl's places: {@code userdata-d.DOMID.UUID.libxl-json} and others. They
 * are written under xl's own lock ({@code userdata-l.DOMID.UUID.domain-userdata-lock}, a BSD lock on a file that is removed
 * afterwards), so that an xl command at the same time cannot undo what jxl writes, nor the other way round.
 */
final class XenHostFiles implements HostFiles {
    private static final int MAX_USERDATA_BYTES = 1 << 20;

    /** @source tools/libs/light/libxl_dom.c: libxl__userdata_path */
    private static final Pattern NOTE = Pattern.compile(
            "userdata-[a-z]\\.([0-9]{1,5})\\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\..*");

    private final KernelLane lane;
    private final Path notes;

    XenHostFiles(KernelLane lane) {
        this(lane, Path.of("/var/lib/xen"));
    }

    /** With another folder than xl's, for tests. */
    XenHostFiles(KernelLane lane, Path notes) {
        this.lane = lane;
        this.notes = notes;
    }

    @Override
    public KernelKind inspectKernel(Path file) {
        if (!Files.exists(file)) {
            return KernelKind.MISSING;
        }
        if (!Files.isRegularFile(file)) {
            return KernelKind.UNREADABLE;
        }
        try (InputStream in = Files.newInputStream(file)) {
            KernelKind kind = KernelImage.kindOf(in.readNBytes(KernelImage.HEAD_BYTES));
            return kind == KernelKind.ELF32 && Pvh32Entry.in(file) ? KernelKind.PVH32 : kind;
        } catch (IOException e) {
            return KernelKind.UNREADABLE;
        }
    }

    @Override
    public PathKind inspect(Path path) {
        try {
            return FileIdentity.of(path).kind();
        } catch (IOException e) {
            return PathKind.OTHER;
        }
    }

    @Override
    public byte[] read(Path file, int most) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most);
        } catch (IOException e) {
            throw new FileFailed("cannot read '" + file + "': " + e, e);
        }
    }

    @Override
    public void writeUserdata(DomainId domain, DomainUuid uuid, String json) {
        underLock(domain, uuid, () -> replace(domain, uuid, json));
    }

    @Override
    public void updateUserdata(DomainId domain, DomainUuid uuid, UnaryOperator<String> change) {
        underLock(domain, uuid, () -> {
            Optional<String> now = findUserdata(domain, uuid);
            if (now.isPresent()) {
                replace(domain, uuid, change.apply(now.get()));
            }
        });
    }

    /** What is done with files. */
    @FunctionalInterface
    private interface FileTask {
        void run() throws IOException;
    }

    private void replace(DomainId domain, DomainUuid uuid, String json) throws IOException {
        Path target = path("d", domain, uuid, "libxl-json");
        Path fresh = path("n", domain, uuid, "libxl-json");
        Files.deleteIfExists(fresh);
        // libxl reads the bytes and hands them to a parser of C strings
        writeThrough(fresh, json + "\0");
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void underLock(DomainId domain, DomainUuid uuid, FileTask task) {
        lane.run(() -> {
            try (UserdataLock _ = UserdataLock.take(path("l", domain, uuid, "domain-userdata-lock"))) {
                task.run();
            } catch (IOException e) {
                throw new HostUnavailable(
                        "cannot write libxl's notes about domain " + domain.value() + " to " + notes + ": " + e, e);
            }
        });
    }

    private static void writeThrough(Path file, String text) throws IOException {
        Set<StandardOpenOption> fresh = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(
                file, fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    @Override
    public Optional<String> findUserdata(DomainId domain, DomainUuid uuid) {
        Path file = path("d", domain, uuid, "libxl-json");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_USERDATA_BYTES), StandardCharsets.UTF_8);
            int end = text.indexOf(0);
            return Optional.of(end < 0 ? text : text.substring(0, end));
        } catch (IOException e) {
            throw new HostUnavailable("cannot read " + file + ": " + e, e);
        }
    }

    /** @source tools/libs/light/libxl_dom.c: libxl__userdata_destroyall; libxl_internal.h: LIBXL_DEVICE_MODEL_SAVE_FILE */
    @Override
    public void removeUserdata(DomainId domain, DomainUuid uuid) {
        if (!Files.isDirectory(notes)) {
            return;
        }
        String pattern = "userdata-?." + domain.value() + "." + uuid + ".*";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(notes, pattern)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            for (Path state : QemuState.all(domain)) {
                Files.deleteIfExists(notes.resolve(state.getFileName()));
            }
        } catch (IOException e) {
            throw new HostUnavailable(
                    "cannot remove libxl's notes about domain " + domain.value() + " from " + notes + ": " + e, e);
        }
    }

    @Override
    public List<Noted> listUserdata() {
        return lane.call(() -> {
            try (Stream<Path> files = Files.isDirectory(notes) ? Files.list(notes) : Stream.empty()) {
                return files.map(file -> NOTE.matcher(String.valueOf(file.getFileName())))
                        .filter(Matcher::matches)
                        .flatMap(m ->
                                DomainId.find(m.group(1))
                                        .map(domain -> new Noted(domain, DomainUuid.parse(m.group(2))))
                                        .stream())
                        .distinct()
                        .sorted(Comparator.comparing(Noted::domain))
                        .toList();
            } catch (IOException e) {
                throw new FileFailed("xl's notes about domains cannot be listed: " + notes + ": " + e, e);
            }
        });
    }

    private Path path(String kind, DomainId domain, DomainUuid uuid, String name) {
        return notes.resolve("userdata-" + kind + "." + domain.value() + "." + uuid + "." + name);
    }
}
