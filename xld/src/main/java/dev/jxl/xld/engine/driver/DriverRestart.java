package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DriverSpec;
import dev.jxl.config.DriverSpec.LostDisk;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.device.GuestPci;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.engine.life.Creation;
import dev.jxl.xld.engine.life.Rebirth;
import dev.jxl.xld.engine.life.Snapshots;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes a driver domain away and makes it again under the same number, so that the new backends go on with its clients' rings: the grants
 * and event channels of the clients are for that number. The clients are told nothing. The order is what makes it safe: nothing of
 * the old one may run or be reachable by its devices when the new one begins.
 */
public final class DriverRestart {
    /** The kind of the operation. */
    public static final String KIND = "driver-restart";

    private static final System.Logger LOG = System.getLogger(DriverRestart.class.getName());
    private static final int STEPS = 2;
    private static final Duration UNTIL_GONE = Duration.ofSeconds(60);
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final Path CONSOLES = Path.of("/var/log/xen/console");

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final Clock clock;
    private final DriverClients clients;
    private final DriverDrain drain;
    private final DriverUpgrade upgrade;
    private final DriverTallies tallies = new DriverTallies();

    /** How long one was away is measured by the clock. */
    public DriverRestart(Host host, Managed managed, DomainLog log, Clock clock) {
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.clock = clock;
        this.clients = new DriverClients(host);
        this.drain = new DriverDrain(host, managed, log, clock);
        this.upgrade = new DriverUpgrade(host, managed, log, clock, drain);
    }

    DriverDrain drain() {
        return drain;
    }

    DriverUpgrade upgrade() {
        return upgrade;
    }

    DriverTallies tallies() {
        return tallies;
    }

    int steps() {
        return STEPS;
    }

    /**
     * All of it.
     *
     * @param entry of the driver domain, with the number that it had
     * @param why for progress and events
     * @param since when it was found to be needed
     * @param drained whether it is drained first: when that fails, it stays as it is
     */
    Operations.Body whole(Entry entry, String why, Instant since, boolean drained) {
        return run -> {
            managed.requireCurrent(entry);
            DriverTimeline timeline = new DriverTimeline(clock, since);
            if (drained) {
                int _ = drain.perform(entry, run);
                timeline.reached("drained");
            }
            boolean answers;
            try {
                answers = takeAway(entry, why, timeline, run);
                make(entry, timeline, run);
            } catch (RuntimeException failed) {
                keep(entry);
                throw failed;
            }
            await(entry, why, answers, timeline, run);
        };
    }

    /** What is left of it when the new one was complete and jxld ended. */
    Operations.Body rest(Entry entry, String why, Instant since) {
        return run -> {
            managed.requireCurrent(entry);
            letRun(entry);
            await(entry, why, false, new DriverTimeline(clock, since), run);
        };
    }

    /** It was complete; what was missing may be as little as that. */
    private void letRun(Entry entry) {
        DomainId number = number(entry);
        host.store().remove(Nodes.mark(number));
        boolean paused =
                host.hypervisor().find(number).map(f -> f.flags().paused()).orElse(false);
        if (paused) {
            clients.start(number, () -> host.hypervisor().unpause(number));
        }
    }

    static DomainId number(Entry entry) {
        return new DomainId(entry.domid().orElseThrow());
    }

    /** It stays known, with its number and as not complete: the next attempt is for the same clients. */
    private void keep(Entry entry) {
        if (managed.find(entry.uuid()).isPresent()) {
            managed.save(new Entry(entry.spec(), entry.domid(), false, false));
            managed.restarts().started(entry.uuid());
        }
    }

    /** Gives whether jxl's own backend had told of itself in it. */
    private boolean takeAway(Entry entry, String why, DriverTimeline timeline, OperationRun run) {
        DomainSpec spec = entry.spec();
        DomainId number = number(entry);
        run.step("stopping driver domain '" + spec.name() + "' and its devices (" + why + ")", 0);
        List<Device> served = clients.list(number);
        boolean ready = DriverAnswers.ready(host.store(), number);
        if (ready && !served.isEmpty()) {
            clients.noteInOrder(served);
            served = served.stream().map(Device::notedInOrder).toList();
        }
        // From here on an interrupted one is rolled forward.
        managed.save(new Entry(spec, entry.domid(), false, false));
        fence(entry, run);
        timeline.reached("fenced");
        tellOfFailure(entry, why, served);
        served.stream()
                .filter(clients::isLost)
                .forEach(device -> lose(
                        device,
                        spec.name(),
                        spec.driver().map(DriverSpec::lostDisk).orElse(LostDisk.PAUSE)));
        run.step("removing what is left of driver domain '" + spec.name() + "'", 0);
        new Teardown(host, log).performButLoops(Optional.of(number), entry.uuid(), run::phase);
        // A bus that is left in the closed state would keep the next one from having its devices.
        host.store().remove(Nodes.domain(DomainId.DOM0) + "/backend/pci/" + number);
        awaitGone(number, run);
        // xenstored hears of a domain's end by an event, and asks Xen then which domains are left: when the next one
        // of the number is there already, it takes it for the old one, and keeps the old ring. So it is told.
        Teardown.forgetInStore(host, number);
        timeline.reached("gone");
        return ready;
    }

    /** It runs no more, and no device of the host reaches into it. */
    private void fence(Entry entry, OperationRun run) {
        DomainId number = number(entry);
        Optional<DomainFacts> facts = host.hypervisor()
                .find(number)
                .filter(f -> f.uuid().equals(entry.uuid()) && !f.flags().dying());
        if (facts.isEmpty()) {
            return;
        }
        if (!facts.get().flags().paused()) {
            host.hypervisor().pause(number);
        }
        new GuestPci(host, number, entry.uuid()).takeAll(run::phase);
    }

    private void tellOfFailure(Entry entry, String why, List<Device> served) {
        DomainId number = number(entry);
        Map<String, String> data = new TreeMap<>();
        data.put("why", why);
        data.put(
                "clients",
                Long.toString(served.stream().map(Device::client).distinct().count()));
        data.put("devices", states(served));
        data.put(
                "console",
                CONSOLES.resolve("guest-" + entry.spec().name() + ".log").toString());
        DriverHealth.heartbeat(host.store(), number)
                .ifPresent(beat -> data.put("heartbeat", Long.toUnsignedString(beat)));
        tallies.failed(entry.uuid());
        log.tell("driver.failed", entry.uuid(), entry.spec().name(), number.value(), data);
    }

    private String states(List<Device> devices) {
        List<Optional<String>> states = host.store()
                .findAll(devices.stream()
                        .flatMap(device -> Stream.of(
                                device.backend() + "/state", device.entry().frontend() + "/state"))
                        .toList());
        return IntStream.range(0, devices.size())
                .mapToObj(i -> devices.get(i).words() + ": backend "
                        + Backends.State.of(states.get(2 * i)).number() + ", frontend "
                        + Backends.State.of(states.get(2 * i + 1)).number())
                .collect(Collectors.joining("; "));
    }

    /** A disk that cannot go on: what its client has asked for may have been done, twice, in part, or not at all. */
    private void lose(Device device, String driver, LostDisk policy) {
        Optional<DomainFacts> client = host.hypervisor()
                .find(device.client())
                .filter(f -> f.uuid().equals(device.uuid()) && !f.flags().shutdown());
        String name = host.store()
                .find(Nodes.name(device.client()))
                .map(Printable::brief)
                .orElse("");
        boolean touched = client.isPresent() && !device.client().equals(DomainId.DOM0);
        if (touched && policy == LostDisk.PAUSE && !client.get().flags().paused()) {
            host.hypervisor().pause(device.client());
            log.seen(device.client(), device.uuid(), name, "paused");
        }
        if (touched && policy == LostDisk.SHUTDOWN) {
            host.store().write(Nodes.domain(device.client()) + "/control/shutdown", "poweroff");
        }
        Map<String, String> data = new TreeMap<>();
        data.put("driver", driver);
        data.put("device", device.words());
        data.put("policy", policy.word());
        data.put(
                "why",
                "a kernel's backend served it, which does not answer in order: what it had done when it ended is not"
                        + " known, so no other one may go on with it");
        LOG.log(
                System.Logger.Level.ERROR,
                device.words() + " ('" + name + "') is lost with driver domain '" + driver + "': " + data.get("why")
                        + " (policy: " + policy.word() + ")");
        log.tell("driver.disk-lost", device.uuid(), name, device.client().value(), data);
    }

    private void awaitGone(DomainId number, OperationRun run) {
        run.phase("waiting until Xen has let go of domain " + number);
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = UNTIL_GONE.dividedBy(SLICE); slices > 0; slices--) {
            run.checkCancelled();
            Optional<Boolean> gone = host.store()
                    .await(
                            "@releaseDomain",
                            SLICE,
                            s -> host.hypervisor().find(number).isEmpty() ? Optional.of(true) : Optional.empty());
            if (gone.isPresent()) {
                return;
            }
        }
        List<String> holders = host.hypervisor().listHolders(number);
        throw new ToolstackException.OperationTimedOut(
                "the end of domain " + number + " (its pages are mapped by "
                        + (holders.isEmpty() ? "somebody" : String.join(", ", holders)) + ")",
                UNTIL_GONE.toSeconds());
    }

    private void make(Entry entry, DriverTimeline timeline, OperationRun run) {
        DomainSpec spec = entry.spec();
        Rebirth rebirth = new Rebirth(
                number(entry),
                () -> {
                    List<Device> _ = clients.serve(number(entry));
                    timeline.reached("rebuilt");
                },
                start -> clients.start(number(entry), start));
        Creation.again(
                        host,
                        managed,
                        log,
                        Snapshots.plan(host, spec.name(), spec, false, Optional.empty())
                                .servingClients(),
                        Optional.of(rebirth),
                        run)
                .perform();
        releaseOldLoops(entry);
    }

    /** Loop devices of its old life that it has no use for: of a file that another one has taken the place of, for example. */
    private void releaseOldLoops(Entry entry) {
        try {
            host.blockAttach().releaseAll(entry.uuid(), Twins.loopsOf(host, number(entry)));
        } catch (RuntimeException left) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "loop devices that driver domain '" + entry.spec().name()
                            + "' had before are left; they go when it is destroyed",
                    left);
        }
    }

    private void await(Entry entry, String why, boolean answers, DriverTimeline timeline, OperationRun run) {
        DomainId number = number(entry);
        String name = entry.spec().name();
        run.step("waiting for the clients of '" + name + "'", 1);
        try {
            DriverReturn back = new DriverReturn(host, clients, number, run);
            back.awaitProgram(answers, timeline);
            back.awaitConnected(timeline);
            back.awaitMoving(timeline, true);
        } catch (ToolstackException.DeviceFailed late) {
            Map<String, String> data = timeline.data();
            data.put("why", String.valueOf(late.getMessage()));
            tallies.degraded(entry.uuid());
            log.tell("driver.degraded", entry.uuid(), name, number.value(), data);
            throw late;
        }
        Map<String, String> data = timeline.data();
        data.put("why", why);
        data.put("outage", timeline.seconds());
        data.put("devices", Integer.toString(clients.list(number).size()));
        tallies.recovered(entry.uuid(), timeline.soFar());
        log.tell("driver.recovered", entry.uuid(), name, number.value(), data);
    }
}
