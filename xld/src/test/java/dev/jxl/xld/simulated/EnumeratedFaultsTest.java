package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation, with an error, a cancel, and a kill and restart of jxld at each of its calls to the host: afterwards nothing
 * is left that should not be, and a domain beside it is as it was.
 */
@Timeout(600)
class EnumeratedFaultsTest {
    private static final String GUEST = "subject";
    private static final String BYSTANDER = "bystander";
    private static final String KEPT = "0000:03:00.0";
    private static final String OTHER_KEPT = "0000:04:00.0";
    private static final int AT_ONCE = 6;
    private static final DeviceRequest DISK = HotplugOnSimTest.disk("format=raw,vdev=xvdb,access=rw,target=/sim/b.img");
    private static final DeviceRequest QDISK =
            HotplugOnSimTest.disk("format=qcow2,vdev=xvdb,access=rw,target=/sim/b.img");
    private static final DeviceRequest NIC = HotplugOnSimTest.nic("bridge=xenbr0,mac=00:16:3e:01:02:03");

    private static final DeviceRequest PCI = HotplugOnSimTest.pci(KEPT);
    private static final DeviceRequest OTHER_PCI = HotplugOnSimTest.pci(OTHER_KEPT);

    @TempDir
    Path folder;

    /** What is done to the guest {@code subject}. */
    enum Operation {
        CREATE_PVH,
        CREATE_PV,
        CREATE_WITH_QEMU,
        CREATE_PV_WITH_PCI,
        CREATE_HVM_WITH_PCI,
        CREATE_BY_BOOTLOADER,
        DESTROY,
        DESTROY_WITH_PCI,
        PAUSE,
        UNPAUSE,
        SHUTDOWN,
        REBOOT,
        ATTACH_DISK,
        ATTACH_DISK_OF_QEMU,
        ATTACH_NIC,
        DETACH_DISK,
        DETACH_DISK_OF_QEMU,
        DETACH_NIC,
        DETACH_DISK_BY_FORCE,
        ATTACH_PCI,
        ATTACH_PCI_TO_HVM,
        DETACH_PCI,
        DETACH_PCI_BY_FORCE,
        SUSPEND,
        RESUME,
        RENAME,
        DUMP_CORE,
        SYSRQ,
        CONFIG_UPDATE,
        TRIGGER,
        CD_INSERT;

        private static final Path CORE = Path.of("/var/tmp/core");
        private static final String OTHER_NAME = "renamed";

        boolean creates() {
            return this == CREATE_PVH
                    || this == CREATE_PV
                    || this == CREATE_WITH_QEMU
                    || this == CREATE_PV_WITH_PCI
                    || this == CREATE_BY_BOOTLOADER
                    || this == CREATE_HVM_WITH_PCI;
        }

        boolean needsPci() {
            return this == CREATE_PV_WITH_PCI || this == CREATE_HVM_WITH_PCI || this == DESTROY_WITH_PCI || plugsPci();
        }

        private boolean plugsPci() {
            return this == ATTACH_PCI || this == ATTACH_PCI_TO_HVM || this == DETACH_PCI || this == DETACH_PCI_BY_FORCE;
        }

        private static String withPci(String type) {
            return SimulatedDaemon.configuration(
                    GUEST, type, "pci = [ \"" + KEPT + "\", \"" + OTHER_KEPT + ",permissive=1\" ]");
        }

        private static String configuration(String type) {
            return SimulatedDaemon.configuration(GUEST, type, "");
        }

        void prepare(SimulatedDaemon daemon) {
            if (creates()) {
                return;
            }
            if (this == DESTROY_WITH_PCI) {
                assertThat(daemon.create(withPci("hvm")).failure()).isEmpty();
                awaitReady(daemon, daemon.find(GUEST).orElseThrow().domid());
                return;
            }
            String type = this == CD_INSERT || this == ATTACH_PCI_TO_HVM ? "hvm" : plugsPci() ? "pv" : "pvh";
            String more = plugsPci()
                    ? "passthrough=\"enabled\""
                    : this == CD_INSERT ? "disk = [ \"format=raw,vdev=hdc,devtype=cdrom,target=/sim/a.iso\" ]" : "";
            assertThat(daemon.create(SimulatedDaemon.configuration(GUEST, type, more))
                            .status())
                    .isEqualTo(Status.SUCCEEDED);
            awaitReady(daemon, daemon.find(GUEST).orElseThrow().domid());
            switch (this) {
                case UNPAUSE -> daemon.act(GUEST, new DomainAction.Pause());
                case DETACH_DISK, DETACH_DISK_BY_FORCE -> attached(daemon, DISK);
                case DETACH_DISK_OF_QEMU -> attached(daemon, QDISK);
                case DETACH_NIC -> attached(daemon, NIC);
                case DETACH_PCI, DETACH_PCI_BY_FORCE -> {
                    attached(daemon, PCI);
                    attached(daemon, OTHER_PCI);
                }
                default -> {}
            }
            if (this == RESUME) {
                daemon.act(GUEST, new DomainAction.Suspend());
            }
        }

        private static void attached(SimulatedDaemon daemon, DeviceRequest device) {
            assertThat(daemon.end(daemon.toolstack().attach(GUEST, device)).failure())
                    .isEmpty();
            await().atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> daemon.toolstack().devices(GUEST, device.kind()).stream()
                            .allMatch(d -> d.state() == 4 && d.backendState() == 4));
        }

        OperationView start(SimulatedDaemon daemon) {
            return switch (this) {
                case CREATE_PVH -> daemon.toolstack().create(SimulatedDaemon.request(configuration("pvh")));
                case CREATE_PV -> daemon.toolstack().create(SimulatedDaemon.request(configuration("pv")));
                case CREATE_WITH_QEMU ->
                    daemon.toolstack()
                            .create(SimulatedDaemon.request(
                                    configuration("pvh").replace("format=raw", "format=qcow2")));
                case CREATE_BY_BOOTLOADER ->
                    daemon.toolstack()
                            .create(SimulatedDaemon.request(
                                    SimulatedDaemon.configuration(GUEST, "pvh", "bootloader = \"pygrub\"")));
                case CREATE_PV_WITH_PCI -> daemon.toolstack().create(SimulatedDaemon.request(withPci("pv")));
                case CREATE_HVM_WITH_PCI -> daemon.toolstack().create(SimulatedDaemon.request(withPci("hvm")));
                case DESTROY, DESTROY_WITH_PCI -> daemon.toolstack().act(GUEST, new DomainAction.Destroy());
                case PAUSE -> daemon.toolstack().act(GUEST, new DomainAction.Pause());
                case UNPAUSE -> daemon.toolstack().act(GUEST, new DomainAction.Unpause());
                case SHUTDOWN -> daemon.toolstack().act(GUEST, new DomainAction.Shutdown(false, true));
                case REBOOT -> daemon.toolstack().act(GUEST, new DomainAction.Reboot(false, true));
                case ATTACH_DISK -> daemon.toolstack().attach(GUEST, DISK);
                case ATTACH_DISK_OF_QEMU -> daemon.toolstack().attach(GUEST, QDISK);
                case ATTACH_NIC -> daemon.toolstack().attach(GUEST, NIC);
                case DETACH_DISK, DETACH_DISK_OF_QEMU ->
                    daemon.toolstack().detach(GUEST, DeviceKind.DISK, "xvdb", false);
                case DETACH_DISK_BY_FORCE -> daemon.toolstack().detach(GUEST, DeviceKind.DISK, "xvdb", true);
                case DETACH_NIC -> daemon.toolstack().detach(GUEST, DeviceKind.NIC, "1", false);
                case ATTACH_PCI, ATTACH_PCI_TO_HVM -> daemon.toolstack().attach(GUEST, PCI);
                case DETACH_PCI -> daemon.toolstack().detach(GUEST, DeviceKind.PCI, KEPT, false);
                case DETACH_PCI_BY_FORCE -> daemon.toolstack().detach(GUEST, DeviceKind.PCI, KEPT, true);
                case SUSPEND -> daemon.toolstack().act(GUEST, new DomainAction.Suspend());
                case RESUME -> daemon.toolstack().act(GUEST, new DomainAction.Resume());
                case RENAME -> daemon.toolstack().act(GUEST, new DomainAction.Rename(OTHER_NAME));
                case DUMP_CORE -> daemon.toolstack().act(GUEST, new DomainAction.DumpCore(CORE));
                case SYSRQ -> daemon.toolstack().act(GUEST, new DomainAction.Sysrq('h'));
                case TRIGGER ->
                    daemon.toolstack().act(GUEST, new DomainAction.Trigger(DomainAction.Trigger.Kind.NMI, 0));
                case CD_INSERT ->
                    daemon.toolstack().act(GUEST, new DomainAction.ChangeCd("hdc", Optional.of(Path.of("/sim/b.iso"))));
                case CONFIG_UPDATE ->
                    daemon.toolstack()
                            .act(GUEST, new DomainAction.Reconfigure(SimulatedDaemon.request(configuration("pvh"))));
            };
        }

        /** Whether it has had its effect on the guest that had that number before. */
        boolean done(SimulatedDaemon daemon, int before) {
            Optional<DomainView> guest = daemon.find(GUEST);
            return switch (this) {
                case CREATE_PVH,
                        CREATE_PV,
                        CREATE_WITH_QEMU,
                        CREATE_PV_WITH_PCI,
                        CREATE_HVM_WITH_PCI,
                        CREATE_BY_BOOTLOADER,
                        UNPAUSE,
                        RESUME,
                        SYSRQ,
                        CONFIG_UPDATE,
                        TRIGGER,
                        CD_INSERT -> guest.isPresent() && guest.get().state().equals("running");
                case PAUSE -> guest.isPresent() && guest.get().state().equals("paused");
                case DESTROY, DESTROY_WITH_PCI, SHUTDOWN -> guest.isEmpty();
                case REBOOT ->
                    guest.isPresent()
                            && guest.get().state().equals("running")
                            && guest.get().domid() != before;
                case ATTACH_DISK, ATTACH_DISK_OF_QEMU -> devices(daemon, DeviceKind.DISK) == 2;
                case ATTACH_NIC -> devices(daemon, DeviceKind.NIC) == 2;
                case DETACH_DISK, DETACH_DISK_OF_QEMU, DETACH_DISK_BY_FORCE -> devices(daemon, DeviceKind.DISK) == 1;
                case DETACH_NIC -> devices(daemon, DeviceKind.NIC) == 1;
                case ATTACH_PCI, ATTACH_PCI_TO_HVM, DETACH_PCI, DETACH_PCI_BY_FORCE ->
                    devices(daemon, DeviceKind.PCI) == 1;
                case SUSPEND ->
                    guest.isPresent() && guest.get().shutdownReason().equals(Optional.of("suspend"));
                case RENAME -> guest.isEmpty() && daemon.find(OTHER_NAME).isPresent();
                case DUMP_CORE -> daemon.world().cores().equals(List.of(CORE));
            };
        }

        /** Whether a failed one must have left all as it was before it. */
        boolean attaches() {
            return this == ATTACH_DISK
                    || this == ATTACH_DISK_OF_QEMU
                    || this == ATTACH_NIC
                    || this == ATTACH_PCI
                    || this == ATTACH_PCI_TO_HVM;
        }

        private static int devices(SimulatedDaemon daemon, DeviceKind kind) {
            return daemon.toolstack().devices(GUEST, kind).size();
        }
    }

    private static void awaitReady(SimulatedDaemon daemon, int domid) {
        await().atMost(SimulatedDaemon.SOON)
                .pollInterval(SimulatedDaemon.POLL)
                .until(() -> daemon.world()
                        .consoleText(new dev.jxl.config.DomainId(domid))
                        .contains("GUEST-READY"));
    }

    /** One run: a fresh machine with a bystander, the operation with something at its k-th call, and the look afterwards. */
    private final class Run implements AutoCloseable {
        final Operation operation;
        final SimulatedDaemon daemon;
        final SimLeftovers empty;
        final SimLeftovers prepared;
        final int bystander;
        final int subject;

        Run(Operation operation) {
            this.operation = operation;
            this.daemon =
                    new SimulatedDaemon(freshFolder(), SimSettings.standard().withHurry(10));
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            daemon.create(SimulatedDaemon.configuration(BYSTANDER, "pvh", ""));
            this.bystander = daemon.find(BYSTANDER).orElseThrow().domid();
            awaitReady(daemon, bystander);
            if (operation.needsPci()) {
                keep(KEPT);
                keep(OTHER_KEPT);
            }
            this.empty = daemon.world().leftovers();
            operation.prepare(daemon);
            daemon.awaitQuiet();
            this.subject = daemon.find(GUEST).map(DomainView::domid).orElse(-1);
            this.prepared = daemon.world().leftovers();
            daemon.world().faults().reset();
        }

        private void keep(String address) {
            assertThat(daemon.end(daemon.toolstack().pci().makeAssignable(address, Optional.empty(), false))
                            .failure())
                    .isEmpty();
        }

        private Path freshFolder() {
            try {
                return Files.createTempDirectory(folder, "run");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Empty when the request itself was refused, or jxld died in it. */
        Optional<OperationView> perform() {
            try {
                return Optional.of(operation.start(daemon));
            } catch (RuntimeException | DaemonKilled refused) {
                return Optional.empty();
            }
        }

        /** jxld looks at its domains all the time, so that nothing waits for its next round. */
        OperationView end(OperationView operation) {
            await("the end of " + operation)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> {
                        daemon.nudge();
                        return hasEnded(this, operation);
                    });
            return daemon.toolstack().operation(operation.id());
        }

        boolean struck() {
            return daemon.world().faults().struck() > 0;
        }

        boolean struckAndNothingLeft(CharSequence where) {
            Optional<OperationView> last = perform().map(this::end);
            if (struck()) {
                requireNothingLeft(where.toString(), last);
                return true;
            }
            return false;
        }

        boolean killedAndNothingLeft(Moment moment, int k) {
            StringBuilder where = new StringBuilder(operation + ", kill " + moment + " call " + k);
            SimFaults.Fault kill = daemon.host().killFault();
            daemon.world().faults().at(k, moment, call -> {
                where.append(" (").append(call.name()).append(')');
                kill.strike(call);
            });
            Optional<OperationView> started = perform();
            await(where.toString())
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> struck() || (started.isPresent() && hasEnded(this, started.get())));
            if (!struck()) {
                return false;
            }
            daemon.killAndStart();
            daemon.awaitQuiet();
            Optional<OperationView> last = started.map(o -> daemon.toolstack().operation(o.id()));
            requireNothingLeft(where.toString(), last);
            return true;
        }

        void requireNothingLeft(String what, Optional<OperationView> last) {
            daemon.awaitQuiet();
            daemon.world().faults().reset();
            boolean succeeded = last.map(OperationView::status).equals(Optional.of(Status.SUCCEEDED));
            if (succeeded) {
                await(what)
                        .atMost(SimulatedDaemon.SOON)
                        .pollInterval(SimulatedDaemon.POLL)
                        .until(() -> operation.done(daemon, subject));
            }
            Optional<DomainView> guest = daemon.find(GUEST);
            if (operation.creates() && !succeeded && last.isPresent()) {
                assertThat(guest).as(what + ": " + last).isEmpty();
            }
            if (operation.attaches() && !succeeded && last.isPresent()) {
                requireAsBefore(what, last.get());
            }
            assertThat(daemon.world().cores()).as(what).allMatch(Operation.CORE::equals);
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .untilAsserted(() -> {
                        daemon.nudge();
                        removeGuest(what, GUEST);
                        removeGuest(what, Operation.OTHER_NAME);
                        daemon.awaitQuiet();
                        assertThat(daemon.world().leftovers())
                                .as(what + ": " + last)
                                .isEqualTo(empty);
                    });
            assertThat(daemon.world().leftovers()).as(what + ": " + last).isEqualTo(empty);
            DomainView beside = daemon.find(BYSTANDER).orElseThrow();
            assertThat(beside.domid()).as(what).isEqualTo(bystander);
            assertThat(beside.state()).as(what).isEqualTo("running");
        }

        /** A failed attach leaves the guest with what it had, and nothing of the device, in both configurations too. */
        private void requireAsBefore(String what, OperationView last) {
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .untilAsserted(() -> assertThat(daemon.world().leftovers())
                            .as(what + ": " + last)
                            .isEqualTo(prepared));
            assertThat(daemon.toolstack().configOf(GUEST).libxlJson())
                    .as(what)
                    .doesNotContain("/sim/b.img")
                    .doesNotContain("00:16:3e:01:02:03");
        }

        /** The supervisor may be at it already. */
        private void removeGuest(String what, String name) {
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .ignoreExceptionsInstanceOf(ToolstackException.class)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> daemon.find(name).isEmpty()
                            || daemon.act(name, new DomainAction.Destroy()).status() == Status.SUCCEEDED);
        }

        @Override
        public void close() {
            daemon.close();
        }
    }

    private static RuntimeException errorOf(Call call) {
        String port = call.name().substring(0, call.name().indexOf('.'));
        return switch (port) {
            case "store" -> new XenStoreException.Refused(call.name(), "", "EIO");
            case "blockAttach", "netAttach" ->
                new ToolstackException.DeviceFailed("device", call.name(), "injected", null);
            case "hostFiles" -> new UncheckedIOException(new IOException("injected at " + call.name()));
            default -> new ToolstackException.HypercallRefused("injected at " + call.name(), null);
        };
    }

    /** What is tried at the k-th call; false when there is no such call. */
    @FunctionalInterface
    private interface Attempt {
        boolean at(int k);
    }

    /** Tries it at the first call, the second, … until the operation has no more; several at once, since most of it is waiting. */
    private static int atEveryCall(Attempt attempt) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(1);
        AtomicInteger struck = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    try {
                        if (attempt.at(next.getAndIncrement())) {
                            struck.incrementAndGet();
                        } else {
                            over.set(true);
                        }
                    } catch (Throwable t) {
                        failure.compareAndSet(null, t);
                        over.set(true);
                    }
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get().getMessage(), failure.get());
        }
        return struck.get();
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_nothingIsLeft(Operation operation) throws InterruptedException {
        int calls = atEveryCall(k -> {
            try (Run run = new Run(operation)) {
                StringBuilder where = new StringBuilder(operation + ", error at call " + k);
                run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    throw errorOf(call);
                });
                return run.struckAndNothingLeft(where);
            }
        });
        report(operation, calls, "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_nothingIsLeft(Operation operation) throws InterruptedException {
        int calls = atEveryCall(k -> {
            try (Run run = new Run(operation)) {
                StringBuilder where = new StringBuilder(operation + ", cancel at call " + k);
                run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    run.daemon.toolstack().operations().stream()
                            .filter(o -> !o.status().ended())
                            .forEach(o -> run.daemon.toolstack().cancel(o.id()));
                });
                return run.struckAndNothingLeft(where);
            }
        });
        report(operation, calls, "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_nextLifeCleansUpOrFinishes(Operation operation) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += atEveryCall(k -> {
                try (Run run = new Run(operation)) {
                    return run.killedAndNothingLeft(moment, k);
                }
            });
        }
        report(operation, calls, "kills");
    }

    private static boolean hasEnded(Run run, OperationView operation) {
        return run.daemon.toolstack().operation(operation.id()).status().ended();
    }

    private static void report(Operation operation, int calls, String what) {
        assertThat(calls).as(operation + ": " + what).isPositive();
        Stream.of("enumeration: " + operation + ": " + calls + " " + what + ", nothing left")
                .forEach(System.out::println);
    }
}
