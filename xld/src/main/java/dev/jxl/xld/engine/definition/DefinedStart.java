package dev.jxl.xld.engine.definition;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.ManagedSaves;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.life.Creations;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts a defined domain: where the host's stop has saved it, it goes on from there; otherwise it boots. */
public final class DefinedStart {
    private static final System.Logger LOG = System.getLogger(DefinedStart.class.getName());

    private final Host host;
    private final ManagedSaves saves;
    private final Creations creations;
    private final DomainLog log;

    /** Where {@code saves} has the guest, it goes on from there. */
    public DefinedStart(Host host, ManagedSaves saves, Creations creations, DomainLog log) {
        this.host = host;
        this.saves = saves;
        this.creations = creations;
        this.log = log;
    }

    /** A domain in its file. */
    private record Kept(IncomingGuest guest, DomainSpec spec) {}

    /** @param boot also where it was saved; what was is thrown away when it runs */
    OperationRun start(Defined.Entry domain, boolean paused, boolean boot) {
        DomainSpec spec = domain.spec();
        if (boot || !saves.has(domain.uuid())) {
            return creations.start("start", spec.name(), spec, paused, List.of());
        }
        Path file = saves.fileOf(domain.uuid());
        Kept kept;
        try {
            kept = read(file, spec);
        } catch (FileFailed | ToolstackException.InvalidSpec e) {
            return creations.start("start", spec.name(), spec, paused, List.of(unusable(domain.uuid(), spec, e)));
        }
        return creations.start("start", file.toString(), kept.spec(), paused, List.of(), Optional.of(kept.guest()));
    }

    /** The file has no keys of jxl's own: they are the definition's. */
    private Kept read(Path file, DomainSpec definition) {
        SavedGuest saved = host.streams().open(file);
        DomainSpec spec =
                SpecReader.readSaved(saved.configuration(), file.toString()).spec();
        if (!spec.uuid().equals(definition.uuid()) || !spec.name().equals(definition.name())) {
            throw new FileFailed(
                    file + " has another guest in it: '" + spec.name() + "' (UUID "
                            + spec.uuid().orElseThrow() + ")",
                    null);
        }
        requireDeviceModel(saved, spec, file);
        return new Kept(
                saved,
                spec.toBuilder()
                        .onEvents(spec.onEvents().withOwnOf(definition.onEvents()))
                        .driver(definition.driver())
                        .sourceText(definition.sourceText())
                        .build());
    }

    /** Refuses an HVM guest of which the half is missing. */
    public static void requireDeviceModel(SavedGuest saved, DomainSpec spec, Path file) {
        if (spec.type() == GuestType.HVM && saved.deviceModelState().isEmpty()) {
            throw new FileFailed(
                    "no guest can be made of " + file + ": it has an HVM guest without the state of its device model",
                    null);
        }
    }

    private SpecProblem unusable(DomainUuid uuid, DomainSpec spec, ToolstackException why) {
        String words = "'" + spec.name() + "' boots, instead of going on where the host's stop has saved it: "
                + why.getMessage();
        LOG.log(System.Logger.Level.WARNING, words);
        log.tell("domain.save-unusable", uuid, spec.name(), -1, Map.of("why", String.valueOf(why.getMessage())));
        return new SpecProblem(Severity.WARNING, 0, 0, "", words);
    }
}
