package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.GuestBuilder.Progress;
import dev.jxl.xld.host.GuestStreams;
import java.nio.file.Path;
import java.util.Optional;

/** The port to the simulated machine's saved guests: files that are only known by name, with what makes a guest again. */
record SimGuestStreams(Incarnation life, SimXen xen, SimFiles files) implements GuestStreams {
    private static final int PIECES = 2;
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
    public SavedGuest open(Path file) {
        return life.call(
                "streams.open",
                () -> files.saved(file)
                        .filter(saved -> !saved.configuration().isEmpty())
                        .map(saved -> new SavedGuest(file, saved.configuration(), 0, Optional.of(new Extent(0, 1))))
                        .orElseThrow(() -> new FileFailed("reading " + file + " failed: it does not exist", null)));
    }

    @Override
    public void extractDeviceModelState(SavedGuest saved, Path to) {
        life.perform("streams.extractDeviceModelState", () -> files.saveState(to));
    }

    @Override
    public Built restore(
            DomainId domain,
            SavedGuest saved,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        return life.call("streams.restore " + domain, () -> {
            SimDomain shell = xen.require(domain);
            SimFiles.Saved image = files.saved(saved.file()).orElseThrow();
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
}
