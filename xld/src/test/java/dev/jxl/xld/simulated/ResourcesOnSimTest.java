package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.config.MemorySize;
import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.CpuPoolView;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Resources;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.VcpuView;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CPUs and memory through the toolstack's interface, as a user meets them, on the simulated machine. */
@Timeout(120)
class ResourcesOnSimTest {
    private static final String GUEST = "g";

    @TempDir
    Path folder;

    private SimulatedDaemon daemon;

    private void start(SimSettings settings) {
        daemon = new SimulatedDaemon(folder, settings);
    }

    private void startWithGuest(String more) {
        start(SimSettings.standard());
        create(GUEST, more);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void create(String name, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration(name, "pvh", more));
        assertThat(made.failure()).isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(domid(name)).contains("GUEST-READY"));
    }

    private DomainId domid(String name) {
        return new DomainId(daemon.find(name).orElseThrow().domid());
    }

    private Resources resources() {
        return daemon.toolstack().resources();
    }

    private void change(String name, DomainChange change) {
        OperationView ended = daemon.end(resources().change(name, change));
        assertThat(ended.failure()).isEmpty();
    }

    private void changePools(CpuPoolChange change) {
        assertThat(daemon.end(resources().changePools(change)).failure()).isEmpty();
    }

    private void reboot(String name) {
        int before = domid(name).value();
        daemon.act(name, new DomainAction.Reboot(false, true));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find(name)
                        .filter(d -> d.domid() != before && d.state().equals("running"))
                        .isPresent());
    }

    private List<String> affinities(String name) {
        return resources().vcpus(name).stream()
                .map(v -> v.hardAffinity() + "/" + v.softAffinity())
                .toList();
    }

    @Test
    void guestWithoutWishes_mayRunEverywhere() {
        startWithGuest("");

        assertThat(affinities(GUEST)).containsOnly("all/all").hasSize(4);
        assertThat(resources().vcpus(GUEST)).filteredOn(VcpuView::online).hasSize(2);
        assertThat(resources().vcpus()).extracting(VcpuView::domain).contains("Domain-0", GUEST);
    }

    @Test
    void pin_isSeenAndOutlivesAReboot() {
        startWithGuest("");

        change(GUEST, new DomainChange.Pin(Optional.of(1), Optional.of("1-3,^2"), Optional.empty(), false));
        change(GUEST, new DomainChange.Pin(Optional.empty(), Optional.empty(), Optional.of("0-3"), false));

        List<String> pinned = List.of("all/0-3", "1,3/0-3", "all/0-3", "all/0-3");
        assertThat(affinities(GUEST)).isEqualTo(pinned);
        reboot(GUEST);
        assertThat(affinities(GUEST)).isEqualTo(pinned);
    }

    @Test
    void pinOfDom0_isPossible() {
        start(SimSettings.standard());

        change("0", new DomainChange.Pin(Optional.of(0), Optional.of("0"), Optional.empty(), false));

        assertThat(affinities("Domain-0").getFirst()).isEqualTo("0/all");
    }

    @Test
    void nonsense_isRefusedBeforeAnythingHappens() {
        startWithGuest("");

        assertThatThrownBy(() -> resources()
                        .change(GUEST, new DomainChange.Pin(Optional.of(9), Optional.of("1"), Optional.empty(), false)))
                .isInstanceOf(ToolstackException.InvalidRequest.class)
                .hasMessageContaining("'g' has no vCPU 9");
        assertThatThrownBy(() -> resources()
                        .change(GUEST, new DomainChange.Pin(Optional.of(1), Optional.of("x"), Optional.empty(), false)))
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> resources().change(GUEST, new DomainChange.SetVcpus(5, false)))
                .hasMessageContaining("1 to 4 vCPUs");
        assertThatThrownBy(() -> resources().change(GUEST, new DomainChange.SetMemory(512 * 1024)))
                .hasMessageContaining("at most 256 MiB");
        assertThatThrownBy(() -> resources().change("0", new DomainChange.SetMemory(64 * 1024)))
                .hasMessageContaining("128 MiB");
        assertThatThrownBy(() -> resources().change(GUEST, new DomainChange.SetMaxMemory(128 * 1024)))
                .hasMessageContaining("mem-set");
        assertThatThrownBy(() -> resources()
                        .change(GUEST, new DomainChange.SetShare(Optional.empty(), Optional.of(0), Optional.empty())))
                .hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> resources()
                        .change(
                                GUEST,
                                new DomainChange.SetShare(Optional.of("credit"), Optional.of(1), Optional.empty())))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("credit2");
        assertThat(daemon.toolstack().operations())
                .extracting(OperationView::kind)
                .containsOnly("create");
    }

    @Test
    void vcpuSet_guestFollowsAndARebootKeepsIt() {
        startWithGuest("");

        change(GUEST, new DomainChange.SetVcpus(3, false));

        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find(GUEST).orElseThrow().vcpus() == 3);
        assertThat(daemon.toolstack().configOf(GUEST).libxlJson()).contains("\"avail_vcpus\"");
        reboot(GUEST);
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find(GUEST).orElseThrow().vcpus() == 3);
    }

    @Test
    void memSet_guestFollowsAndARebootKeepsIt() {
        startWithGuest("maxmem = 512");

        change(GUEST, new DomainChange.SetMemory(384 * 1024));

        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find(GUEST).orElseThrow().memoryKib() == 384 * 1024);
        assertThat(resources().memory(GUEST).limitKib()).contains(385L * 1024);
        assertThat(resources().memory(GUEST).targetKib()).contains(384L * 1024);
        assertThat(resources().memory(GUEST).maximumKib()).contains(512L * 1024);
        assertThat(daemon.toolstack().configOf(GUEST).libxlJson()).contains("393216");
        reboot(GUEST);
        assertThat(resources().memory(GUEST).targetKib()).contains(384L * 1024);
    }

    @Test
    void memMax_raisesWhatMemSetMayGive() {
        startWithGuest("");

        change(GUEST, new DomainChange.SetMaxMemory(1024 * 1024));
        change(GUEST, new DomainChange.SetMemory(768 * 1024));

        assertThat(resources().memory(GUEST).maximumKib()).contains(1024L * 1024);
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find(GUEST).orElseThrow().memoryKib() == 768 * 1024);
    }

    @Test
    void share_isChangedInPartsAndOutlivesAReboot() {
        startWithGuest("");

        change(GUEST, new DomainChange.SetShare(Optional.empty(), Optional.of(512), Optional.empty()));
        change(GUEST, new DomainChange.SetShare(Optional.of("credit2"), Optional.empty(), Optional.of(50)));

        assertThat(resources().share(GUEST).weight()).contains(512);
        assertThat(resources().share(GUEST).cap()).contains(50);
        reboot(GUEST);
        assertThat(resources().share(GUEST).cap()).contains(50);
    }

    @Test
    void pool_isMadeUsedAndDestroyed() {
        startWithGuest("");
        changePools(new CpuPoolChange.RemoveCpus("Pool-0", "6-7"));

        changePools(new CpuPoolChange.Create("real", Optional.of("rtds"), Optional.of("6-7")));
        change(GUEST, new DomainChange.MoveToPool("real"));
        change(GUEST, new DomainChange.SetBudgets(List.of(), List.of(new DomainChange.Budget(20_000, 5_000, false))));

        CpuPoolView pool = resources().requireCpuPool("real");
        assertThat(pool.cpus()).containsExactly(6, 7);
        assertThat(pool.scheduler()).isEqualTo("rtds");
        assertThat(pool.domains()).isEqualTo(1);
        assertThat(resources().share(GUEST).vcpus())
                .allSatisfy(v -> assertThat(v.budgetMicros()).isEqualTo(5_000))
                .hasSize(4);
        reboot(GUEST);
        assertThat(resources().share(GUEST).scheduler()).isEqualTo("rtds");
        assertThatThrownBy(() -> resources().changePools(new CpuPoolChange.Destroy("real")))
                .hasMessageContaining("1 domain(s)");
        change(GUEST, new DomainChange.MoveToPool("Pool-0"));
        changePools(new CpuPoolChange.Destroy("real"));
        changePools(new CpuPoolChange.AddCpus("Pool-0", "6-7"));
        assertThat(resources().cpuPools())
                .singleElement()
                .satisfies(p -> assertThat(p.cpus()).hasSize(8));
    }

    @Test
    void poolsScheduler_isTuned() {
        start(SimSettings.standard());

        changePools(new CpuPoolChange.Tune(
                "0", Optional.of("credit2"), Optional.empty(), Optional.of(2000), Optional.empty()));

        assertThat(resources().requireCpuPool("Pool-0").ratelimitMicros()).contains(2000);
        assertThatThrownBy(() -> resources()
                        .changePools(new CpuPoolChange.Tune(
                                "0", Optional.empty(), Optional.empty(), Optional.of(5), Optional.empty())))
                .hasMessageContaining("100 to 500000");
    }

    @Test
    void numaSplit_givesEachNodeAPool() {
        start(SimSettings.standard().withCpus(8, 2));

        OperationView ended = daemon.end(resources().changePools(new CpuPoolChange.NumaSplit()));

        assertThat(ended.failure()).isEmpty();
        assertThat(resources().cpuPools())
                .extracting(p -> p.name() + " " + p.cpus())
                .containsExactly("Pool-node0 [0, 1, 2, 3]", "Pool-node1 [4, 5, 6, 7]");
        assertThat(daemon.find("Domain-0").orElseThrow().vcpus()).isEqualTo(4);
    }

    @Test
    void guestsOnAHostWithNodes_areDealtOut() {
        start(SimSettings.standard().withCpus(8, 4));

        create("a", "vcpus = 2\nmaxvcpus = 2");
        create("b", "vcpus = 2\nmaxvcpus = 2");

        assertThat(affinities("a")).containsOnly("all/0-1");
        assertThat(affinities("b")).containsOnly("all/2-3");
        assertThat(daemon.toolstack()
                        .plan(SimulatedDaemon.request(SimulatedDaemon.configuration("c", "pvh", "")))
                        .steps())
                .contains("placing the vCPUs of 'c'");
    }

    @Test
    void tooLittleFreeMemory_isTakenFromDom0() {
        start(SimSettings.standard()
                .withTotalMemory(MemorySize.ofMib(2048 + 64 + 300))
                .withDom0Giving());

        create(GUEST, "memory = 700\nmaxmem = 700");

        long dom0 = daemon.find("Domain-0").orElseThrow().memoryKib();
        assertThat(dom0).isLessThan(2048L * 1024 - 390 * 1024);
        assertThat(resources().memory("0").targetKib()).contains(dom0);
    }

    @Test
    void moreThanDom0CanGive_isRefusedAtOnce() {
        start(SimSettings.standard()
                .withTotalMemory(MemorySize.ofMib(2048 + 64 + 300))
                .withDom0Giving());

        assertThatThrownBy(() ->
                        daemon.create(SimulatedDaemon.configuration(GUEST, "pvh", "memory = 4096\nmaxmem = 4096")))
                .isInstanceOf(ToolstackException.NotEnoughMemory.class);
        assertThat(resources().memory("0").targetKib()).contains(2048L * 1024);
    }

    @Test
    void parallelCreates_doNotCountTheSameMemoryTwice() {
        start(SimSettings.standard().withTotalMemory(MemorySize.ofMib(2048 + 64 + 700)));
        List<OperationView> started = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CreateRequest request =
                    SimulatedDaemon.request(SimulatedDaemon.configuration("g" + i, "pvh", "memory = 300"));
            try {
                started.add(daemon.toolstack().create(request));
            } catch (ToolstackException.NotEnoughMemory atOnce) {
                assertThat(i).isGreaterThan(1);
            }
        }
        List<OperationView> ended = started.stream().map(daemon::end).toList();

        assertThat(ended).filteredOn(o -> o.status() == Status.SUCCEEDED).hasSize(2);
        assertThat(ended)
                .filteredOn(o -> o.status() != Status.SUCCEEDED)
                .allSatisfy(o -> assertThat(o.failure().orElseThrow().code()).isEqualTo("not-enough-memory"));
    }

    @Test
    void memoryOfAPopulateOnDemandGuest_isWhatItStartsWith() {
        start(SimSettings.standard().withTotalMemory(MemorySize.ofMib(2048 + 64 + 500)));

        create(GUEST, "maxmem = 4096");

        assertThat(daemon.find(GUEST).orElseThrow().memoryKib()).isEqualTo(256 * 1024);
        assertThat(resources().memory(GUEST).maximumKib()).contains(4096L * 1024);
    }

    @Test
    void hostAndUptime_areTold() {
        startWithGuest("");

        assertThat(resources().numa().cpus()).hasSize(8);
        assertThat(resources().numa().nodes()).hasSize(1);
        assertThat(resources().uptimes()).extracting(u -> u.domain()).containsExactly("Domain-0", GUEST);
        resources().sendDebugKeys("h");
        resources().setParameters("loglvl=all no-watchdog");
        assertThat(daemon.toolstack().xenLog(false)).contains("'h' pressed", "parameter watchdog is no");
        assertThatThrownBy(() -> resources().setParameters("a/b=1")).hasMessageContaining("a/b=1");
    }
}
