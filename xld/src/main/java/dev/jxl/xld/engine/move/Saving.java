package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.DomainAction.Save;
import dev.jxl.xld.api.DomainAction.Save.Afterwards;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.GuestStreams.SaveWatcher;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.QemuState;
import dev.jxl.xld.plan.qemu.QemuCommand;
import dev.jxl.xld.store.PartialFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes a guest to a file so that afterwards there is a whole file or none, and the guest in one place: in the file, or running on.
 * Which of the two it is, is decided on disk by one line of the journal before the file gets its name.
 *
 * @source tools/xl/xl_saverestore.c: save_domain
 */
public final class Saving {
    /** The kind of its operations. */
    public static final String KIND = "save";

    private static final System.Logger LOG = System.getLogger(Saving.class.getName());
    /** From this step on the guest is in the file: a later jxld finishes instead of taking back. */
    private static final String HANDING_OVER = "removing ";

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final Suspension suspension;
    private final PartialFiles partialFiles;

    /** A file is in {@code partialFiles} until it is whole. */
    public Saving(Host host, Managed managed, DomainLog log, Suspension suspension, PartialFiles partialFiles) {
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.suspension = suspension;
        this.partialFiles = partialFiles;
    }

    /** Refuses what cannot be saved, or not to there. */
    public void requirePossible(Found domain, Path file) {
        if (!file.isAbsolute() || file.getFileName() == null) {
            throw new ToolstackException.FileFailed(
                    "a saved guest's file must be a whole path that starts with '/', not '" + file + "'", null);
        }
        PathKind kind = host.files().inspect(file);
        if (kind != PathKind.MISSING && kind != PathKind.FILE) {
            throw new ToolstackException.FileFailed(
                    "a guest cannot be saved to " + file + ": it is a folder or a device; name a file", null);
        }
        requirePossible(domain);
    }

    /** Refuses what can neither be saved nor sent. */
    void requirePossible(Found domain) {
        String name = domain.name();
        managed.find(domain.uuid()).ifPresent(entry -> {
            if (!entry.spec().devices().pci().isEmpty()) {
                throw new ToolstackException.WrongState(
                        "'" + name
                                + "' has PCI devices of the host, whose state cannot be saved: take them from it with 'jxl pci-detach'");
            }
            QemuCommand.obstacleToGoOn(entry.spec()).ifPresent(obstacle -> {
                throw new ToolstackException.WrongState("'" + name + "' has " + obstacle);
            });
            if (!entry.spec().cpu().vnuma().isEmpty()) {
                throw new ToolstackException.WrongState(
                        "'" + name + "' has virtual NUMA nodes: Xen cannot save such guests");
            }
        });
    }

    /** Saves a guest to a file. */
    public void perform(Found domain, Save save, OperationRun run) {
        String doing = "saving '" + domain.name() + "' to " + save.file();
        run.step(doing, 0);
        domain.refuseUnlessAlive("save");
        String configuration = configuration(domain);
        Path part = partOf(save.file(), run.view().id());
        Optional<Path> state = deviceModelState(domain);
        partialFiles.add(part);
        state.ifPresent(partialFiles::add);
        Suspended suspended = new Suspended(domain, state, run, doing);
        try {
            host.streams().save(domain.id(), part, configuration, state, suspended);
            state.ifPresent(this::discard);
            if (save.then() == Afterwards.DESTROY) {
                run.last(HANDING_OVER + "'" + domain.name() + "', which is in " + save.file() + " now", 1);
            } else {
                run.step("naming " + save.file(), 1);
            }
            host.streams().publish(part, save.file());
            if (save.then() == Afterwards.DESTROY) {
                keep(domain.uuid(), save.file());
            }
        } catch (RuntimeException e) {
            run.retreat("letting '" + domain.name() + "' go on");
            takeBack(domain, part, state, suspended.done, e);
            throw e;
        }
        end(domain, save.then(), run);
        partialFiles.remove(part);
    }

    /** The host's stop saves to files that jxld itself finds again. */
    private void keep(DomainUuid uuid, Path file) {
        if (file.equals(managed.saves().fileOf(uuid))) {
            managed.saves().keep(uuid);
        }
    }

    /** What a restore needs to know of a guest, in libxl's JSON. */
    String configuration(Found domain) {
        return host.files()
                .findUserdata(domain.id(), domain.uuid())
                .orElseThrow(
                        () -> new ToolstackException.WrongState(
                                "the configuration of '" + domain.name()
                                        + "' is not in /var/lib/xen: what made it did not leave it there, and nobody could restore it"));
    }

    private static Optional<Path> deviceModelState(Found domain) {
        return domain.type().filter(type -> type == GuestType.HVM).map(type -> QemuState.saved(domain.id()));
    }

    private void discard(Path file) {
        host.streams().discard(file);
        partialFiles.remove(file);
    }

    private static Path partOf(Path file, String operation) {
        return file.resolveSibling("." + file.getFileName() + "." + operation + ".part");
    }

    /** The guest's suspend, once. */
    private final class Suspended implements SaveWatcher {
        private final Found domain;
        private final Optional<Path> deviceModelState;
        private final OperationRun run;
        private final String doing;
        private boolean done;

        Suspended(Found domain, Optional<Path> deviceModelState, OperationRun run, String doing) {
            this.domain = domain;
            this.deviceModelState = deviceModelState;
            this.run = run;
            this.doing = doing;
        }

        @Override
        public void suspend() {
            suspension.suspendMeanwhile(domain, run, doing);
            done = true;
            deviceModelState.ifPresent(file -> host.deviceModel().saveState(domain.id(), file));
        }

        @Override
        public void phase(String words) {
            run.phase(doing + ": " + words);
        }
    }

    private void end(Found domain, Afterwards then, OperationRun run) {
        switch (then) {
            case DESTROY -> {
                // If this fails, the supervisor does it.
                managed.find(domain.uuid()).ifPresent(managed::forsake);
                new Teardown(host, log).perform(Optional.of(domain.id()), domain.uuid(), words -> {});
                managed.remove(domain.uuid());
            }
            case RUN -> {
                run.last("letting '" + domain.name() + "' go on", 1);
                suspension.letGoOn(domain);
            }
            case PAUSE -> {
                run.last("leaving '" + domain.name() + "' paused", 1);
                host.hypervisor().pause(domain.id());
                suspension.letGoOn(domain);
            }
        }
    }

    private void takeBack(Found domain, Path part, Optional<Path> state, boolean suspended, RuntimeException because) {
        try {
            if (suspended) {
                suspension.letGoOn(domain);
            }
            discard(part);
            state.ifPresent(this::discard);
        } catch (RuntimeException e) {
            because.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "after the failed save of '" + domain.name() + "' not everything could be taken back ('jxl resume "
                            + domain.name() + "' lets it go on); the file's rest is removed when jxld starts again",
                    e);
        }
    }

    /**
     * Finishes or takes back what an earlier jxld left.
     *
     * @param letGoOn what is done with the guest if it is not in its file
     * @return whether the guest is in its file now
     */
    public boolean recover(OperationView open, Optional<Found> domain, Consumer<Found> letGoOn) {
        open.domid().map(DomainId::new).map(QemuState::saved).ifPresent(this::discard);
        if (!open.step().startsWith(HANDING_OVER)) {
            domain.ifPresent(letGoOn);
            forPartsOf(open, (part, file) -> host.streams().discard(part));
            return false;
        }
        forPartsOf(open, (part, file) -> {
            host.streams().publish(part, file);
            keep(DomainUuid.parse(open.domainUuid()), file);
        });
        return true;
    }

    private void forPartsOf(OperationView open, BiConsumer<Path, Path> what) {
        String end = "." + open.id() + ".part";
        for (Path part : partialFiles.list()) {
            String name = String.valueOf(part.getFileName());
            if (name.endsWith(end)) {
                what.accept(part, part.resolveSibling(name.substring(1, name.length() - end.length())));
                partialFiles.remove(part);
            }
        }
    }
}
