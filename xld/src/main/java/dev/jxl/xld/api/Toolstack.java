package dev.jxl.xld.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Everything that jxld does. Thread-safe; calls may block. Every method may throw a {@link ToolstackException}.
 *
 * <p>What changes a domain is an operation: the call that starts one returns at once, when the request has been checked and
 * the intent is on disk; {@link #await} waits for its end.
 */
public interface Toolstack {
    /** The host as Xen describes it. */
    HostInfo host();

    /** CPUs and memory: of the host and of its domains. */
    Resources resources();

    /** The host's PCI devices. */
    HostPci pci();

    /** Domains that serve other domains. */
    DriverDomains drivers();

    /** Looking for what does not belong on the host. */
    Doctor doctor();

    /** Whether jxld can do its work, and what is missing. */
    Health health();

    /** Xen's message ring, oldest line first. */
    String xenLog(boolean clear);

    /** All domains, the control domain too, by domid. */
    List<DomainView> listDomains();

    /** One domain, by name, UUID or domid (tried in this order: domid, UUID, name; as xl does). */
    DomainView requireDomain(String nameUuidOrDomid);

    /** The configuration that a domain was made from. */
    DomainConfigView configOf(String nameUuidOrDomid);

    /** What a create would do, step by step, without doing it; checks everything that can be checked. */
    PlanView plan(CreateRequest request);

    /** Starts to create a domain. */
    OperationView create(CreateRequest request);

    /**
     * Starts to make a domain of a saved guest, which goes on where it was.
     *
     * @param file of {@code xl save} or {@link DomainAction.Save}; stays as it is
     * @param paused whether the domain stays paused when it is made
     */
    OperationView restore(Path file, boolean paused);

    /**
     * Starts to take a guest over that another host sends, by jxl or xl. Returns when it is known which guest.
     *
     * @param from a pipe with a name: what the sender says; absolute
     * @param to another one: what it is answered; absolute
     * @param paused whether the guest stays paused
     * @throws ToolstackException.MigrationFailed when the sender is silent or says what is not known
     */
    OperationView receive(Path from, Path to, boolean paused);

    /** Guests that go between this jxld and others. */
    Migrations migrations();

    /** Starts an action on a domain. */
    OperationView act(String nameUuidOrDomid, DomainAction action);

    /**
     * Answers a request that carries a key: the first time by {@code start}, from then on, for a day and across restarts of jxld, with
     * the operation that was started then. A request that is refused is not remembered.
     *
     * @param key 1 to 255 characters, chosen by whoever asks
     * @param request everything that makes the request what it is
     * @throws ToolstackException.KeyReused when the key came with another request before
     */
    OperationView once(String key, String request, Supplier<OperationView> start);
    /** A domain's devices of a kind, by number. */
    List<DeviceView> devices(String nameUuidOrDomid, DeviceKind kind);

    /**
     * Starts to attach a device to a running or paused guest; it stays in its configuration until detached.
     *
     * @throws ToolstackException.InvalidSpec with all that is wrong with the description
     */
    OperationView attach(String nameUuidOrDomid, DeviceRequest request);

    /**
     * Starts to take a device from a guest.
     *
     * @param device as its users call it: a disk's vdev, a nic's MAC address; or its number
     * @param force not to wait for the guest to let go of it: what it has not written is lost
     * @throws ToolstackException.DeviceNotFound when the domain has none such
     */
    OperationView detach(String nameUuidOrDomid, DeviceKind kind, String device, boolean force);

    /** Where a domain's consoles are. */
    List<ConsoleView> consoles(String nameUuidOrDomid);

    /**
     * Where a domain's screen can be seen.
     *
     * @throws ToolstackException.WrongState when it has none
     */
    ScreenView screen(String nameUuidOrDomid);

    /**
     * Gives a domain's device model a command of its human monitor, and its answer back: for those who look for a fault.
     *
     * @param command {@code info block}; one line of at most 4096 characters
     * @throws ToolstackException.DeviceModelFailed when there is none, or it does not answer
     */
    String monitor(String nameUuidOrDomid, String command);

    /** Domains that stay known while they do not run. */
    Definitions definitions();

    /** Operations, newest first: running ones and those ended lately. */
    List<OperationView> operations();

    /** One operation. */
    OperationView operation(String id);

    /**
     * Waits for an operation's end.
     *
     * @return as it is at the end, or after {@code timeout}
     */
    OperationView await(String id, Duration timeout);

    /** Asks an operation to stop; it cleans up and ends as cancelled. Nothing happens when it has ended. */
    OperationView cancel(String id);

    /**
     * Events, from the log.
     *
     * @param after only those with a greater id; 0 for all that are kept, {@code Long.MAX_VALUE} for only new ones
     */
    EventSubscription events(long after);

    /** The id of the newest event; 0 when there is none. */
    long lastEventId();

    /** Events as they come; bounded, a slow reader is served from the log. */
    interface EventSubscription extends AutoCloseable {
        /** The next event, or empty when {@code timeout} has passed. */
        Optional<DomainEvent> next(Duration timeout);

        @Override
        void close();
    }
}
