package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.engine.driver.DriverHealth.Progress;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Waits for a driver domain that was made again, until its clients are served. Connected states are necessary, not enough: counters tell. */
final class DriverReturn {
    private static final Duration MOVING = Duration.ofSeconds(30);
    private static final Duration SLICE = Duration.ofMillis(500);

    private final Host host;
    private final DriverClients clients;
    private final DomainId driver;
    private final OperationRun run;

    DriverReturn(Host host, DriverClients clients, DomainId driver, OperationRun run) {
        this.host = host;
        this.clients = clients;
        this.driver = driver;
        this.run = run;
    }

    /**
     * Waits until its program has begun, or the first backend.
     *
     * @param answers whether its program tells when it has begun
     */
    void awaitProgram(boolean answers, DriverTimeline timeline) {
        List<Device> devices = served();
        if (devices.isEmpty() && !answers) {
            return;
        }
        run.phase("waiting until domain " + driver + " has come up");
        boolean up = await(
                DriverAnswers.PATIENCE,
                s -> DriverAnswers.ready(s, driver) || devices.stream().anyMatch(device -> opened(s, device)));
        if (!up) {
            throw failed("it did not come up within " + DriverAnswers.PATIENCE.toSeconds() + " s");
        }
        timeline.reached("ready");
    }

    private static boolean opened(StoreAccess store, Device device) {
        return Backends.state(store, device.backend()).open();
    }

    /** Waits until every client that was connected is so again. */
    void awaitConnected(DriverTimeline timeline) {
        List<Device> waiting = new ArrayList<>(served());
        run.phase("waiting until the clients of domain " + driver + " are connected");
        boolean all = await(DriverAnswers.PATIENCE, s -> {
            waiting.removeIf(device -> isBack(s, device));
            return waiting.isEmpty();
        });
        if (!all) {
            String late = waiting.stream().map(Device::words).collect(Collectors.joining(", "));
            throw failed("these are not connected after " + DriverAnswers.PATIENCE.toSeconds() + " s: " + late);
        }
        timeline.reached("connected");
    }

    /** Connected, or as far as a client has come that is booting still, stopped or paused. */
    private boolean isBack(StoreAccess store, Device device) {
        if (store.find(device.entry().path() + "/backend").isEmpty()) {
            return true;
        }
        Backends.State back = Backends.state(store, device.backend());
        boolean connects = Backends.state(store, device.entry().frontend()) == Backends.State.CONNECTED;
        return back == Backends.State.CONNECTED || (!connects && back.open()) || !runs(device);
    }

    private boolean runs(Device device) {
        return host.hypervisor()
                .find(device.client())
                .filter(f -> f.uuid().equals(device.uuid()))
                .map(DomainFacts::flags)
                .filter(flags -> !flags.dying() && !flags.shutdown() && !flags.paused())
                .isPresent();
    }

    /** Waits until each device whose backend counts has been taken up, and has answered something or has nothing to answer. */
    void awaitMoving(DriverTimeline timeline) {
        Map<String, Progress> first = new HashMap<>();
        List<Device> waiting =
                new ArrayList<>(served().stream().filter(Device::inOrder).toList());
        run.phase("waiting until what the clients of domain " + driver + " have asked for moves");
        boolean all = await(MOVING, s -> {
            waiting.removeIf(device -> !isServed(s, device) || moves(s, device, first) || !runs(device));
            return waiting.isEmpty();
        });
        if (!all) {
            String stuck = waiting.stream().map(Device::words).collect(Collectors.joining(", "));
            throw failed("these are connected and do not move: " + stuck);
        }
        timeline.reached("moving");
    }

    private boolean moves(StoreAccess store, Device device, Map<String, Progress> first) {
        Optional<Progress> now = DriverHealth.progress(store, driver, device);
        if (now.isEmpty()) {
            // The state that the one before has left tells nothing: a program counts for the rings that it has taken
            // up.
            return Backends.state(store, device.entry().frontend()) != Backends.State.CONNECTED;
        }
        if (!device.disk() || now.get().idle()) {
            // Nobody has to answer a frame, and after a long outage a guest's TCP is silent for as long again.
            return true;
        }
        Progress before = first.putIfAbsent(device.counter(), now.get());
        return before != null && now.get().answered() != before.answered();
    }

    /** Those that it has nodes for: a disk that was lost has none. */
    private List<Device> served() {
        return clients.list(driver).stream()
                .filter(d -> isServed(host.store(), d))
                .toList();
    }

    private static boolean isServed(StoreAccess store, Device device) {
        return store.find(device.backend() + "/frontend").isPresent();
    }

    private boolean await(Duration patience, Predicate<StoreAccess> reached) {
        String home = Nodes.domain(driver);
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = patience.dividedBy(SLICE); slices > 0; slices--) {
            run.checkCancelled();
            Optional<Boolean> done =
                    host.store().await(home, SLICE, s -> reached.test(s) ? Optional.of(true) : Optional.empty());
            if (done.isPresent()) {
                return true;
            }
            boolean ended = host.hypervisor()
                    .find(driver)
                    .map(f -> f.flags().dying() || f.flags().shutdown())
                    .orElse(true);
            if (ended) {
                throw failed("it has ended again");
            }
        }
        return false;
    }

    private ToolstackException.DeviceFailed failed(String reason) {
        return new ToolstackException.DeviceFailed(
                "driver domain " + driver, "serving its clients again", reason, null);
    }
}
