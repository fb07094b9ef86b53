package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Resources;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error, a cancel and a kill at every call of every change of CPUs and memory: what failed has changed nothing. */
@Timeout(300)
class ResourceFaultsTest {
    private static final String GUEST = "guest";

    @TempDir
    Path folder;

    /** The changes. */
    enum Change {
        PIN,
        VCPUS,
        MEMORY,
        MAX_MEMORY,
        SHARE,
        MOVE,
        POOL_CREATE,
        POOL_DESTROY,
        POOL_CPUS,
        POOL_TUNE;

        OperationView start(Resources r) {
            return switch (this) {
                case PIN ->
                    r.change(
                            GUEST, new DomainChange.Pin(Optional.empty(), Optional.of("1-2"), Optional.of("2"), false));
                case VCPUS -> r.change(GUEST, new DomainChange.SetVcpus(1, false));
                case MEMORY -> r.change(GUEST, new DomainChange.SetMemory(200 * 1024));
                case MAX_MEMORY -> r.change(GUEST, new DomainChange.SetMaxMemory(999 * 1024));
                case SHARE ->
                    r.change(GUEST, new DomainChange.SetShare(Optional.empty(), Optional.of(7), Optional.empty()));
                case MOVE -> r.change(GUEST, new DomainChange.MoveToPool("spare"));
                case POOL_CREATE ->
                    r.changePools(new CpuPoolChange.Create("new", Optional.empty(), Optional.of("4-5")));
                case POOL_DESTROY -> r.changePools(new CpuPoolChange.Destroy("spare"));
                case POOL_CPUS -> r.changePools(new CpuPoolChange.AddCpus("spare", "4-5"));
                case POOL_TUNE ->
                    r.changePools(new CpuPoolChange.Tune(
                            "spare", Optional.empty(), Optional.empty(), Optional.of(3000), Optional.empty()));
            };
        }
    }

    /** A host with a guest, a second pool and two CPUs that are nobody's. */
    private SimulatedDaemon daemon() {
        try {
            SimulatedDaemon daemon = new SimulatedDaemon(
                    Files.createTempDirectory(folder, "run"),
                    SimSettings.standard().withHurry(10));
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            assertThat(daemon.create(SimulatedDaemon.configuration(GUEST, "pvh", ""))
                            .status())
                    .isEqualTo(Status.SUCCEEDED);
            EnumeratedOperation.awaitReady(daemon, 1);
            Resources resources = daemon.toolstack().resources();
            daemon.end(resources.changePools(new CpuPoolChange.RemoveCpus("0", "4-7")));
            daemon.end(resources.changePools(new CpuPoolChange.Create("spare", Optional.empty(), Optional.of("6-7"))));
            daemon.world().faults().reset();
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a user sees, without what the guest does by itself. */
    private static String state(SimulatedDaemon daemon) {
        Resources resources = daemon.toolstack().resources();
        return resources.vcpus(GUEST).stream()
                        .map(v -> v.hardAffinity() + "/" + v.softAffinity())
                        .toList()
                + " " + resources.memory(GUEST).targetKib()
                + resources.memory(GUEST).maximumKib()
                + resources.memory(GUEST).limitKib() + " " + resources.share(GUEST) + " " + resources.cpuPools() + " "
                + daemon.world().leftovers().nodes() + " "
                + daemon.toolstack().configOf(GUEST).libxlJson();
    }

    private static RuntimeException errorOf(Call call) {
        return call.name().startsWith("store.")
                ? new XenStoreException.Refused(call.name(), "", "EIO")
                : new ToolstackException.HypercallRefused("injected at " + call.name(), null);
    }

    /** Empty when the request itself was refused. */
    private static Optional<OperationView> perform(SimulatedDaemon daemon, Change change) {
        try {
            return Optional.of(daemon.end(change.start(daemon.toolstack().resources())));
        } catch (ToolstackException | XenStoreException refused) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_changesNothing(Change change) {
        for (Moment moment : Moment.values()) {
            for (int k = 1; ; k++) {
                try (SimulatedDaemon daemon = daemon()) {
                    String before = state(daemon);
                    daemon.world().faults().reset();
                    StringBuilder where = new StringBuilder(change + ", error " + moment + " call " + k);
                    daemon.world().faults().at(k, moment, call -> {
                        where.append(" (").append(call.name()).append(')');
                        throw errorOf(call);
                    });
                    Optional<OperationView> last = perform(daemon, change);
                    boolean struck = daemon.world().faults().struck() > 0;
                    daemon.world().faults().reset();
                    if (!struck) {
                        assertThat(state(daemon))
                                .as(change + " without an error")
                                .isNotEqualTo(before);
                        break;
                    }
                    boolean done = last.map(OperationView::status).equals(Optional.of(Status.SUCCEEDED));
                    assertThat(done).as(where.toString()).isFalse();
                    if (where.indexOf("cpuPools.destroy") >= 0 && moment == Moment.AFTER) {
                        // The one call that cannot be taken back: nothing half is left of the pool.
                        assertThat(daemon.toolstack().resources().cpuPools())
                                .as(where.toString())
                                .hasSize(1);
                        assertThat(daemon.world().leftovers().nodes())
                                .as(where.toString())
                                .noneMatch(n -> n.startsWith("/local/pool/1"));
                        continue;
                    }
                    assertThat(state(daemon)).as(where + ": " + last).isEqualTo(before);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_itCanBeAskedForAgain(Change change) {
        for (int k = 1; ; k++) {
            try (SimulatedDaemon daemon = daemon()) {
                String before = state(daemon);
                daemon.world().faults().reset();
                daemon.world().faults().at(k, Moment.AFTER, daemon.host().killFault());
                try {
                    OperationView started = change.start(daemon.toolstack().resources());
                    SimulatedDaemon.soon()
                            .until(() -> daemon.world().faults().struck() > 0
                                    || daemon.toolstack()
                                            .operation(started.id())
                                            .status()
                                            .ended());
                } catch (DaemonKilled dead) {
                    assertThat(daemon.world().faults().struck()).isEqualTo(1);
                }
                if (daemon.world().faults().struck() == 0) {
                    break;
                }
                daemon.killAndStart();
                daemon.awaitQuiet();
                if (state(daemon).equals(before)) {
                    assertThat(perform(daemon, change).map(OperationView::status))
                            .as(change + ", again after a kill at call " + k)
                            .contains(Status.SUCCEEDED);
                }
                assertThat(daemon.toolstack().resources().cpuPools())
                        .extracting(p -> p.name())
                        .as(change + ", kill at call " + k)
                        .doesNotContain("(null)");
                assertThat(List.of(Status.SUCCEEDED, Status.FAILED))
                        .contains(daemon.toolstack().operations().getFirst().status());
            }
        }
    }
}
