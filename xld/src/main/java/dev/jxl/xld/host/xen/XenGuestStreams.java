package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.stream.IncomingStream;
import dev.jxl.config.stream.SaveFile;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.GuestBuilder.Progress;
import dev.jxl.xld.host.GuestStreams;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.IncomingGuest.ResetGuest;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import dev.jxl.xld.host.MigrationLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Guests in files and on links. libxenguest does its part in a process of its own. */
final class XenGuestStreams implements GuestStreams {
    private static final long MIB = 1 << 20;
    private static final Duration SENDER_PATIENCE = Duration.ofSeconds(60);
    private static final String YES = "ok";
    private static final String SUSPEND_NOW = "stop";

    private final KernelLane lane;
    private final StreamProcesses processes = new StreamProcesses(StreamProcess::startChild);

    XenGuestStreams(KernelLane lane) {
        this.lane = lane;
    }

    /** Has what takes long at the start of a stream done before there is one; returns at once. */
    void prepare() {
        processes.prepare();
    }

    /** Ends what nobody uses. */
    void close() {
        processes.close();
    }

    @Override
    public void save(
            DomainId domain, Path part, String configuration, Optional<Path> deviceModelState, SaveWatcher watcher) {
        discard(part);
        lane.run(() -> GuestFiles.write(part, SaveFile.head(configuration)));
        Growth growth = new Growth(part);
        List<String> _ = processes.run(
                List.of("save", domain.toString(), part.toString()),
                "saving domain " + domain,
                asked -> {
                    if (asked.getFirst().equals("suspend")) {
                        watcher.suspend();
                    }
                    return YES;
                },
                () -> watcher.phase("writing its memory: " + growth.mib() + " MiB"));
        lane.run(() -> GuestFiles.append(part, ending(deviceModelState)));
    }

    /** What follows libxc's image: the state of the device model if there is one, and the end. */
    private static byte[] ending(Optional<Path> deviceModelState) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        deviceModelState.ifPresent(file -> {
            byte[] state = GuestFiles.readState(file);
            out.writeBytes(SaveFile.beforeDeviceModel(state.length));
            out.writeBytes(state);
            out.writeBytes(SaveFile.afterDeviceModel(state.length));
        });
        out.writeBytes(SaveFile.end());
        return out.toByteArray();
    }

    /** A file that is being written. The disk gets it piece by piece: at the end nobody has to wait for the whole of it. */
    private final class Growth {
        private static final long PIECE_MIB = 32;
        private final Path part;
        private long onDisk;

        Growth(Path part) {
            this.part = part;
        }

        long mib() {
            return lane.call(() -> {
                try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    long written = file.size() / MIB;
                    if (written >= onDisk + PIECE_MIB) {
                        file.force(false);
                        onDisk = written;
                    }
                    return written;
                } catch (IOException e) {
                    throw GuestFiles.failed("writing", part, e);
                }
            });
        }
    }

    @Override
    public void send(
            DomainId domain,
            MigrationLink link,
            String configuration,
            boolean live,
            Optional<Path> deviceModelState,
            SendWatcher watcher) {
        Runnable sending = () -> watcher.phase("sending its memory");
        link.send(SaveFile.head(configuration), sending);
        List<String> _ = processes.run(
                List.of("send", domain.toString(), pipes(link).to(), live ? "live" : "suspended"),
                "sending domain " + domain,
                asked -> answer(asked, watcher),
                watcher::check);
        link.send(lane.call(() -> ending(deviceModelState)), sending);
    }

    private static String answer(List<String> asked, SendWatcher watcher) {
        switch (asked.getFirst()) {
            case "suspend" -> watcher.suspend();
            case "log-dirty" -> watcher.logDirty(asked.get(1).equals("true"));
            case "round" -> {
                AfterRound next = watcher.round(
                        Integer.parseInt(asked.get(1)), Long.parseLong(asked.get(2)), Long.parseLong(asked.get(3)));
                return next == AfterRound.SUSPEND ? SUSPEND_NOW : YES;
            }
            default -> throw new IllegalStateException("the process of a stream asks for '" + asked + "'");
        }
        return YES;
    }

    /** Links of this host only. */
    private static PipeLink pipes(MigrationLink link) {
        return (PipeLink) link;
    }

    @Override
    public void publish(Path part, Path target) {
        lane.run(() -> {
            // Said again after a restart: it has its name already.
            if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                GuestFiles.rename(part, target);
            }
        });
    }

    @Override
    public void discard(Path part) {
        lane.run(() -> {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                throw GuestFiles.failed("removing", part, e);
            }
        });
    }

    @Override
    public SavedGuest open(Path file) {
        return lane.call(() -> GuestFiles.inspect(file));
    }

    @Override
    public ArrivingGuest receive(MigrationLink link) {
        try {
            return new ArrivingGuest(link, IncomingStream.head(n -> link.receive(n, SENDER_PATIENCE, () -> {})));
        } catch (ProtocolException e) {
            throw notUnderstood(e);
        }
    }

    private static MigrationFailed notUnderstood(ProtocolException e) {
        return new MigrationFailed("what the sender sends is no guest: " + e.getMessage(), e);
    }

    @Override
    public void extractDeviceModelState(IncomingGuest guest, Path to) {
        switch (guest) {
            case SavedGuest saved ->
                write(
                        to,
                        lane.call(() -> GuestFiles.read(
                                saved.file(), saved.deviceModelState().orElseThrow())));
            case ArrivingGuest arriving ->
                write(
                        to,
                        arriving.deviceModelState()
                                .orElseThrow(() -> new MigrationFailed(
                                        "the sender has sent an HVM guest without the state of its device model",
                                        null)));
            case ResetGuest reset -> lane.run(() -> GuestFiles.rename(reset.deviceModelState(), to));
        }
    }

    private void write(Path to, byte[] state) {
        discard(to);
        lane.run(() -> GuestFiles.write(to, state));
    }

    @Override
    public Built restore(
            DomainId domain,
            IncomingGuest guest,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        List<String> where = switch (guest) {
            case SavedGuest saved -> List.of(saved.file().toString(), Long.toString(saved.imageOffset()));
            case ArrivingGuest arriving -> List.of(pipes(arriving.link()).from(), StreamChild.AS_IT_COMES);
            case ResetGuest _ -> throw new IllegalArgumentException("a guest that is reset has its memory");
        };
        List<String> frames = processes.run(
                List.of(
                        "restore",
                        domain.toString(),
                        where.get(0),
                        where.get(1),
                        Integer.toString(channels.store()),
                        storeDomain.toString(),
                        Integer.toString(channels.console()),
                        consoleDomain.toString()),
                "restoring domain " + domain,
                XenGuestStreams::accept,
                () -> progress.phase("reading its memory from " + guest.source()));
        if (guest instanceof ArrivingGuest arriving) {
            readEnding(arriving, progress);
        }
        try {
            return new Built(Long.parseLong(frames.get(0)), Long.parseLong(frames.get(1)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new ToolstackException.HypercallRefused(
                    "restoring domain " + domain + " failed: its process ended with '" + frames + "'", e);
        }
    }

    private static void readEnding(ArrivingGuest guest, Progress progress) {
        try {
            IncomingStream.ending(
                            n -> guest.link()
                                    .receive(
                                            n,
                                            SENDER_PATIENCE,
                                            () -> progress.phase("reading the state of its device model")),
                            GuestFiles.LONGEST_STATE)
                    .ifPresent(guest::setDeviceModelState);
        } catch (ProtocolException e) {
            throw notUnderstood(e);
        }
    }

    /** Only what comes over a link gets so far without its CPU policy. */
    private static String accept(List<String> asked) {
        if (asked.equals(List.of("static-data", "true"))) {
            throw new ToolstackException.HostUnsupported(GuestFiles.WITHOUT_CPU_POLICY);
        }
        return YES;
    }
}
