package dev.jxl.rest;

import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.Doctor;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainConfigView;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.Health;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.Migrations;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.PlanView;
import dev.jxl.xld.api.Resources;
import dev.jxl.xld.api.ScreenView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A toolstack without Xen: remembers what it was asked, ends operations as a test wants it. */
public final class FakeToolstack implements Toolstack {
    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    public final List<DeviceRequest> attached = new CopyOnWriteArrayList<>();
    public final List<String> detached = new CopyOnWriteArrayList<>();
    public final List<CreateRequest> creates = new CopyOnWriteArrayList<>();
    public final List<DomainAction> actions = new CopyOnWriteArrayList<>();
    public final List<String> restored = new CopyOnWriteArrayList<>();
    public final List<String> received = new CopyOnWriteArrayList<>();
    public final List<DomainView> domains = new CopyOnWriteArrayList<>();
    public final List<DomainEvent> log = new CopyOnWriteArrayList<>();
    public final List<BlockingQueue<DomainEvent>> subscribers = new CopyOnWriteArrayList<>();
    public volatile UnaryOperator<OperationView> ending = op -> with(op, Status.SUCCEEDED, null, Optional.of(7));
    public volatile RuntimeException broken;
    final FakeResources resources = new FakeResources(this);
    final FakePci pci = new FakePci(this);
    final FakeDoctor doctor = new FakeDoctor(this);
    private final FakeDrivers drivers = new FakeDrivers(this);
    private final Map<String, OperationView> operations = new ConcurrentHashMap<>();
    private final Map<String, Map.Entry<String, OperationView>> keys = new ConcurrentHashMap<>();
    final FakeDefinitions definitions = new FakeDefinitions(kind -> begin(kind, "new", Optional.empty(), List.of()));
    private final AtomicInteger numbers = new AtomicInteger();

    public FakeToolstack() {
        domains.add(domain(0, "Domain-0", Optional.of(GuestType.PV), "r-----"));
        domains.add(domain(3, "web", Optional.of(GuestType.PVH), "-b----"));
    }

    public static DomainView domain(int domid, String name, Optional<GuestType> type, String flags) {
        return new DomainView(
                domid,
                "00000000-0000-0000-0000-%012d".formatted(domid),
                name,
                type,
                "running",
                flags,
                Optional.empty(),
                262144,
                262144,
                1,
                1,
                1_500_000_000L,
                0,
                domid == 0 ? "host" : "jxl",
                Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    public static OperationView with(
            OperationView op, Status status, OperationView.Failure failure, Optional<Integer> domid) {
        return new OperationView(
                op.id(),
                op.kind(),
                op.domainName(),
                op.domainUuid(),
                domid,
                status,
                op.step(),
                status == Status.RUNNING ? 1 : op.stepsTotal(),
                op.stepsTotal(),
                op.started(),
                status.ended() ? Optional.of(NOON.plusSeconds(1)) : Optional.empty(),
                op.warnings(),
                Optional.ofNullable(failure));
    }

    public void emit(DomainEvent event) {
        log.add(event);
        subscribers.forEach(queue -> queue.add(event));
    }

    public static DomainEvent event(long id, String type) {
        return new DomainEvent(
                id,
                NOON,
                type,
                "00000000-0000-0000-0000-000000000003",
                "web",
                3,
                Map.of("state", "paused", "by", "test"));
    }

    private void check() {
        if (broken != null) {
            throw broken;
        }
    }

    OperationView begin(String kind, String name, Optional<Integer> domid, List<SpecProblem> warnings) {
        OperationView op = new OperationView(
                "op-" + numbers.incrementAndGet(),
                kind,
                name,
                "00000000-0000-0000-0000-0000000000aa",
                domid,
                Status.RUNNING,
                "build the guest's memory",
                1,
                4,
                NOON,
                Optional.empty(),
                warnings,
                Optional.empty());
        operations.put(op.id(), op);
        return op;
    }

    @Override
    public HostInfo host() {
        check();
        return new HostInfo(
                "dom0",
                "6.12",
                "#1 SMP",
                "x86_64",
                4,
                3,
                1,
                4,
                1,
                2_400_123,
                "178bf3ff:f6d8320b:2e500800:244037ff:0000000f:219c91a9:00400004:00000500",
                List.of("pv", "hvm"),
                4194304,
                2097152,
                1024,
                1,
                0,
                0,
                4,
                20,
                ".2",
                "4.20.2",
                "xen-3.0-x86_64",
                "credit2",
                4096,
                "virt_start=0xffff800000000000",
                "",
                "placeholder",
                "gcc",
                "pkg",
                "debian",
                "today",
                "abcd",
                "jxl 0.1.0",
                true);
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
    public HostPci pci() {
        return pci;
    }

    @Override
    public Resources resources() {
        return resources;
    }

    @Override
    public Health health() {
        return new Health(broken == null, Map.of("xen", broken == null ? "ok" : broken.getMessage(), "database", "ok"));
    }

    @Override
    public String xenLog(boolean clear) {
        return clear ? "(XEN) cleared\n" : "(XEN) Xen version 4.20\n";
    }

    @Override
    public List<DomainView> listDomains() {
        check();
        return List.copyOf(domains);
    }

    @Override
    public DomainView requireDomain(String reference) {
        check();
        return domains.stream()
                .filter(d -> d.name().equals(reference)
                        || d.uuid().equals(reference)
                        || Integer.toString(d.domid()).equals(reference))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.DomainNotFound(reference));
    }

    @Override
    public DomainConfigView configOf(String reference) {
        return new DomainConfigView(
                requireDomain(reference).domid(), "{\"c_info\":{\"name\":\"web\"}}", Optional.of("name = 'web'\n"));
    }

    @Override
    public PlanView plan(CreateRequest request) {
        check();
        creates.add(request);
        return new PlanView(List.of("create domain web", "build its memory"), List.of());
    }

    @Override
    public OperationView create(CreateRequest request) {
        check();
        creates.add(request);
        List<SpecProblem> problems = new ArrayList<>();
        if (request.configuration().contains("wrong")) {
            problems.add(new SpecProblem(SpecProblem.Severity.ERROR, 2, 5, "memory", "'much' is not a number of MiB"));
            throw new ToolstackException.InvalidSpec(request.sourceName(), problems);
        }
        if (request.configuration().contains("odd")) {
            problems.add(new SpecProblem(SpecProblem.Severity.WARNING, 3, 1, "odd", "unknown key, ignored"));
        }
        return begin("create", "new", Optional.empty(), problems);
    }

    @Override
    public OperationView restore(Path file, boolean paused) {
        check();
        restored.add(file + (paused ? " paused" : ""));
        return begin("restore", "new", Optional.empty(), List.of());
    }

    @Override
    public OperationView receive(Path from, Path to, boolean paused) {
        check();
        received.add(from + " " + to + (paused ? " paused" : ""));
        return begin("migrate-receive", "new", Optional.empty(), List.of());
    }

    @Override
    public OperationView act(String reference, DomainAction action) {
        DomainView domain = requireDomain(reference);
        actions.add(action);
        return begin(action.word(), domain.name(), Optional.of(domain.domid()), List.of());
    }

    @Override
    public OperationView once(String key, String request, Supplier<OperationView> start) {
        Map.Entry<String, OperationView> seen = keys.computeIfAbsent(key, fresh -> Map.entry(request, start.get()));
        if (!seen.getKey().equals(request)) {
            throw new ToolstackException.KeyReused(key, seen.getValue().id());
        }
        return seen.getValue();
    }

    @Override
    public List<DeviceView> devices(String reference, DeviceKind kind) {
        DomainView domain = requireDomain(reference);
        return List.of(new DeviceView(
                kind,
                51712,
                "xvda",
                domain.domid(),
                0,
                "/local/domain/0/backend/vbd/" + domain.domid() + "/51712",
                4,
                4,
                17,
                List.of(8L),
                Map.of("mode", "w"),
                Map.of("rd_req", 5L)));
    }

    @Override
    public OperationView attach(String reference, DeviceRequest request) {
        DomainView domain = requireDomain(reference);
        attached.add(request);
        return begin("attach", domain.name(), Optional.of(domain.domid()), List.of());
    }

    @Override
    public OperationView detach(String reference, DeviceKind kind, String device, boolean force) {
        DomainView domain = requireDomain(reference);
        if (device.equals("nothing")) {
            throw new ToolstackException.DeviceNotFound(kind.word() + " '" + device + "'", domain.name(), List.of());
        }
        detached.add(kind.word() + " " + device + (force ? " by force" : ""));
        return begin("detach", domain.name(), Optional.of(domain.domid()), List.of());
    }

    @Override
    public List<ConsoleView> consoles(String reference) {
        requireDomain(reference);
        return List.of(new ConsoleView("pv", 0, "/dev/pts/3"));
    }

    @Override
    public ScreenView screen(String reference) {
        requireDomain(reference);
        return new ScreenView("127.0.0.1", 5901, Optional.of("secret"));
    }

    @Override
    public String monitor(String reference, String command) {
        requireDomain(reference);
        return "answer to " + command + "\n";
    }

    @Override
    public Migrations migrations() {
        return new FakeMigrations();
    }

    @Override
    public FakeDefinitions definitions() {
        return definitions;
    }

    @Override
    public List<OperationView> operations() {
        return operations.values().stream()
                .sorted((a, b) -> b.id().compareTo(a.id()))
                .toList();
    }

    @Override
    public OperationView operation(String id) {
        OperationView found = operations.get(id);
        if (found == null) {
            throw new ToolstackException.OperationNotFound(id);
        }
        return found;
    }

    @Override
    public OperationView await(String id, Duration timeout) {
        OperationView now = operation(id);
        if (now.status().ended()) {
            return now;
        }
        OperationView ended = ending.apply(now);
        operations.put(id, ended);
        return ended;
    }

    @Override
    public OperationView cancel(String id) {
        OperationView now = operation(id);
        if (now.status().ended()) {
            return now;
        }
        OperationView ended = with(
                now,
                Status.CANCELLED,
                new OperationView.Failure("operation-cancelled", now.step(), "cancelled while: " + now.step()),
                now.domid());
        operations.put(id, ended);
        return ended;
    }

    @Override
    public EventSubscription events(long after) {
        BlockingQueue<DomainEvent> queue = new LinkedBlockingQueue<>();
        log.stream().filter(event -> event.id() > after).forEach(queue::add);
        subscribers.add(queue);
        return new EventSubscription() {
            @Override
            public Optional<DomainEvent> next(Duration timeout) {
                try {
                    return Optional.ofNullable(queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Optional.empty();
                }
            }

            @Override
            public void close() {
                subscribers.remove(queue);
            }
        };
    }

    @Override
    public long lastEventId() {
        return log.isEmpty() ? 0 : log.getLast().id();
    }
}
