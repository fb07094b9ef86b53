package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a driver domain answers to a device that it is to serve: the state of its backend, and {@code hotplug-status}. All of it is
 * a stranger's word.
 */
public final class DriverAnswers {
    /** jxl's note in the index that a backend which answers in order serves the device. */
    public static final String IN_ORDER = "jxl-backend";

    /** How long one may take: it may be booting still. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration SLICE = Duration.ofMillis(500);
    private static final String CONNECTED = "connected";
    private static final String ERROR = "error";

    private DriverAnswers() {}

    /** Whether a device is served, or why not. */
    private record Answer(boolean served, String refusal) {}

    /**
     * Waits until a driver domain serves a device.
     *
     * @param device as errors name it
     * @param driver the driver domain
     * @param path the backend's folder
     * @throws ToolstackException.DeviceFailed when it says that it cannot, says nothing in {@link #PATIENCE}, or ends
     */
    static void awaitConnected(Host host, OperationRun run, String device, DomainId driver, String path) {
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = PATIENCE.dividedBy(SLICE); slices > 0; slices--) {
            run.checkCancelled();
            Optional<Answer> answer = host.store().await(path, SLICE, s -> answer(s, driver, path));
            if (answer.isPresent()) {
                if (answer.get().served()) {
                    return;
                }
                throw failed(device, driver, answer.get().refusal());
            }
            requireAlive(host, device, driver);
        }
        throw failed(device, driver, silence(host.store(), path));
    }

    /** Where jxl-backend writes in a driver domain. */
    public static String home(DomainId driver) {
        return Nodes.domain(driver) + "/data/jxl-backend";
    }

    /** Whether jxl-backend has attached the devices that it found at its start. */
    public static boolean ready(StoreAccess store, DomainId driver) {
        return isReady(store.find(readiness(driver)));
    }

    /** Where it says that. */
    public static String readiness(DomainId driver) {
        return home(driver) + "/ready";
    }

    /** Whether it has said it there. */
    public static boolean isReady(Optional<String> said) {
        return said.equals(Optional.of("1"));
    }

    /** Notes of devices that a backend serves them which answers in order. */
    public static void noteInOrder(XenStore store, List<Entry> devices) {
        store.change(t -> {
            List<Optional<String>> backends = t.findAll(
                    devices.stream().map(device -> device.path() + "/backend").toList());
            // A device that was detached meanwhile must not come back as half a one.
            t.performAll(IntStream.range(0, devices.size())
                    .filter(i -> backends.get(i).isPresent())
                    .<StoreWrite>mapToObj(i -> new Write(devices.get(i).path() + "/" + IN_ORDER, "1"))
                    .toList());
        });
    }

    private static Optional<Answer> answer(StoreAccess store, DomainId driver, String path) {
        Optional<String> status = store.find(path + "/hotplug-status");
        Backends.State state = Backends.state(store, path);
        if (status.filter(ERROR::equals).isPresent()) {
            String words = store.find(path + "/hotplug-error")
                    .map(Printable::brief)
                    .filter(text -> !text.isBlank())
                    .orElse("it gave no reason; its console may have one");
            return Optional.of(new Answer(false, words));
        }
        if (state == Backends.State.CLOSING || state == Backends.State.CLOSED) {
            return Optional.of(new Answer(false, Backends.errorOf(store, driver, path)));
        }
        return state.open() && status.filter(CONNECTED::equals).isPresent()
                ? Optional.of(new Answer(true, ""))
                : Optional.empty();
    }

    private static void requireAlive(Host host, String device, DomainId driver) {
        Optional<DomainFacts.Flags> flags = host.hypervisor().find(driver).map(DomainFacts::flags);
        if (flags.isEmpty() || flags.get().dying() || flags.get().shutdown()) {
            throw failed(device, driver, "the driver domain has ended");
        }
    }

    private static String silence(StoreAccess store, String path) {
        Backends.State state = Backends.state(store, path);
        return "it did not answer within " + PATIENCE.toSeconds() + " s (its backend's state is "
                + (state.number() < 0 ? "none" : state.text()) + "): does jxl-backend, or xl devd, run in it?";
    }

    private static ToolstackException failed(String device, DomainId driver, String reason) {
        return new ToolstackException.DeviceFailed(device, "connecting it in driver domain " + driver, reason, null);
    }
}
