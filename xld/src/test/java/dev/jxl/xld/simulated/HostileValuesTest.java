package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest and a driver domain write hostile values at each call of an operation that reads their nodes: it ends, says what is fit to be
 * shown, and touches nobody else; afterwards the guest is destroyed as any other.
 */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class HostileValuesTest {
    private static final String DRIVER = "driver";
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Pattern UNFIT = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final int LONGEST = 2000;

    /** About as many calls has a request to power off that nobody waits for: the long wait reads nothing of the guest's. */
    private static final int OF_SHUTDOWN = 8;

    private EnumeratedMachines machines;

    @BeforeAll
    void begin(@TempDir Path folder) {
        machines = new EnumeratedMachines(folder, HostileValuesTest::addDriverDomain);
    }

    @AfterAll
    void end() {
        machines.close();
    }

    private static void addDriverDomain(SimulatedDaemon daemon) {
        String configuration = """
            name = "driver"
            type = "pvh"
            kernel = "/sim/vmlinuz"
            memory = 128
            driver_domain = 1
            """;
        assertThat(daemon.create(configuration).failure()).isEmpty();
        daemon.awaitReady(DRIVER);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "DESTROY",
                "SHUTDOWN",
                "SUSPEND",
                "SAVE_AND_RUN",
                "ATTACH_DISK",
                "ATTACH_NIC",
                "DETACH_DISK",
                "DETACH_DISK_OF_QEMU",
                "DETACH_NIC",
                "DETACH_VTPM",
                "DETACH_USB_CONTROLLER"
            })
    void atEveryCall_othersAreNotTouchedAndAllThatIsSaidIsPrintable(EnumeratedOperation operation)
            throws InterruptedException {
        int about = operation == EnumeratedOperation.SHUTDOWN ? OF_SHUTDOWN : machines.count(operation, "");
        int calls = machines.atEveryCall(operation, about, (run, k) -> new Attack(run, k).struckAndHarmless());
        EnumeratedRun.report(operation, calls, "times hostile values");
    }

    /** Hostile values at three calls in a row. */
    private static final class Attack {
        private final EnumeratedRun run;
        private final int k;
        private final StringBuilder where;
        private final HostileWriters hostile;
        private final Map<String, String> others;

        Attack(EnumeratedRun run, int k) {
            this.run = run;
            this.k = k;
            this.where = new StringBuilder(run.operation() + ", hostile values at call " + k);
            int driver = run.daemon.find(DRIVER).orElseThrow().domid();
            this.hostile = new HostileWriters(run.daemon, run.subject(), driver, run.bystander);
            hostile.plugCard();
            this.others = nodesOfOthers(driver);
            for (int i = k; i < k + 3; i++) {
                run.daemon.world().faults().at(i, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    hostile.write(7 * call.number());
                });
            }
        }

        boolean struckAndHarmless() {
            Optional<OperationView> last = perform().map(this::endOrCancel);
            if (!run.struck()) {
                return false;
            }
            last.flatMap(OperationView::failure).ifPresent(failure -> {
                assertThat(failure.code()).as("%s: %s", where, failure).isNotEqualTo("internal");
                requireFit(failure.message());
                requireFit(failure.step());
            });
            run.daemon.world().faults().reset();
            look();
            run.requireGone(where.toString(), last, hostile::tidy);
            int driver = run.daemon.find(DRIVER).orElseThrow().domid();
            assertThat(nodesOfOthers(driver)).as("%s: %s", where, last).isEqualTo(others);
            return true;
        }

        private OperationView start() {
            Toolstack toolstack = run.daemon.toolstack();
            String card = Integer.toString(HostileWriters.CARD);
            return switch (run.operation()) {
                // The driver domain's, at times by force.
                case DETACH_NIC -> toolstack.detach(EnumeratedOperation.GUEST, DeviceKind.NIC, card, k % 2 == 0);
                case SHUTDOWN -> toolstack.act(EnumeratedOperation.GUEST, new DomainAction.Shutdown(false, false));
                default -> run.operation().start(run.daemon);
            };
        }

        private Optional<OperationView> perform() {
            try {
                return Optional.of(start());
            } catch (ToolstackException refused) {
                requireFit(refused.getMessage());
                return Optional.empty();
            }
        }

        /** Some wait for the guest without an end, as xl does, until they are cancelled. */
        private OperationView endOrCancel(OperationView operation) {
            long cancelAt = System.nanoTime() + PATIENCE.toNanos();
            SimulatedDaemon.soon(where.toString()).until(() -> {
                if (System.nanoTime() > cancelAt) {
                    OperationView _ = run.daemon.toolstack().cancel(operation.id());
                }
                return run.hasEnded(operation);
            });
            return run.daemon.toolstack().operation(operation.id());
        }

        /** What users are shown of the guest and its devices now. */
        private void look() {
            hostile.write(k);
            run.daemon.toolstack().listDomains().forEach(domain -> requireFit(domain.toString()));
            run.daemon.toolstack().drivers().list().forEach(driver -> requireFit(driver.toString()));
            for (DeviceKind kind : List.of(DeviceKind.DISK, DeviceKind.NIC, DeviceKind.VKB, DeviceKind.VTPM)) {
                try {
                    run.daemon
                            .toolstack()
                            .devices(EnumeratedOperation.GUEST, kind)
                            .forEach(device -> requireFit(device.toString()));
                } catch (ToolstackException gone) {
                    requireFit(gone.getMessage());
                }
            }
        }

        private void requireFit(String text) {
            assertThat(UNFIT.matcher(text).find()).as("%s: %s", where, text).isFalse();
            assertThat(text.length()).as("%s: %s", where, text).isLessThan(LONGEST);
        }

        /** All nodes but the two attackers' and the toolstack's about the guest. */
        private Map<String, String> nodesOfOthers(int driver) {
            Map<String, String> nodes = new TreeMap<>();
            try (MemoryXenStore dom0 = run.daemon.world().storeAs(DomainId.DOM0)) {
                boolean _ = dom0.transaction(t -> {
                    nodes.clear();
                    collect(t, "/local/domain/" + run.bystander, nodes);
                    collect(t, "/libxl/" + run.bystander, nodes);
                    collect(t, "/libxl/" + driver, nodes);
                    collect(t, "/local/domain/0/backend/vbd/" + run.bystander, nodes);
                    collect(t, "/local/domain/0/backend/vif/" + run.bystander, nodes);
                    collect(t, "/local/domain/0/control", nodes);
                    collect(t, "/local/domain/0/memory", nodes);
                    nodes.put("name", t.find("/local/domain/0/name").orElse(""));
                    return true;
                });
            }
            return nodes;
        }

        private static void collect(StoreAccess view, String path, Map<String, String> into) {
            into.put(path, view.find(path).orElse("(none)"));
            view.list(path).forEach(name -> collect(view, path + "/" + name, into));
        }
    }
}
