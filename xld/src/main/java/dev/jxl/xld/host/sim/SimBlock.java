package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The simulated machine's block devices: loop devices with their marks, and who has what open. */
final class SimBlock {
    /** Every simulated disk has 64 MiB. */
    static final long SECTORS = 131_072;

    /** The kernel's major number of loop devices. */
    private static final int LOOP_MAJOR = 7;

    /** The major number that simulated block devices below {@code /sim/dev} have. */
    private static final int DISK_MAJOR = 8;

    private final SimFiles files;
    private final TreeMap<Integer, Loop> loops = new TreeMap<>();
    private final List<Path> disks = new ArrayList<>();
    private final Set<Integer> mounted = new HashSet<>();

    SimBlock(SimFiles files) {
        this.files = files;
    }

    /** dom0 has mounted a disk that it is served by another domain, from now on. */
    synchronized void mount(int devid) {
        mounted.add(devid);
    }

    synchronized Optional<String> findOwnUse(int devid) {
        return mounted.contains(devid) ? Optional.of("its disk " + devid + " is mounted") : Optional.empty();
    }

    private static final class Loop {
        final int number;
        final Object daemon;
        final DomainUuid owner;
        final String vdev;
        final Path target;
        final boolean readWrite;
        boolean daemonHas = true;
        boolean kept;
        int openers;

        Loop(int number, Object daemon, DomainUuid owner, String vdev, Path target, boolean readWrite) {
            this.number = number;
            this.daemon = daemon;
            this.owner = owner;
            this.vdev = vdev;
            this.target = target;
            this.readWrite = readWrite;
        }

        Path device() {
            return Path.of("/dev/loop" + number);
        }

        @Override
        public String toString() {
            return device() + " of " + target + " for " + owner + " " + vdev;
        }
    }

    /** A device that a backend has open. */
    interface Opened {
        /** Gives it back. */
        void close();
    }

    /** Opens a device for a backend, if there is one of these numbers. */
    synchronized Optional<Opened> open(int major, int minor) {
        if (major == LOOP_MAJOR) {
            Loop loop = loops.get(minor);
            if (loop == null) {
                return Optional.empty();
            }
            loop.openers++;
            return Optional.of(() -> closeLoop(loop));
        }
        return Optional.of(() -> {});
    }

    private synchronized void closeLoop(Loop loop) {
        loop.openers--;
        reap(loop);
    }

    private void reap(Loop loop) {
        if (!loop.daemonHas && !loop.kept && loop.openers == 0) {
            loops.remove(loop.number, loop);
        }
    }

    synchronized BlockAttach.Attached attach(
            Object daemon, DomainUuid owner, String vdev, Path target, boolean readWrite) {
        PathKind kind = files.inspect(target);
        if (kind == PathKind.BLOCK_DEVICE) {
            return new Whole(target, minorOf(target));
        }
        if (kind != PathKind.FILE) {
            throw new DeviceFailed(
                    "disk " + vdev,
                    "attaching " + target,
                    kind == PathKind.MISSING ? "no such file or directory" : "it is neither a file nor a block device",
                    null);
        }
        for (Loop other : loops.values()) {
            if (!other.target.equals(target)) {
                continue;
            }
            if (other.owner.equals(owner) && other.vdev.equals(vdev) && other.kept && other.readWrite == readWrite) {
                return new OnLoop(other);
            }
            if (other.readWrite || readWrite) {
                throw new DeviceFailed(
                        "disk " + vdev,
                        "attaching " + target,
                        other.device() + " has it open for " + other.vdev + " of domain " + other.owner
                                + (other.readWrite ? ", writable" : ""),
                        null);
            }
        }
        int number = 0;
        while (loops.containsKey(number)) {
            number++;
        }
        Loop loop = new Loop(number, daemon, owner, vdev, target, readWrite);
        loops.put(number, loop);
        return new OnLoop(loop);
    }

    private int minorOf(Path disk) {
        if (!disks.contains(disk)) {
            disks.add(disk);
        }
        return disks.indexOf(disk);
    }

    synchronized void release(DomainUuid owner, String vdev, Set<Path> inUse) {
        for (Loop loop : List.copyOf(loops.values())) {
            if (loop.owner.equals(owner) && loop.vdev.equals(vdev) && !inUse.contains(loop.device())) {
                loop.kept = false;
                loop.daemonHas = false;
                reap(loop);
            }
        }
    }

    synchronized void releaseAll(DomainUuid owner, Set<Path> inUse) {
        for (Loop loop : List.copyOf(loops.values())) {
            if (loop.owner.equals(owner)) {
                release(owner, loop.vdev, inUse);
            }
        }
    }

    synchronized List<Path> listOwnedBy(DomainUuid owner) {
        return loops.values().stream()
                .filter(loop -> loop.owner.equals(owner))
                .map(Loop::device)
                .toList();
    }

    synchronized List<BlockAttach.Marked> listMarked() {
        return loops.values().stream()
                .map(loop -> new BlockAttach.Marked(loop.device(), loop.owner, loop.vdev))
                .toList();
    }

    /** The daemon has died: the kernel closes what it had open. */
    synchronized void daemonDied(Object daemon) {
        for (Loop loop : List.copyOf(loops.values())) {
            if (loop.daemon.equals(daemon)) {
                loop.daemonHas = false;
                reap(loop);
            }
        }
    }

    /** Every loop device with its target and mark. */
    synchronized List<String> describe() {
        return loops.values().stream().map(Loop::toString).toList();
    }

    private final class OnLoop implements BlockAttach.Attached {
        private final Loop loop;

        OnLoop(Loop loop) {
            this.loop = loop;
        }

        @Override
        public Path device() {
            return loop.device();
        }

        @Override
        public boolean loop() {
            return true;
        }

        @Override
        public int major() {
            return LOOP_MAJOR;
        }

        @Override
        public int minor() {
            return loop.number;
        }

        @Override
        public void keep() {
            synchronized (SimBlock.this) {
                loop.kept = true;
            }
        }
    }

    private record Whole(Path device, int minor) implements BlockAttach.Attached {
        @Override
        public boolean loop() {
            return false;
        }

        @Override
        public int major() {
            return DISK_MAJOR;
        }

        @Override
        public void keep() {}
    }
}
