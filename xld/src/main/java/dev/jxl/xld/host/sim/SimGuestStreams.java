package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.GuestBuilder.Progress;
import dev.jxl.xld.host.GuestStreams;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.IncomingGuest.Extent;
import dev.jxl.xld.host.IncomingGuest.ResetGuest;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import dev.jxl.xld.host.MigrationLink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The port to the simulated machine's saved guests: files that are only known by name, with what makes a guest again. */
record SimGuestStreams(Incarnation life, SimXen xen, SimFiles files) implements GuestStreams {
    private static final int PIECES = 2;
    private static final int ROUNDS = 3;
    private static final int FIRST_DIRTY_PAGES = 1 << 12;
    private static final long BUSY_PAGES = 1L << 40;
    private static final int LONGEST = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PV_FRAMES = 0x400000L;
    private static final long STORE_GFN = 0xfeffcL;
    private static final long CONSOLE_GFN = 0xfefffL;

    @Override
    public void save(
            DomainId domain, Path part, String configuration, Optional<Path> deviceModelState, SaveWatcher watcher) {
        life.perform("streams.save " + domain, () -> {
            SimDomain subject = xen.require(domain);
            files.save(part, new SimFiles.Saved("", subject.image().orElseThrow(), 0));
            life.perform("streams.suspend " + domain, watcher::suspend);
            for (int piece = 1; piece <= PIECES; piece++) {
                String words = "piece " + piece;
                life.perform("streams.piece " + piece, () -> watcher.phase(words));
            }
            deviceModelState.ifPresent(files::requireState);
            files.save(part, new SimFiles.Saved(configuration, subject.image().orElseThrow(), subject.usedKib()));
        });
    }

    @Override
    public void publish(Path part, Path target) {
        life.perform("streams.publish", () -> files.renameSaved(part, target));
    }

    @Override
    public void discard(Path part) {
        life.perform("streams.discard", () -> files.removeSaved(part));
    }

    @Override
    public void send(
            DomainId domain,
            MigrationLink link,
            String configuration,
            boolean live,
            Optional<Path> deviceModelState,
            SendWatcher watcher) {
        life.perform("streams.send " + domain, () -> {
            SimDomain subject = xen.require(domain);
            DirectBoot boot = subject.image().orElseThrow();
            sendText(link, configuration);
            if (live && GuestBehaviour.isBusy(boot.commandLine())) {
                sendBusy(subject, watcher);
            }
            for (int round = 0; live && round < ROUNDS; round++) {
                long dirty = round == 0 ? -1 : (long) FIRST_DIRTY_PAGES >> (2 * round);
                int number = round;
                life.perform("streams.round " + round, () -> watcher.round(number, subject.usedKib() / 4, dirty));
            }
            life.perform("streams.suspend " + domain, watcher::suspend);
            deviceModelState.ifPresent(files::requireState);
            sendText(
                    link,
                    String.join(
                            "\n",
                            boot.kernel().toString(),
                            boot.commandLine(),
                            Long.toString(subject.usedKib()),
                            Boolean.toString(deviceModelState.isPresent())));
        });
    }

    /** Next to nothing can be sent, and all is written again, until it is slower. */
    private void sendBusy(SimDomain subject, SendWatcher watcher) {
        AfterRound next = AfterRound.ANOTHER;
        for (int round = 1; next == AfterRound.ANOTHER; round++) {
            int number = round;
            int cap = xen.cpus().cap(subject.id);
            boolean fast = cap == 0 || cap * 2 >= subject.facts().onlineVcpus() * 100;
            long dirty = fast ? BUSY_PAGES : 1;
            next = life.call("streams.round " + round, () -> watcher.round(number, number, dirty));
        }
    }

    private static void sendText(MigrationLink link, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        link.send(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array(), () -> {});
        link.send(bytes, () -> {});
    }

    private static String receiveText(MigrationLink link, Runnable tick) {
        int length =
                ByteBuffer.wrap(link.receive(Integer.BYTES, PATIENCE, tick)).getInt();
        if (length < 0 || length > LONGEST) {
            throw new MigrationFailed("what the sender sends is no guest: " + length + " bytes", null);
        }
        return new String(link.receive(length, PATIENCE, tick), StandardCharsets.UTF_8);
    }

    @Override
    public ArrivingGuest receive(MigrationLink link) {
        return life.call("streams.receive", () -> new ArrivingGuest(link, receiveText(link, () -> {})));
    }

    @Override
    public SavedGuest open(Path file) {
        return life.call(
                "streams.open",
                () -> files.saved(file)
                        .filter(saved -> !saved.configuration().isEmpty())
                        .map(saved -> new SavedGuest(file, saved.configuration(), 0, Optional.of(new Extent(0, 1))))
                        .orElseThrow(() -> new FileFailed("reading " + file + " failed: it does not exist", null)));
    }

    @Override
    public void extractDeviceModelState(IncomingGuest guest, Path to) {
        life.perform("streams.extractDeviceModelState", () -> {
            if (guest instanceof ResetGuest reset) {
                files.requireState(reset.deviceModelState());
                files.renameSaved(reset.deviceModelState(), to);
            } else {
                files.saveState(to);
            }
        });
    }

    @Override
    public Built restore(
            DomainId domain,
            IncomingGuest guest,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        return life.call("streams.restore " + domain, () -> {
            SimDomain shell = xen.require(domain);
            SimFiles.Saved image = image(guest, progress);
            xen.claim(shell, image.kib());
            try {
                life.perform("streams.reading", () -> progress.phase("reading its memory"));
                shell.setMemory(image.kib(), 0);
            } catch (Throwable stopped) {
                shell.setMemory(shell.usedKib(), 0);
                throw stopped;
            }
            Built built = shell.spec.type() == GuestType.PV
                    ? new Built(PV_FRAMES + domain.value() * 16L, PV_FRAMES + domain.value() * 16L + 1)
                    : new Built(STORE_GFN, CONSOLE_GFN);
            shell.setRestored(image.boot(), built.storeGfn(), built.consoleGfn());
            xen.startIfRunnable(shell);
            return built;
        });
    }

    private SimFiles.Saved image(IncomingGuest guest, Progress progress) {
        if (guest instanceof SavedGuest saved) {
            return files.saved(saved.file()).orElseThrow();
        }
        ArrivingGuest arriving = (ArrivingGuest) guest;
        String[] lines = receiveText(arriving.link(), () -> progress.phase("reading its memory"))
                .split("\n", -1);
        if (Boolean.parseBoolean(lines[3])) {
            arriving.setDeviceModelState(new byte[1]);
        }
        return new SimFiles.Saved(
                guest.configuration(),
                new DirectBoot(Path.of(lines[0]), Optional.empty(), lines[1]),
                Long.parseLong(lines[2]));
    }
}
