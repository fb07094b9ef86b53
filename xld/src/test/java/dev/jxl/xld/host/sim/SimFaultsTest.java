package dev.jxl.xld.host.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.GuestType;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults at the ports, and the death of jxld. */
@Timeout(60)
class SimFaultsTest {
    private final SimHost host = SimHost.create(SimSettings.standard());
    private final SimWorld world = host.world();

    @AfterEach
    void switchOff() {
        world.close();
    }

    private HandMadeGuest guest() {
        return HandMadeGuest.built(host, HandMadeGuest.spec("g", GuestType.PVH, 64, ""));
    }

    @Test
    void everyCall_isCountedByName() {
        host.hypervisor().memory();
        host.store().transaction(view -> {
            view.write("/vm/x", "1");
            return true;
        });
        host.store().find("/vm/x");

        assertThat(world.faults().calls())
                .extracting(SimFaults.Call::name)
                .containsExactly("hypervisor.memory", "store.transaction", "store.find /vm/x");
    }

    @Test
    void errorBefore_callHasNoEffect() {
        world.faults().atNext("store.write", Moment.BEFORE, SimFaults.fail(call -> new IllegalStateException("no")));

        assertThatThrownBy(() -> host.store().write("/vm/x", "1")).hasMessage("no");
        assertThat(host.store().find("/vm/x")).isEmpty();
        host.store().write("/vm/x", "1");
        assertThat(world.faults().struck()).isEqualTo(1);
    }

    @Test
    void errorAfter_callHasHadItsEffect() {
        world.faults().at(1, Moment.AFTER, SimFaults.fail(call -> new IllegalStateException("lost")));

        assertThatThrownBy(() -> host.store().write("/vm/x", "1")).hasMessage("lost");
        assertThat(host.store().find("/vm/x")).contains("1");
    }

    @Test
    void conflicts_bodyRunsAgainUntilThereAreNoMore() {
        world.faults().atNext("store.transaction", Moment.BEFORE, SimFaults.conflicts(3));
        AtomicInteger tries = new AtomicInteger();
        host.store().change(view -> view.write("/vm/x", Integer.toString(tries.incrementAndGet())));

        assertThat(tries).hasValue(4);
        assertThat(host.store().find("/vm/x")).contains("4");
    }

    @Test
    void conflictsWithoutEnd_nothingIsWritten() {
        world.faults().at("store.transaction", 1, Moment.BEFORE, SimFaults.conflicts(Integer.MAX_VALUE));

        assertThatThrownBy(() -> host.store().change(view -> view.write("/vm/x", "1")))
                .isInstanceOf(XenStoreException.TransactionConflict.class);
        assertThat(host.store().find("/vm/x")).isEmpty();
        host.store().change(view -> view.write("/vm/x", "2"));
        assertThat(host.store().find("/vm/x")).contains("2");
    }

    @Test
    void lostEvents_waitSeesWhatIsNewWhenItsTimeIsOver() {
        world.faults().loseEvents();
        try (Watch watch = host.store().watch("/vm/x")) {
            host.store().write("/vm/x", "1");
            assertThat(watch.next(Duration.ofMillis(20))).isEmpty();
            AtomicInteger looks = new AtomicInteger();
            assertThat(host.store()
                            .await(
                                    "/vm/x",
                                    Duration.ofMillis(20),
                                    store -> looks.incrementAndGet() == 2 ? store.find("/vm/x") : Optional.empty()))
                    .contains("1");
            world.faults().reset();
            host.store().write("/vm/x", "2");
            assertThat(watch.next(Duration.ofSeconds(10))).isPresent();
        }
    }

    @Test
    void errorInATransaction_nothingOfItIsWritten() {
        world.faults().at(1, Moment.BEFORE, SimFaults.fail(call -> new IllegalStateException("no")));

        assertThatThrownBy(() -> host.store().transaction(view -> {
                    view.write("/vm/x", "1");
                    view.write("/vm/y", "1");
                    return true;
                }))
                .hasMessage("no");
        assertThat(host.store().find("/vm/x")).isEmpty();
    }

    @Test
    void hang_lastsUntilReleased() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        world.faults().atNext("hypervisor.memory", Moment.BEFORE, SimFaults.hangUntil(release));
        CompletableFuture<Long> answer =
                CompletableFuture.supplyAsync(() -> host.hypervisor().memory().totalKib());

        assertThat(host.hypervisor().listDomains()).hasSize(1);
        assertThat(answer).isNotDone();
        release.countDown();
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(16L << 20);
    }

    @Test
    void killedDaemon_isRefusedEverythingAndItsWaitsEnd() {
        Watch watch = host.store().watch("/vm");
        watch.next(HandMadeGuest.SOON);
        CompletableFuture<Object> waiting = CompletableFuture.supplyAsync(() -> watch.next(Duration.ofHours(1)));
        world.faults().atNext("hypervisor.memory", Moment.BEFORE, host.killFault());

        assertThatThrownBy(() -> host.hypervisor().memory()).isInstanceOf(DaemonKilled.class);
        assertThatThrownBy(() -> host.store().find("/vm")).isInstanceOf(DaemonKilled.class);
        assertThatThrownBy(() -> host.files().inspect(Path.of("/"))).isInstanceOf(DaemonKilled.class);
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DaemonKilled.class);
    }

    @Test
    void nextLife_findsTheMachineAsItWas() {
        HandMadeGuest guest = guest();
        host.files().writeUserdata(guest.id, guest.uuid, "{}");
        guest.unpause();
        host.kill();
        SimHost next = host.reincarnate();

        assertThat(next.hypervisor().find(guest.id).orElseThrow().uuid()).isEqualTo(guest.uuid);
        assertThat(next.store().find(guest.home + "/console/port")).isPresent();
        assertThat(next.files().findUserdata(guest.id, guest.uuid)).contains("{}");
    }

    @Test
    void loopsOfADeadDaemon_goUnlessKeptOrOpen() {
        HandMadeGuest guest = guest();
        BlockAttach.Attached opened = guest.addDisk("/sim/open.img");
        guest.unpause();
        guest.awaitState(guest.backend("vbd", 51712), "4");
        BlockAttach.Attached kept = host.blockAttach().attach(guest.uuid, "xvdb", Path.of("/sim/kept.img"), true);
        kept.keep();
        BlockAttach.Attached loose = host.blockAttach().attach(guest.uuid, "xvdc", Path.of("/sim/loose.img"), true);
        SimHost next = host.reincarnate();

        assertThat(next.blockAttach().listOwnedBy(guest.uuid))
                .containsExactly(opened.device(), kept.device())
                .doesNotContain(loose.device());
    }

    @Test
    void diskInUse_isRefusedToAnother() {
        host.blockAttach().attach(guest().uuid, "xvda", Path.of("/sim/root.img"), true);

        assertThatThrownBy(() -> host.blockAttach().attach(guest().uuid, "xvda", Path.of("/sim/root.img"), false))
                .hasMessageContaining("/dev/loop0")
                .hasMessageContaining("writable");
    }

    @Test
    void lookAtDeath_seesTheMomentBefore() {
        guest();
        AtomicInteger seen = new AtomicInteger();
        host.onDeath(() -> seen.set(world.leftovers().domains().size()));
        host.kill();

        assertThat(seen).hasValue(1);
    }
}
