package dev.jxl.xld.engine.definition;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.action.Actions;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.life.HostStopping;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Stops guests with the host: the reverse of {@link HostStart}. Each order has its share of the time that is left; a guest that has
 * not stopped by then is destroyed. Those that are to be saved are, and stopped if that fails.
 */
public final class HostStop {
    /** The kind of its operation. */
    public static final String KIND = "stop-guests";

    /** What an operation is about that is about the host. */
    static final Operations.Subject HOST =
            new Operations.Subject(DomainUuid.ofBytes(new byte[16]), "Domain-0", Optional.of(0));

    /** Driver domains serve the others: they are stopped last, and started first. */
    static final int DRIVER_DOMAINS = -1;

    /** How long a host waits for its guests. */
    static final Duration STANDARD_DEADLINE = Duration.ofMinutes(5);

    private static final Duration SLICE = Duration.ofMillis(500);
    /** Of the time of an order the last of so many parts is left for those that could not be saved. */
    private static final int SAVING_PARTS = 4;

    private static final Duration DESTRUCTION = Duration.ofMinutes(2);

    private final Host host;
    private final Defined defined;
    private final Domains domains;
    private final Managed managed;
    private final Operations operations;
    private final Actions actions;
    private final HostStopping stopping;
    private final DomainLog log;

    /** While it lasts {@code stopping} is set, and no guest is started. */
    public HostStop(
            Host host,
            Defined defined,
            Domains domains,
            Managed managed,
            Operations operations,
            Actions actions,
            HostStopping stopping,
            DomainLog log) {
        this.log = log;
        this.host = host;
        this.defined = defined;
        this.domains = domains;
        this.managed = managed;
        this.operations = operations;
        this.actions = actions;
        this.stopping = stopping;
    }

    OperationRun start(Duration deadline, boolean others) {
        return operations.start(KIND, HOST, 1, List.of(), run -> stopping.during(() -> perform(deadline, others, run)));
    }

    private void perform(Duration deadline, boolean others, OperationRun run) {
        run.step("stopping the guests of this host", 0);
        long end = System.nanoTime() + deadline.toNanos();
        TreeMap<Integer, List<Found>> byOrder = new TreeMap<>(Comparator.reverseOrder());
        domains.list().stream()
                .filter(f -> !f.id().equals(DomainId.DOM0))
                .filter(f -> others || managed.find(f.uuid()).isPresent())
                .forEach(f -> byOrder.computeIfAbsent(order(f), order -> new ArrayList<>())
                        .add(f));
        int left = byOrder.size();
        for (List<Found> guests : byOrder.values()) {
            long now = System.nanoTime();
            long share = Math.max(0, end - now) / left--;
            long lastMoment = now + share / SAVING_PARTS * (SAVING_PARTS - 1);
            stop(guests, new HostStopSaves(defined, managed, actions, log, lastMoment), now + share, run);
        }
    }

    private int order(Found domain) {
        boolean driver =
                managed.find(domain.uuid()).map(e -> e.spec().driverDomain()).orElse(false);
        return driver
                ? DRIVER_DOMAINS
                : defined.find(domain.uuid()).map(e -> e.policy().order()).orElse(StartPolicy.NONE.order());
    }

    private void stop(List<Found> guests, HostStopSaves saves, long end, OperationRun run) {
        List<Found> waiting = new ArrayList<>(guests);
        Set<DomainId> asked = new HashSet<>();
        while (!waiting.isEmpty() && System.nanoTime() < end) {
            run.phase("waiting until " + names(waiting) + " stopped");
            for (Found guest : waiting) {
                if (!asked.contains(guest.id()) && !isSaved(guest, saves) && asked(guest)) {
                    asked.add(guest.id());
                }
            }
            waiting.removeIf(f -> !present(f));
            if (!waiting.isEmpty()) {
                var _ = host.store().await("@releaseDomain", SLICE, s -> Optional.<Boolean>empty());
            }
        }
        for (Found guest : waiting) {
            run.phase("destroying '" + guest.name() + "', which has not stopped in time");
            destroy(guest);
        }
    }

    private boolean isSaved(Found seen, HostStopSaves saves) {
        return current(seen).filter(saves::attend).isPresent();
    }

    private static String names(List<Found> guests) {
        return String.join(", ", guests.stream().map(f -> "'" + f.name() + "'").toList());
    }

    /** Whether it need not be asked again: it was told, or is being destroyed because telling it is no use. */
    private boolean asked(Found seen) {
        Optional<Found> now = current(seen);
        if (now.isEmpty()) {
            return true;
        }
        try {
            DomainState state = now.get().state();
            if (state instanceof DomainState.Running) {
                OperationRun told = actions.start(now.get(), new DomainAction.Shutdown(true, false));
                return told.await(SLICE.multipliedBy(4)).failure().isEmpty();
            }
            if (state instanceof DomainState.Paused) {
                OperationRun unpaused = actions.start(now.get(), new DomainAction.Unpause());
                unpaused.await(SLICE.multipliedBy(4));
                return false;
            }
            // What jxl does with it by itself, as dumping its core, has its time; only at the end there is none left.
            if (operations.findHolder(seen.uuid()).isPresent()) {
                return false;
            }
            OperationRun _ = actions.start(now.get(), new DomainAction.Destroy());
            return true;
        } catch (ToolstackException.DomainBusy e) {
            return false;
        }
    }

    private void destroy(Found seen) {
        long end = System.nanoTime() + DESTRUCTION.toNanos();
        while (present(seen) && System.nanoTime() < end) {
            operations.findHolder(seen.uuid()).flatMap(operations::findRun).ifPresent(OperationRun::requestCancel);
            try {
                Optional<Found> now = current(seen);
                if (now.isPresent()) {
                    actions.start(now.get(), new DomainAction.Destroy()).await(DESTRUCTION);
                }
            } catch (ToolstackException.DomainBusy e) {
                operations.findHolder(seen.uuid()).flatMap(operations::findRun).ifPresent(r -> r.await(SLICE));
            }
        }
    }

    private Optional<Found> current(Found seen) {
        return domains.list().stream()
                .filter(f -> f.id().equals(seen.id()) && f.uuid().equals(seen.uuid()))
                .findFirst();
    }

    private boolean present(Found seen) {
        return current(seen).isPresent() || managed.find(seen.uuid()).isPresent();
    }
}
