package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.host.BlockAttach;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Block devices of dom0, by requests to the kernel and without a process. A loop device carries {@code jxl:UUID:VDEV} as its
 * name, so that after a crash of jxld it is known whose it is. {@code losetup -d}, as in Xen's block script, frees it too.
 */
final class XenBlockAttach implements BlockAttach {
    private static final Path LOOPS = Path.of("/sys/block");
    private static final Path BACKENDS = Path.of("/sys/bus/xen-backend/devices");
    private static final Path FRONTENDS = Path.of("/sys/bus/xen/devices");

    private final KernelLane lane;
    private final DeviceUse use;

    /** Loop devices that nobody but this process has open yet, with their file descriptors. */
    private final Map<Path, Integer> held = new ConcurrentHashMap<>();

    XenBlockAttach(KernelLane lane, DeviceUse use) {
        this.lane = lane;
        this.use = use;
    }

    @Override
    public Attached attach(DomainUuid owner, String vdev, Path target, boolean readWrite) {
        Path real;
        try {
            real = target.toRealPath();
        } catch (IOException e) {
            throw failed(vdev, "finding " + target, "there is no such file or device", e);
        }
        try {
            FileIdentity identity = FileIdentity.of(real);
            return switch (identity.kind()) {
                case BLOCK_DEVICE -> lane.call(() -> attachDevice(owner, vdev, real, identity, readWrite));
                case FILE -> lane.call(() -> attachFile(owner, vdev, real, identity, readWrite));
                default ->
                    throw failed(vdev, "attaching " + target, "it is neither a block device nor a plain file", null);
            };
        } catch (IOException e) {
            throw failed(vdev, "looking at " + real, e.toString(), e);
        } catch (UncheckedIOException e) {
            throw failed(vdev, "looking at " + real, String.valueOf(e.getCause()), e);
        } catch (SystemCallFailed e) {
            throw failed(vdev, "attaching " + real, String.valueOf(e.getMessage()), e);
        }
    }

    private Attached attachDevice(
            DomainUuid owner, String vdev, Path device, FileIdentity identity, boolean readWrite) {
        use.findConflict(owner, device, List.of(identity.number()), readWrite).ifPresent(conflict -> {
            throw failed(vdev, "attaching " + device, conflict, null);
        });
        return new Plain(device, identity.major(), identity.minor());
    }

    private Attached attachFile(DomainUuid owner, String vdev, Path file, FileIdentity identity, boolean readWrite) {
        String mark = new LoopMark(owner, vdev).text();
        Optional<Attached> again = findOwnLoop(owner, vdev, mark, file, identity, readWrite);
        if (again.isPresent()) {
            return again.get();
        }
        int fileFd = LibC.open(file.toString(), readWrite ? LibC.O_RDWR : LibC.O_RDONLY);
        try {
            LoopDevice.Bound bound = LoopDevice.bind(fileFd, readWrite, mark);
            Path device = Path.of(bound.path());
            held.put(device, bound.fd());
            FileIdentity loop = identityOf(device);
            return new Loop(device, loop.major(), loop.minor());
        } finally {
            LibC.close(fileFd);
        }
    }

    // The guest's other domain has it too while it is sent from this host to this host. For all others:
    // Two writers of one file system destroy it, and so does one writer under a reader that keeps what it read.
    private Optional<Attached> findOwnLoop(
            DomainUuid owner, String vdev, String mark, Path file, FileIdentity identity, boolean readWrite) {
        for (Path device : listLoops()) {
            LoopDevice.Status other = findStatus(device).orElse(null);
            if (other == null || other.inode() != identity.inode() || other.device() != identity.device()) {
                continue;
            }
            FileIdentity loop = identityOf(device);
            if (other.name().equals(mark) && !other.autoclear() && other.readOnly() != readWrite) {
                return Optional.of(new Loop(device, loop.major(), loop.minor()));
            }
            boolean ours = other.name().equals(mark) || use.isOf(owner, loop.number());
            if (!ours && (readWrite || !other.readOnly())) {
                throw failed(
                        vdev,
                        "attaching " + file + (readWrite ? " for writing" : " for reading"),
                        "it is in use " + (other.readOnly() ? "for reading" : "for writing") + " through " + device
                                + LoopMark.parse(other.name())
                                        .map(m -> m.owner().equals(owner)
                                                ? " as " + m.vdev() + " of the same domain"
                                                : " by the domain with UUID " + m.owner())
                                        .orElse("")
                                + "; give each domain its own copy, or attach it read-only everywhere",
                        null);
            }
        }
        return Optional.empty();
    }

    private static FileIdentity identityOf(Path device) {
        try {
            return FileIdentity.of(device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void release(DomainUuid owner, String vdev, Set<Path> inUse) {
        String mark = new LoopMark(owner, vdev).text();
        lane.run(() -> releaseMarked(mark::equals, inUse));
    }

    private void releaseMarked(Predicate<String> mark, Set<Path> inUse) {
        for (Path device : listLoops()) {
            if (inUse.contains(device)
                    || findStatus(device).filter(s -> mark.test(s.name())).isEmpty()) {
                continue;
            }
            Integer fd = held.remove(device);
            try {
                releaseIf(device, status -> mark.test(status.name()));
            } finally {
                if (fd != null) {
                    LibC.close(fd);
                }
            }
        }
    }

    @Override
    public void releaseOfScript(Path device, Path file) {
        if (!device.toString().matches("/dev/loop[0-9]{1,7}")) {
            return;
        }
        lane.run(() -> {
            FileIdentity identity;
            try {
                identity = FileIdentity.of(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            releaseIf(
                    device,
                    status -> status.inode() == identity.inode()
                            && status.device() == identity.device()
                            && LoopMark.parse(status.name()).isEmpty());
        });
    }

    private static void releaseIf(Path device, Predicate<LoopDevice.Status> condition) {
        int fd;
        try {
            fd = LibC.open(device.toString(), LibC.O_RDONLY);
        } catch (SystemCallFailed gone) {
            return;
        }
        try {
            if (LoopDevice.findStatus(fd, device.toString()).filter(condition).isPresent()) {
                LoopDevice.unbind(fd, device.toString());
            }
        } finally {
            LibC.close(fd);
        }
    }

    @Override
    public void releaseAll(DomainUuid owner, Set<Path> inUse) {
        lane.run(() -> releaseMarked(
                name -> LoopMark.parse(name)
                        .filter(m -> m.owner().equals(owner))
                        .isPresent(),
                inUse));
    }

    /** @source Linux: drivers/block/xen-blkback/xenbus.c: VBD_SHOW */
    @Override
    public Map<String, Long> statistics(String backendKind, DomainId domain, int devid) {
        if (!backendKind.equals("vbd")) {
            return Map.of();
        }
        return Counters.read(BACKENDS.resolve("vbd-" + domain + "-" + devid).resolve("statistics"));
    }

    @Override
    public Optional<String> findOwnUse(int devid) {
        return lane.call(() -> new OwnUse(Path.of("/sys"), Path.of("/proc")).find(FRONTENDS.resolve("vbd-" + devid)));
    }

    @Override
    public List<Path> listOwnedBy(DomainUuid owner) {
        return lane.call(() -> listLoops().stream()
                .filter(device -> findStatus(device)
                        .flatMap(s -> LoopMark.parse(s.name()))
                        .filter(m -> m.owner().equals(owner))
                        .isPresent())
                .toList());
    }

    @Override
    public List<Marked> listMarked() {
        return lane.call(() -> listLoops().stream()
                .flatMap(device -> findStatus(device)
                        .flatMap(s -> LoopMark.parse(s.name()))
                        .map(m -> new Marked(device, m.owner(), m.vdev()))
                        .stream())
                .toList());
    }

    /** Loop devices that are bound to something. */
    private static List<Path> listLoops() {
        try (Stream<Path> blocks = Files.list(LOOPS)) {
            return blocks.filter(b -> b.getFileName().toString().startsWith("loop"))
                    .filter(b -> Files.exists(b.resolve("loop/backing_file")))
                    .map(b -> Path.of("/dev").resolve(b.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<LoopDevice.Status> findStatus(Path device) {
        int fd;
        try {
            fd = LibC.open(device.toString(), LibC.O_RDONLY);
        } catch (SystemCallFailed gone) {
            return Optional.empty();
        }
        try {
            return LoopDevice.findStatus(fd, device.toString());
        } finally {
            LibC.close(fd);
        }
    }

    private static DeviceFailed failed(String vdev, String phase, String reason, @Nullable Throwable cause) {
        return new DeviceFailed("disk " + vdev, phase, reason, cause);
    }

    /** A block device that was there before. */
    private record Plain(Path device, int major, int minor) implements Attached {
        @Override
        public boolean loop() {
            return false;
        }

        @Override
        public void keep() {
            // It stays in any case.
        }
    }

    /** A loop device made here. */
    private final class Loop implements Attached {
        private final Path device;
        private final int major;
        private final int minor;

        Loop(Path device, int major, int minor) {
            this.device = device;
            this.major = major;
            this.minor = minor;
        }

        @Override
        public Path device() {
            return device;
        }

        @Override
        public boolean loop() {
            return true;
        }

        @Override
        public int major() {
            return major;
        }

        @Override
        public int minor() {
            return minor;
        }

        @Override
        public void keep() {
            lane.run(() -> {
                Integer fd = held.get(device);
                if (fd == null) {
                    return;
                }
                LoopDevice.clearAutoclear(fd, device.toString());
                held.remove(device);
                LibC.close(fd);
            });
        }
    }
}
