package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DriverSpec;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.DriverDomainView.OutageView;
import dev.jxl.xld.api.DriverDomainView.ServedDevice;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.store.EventLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What users see of driver domains, and what they order. */
public final class DriverDomainList implements DriverDomains {
    private static final List<String> PARTS =
            List.of("drained", "fenced", "gone", "rebuilt", "ready", "connected", "moving");

    private final Host host;
    private final Domains domains;
    private final Managed managed;
    private final Operations operations;
    private final EventLog events;
    private final DriverRestart restart;
    private final DriverBeats beats;
    private final DriverClients clients;
    private final ForeignDrivers foreign;
    private final Clock clock;

    /** How often and how long each was away is taken from the events. */
    public DriverDomainList(
            Host host,
            Domains domains,
            Managed managed,
            Operations operations,
            EventLog events,
            DriverRestart restart,
            DriverBeats beats,
            ForeignDrivers foreign,
            Clock clock) {
        this.host = host;
        this.domains = domains;
        this.managed = managed;
        this.operations = operations;
        this.events = events;
        this.restart = restart;
        this.beats = beats;
        this.foreign = foreign;
        this.clients = new DriverClients(host);
        this.clock = clock;
    }

    @Override
    public List<DriverDomainView> list() {
        return Outage.told(() -> Stream.concat(
                        managed.list().stream().filter(e -> e.spec().driverDomain()), foreign.list().stream())
                .sorted(Comparator.comparing((Entry e) -> e.spec().name()))
                .map(this::view)
                .toList());
    }

    @Override
    public DriverDomainView require(String nameOrUuid) {
        return Outage.told(() -> view(entry(nameOrUuid)));
    }

    @Override
    public Diagnosis lint(String nameOrUuid) {
        return Outage.told(() -> {
            Entry entry = entry(nameOrUuid);
            Optional<DomainId> number =
                    entry.domid().stream().mapToObj(DomainId::new).findFirst();
            List<Finding> found = new DriverLint(host).look(entry.spec(), number);
            return new Diagnosis(
                    found.stream().allMatch(f -> f.severity() == Finding.Severity.NOTE), found, Optional.empty());
        });
    }

    private Entry entry(String nameOrUuid) {
        Optional<Entry> entry = managed.find(nameOrUuid)
                .or(() -> domains.find(nameOrUuid).flatMap(f -> managed.find(f.uuid())))
                .or(() -> foreign.find(nameOrUuid));
        if (entry.isEmpty()) {
            Found found = domains.require(nameOrUuid);
            throw new ToolstackException.WrongState("'" + found.name()
                    + "' was not made by jxl, and is no running driver domain (driver_domain=1) by the"
                    + " configuration that libxl keeps");
        }
        if (!entry.get().spec().driverDomain()) {
            throw new ToolstackException.WrongState(
                    "'" + entry.get().spec().name() + "' is not a driver domain (driver_domain=1)");
        }
        return entry.get();
    }

    @Override
    public OperationView restart(String nameOrUuid, boolean force) {
        return Outage.told(() -> {
            Entry entry = requireMade(nameOrUuid);
            boolean drained = !force && mustFinish(entry);
            beats.forget(entry.uuid());
            return start(
                    DriverRestart.KIND,
                    entry,
                    restart.steps(),
                    restart.whole(entry, "a user wants it", clock.instant(), drained));
        });
    }

    @Override
    public OperationView drain(String nameOrUuid) {
        return Outage.told(() -> {
            Entry entry = requireMade(nameOrUuid);
            if (!restart.drain().isAlive(entry)) {
                throw new ToolstackException.WrongState(
                        "driver domain '" + entry.spec().name() + "' does not run: it cannot finish anything");
            }
            return start(
                    DriverDrain.KIND, entry, DriverDrain.STEPS, restart.drain().body(entry));
        });
    }

    @Override
    public OperationView undrain(String nameOrUuid) {
        return Outage.told(() -> {
            Entry entry = requireMade(nameOrUuid);
            if (!restart.drain().isAlive(entry) || !restart.drain().isDrained(entry)) {
                throw new ToolstackException.WrongState(
                        "driver domain '" + entry.spec().name() + "' is not drained: there is nothing to take back");
            }
            return start(
                    DriverDrain.UNDO, entry, DriverDrain.STEPS, restart.drain().undone(entry));
        });
    }

    @Override
    public OperationView upgrade(String nameOrUuid, Optional<Path> file) {
        return Outage.told(() -> {
            Entry entry = requireMade(nameOrUuid);
            DriverUpgrade upgrade = restart.upgrade();
            return start(
                    DriverUpgrade.KIND, entry, DriverUpgrade.STEPS, upgrade.body(entry, upgrade.program(entry, file)));
        });
    }

    private OperationView start(String kind, Entry entry, int steps, Operations.Body body) {
        var subject = new Operations.Subject(
                entry.uuid(), entry.spec().name(), Optional.of(entry.domid().orElseThrow()));
        return operations.start(kind, subject, steps, List.of(), body).view();
    }

    private Entry requireMade(String nameOrUuid) {
        Entry entry = answeredFor(entry(nameOrUuid));
        if (entry.domid().isEmpty()) {
            throw new ToolstackException.WrongState(
                    "driver domain '" + entry.spec().name() + "' is being made for the first time");
        }
        return entry;
    }

    private Entry answeredFor(Entry entry) {
        return managed.find(entry.uuid()).isPresent() ? entry : foreign.takeOver(entry);
    }

    /**
     * Whether it has disks or nics that it must finish with before it may go.
     *
     * @throws ToolstackException.WrongState when it cannot any more, and has disks
     */
    private boolean mustFinish(Entry entry) {
        DomainId number = DriverRestart.number(entry);
        if (DriverAnswers.ready(host.store(), number)) {
            return false;
        }
        boolean alive = restart.drain().isAlive(entry);
        List<Device> served = clients.list(number);
        String lost = served.stream().filter(clients::isLost).map(Device::words).collect(Collectors.joining(", "));
        if (!lost.isEmpty() && !alive) {
            throw new ToolstackException.WrongState(
                    "driver domain '" + entry.spec().name()
                            + "' has ended while its kernel's backend served disks, which cannot be taken over: " + lost
                            + ". Detach them first, or force it: then they are dead ("
                            + entry.spec()
                                    .driver()
                                    .orElse(DriverSpec.STANDARD)
                                    .lostDisk()
                                    .word() + ")");
        }
        return alive && served.stream().anyMatch(clients::needsDrain);
    }

    private DriverDomainView view(Entry entry) {
        Optional<DomainId> number = entry.domid().isPresent()
                ? Optional.of(new DomainId(entry.domid().getAsInt()))
                : Optional.empty();
        Optional<Found> found = number.flatMap(n -> domains.find(n.toString()))
                .filter(f -> f.uuid().equals(entry.uuid()));
        XenStore store = host.store();
        number.filter(n -> found.isPresent())
                .ifPresent(n -> beats.seen(entry.uuid(), DriverHealth.heartbeat(store, n)));
        return new DriverDomainView(
                entry.spec().name(),
                entry.uuid().toString(),
                number.map(DomainId::value).orElse(-1),
                found.map(f -> f.state().word()).orElse("absent"),
                entry.spec().driver().map(DriverSpec::restart).orElse(false),
                number.map(n -> DriverAnswers.ready(store, n)).orElse(false),
                number.flatMap(n -> DriverHealth.version(store, n)),
                beats.age(entry.uuid()).map(Duration::toMillis),
                number.map(this::served).orElse(List.of()),
                managed.restarts().view(entry.uuid()),
                events.findLast("driver.recovered", entry.uuid().toString()).flatMap(DriverDomainList::outage),
                restart.tallies().of(entry.uuid()));
    }

    private List<ServedDevice> served(DomainId driver) {
        return clients.list(driver).stream().map(d -> client(driver, d)).toList();
    }

    private ServedDevice client(DomainId driver, Device device) {
        XenStore store = host.store();
        Optional<DriverHealth.Progress> progress = DriverHealth.progress(store, driver, device);
        return new ServedDevice(
                store.find(Nodes.name(device.client())).map(Printable::brief).orElse(Domains.NO_NAME),
                device.client().value(),
                device.entry().kind(),
                device.entry().devid(),
                Backends.state(store, device.entry().frontend()).number(),
                Backends.state(store, device.backend()).number(),
                device.inOrder(),
                progress.map(DriverHealth.Progress::taken),
                progress.map(DriverHealth.Progress::answered));
    }

    private static Optional<OutageView> outage(DomainEvent event) {
        Map<String, String> data = event.data();
        try {
            Map<String, Double> reached = new TreeMap<>();
            PARTS.stream()
                    .filter(data::containsKey)
                    .forEach(part -> reached.put(part, Double.valueOf(data.getOrDefault(part, "0"))));
            return Optional.of(new OutageView(
                    Instant.parse(data.getOrDefault("detected", event.at().toString())),
                    data.getOrDefault("why", ""),
                    Double.parseDouble(data.getOrDefault("outage", "0")),
                    reached));
        } catch (IllegalArgumentException | java.time.DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
