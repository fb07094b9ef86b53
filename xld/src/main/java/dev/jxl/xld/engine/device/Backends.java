package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waiting for what a backend says. Whatever it says is read as a stranger's word: bounded, and a number or nothing. */
public final class Backends {
    /** How long a backend may take to answer. xl gives 10 s; a host that starts many guests at once is slower. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration DEVICE_MODEL_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SLICE = Duration.ofMillis(500);

    private Backends() {}

    /**
     * The state of one end of a device.
     *
     * @source xen/include/public/io/xenbus.h: XenbusState
     */
    public enum State {
        UNKNOWN(-1),
        INITIALISING(1),
        INIT_WAIT(2),
        INITIALISED(3),
        CONNECTED(4),
        CLOSING(5),
        CLOSED(6),
        RECONFIGURING(7),
        RECONFIGURED(8),
        /** There is no such node. */
        ABSENT(-1);

        private final int number;

        State(int number) {
            this.number = number;
        }

        /** What stands in a node. */
        public static State of(Optional<String> text) {
            if (text.isEmpty()) {
                return ABSENT;
            }
            return Arrays.stream(values())
                    .filter(state -> state.text().equals(text.get()) && state.number > 0)
                    .findFirst()
                    .orElse(UNKNOWN);
        }

        /** XenbusState's number; -1 when it is none of them. */
        public int number() {
            return number;
        }

        /** As it stands in a node. */
        public String text() {
            return Integer.toString(number);
        }

        /** Whether it has taken notice of the device. */
        public boolean open() {
            return this == INIT_WAIT || this == INITIALISED || this == CONNECTED;
        }

        /** Whether nothing is left of it that could serve the device. */
        public boolean closed() {
            return this == CLOSED || this == ABSENT;
        }
    }

    /** Where a backend stands. */
    public static State state(StoreAccess store, String backend) {
        return State.of(store.find(backend + "/state"));
    }

    /**
     * Waits until a backend has taken notice of a new device.
     *
     * @throws ToolstackException.DeviceFailed when it gives up, with what it wrote as its error
     */
    static void awaitOpen(XenStore store, OperationRun run, String device, DomainId backend, String path) {
        State state = await(store, run, path, PATIENCE, s -> s.open() || s == State.CLOSING || s == State.CLOSED)
                .orElseThrow(() -> new ToolstackException.DeviceFailed(
                        device,
                        "waiting for its backend",
                        "the backend in domain " + backend + " did not answer within " + PATIENCE.toSeconds()
                                + " s: is its driver loaded (xen-blkback, xen-netback)?",
                        null));
        if (!state.open()) {
            throw new ToolstackException.DeviceFailed(
                    device, "connecting its backend", errorOf(store, backend, path), null);
        }
    }

    /**
     * The same for a device of a QEMU that is ready: it takes one at once, or says in its log why not.
     *
     * @param words the end of its log
     */
    static void awaitOpenByDeviceModel(
            XenStore store, OperationRun run, String device, String path, Supplier<String> words) {
        boolean open =
                await(store, run, path, DEVICE_MODEL_PATIENCE, State::open).isPresent();
        if (!open) {
            throw new ToolstackException.DeviceFailed(
                    device, "waiting for QEMU to serve it", "it has not taken it. " + words.get(), null);
        }
    }

    /** Waits until a backend is closed or gone; false when it did not in time. */
    static boolean awaitClosed(XenStore store, String path, Duration timeout) {
        return store.await(
                        path + "/state",
                        timeout,
                        s -> Optional.of(state(s, path)).filter(State::closed))
                .isPresent();
    }

    private static Optional<State> await(
            XenStore store, OperationRun run, String path, Duration timeout, Function<State, Boolean> enough) {
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = timeout.dividedBy(SLICE); slices > 0; slices--) {
            run.checkCancelled();
            Optional<State> state = store.await(
                    path + "/state", SLICE, s -> Optional.of(state(s, path)).filter(enough::apply));
            if (state.isPresent()) {
                return state;
            }
        }
        return Optional.empty();
    }

    static String errorOf(StoreAccess store, DomainId backend, String path) {
        String relative = path.substring(Nodes.domain(backend).length());
        return store.find(Nodes.domain(backend) + "/error" + relative + "/error")
                .map(Printable::brief)
                .orElse("it closed without a reason; dom0's kernel log may have one");
    }
}
