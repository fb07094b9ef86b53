package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec;
import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.Diagnosis.Repair;
import dev.jxl.xld.api.Doctor;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.api.Health;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.doctor.Checks;
import dev.jxl.xld.doctor.Surroundings;
import dev.jxl.xld.engine.device.PciNotes;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.LeftStopped;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.store.EventLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks at the host for what does not belong there, with what the engine knows; a fix is an operation. */
final class HostDoctor implements Doctor, Surroundings {
    /** The kind of a fix's operation. */
    static final String KIND = "doctor-fix";

    private static final Operations.Subject SUBJECT = new Operations.Subject(
            new DomainUuid(UUID.nameUUIDFromBytes("jxl doctor".getBytes(StandardCharsets.UTF_8))),
            "the host",
            Optional.empty());

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final EventLog events;
    private final Supplier<Health> health;
    private final LeftStopped left;
    private final PciNotes pci;
    private final Checks checks;
    private volatile Optional<Repair> lastRepair = Optional.empty();

    HostDoctor(
            Host host,
            Managed managed,
            Operations operations,
            DomainLog log,
            EventLog events,
            Supplier<Health> health,
            LeftStopped left) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.events = events;
        this.health = health;
        this.left = left;
        this.pci = new PciNotes(host);
        this.checks = new Checks(host, this);
    }

    @Override
    public Diagnosis examine() {
        List<Finding> found = checks.look();
        return new Diagnosis(found.stream().allMatch(f -> f.severity() == Severity.NOTE), found, lastRepair);
    }

    @Override
    public OperationView fix() {
        return Outage.told(() -> operations
                .start(KIND, SUBJECT, checks.count(), List.of(), this::perform)
                .view());
    }

    private void perform(OperationRun run) {
        String operation = run.view().id();
        List<Finding> tried = new ArrayList<>();
        lastRepair = Optional.of(new Repair(operation, tried));
        checks.mend(run::step, finding -> {
            tried.add(finding);
            lastRepair = Optional.of(new Repair(operation, tried));
            finding.done().ifPresent(done -> tell(operation, finding, done));
        });
    }

    private void tell(String operation, Finding finding, String done) {
        Map<String, String> data = new TreeMap<>();
        data.put("operation", operation);
        data.put("code", finding.code());
        data.put("object", finding.object());
        data.put("done", done);
        events.add("host.repaired", "", "", -1, data);
    }

    // What the checks are told.

    @Override
    public List<Known> listKnown() {
        return managed.list().stream()
                .map(entry -> new Known(
                        entry.uuid(),
                        entry.spec().name(),
                        operations.findHolder(entry.uuid()).isPresent() || managed.awaits(entry)))
                .toList();
    }

    @Override
    public Map<DomainUuid, String> listUnreadable() {
        return managed.listUnreadable();
    }

    @Override
    public Set<DomainId> busyNumbers() {
        return operations.listRunning().stream()
                .flatMap(v -> v.domid().stream())
                .map(DomainId::new)
                .collect(Collectors.toSet());
    }

    @Override
    public Set<DomainUuid> busyOwners() {
        return operations.listRunning().stream()
                .map(v -> DomainUuid.parse(v.domainUuid()))
                .collect(Collectors.toSet());
    }

    @Override
    public List<Unanswered> listUnanswered() {
        return left.list();
    }

    @Override
    public Health health() {
        return health.get();
    }

    @Override
    public List<PciClaim> listPciClaims() {
        return pci.listClaims();
    }

    @Override
    public void disclaim(PciSpec.Address address) {
        pci.disclaim(address);
    }

    @Override
    public void clear(DomainId domain, Optional<DomainUuid> owner) {
        // Of one whose UUID nobody knows any more, only what carries its number can be found.
        new Teardown(host, log).perform(Optional.of(domain), owner.orElseGet(DomainUuid::random), words -> {});
    }
}
