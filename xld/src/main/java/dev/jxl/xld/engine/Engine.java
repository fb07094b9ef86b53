package dev.jxl.xld.engine;

import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.Doctor;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainConfigView;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.Health;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.Migrations;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.PlanView;
import dev.jxl.xld.api.Resources;
import dev.jxl.xld.api.ScreenView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.action.Actions;
import dev.jxl.xld.engine.action.Alteration;
import dev.jxl.xld.engine.definition.DefinedDomains;
import dev.jxl.xld.engine.definition.DefinedStart;
import dev.jxl.xld.engine.definition.HostStart;
import dev.jxl.xld.engine.definition.HostStop;
import dev.jxl.xld.engine.device.DeviceModelTalk;
import dev.jxl.xld.engine.device.PciAssignments;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.LeftStopped;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.driver.DriverDomainList;
import dev.jxl.xld.engine.driver.DriverRestart;
import dev.jxl.xld.engine.driver.DriverSupervision;
import dev.jxl.xld.engine.driver.ForeignDrivers;
import dev.jxl.xld.engine.hotplug.AnyHotplug;
import dev.jxl.xld.engine.life.Aftermath;
import dev.jxl.xld.engine.life.CoreDumping;
import dev.jxl.xld.engine.life.Creations;
import dev.jxl.xld.engine.life.HostStopping;
import dev.jxl.xld.engine.life.NameReservations;
import dev.jxl.xld.engine.move.Arrivals;
import dev.jxl.xld.engine.move.Brakes;
import dev.jxl.xld.engine.move.Callers;
import dev.jxl.xld.engine.move.DiskHooks;
import dev.jxl.xld.engine.move.HandOvers;
import dev.jxl.xld.engine.move.InterruptedSuspends;
import dev.jxl.xld.engine.move.Migration;
import dev.jxl.xld.engine.move.Saving;
import dev.jxl.xld.engine.move.Suspension;
import dev.jxl.xld.engine.operation.KeyedRequests;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.engine.resource.HostResources;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.RestartPolicy;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.HandOverRecords;
import dev.jxl.xld.store.Journal;
import dev.jxl.xld.store.LoweredCaps;
import dev.jxl.xld.store.PartialFiles;
import dev.jxl.xld.store.RequestKeys.KeyedRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The toolstack on a host. */
public final class Engine implements Toolstack, AutoCloseable {
    /** The folder, in that of jxld's state, for the guests that are saved when the host stops. */
    public static final Path SAVES = Path.of("saves");

    private static final Duration CANCEL_AT_STOP = Duration.ofSeconds(20);

    private final Host host;
    private final EventLog events;
    private final Managed managed;
    private final Operations operations;
    private final Domains domains;
    private final Actions actions;
    private final HostResources resources;
    private final AnyHotplug hotplug;
    private final PciAssignments pci;
    private final DeviceModelTalk talk;
    private final SelfCheck selfCheck;
    private final HostDoctor doctor;
    private final DriverDomains drivers;
    private final Supervisor supervisor;
    private final NewDomains newDomains;
    private final DefinedDomains definitions;
    private final KeyedRequests keyed;
    private final HandOvers handOvers;
    private final Arrivals arrivals;

    private Engine(Host host, Database database, Clock clock, RestartPolicy policy, Folders folders) {
        this.host = host;
        this.events = new EventLog(database, clock);
        Journal journal = new Journal(database);
        this.managed = new Managed(database, policy, folders.state().resolve(SAVES), clock);
        this.operations = new Operations(journal, events, clock);
        this.keyed = new KeyedRequests(database, operations, clock);
        DomainLog log = new DomainLog(events);
        this.talk = new DeviceModelTalk(host);
        Defined defined = new Defined(database, clock);
        this.domains = new Domains(host, managed, defined, operations);
        this.resources = new HostResources(host, domains, managed, operations, clock);
        resources.recover(journal.listOpen());
        this.pci = new PciAssignments(host, operations);
        pci.recover(journal.listOpen());
        PartialFiles partialFiles = new PartialFiles(database);
        CoreDumping cores = new CoreDumping(host, partialFiles);
        NameReservations names = new NameReservations();
        HostStopping stopping = new HostStopping();
        Alteration alteration = new Alteration(host, domains, managed, defined, names);
        Suspension suspension = new Suspension(host, log);
        Saving saving = new Saving(host, managed, log, suspension, partialFiles);
        DiskHooks hooks = new DiskHooks(host, folders.hooks());
        HandOverRecords handOverRecords = new HandOverRecords(database, clock);
        this.handOvers = new HandOvers(host, handOverRecords, domains, managed, operations, log, suspension, hooks);
        Brakes brakes = new Brakes(host, new LoweredCaps(database), log);
        brakes.releaseAll();
        Creations creations = new Creations(host, managed, operations, log, names, stopping);
        this.arrivals = new Arrivals(host, domains, defined, creations, hooks);
        Migration migration = new Migration(
                host, managed, operations, log, suspension, saving, partialFiles, handOvers, arrivals, hooks, brakes);
        this.actions = new Actions(
                host, managed, operations, log, cores, suspension, saving, migration, alteration, handOvers);
        Aftermath aftermath = new Aftermath(host, managed, operations, log, cores);
        DriverRestart driverRestart = new DriverRestart(host, managed, log, clock);
        DriverSupervision driverSupervision =
                new DriverSupervision(host, managed, operations, log, driverRestart, clock);
        ForeignDrivers foreign = new ForeignDrivers(host, domains, managed, log);
        this.drivers = new DriverDomainList(
                host, domains, managed, operations, events, driverRestart, driverSupervision.beats(), foreign, clock);
        LeftStopped left = new LeftStopped(host, log);
        AbandonedGuests abandoned = new AbandonedGuests(host, managed, operations, log, left);
        this.supervisor = new Supervisor(
                host, domains, managed, operations, log, aftermath, driverSupervision, stopping, handOvers, abandoned);
        this.newDomains = new NewDomains(host, defined, creations);
        DefinedStart starts = new DefinedStart(host, managed.saves(), creations, log);
        HostStart hostStart = new HostStart(host, defined, domains, operations, managed, starts, log);
        HostStop hostStop = new HostStop(host, defined, domains, managed, operations, actions, stopping, log);
        this.definitions =
                new DefinedDomains(host, defined, domains, managed, operations, aftermath, starts, hostStart, hostStop);
        this.selfCheck = new SelfCheck(host, database, supervisor);
        this.doctor = new HostDoctor(host, managed, operations, log, events, selfCheck::look, left);
        this.hotplug = new AnyHotplug(host, managed, operations);
        Recovery recovery = new Recovery(
                host,
                journal,
                managed,
                operations,
                events,
                domains,
                alteration,
                log,
                hotplug,
                saving,
                migration,
                handOvers,
                new InterruptedSuspends(operations, suspension, left),
                hooks);
        recovery.perform().forEach(restart -> aftermath.takeUp(restart.entry(), restart.kept()));
        managed.saves()
                .settle(
                        host,
                        uuid -> managed.find(uuid)
                                .filter(Managed.Entry::survivable)
                                .isPresent());
        recovery.drivers().forEach(driverSupervision::takeUp);
        // After a save that only lacked its file's name got it.
        cores.discardLeftOvers();
        host.deviceModel().onEnd(supervisor::deviceModelEnded);
        events.add("daemon.started", "", "", -1, Map.of());
        supervisor.start();
        host.migrations().onCall(new Callers(host, handOverRecords, arrivals));
        recovery.hostStarts().forEach(definitions::takeUp);
    }

    /**
     * Where it finds and leaves files.
     *
     * @param state of what jxld keeps; {@link #SAVES} in it must be there
     * @param hooks of the administrator's programs that migrations run
     */
    public record Folders(Path state, Path hooks) {}

    /**
     * Starts: finishes or takes back what an earlier jxld left open, then looks after all domains.
     *
     * @param host not closed by the engine
     * @param database not closed by the engine
     * @param policy the patience for domains that stop again and again
     */
    public static Engine start(Host host, Database database, Clock clock, RestartPolicy policy, Folders folders) {
        return new Engine(host, database, clock, policy, folders);
    }

    /** Whether the engine makes progress: what a watchdog asks. */
    public boolean alive() {
        return selfCheck.supervises();
    }

    @Override
    public HostInfo host() {
        return host.info();
    }

    @Override
    public Resources resources() {
        return resources;
    }

    @Override
    public HostPci pci() {
        return pci;
    }

    @Override
    public DriverDomains drivers() {
        return drivers;
    }

    @Override
    public Doctor doctor() {
        return doctor;
    }

    @Override
    public Health health() {
        return selfCheck.look();
    }

    @Override
    public String xenLog(boolean clear) {
        return host.hypervisor().log(clear);
    }

    @Override
    public List<DomainView> listDomains() {
        return Outage.told(() -> domains.list().stream().map(domains::view).toList());
    }

    @Override
    public DomainView requireDomain(String nameUuidOrDomid) {
        return Outage.told(() -> domains.view(domains.require(nameUuidOrDomid)));
    }

    private Found require(String nameUuidOrDomid) {
        return Outage.told(() -> domains.require(nameUuidOrDomid));
    }

    @Override
    public DomainConfigView configOf(String nameUuidOrDomid) {
        Found f = require(nameUuidOrDomid);
        return new DomainConfigView(
                f.id().value(),
                host.files().findUserdata(f.id(), f.uuid()).orElse("{}"),
                managed.find(f.uuid()).flatMap(e -> e.spec().sourceText()));
    }

    @Override
    public PlanView plan(CreateRequest request) {
        return newDomains.plan(request);
    }

    @Override
    public OperationView create(CreateRequest request) {
        return newDomains.create(request).view();
    }

    @Override
    public OperationView restore(Path file, boolean paused) {
        return newDomains.restore(file, paused).view();
    }

    @Override
    public OperationView receive(Path from, Path to, boolean paused) {
        return arrivals.receive(host.migrations().open(from, to), paused, Optional.empty())
                .view();
    }

    @Override
    public OperationView once(String key, String request, Supplier<OperationView> start) {
        return Outage.told(() -> keyed.once(KeyedRequest.of(key, request), start));
    }

    @Override
    public OperationView act(String nameUuidOrDomid, DomainAction action) {
        if (action instanceof DomainAction.Destroy) {
            return Outage.told(() -> destroy(nameUuidOrDomid).view());
        }
        Found domain = require(nameUuidOrDomid);
        return Outage.told(() -> actions.start(domain, action).view());
    }

    /** Also what is between two lives, of which only jxl knows then. */
    private OperationRun destroy(String nameUuidOrDomid) {
        return domains.find(nameUuidOrDomid)
                .map(found -> actions.start(found, new DomainAction.Destroy()))
                .or(() -> managed.find(nameUuidOrDomid).map(actions::destroy))
                .orElseThrow(() -> new ToolstackException.DomainNotFound(nameUuidOrDomid));
    }

    @Override
    public List<DeviceView> devices(String nameUuidOrDomid, DeviceKind kind) {
        return hotplug.list(domains.require(nameUuidOrDomid), kind);
    }

    @Override
    public OperationView attach(String nameUuidOrDomid, DeviceRequest request) {
        return hotplug.attach(domains.require(nameUuidOrDomid), request).view();
    }

    @Override
    public OperationView detach(String nameUuidOrDomid, DeviceKind kind, String device, boolean force) {
        return hotplug.detach(domains.require(nameUuidOrDomid), kind, device, force)
                .view();
    }

    @Override
    public List<ConsoleView> consoles(String nameUuidOrDomid) {
        Found f = require(nameUuidOrDomid);
        return Outage.told(() -> talk.consoles(f));
    }

    @Override
    public ScreenView screen(String nameUuidOrDomid) {
        Found f = require(nameUuidOrDomid);
        return Outage.told(() -> talk.screen(f));
    }

    @Override
    public String monitor(String nameUuidOrDomid, String command) {
        Found f = require(nameUuidOrDomid);
        return Outage.told(() -> talk.monitor(f, command));
    }

    @Override
    public Migrations migrations() {
        return handOvers;
    }

    @Override
    public Definitions definitions() {
        return definitions;
    }

    @Override
    public List<OperationView> operations() {
        return Outage.told(operations::list);
    }

    @Override
    public OperationView operation(String id) {
        return Outage.told(() -> operations.require(id));
    }

    @Override
    public OperationView await(String id, Duration timeout) {
        return operations.findRun(id).map(r -> r.await(timeout)).orElseGet(() -> operations.require(id));
    }

    @Override
    public OperationView cancel(String id) {
        operations.findRun(id).ifPresent(OperationRun::requestCancel);
        return operations.require(id);
    }

    @Override
    public EventSubscription events(long after) {
        return events.subscribe(after);
    }

    @Override
    public long lastEventId() {
        return events.lastId();
    }

    /** Stops to look after domains and cancels what is under way; guests run on. */
    @Override
    public void close() {
        supervisor.close();
        operations.cancelAll(CANCEL_AT_STOP, InterruptedSuspends.KIND);
    }
}
