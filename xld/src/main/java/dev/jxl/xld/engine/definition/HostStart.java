package dev.jxl.xld.engine.definition;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts the guests that start with the host, or were saved with it: one order after the other, those of one order side by side. */
public final class HostStart {
    /** The kind of its operation. */
    public static final String KIND = "start-guests";

    private static final System.Logger LOG = System.getLogger(HostStart.class.getName());
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final Duration LONGEST_CREATION = Duration.ofHours(1);

    private final Host host;
    private final Defined defined;
    private final Domains domains;
    private final Operations operations;
    private final Managed managed;
    private final DefinedStart starts;
    private final DomainLog log;

    /** Guests are started by {@code starts}, each as an operation of its own. */
    public HostStart(
            Host host,
            Defined defined,
            Domains domains,
            Operations operations,
            Managed managed,
            DefinedStart starts,
            DomainLog log) {
        this.host = host;
        this.defined = defined;
        this.domains = domains;
        this.operations = operations;
        this.managed = managed;
        this.starts = starts;
        this.log = log;
    }

    /** One guest that is being started. */
    private record Begun(Defined.Entry guest, OperationRun run) {}

    OperationRun start() {
        return operations.start(KIND, HostStop.HOST, 1, List.of(), this::perform);
    }

    private void perform(OperationRun run) {
        run.step("starting the guests that start with the host", 0);
        TreeMap<Integer, List<Defined.Entry>> byOrder = new TreeMap<>();
        defined.list().stream()
                .filter(e -> e.policy().autostart() || managed.saves().has(e.uuid()))
                .forEach(e -> byOrder.computeIfAbsent(order(e), order -> new ArrayList<>())
                        .add(e));
        List<String> failed = new ArrayList<>();
        for (Map.Entry<Integer, List<Defined.Entry>> order : byOrder.entrySet()) {
            perform(order.getKey(), order.getValue(), failed, run);
        }
        if (!failed.isEmpty()) {
            throw new ToolstackException.BuildFailed(
                    "starting the guests",
                    String.join(", ", failed) + " did not start; their own operations tell why",
                    null);
        }
    }

    /** Driver domains go before those that they serve, whatever the policies say; as they are stopped after them. */
    private static int order(Defined.Entry guest) {
        return guest.spec().driverDomain()
                ? HostStop.DRIVER_DOMAINS
                : guest.policy().order();
    }

    private void perform(int order, List<Defined.Entry> guests, List<String> failed, OperationRun run) {
        List<Begun> begun = new ArrayList<>();
        for (Defined.Entry guest : guests) {
            run.phase("starting '" + guest.spec().name() + "' (order " + order + ")");
            begin(guest, failed).ifPresent(started -> begun.add(new Begun(guest, started)));
        }
        Duration delay = Duration.ZERO;
        for (Begun guest : begun) {
            if (succeeded(guest, failed, run)) {
                awaitReady(guest.guest(), run);
                Duration own = guest.guest().policy().delay();
                delay = own.compareTo(delay) > 0 ? own : delay;
            }
        }
        pause(delay, run);
    }

    private Optional<OperationRun> begin(Defined.Entry guest, List<String> failed) {
        String name = guest.spec().name();
        if (find(guest.uuid()).isPresent()
                || managed.find(guest.uuid()).filter(managed::awaits).isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(starts.start(guest, false, false));
        } catch (ToolstackException e) {
            LOG.log(System.Logger.Level.ERROR, "'" + name + "' cannot be started with the host: " + e.getMessage());
            log.tell("domain.start-failed", guest.uuid(), name, -1, Map.of("why", String.valueOf(e.getMessage())));
            failed.add("'" + name + "'");
            return Optional.empty();
        }
    }

    private Optional<Found> find(DomainUuid uuid) {
        return domains.list().stream()
                .filter(f -> f.uuid().equals(uuid) && !f.facts().flags().dying())
                .findFirst();
    }

    private static boolean succeeded(Begun guest, List<String> failed, OperationRun run) {
        long end = System.nanoTime() + LONGEST_CREATION.toNanos();
        while (!guest.run().view().status().ended() && System.nanoTime() < end) {
            run.checkCancelled();
            guest.run().await(SLICE);
        }
        boolean succeeded = guest.run().view().status() == dev.jxl.xld.api.OperationView.Status.SUCCEEDED;
        if (!succeeded) {
            failed.add("'" + guest.guest().spec().name() + "'");
        }
        return succeeded;
    }

    /** A guest that is not ready in time is reported; those behind it are started all the same. */
    private void awaitReady(Defined.Entry guest, OperationRun run) {
        StartPolicy policy = guest.policy();
        Optional<String> sign = sign(policy.ready());
        Optional<DomainId> domain = find(guest.uuid()).map(Found::id);
        if (sign.isEmpty() || domain.isEmpty()) {
            return;
        }
        String name = guest.spec().name();
        run.phase("waiting until '" + name + "' is ready");
        String node = Nodes.domain(domain.get()) + sign.get();
        long end = System.nanoTime() + policy.readyTimeout().toNanos();
        while (System.nanoTime() < end && find(guest.uuid()).isPresent()) {
            run.checkCancelled();
            Optional<Boolean> ready = host.store()
                    .await(node, SLICE, s -> s.find(node).filter("1"::equals).map(yes -> true));
            if (ready.isPresent()) {
                log.tell("domain.ready", guest.uuid(), name, domain.get().value(), Map.of());
                return;
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "'" + name + "' is not ready after " + policy.readyTimeout().toSeconds()
                        + " s; the guests behind it are started all the same");
        log.tell("domain.not-ready", guest.uuid(), name, domain.get().value(), Map.of());
    }

    private static Optional<String> sign(StartPolicy.Ready ready) {
        return switch (ready) {
            case STARTED -> Optional.empty();
            case DRIVERS -> Optional.of("/control/feature-poweroff");
            case GUEST -> Optional.of("/data/ready");
        };
    }

    private void pause(Duration delay, OperationRun run) {
        long end = System.nanoTime() + delay.toNanos();
        while (System.nanoTime() < end) {
            run.checkCancelled();
            // Nothing is waited for but the time.
            var _ = host.store().await("/jxl/never", SLICE, s -> Optional.<Boolean>empty());
        }
    }
}
