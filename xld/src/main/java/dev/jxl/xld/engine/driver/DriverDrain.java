package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Has a driver domain finish what its clients have asked of it, and take nothing more. The clients are told nothing, and wait. The nodes of
 * its backends are taken away: a driver that finds its node gone finishes what is under way, answers it and lets go of the ring, and Xen tells
 * when it has, so that the driver domain's word is not needed. What was drained goes on exactly, whatever the backend's order.
 *
 * @source Linux: drivers/xen/xenbus/xenbus_probe.c: xenbus_dev_changed; drivers/block/xen-blkback/xenbus.c: xen_blkbk_remove,
 *     xen_blkif_disconnect
 */
public final class DriverDrain {
    /** The kind of the operation. */
    public static final String KIND = "driver-drain";

    /** The kind of the operation that takes it back. */
    public static final String UNDO = "driver-undrain";

    static final int STEPS = 1;
    private static final System.Logger LOG = System.getLogger(DriverDrain.class.getName());
    private static final String UNFINISHED = "it has not finished what is under way: ";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STRAGGLERS = Duration.ofSeconds(10);

    /**
     * For how long {@code xl devd} may disconnect a device: it ends a hotplug script after 40 s.
     *
     * @source tools/libs/light/libxl_internal.h: LIBXL_HOTPLUG_TIMEOUT
     */
    private static final Duration FORGETTING = Duration.ofSeconds(45);

    private static final Duration SLICE = Duration.ofMillis(500);

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final DriverClients clients;
    private final Clock clock;

    DriverDrain(Host host, Managed managed, DomainLog log, Clock clock) {
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.clients = new DriverClients(host);
        this.clock = clock;
    }

    /** As an operation of its own. */
    Operations.Body body(Entry entry) {
        return run -> {
            managed.requireCurrent(entry);
            int devices = perform(entry, run);
            log.tell(
                    "driver.drained",
                    entry.uuid(),
                    entry.spec().name(),
                    entry.domid().orElseThrow(),
                    Map.of("devices", Integer.toString(devices)));
        };
    }

    /** Whether there is a drain to take back. */
    boolean isDrained(Entry entry) {
        return clients.list(DriverRestart.number(entry)).stream()
                .anyMatch(d -> !d.drain().isEmpty());
    }

    /** Has the driver domain serve again what was drained. */
    Operations.Body undone(Entry entry) {
        return run -> {
            managed.requireCurrent(entry);
            DomainId number = DriverRestart.number(entry);
            String name = entry.spec().name();
            run.step("serving the clients of driver domain '" + name + "' again", 0);
            requireAlive(entry);
            List<Device> withdrawn = clients.list(number).stream()
                    .filter(d -> !d.drain().isEmpty())
                    .toList();
            List<Device> late = serveAgain(entry, withdrawn, run::checkCancelled);
            new DriverReturn(host, clients, number, run).awaitConnected(new DriverTimeline(clock, clock.instant()));
            if (!late.isEmpty()) {
                throw failed(
                        entry,
                        UNFINISHED + late.stream().map(Device::words).collect(Collectors.joining(", "))
                                + ". The others are served; try again, or 'jxl driver restart " + name + "'");
            }
            log.tell(
                    "driver.undrained",
                    entry.uuid(),
                    name,
                    number.value(),
                    Map.of("devices", Integer.toString(withdrawn.size())));
        };
    }

    /**
     * Drains all devices; those that were drained before stay so. When it fails, those that had been drained now are served again.
     *
     * @return how many there are
     * @throws ToolstackException.DeviceFailed when the driver domain does not finish, or ends meanwhile
     */
    int perform(Entry entry, OperationRun run) {
        DomainId number = DriverRestart.number(entry);
        run.step("draining driver domain '" + entry.spec().name() + "'", 0);
        requireAlive(entry);
        List<Device> all = clients.list(number);
        List<Device> open = all.stream().filter(d -> !d.drained()).toList();
        try {
            clients.withdraw(open);
            List<Device> late = await(entry, open, PATIENCE, run::checkCancelled);
            if (!late.isEmpty()) {
                throw failed(
                        entry,
                        UNFINISHED + late.stream().map(Device::words).collect(Collectors.joining(", "))
                                + ", after " + PATIENCE.toSeconds()
                                + " s. They are served again as soon as it is drained anew; 'jxl driver restart"
                                + " --force' does not wait");
            }
            return all.size();
        } catch (RuntimeException failure) {
            run.cleaning("serving the clients of '" + entry.spec().name() + "' again");
            putBack(entry, open, failure);
            throw failure;
        }
    }

    /** Waits until the rings are let go of, and notes it; gives those that are not. */
    private List<Device> await(Entry entry, List<Device> open, Duration patience, Runnable betweenLooks) {
        DomainId number = DriverRestart.number(entry);
        List<Device> waiting = new ArrayList<>(open);
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = patience.dividedBy(SLICE); slices > 0 && !waiting.isEmpty(); slices--) {
            betweenLooks.run();
            Optional<List<Device>> finished = host.store().await(Nodes.domain(number), SLICE, s -> {
                List<Device> free =
                        waiting.stream().filter(d -> isFinished(number, d)).toList();
                return free.isEmpty() ? Optional.empty() : Optional.of(free);
            });
            // In this order: with its domain's end a ring is let go of, too.
            requireAlive(entry);
            clients.noteDrained(finished.orElse(List.of()));
            waiting.removeAll(finished.orElse(List.of()));
        }
        return waiting;
    }

    /** jxl's own program lets go of a ring at once, and forgets the device when its disk has finished. */
    private boolean isFinished(DomainId driver, Device device) {
        return !clients.holdsRing(driver, device)
                && (!device.inOrder()
                        || DriverHealth.progress(host.store(), driver, device).isEmpty());
    }

    private void putBack(Entry entry, List<Device> open, RuntimeException failure) {
        DomainId number = DriverRestart.number(entry);
        try {
            Set<String> ours = open.stream().map(Device::counter).collect(Collectors.toSet());
            List<Device> withdrawn = clients.list(number).stream()
                    .filter(d -> !d.drain().isEmpty() && ours.contains(d.counter()))
                    .toList();
            List<Device> _ = serveAgain(entry, withdrawn, () -> {});
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clients of driver domain '" + entry.spec().name()
                            + "' wait until it is drained or made again: " + e.getMessage());
        }
    }

    /**
     * Gives the nodes back. What has a request under way still must not be served by two that do not answer in order: it waits for the next
     * attempt.
     *
     * @return those that wait
     */
    private List<Device> serveAgain(Entry entry, List<Device> withdrawn, Runnable betweenLooks) {
        List<Device> late =
                await(entry, withdrawn.stream().filter(d -> !d.drained()).toList(), STRAGGLERS, betweenLooks).stream()
                        .filter(d -> !d.inOrder())
                        .toList();
        List<Device> back = withdrawn.stream().filter(d -> !late.contains(d)).toList();
        forget(entry, back.stream().filter(d -> !d.inOrder()).toList(), betweenLooks);
        clients.putBack(DriverRestart.number(entry), back);
        return late;
    }

    /** A hotplug script must run for each of them again. Where no {@code xl devd} is, nobody answers, and nobody remembers either. */
    private void forget(Entry entry, List<Device> devices, Runnable betweenLooks) {
        DomainId number = DriverRestart.number(entry);
        clients.letForget(number, devices);
        boolean forgotten = devices.isEmpty();
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = FORGETTING.dividedBy(SLICE); slices > 0 && !forgotten; slices--) {
            betweenLooks.run();
            forgotten = host.store()
                    .await(
                            Nodes.domain(number),
                            SLICE,
                            s -> DriverClients.areForgotten(s, devices) ? Optional.of(true) : Optional.empty())
                    .isPresent();
            // With its domain's end its nodes go, too.
            requireAlive(entry);
        }
        if (!forgotten) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "driver domain '" + entry.spec().name() + "' has not removed the nodes of closed devices within "
                            + FORGETTING.toSeconds() + " s: no 'xl devd' seems to run in it");
        }
    }

    /** Whether it can finish anything. */
    boolean isAlive(Entry entry) {
        return entry.domid().isPresent()
                && host.hypervisor()
                        .find(DriverRestart.number(entry))
                        .filter(f -> f.uuid().equals(entry.uuid()))
                        .filter(f -> !f.flags().shutdown() && !f.flags().dying())
                        .isPresent();
    }

    private void requireAlive(Entry entry) {
        if (!isAlive(entry)) {
            throw failed(entry, "it has ended, and what was under way is not known");
        }
    }

    private static ToolstackException.DeviceFailed failed(Entry entry, String reason) {
        return new ToolstackException.DeviceFailed(
                "driver domain '" + entry.spec().name() + "'", "draining it", reason, null);
    }
}
