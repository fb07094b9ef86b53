package dev.jxl.xld.engine;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.PlanView;
import dev.jxl.xld.engine.definition.DefinedStart;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.driver.DriverLint;
import dev.jxl.xld.engine.life.Creations;
import dev.jxl.xld.engine.life.Snapshots;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import dev.jxl.xld.plan.CreatePlan;
import dev.jxl.xld.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Domains that a user wants, of a configuration or of a saved guest. */
final class NewDomains {
    private final Host host;
    private final Defined defined;
    private final Creations creations;

    NewDomains(Host host, Defined defined, Creations creations) {
        this.host = host;
        this.defined = defined;
        this.creations = creations;
    }

    /** What {@link #create} would do. */
    PlanView plan(CreateRequest request) {
        SpecReader.Reading reading = SpecReader.read(request);
        CreatePlan plan = Outage.told(
                () -> Snapshots.plan(host, request.sourceName(), reading.spec(), request.paused(), Optional.empty()));
        return new PlanView(plan.steps().stream().map(Step::words).toList(), warnings(reading));
    }

    /** Starts to make one. */
    OperationRun create(CreateRequest request) {
        SpecReader.Reading reading = SpecReader.read(request);
        DomainSpec spec = reading.spec();
        defined.requireFreeName(spec.name(), spec.uuid().orElseThrow());
        return creations.start("create", request.sourceName(), spec, request.paused(), warnings(reading));
    }

    /** Starts to make one for a guest that was saved to a file. */
    OperationRun restore(Path file, boolean paused) {
        SavedGuest saved = host.streams().open(file);
        SpecReader.Reading reading = SpecReader.readSaved(saved.configuration(), file.toString());
        DomainSpec spec = reading.spec();
        DefinedStart.requireDeviceModel(saved, spec, file);
        defined.requireFreeName(spec.name(), spec.uuid().orElseThrow());
        return creations.start("restore", file.toString(), spec, paused, warnings(reading), Optional.of(saved));
    }

    private List<SpecProblem> warnings(SpecReader.Reading reading) {
        return Stream.concat(
                        reading.warnings().stream().filter(p -> p.severity() == Severity.WARNING),
                        Outage.told(() -> new DriverLint(host).warnings(reading.spec())).stream())
                .toList();
    }
}
