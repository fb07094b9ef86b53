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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Waits for a driver domain that was made again, until its clients are served. Connected states are necessary, not enough: counters tell. */
final class DriverReturn {
    private static final Duration MOVING = Duration.ofSeconds(30);
    private static final Duration SLICE = Duration.ofMillis(500);

    /** It tells of itself when it is up; until then, whoever looks takes its boot's time. */
    private static final Duration BOOTING_SLICE = Duration.ofSeconds(2);

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
        List<String> words = Stream.concat(
                        Stream.of(DriverAnswers.readiness(driver)),
                        devices.stream().map(device -> device.backend() + "/state"))
                .toList();
        boolean up = await(DriverAnswers.PATIENCE, BOOTING_SLICE, s -> {
            List<Optional<String>> said = s.findAll(words);
            return DriverAnswers.isReady(said.getFirst())
                    || said.stream().skip(1).map(Backends.State::of).anyMatch(Backends.State::open);
        });
        if (!up) {
            throw failed("it did not come up within " + DriverAnswers.PATIENCE.toSeconds() + " s");
        }
        timeline.reached("ready");
    }

    /** Waits until every client that was connected is so again. */
    void awaitConnected(DriverTimeline timeline) {
        List<Device> waiting = new ArrayList<>(served());
        run.phase("waiting until the clients of domain " + driver + " are connected");
        boolean all = await(
                DriverAnswers.PATIENCE,
                s -> removeIf(
                        waiting,
                        s,
                        device -> List.of(
                                device.entry().path() + "/backend",
                                device.backend() + "/state",
                                device.entry().frontend() + "/state"),
                        (device, found) -> isBack(device, found)));
        if (!all) {
            String late = waiting.stream().map(Device::words).collect(Collectors.joining(", "));
            throw failed("these are not connected after " + DriverAnswers.PATIENCE.toSeconds() + " s: " + late);
        }
        timeline.reached("connected");
    }

    /** Connected, or as far as a client has come that is booting still, stopped or paused. */
    private boolean isBack(Device device, List<Optional<String>> found) {
        if (found.get(0).isEmpty()) {
            return true;
        }
        Backends.State back = Backends.State.of(found.get(1));
        boolean connects = Backends.State.of(found.get(2)) == Backends.State.CONNECTED;
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

    /**
     * Waits until each device whose backend counts has been taken up, and has answered something or has nothing to answer.
     *
     * @param anew whether what is counted by now has been answered since it came back
     */
    void awaitMoving(DriverTimeline timeline, boolean anew) {
        Map<String, Progress> first = new HashMap<>();
        List<Device> waiting =
                new ArrayList<>(served().stream().filter(Device::inOrder).toList());
        run.phase("waiting until what the clients of domain " + driver + " have asked for moves");
        boolean all = await(
                MOVING,
                s -> removeIf(
                        waiting,
                        s,
                        device -> List.of(
                                served(device),
                                DriverHealth.progressPath(driver, device),
                                device.entry().frontend() + "/state"),
                        (device, found) ->
                                found.get(0).isEmpty() || moves(device, found, first, anew) || !runs(device)));
        if (!all) {
            String stuck = waiting.stream().map(Device::words).collect(Collectors.joining(", "));
            throw failed("these are connected and do not move: " + stuck);
        }
        timeline.reached("moving");
    }

    private static boolean moves(
            Device device, List<Optional<String>> found, Map<String, Progress> first, boolean anew) {
        Optional<Progress> now = found.get(1).flatMap(DriverHealth::progress);
        if (now.isEmpty()) {
            // The state that the one before has left tells nothing: a program counts only rings that it has taken up.
            return Backends.State.of(found.get(2)) != Backends.State.CONNECTED;
        }
        if (!device.disk() || now.get().idle()) {
            // Nobody has to answer a frame, and after a long outage a guest's TCP is silent for as long again.
            return true;
        }
        if (anew && now.get().answered() != 0) {
            return true;
        }
        Progress before = first.putIfAbsent(device.counter(), now.get());
        return before != null && now.get().answered() != before.answered();
    }

    /** Those that it has nodes for: a disk that was lost has none. */
    private List<Device> served() {
        List<Device> served = new ArrayList<>(clients.list(driver));
        boolean _ = removeIf(
                served,
                host.store(),
                device -> List.of(served(device)),
                (device, found) -> found.get(0).isEmpty());
        return List.copyOf(served);
    }

    private static String served(Device device) {
        return device.backend() + "/frontend";
    }

    /** Reads the same of all devices at once: the store tells of every word that a driver domain writes. Gives whether none is left. */
    private static boolean removeIf(
            List<Device> devices,
            StoreAccess store,
            Function<Device, List<String>> paths,
            BiPredicate<Device, List<Optional<String>>> done) {
        List<Optional<String>> found = store.findAll(
                devices.stream().flatMap(device -> paths.apply(device).stream()).toList());
        Iterator<Optional<String>> values = found.iterator();
        devices.removeIf(device -> done.test(
                device, paths.apply(device).stream().map(path -> values.next()).toList()));
        return devices.isEmpty();
    }

    private boolean await(Duration patience, Predicate<StoreAccess> reached) {
        return await(patience, SLICE, reached);
    }

    private boolean await(Duration patience, Duration slice, Predicate<StoreAccess> reached) {
        String home = Nodes.domain(driver);
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = patience.dividedBy(slice); slices > 0; slices--) {
            run.checkCancelled();
            Optional<Boolean> done =
                    host.store().await(home, slice, s -> reached.test(s) ? Optional.of(true) : Optional.empty());
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
