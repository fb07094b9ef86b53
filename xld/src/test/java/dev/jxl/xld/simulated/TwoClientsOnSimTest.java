package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Two clients want the same name, disk, address or domain at one moment: one has it, the other is told whose it is. */
@Timeout(120)
class TwoClientsOnSimTest extends OneSimulatedHost {
    private static final int ROUNDS = 5;

    private ExecutorService clients;

    @BeforeEach
    void prepare() {
        clients = Executors.newFixedThreadPool(2);
    }

    @AfterEach
    void letGoOfAll() {
        clients.shutdownNow();
    }

    /**
     * How a request ended.
     *
     * @param won whether its operation succeeded
     * @param answer why not, in the words that the client gets
     */
    private record Outcome(boolean won, String answer) {}

    private Outcome outcome(Supplier<OperationView> request) {
        try {
            OperationView last = daemon.end(request.get());
            return new Outcome(
                    last.status() == Status.SUCCEEDED,
                    last.failure().map(Object::toString).orElse(""));
        } catch (ToolstackException refused) {
            return new Outcome(false, refused.code() + ": " + refused.getMessage());
        }
    }

    /** Both at once, as nearly as two threads can. */
    private List<Outcome> race(Supplier<OperationView> one, Supplier<OperationView> other) {
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<Outcome>> running = new ArrayList<>();
        for (Supplier<OperationView> request : List.of(one, other)) {
            running.add(clients.submit(() -> {
                together.await();
                return outcome(request);
            }));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<Outcome> outcome : running) {
            try {
                outcomes.add(outcome.get());
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
        return outcomes;
    }

    private Supplier<OperationView> create(String name, String disk) {
        String configuration = SimulatedDaemon.configuration(name, "pvh", "").replace(name + ".img", disk);
        return () -> daemon.toolstack().create(SimulatedDaemon.request(configuration));
    }

    private Supplier<OperationView> act(String name, DomainAction action) {
        return () -> daemon.toolstack().act(name, action);
    }

    private void oneWinsAndTheOtherIsTold(List<Outcome> outcomes, String... words) {
        assertThat(outcomes).filteredOn(Outcome::won).as("%s", outcomes).hasSize(1);
        String told = outcomes.stream()
                .filter(o -> !o.won())
                .findFirst()
                .orElseThrow()
                .answer();
        assertThat(told.toLowerCase(Locale.ROOT)).as("%s", outcomes).contains(words);
        assertThat(told).doesNotContain("INTERNAL");
    }

    private void destroyAllAndNothingIsLeft() {
        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            for (DomainView domain : daemon.toolstack().listDomains()) {
                if (domain.domid() != 0) {
                    outcome(act(String.valueOf(domain.domid()), new DomainAction.Destroy()));
                }
            }
            daemon.awaitQuiet();
            daemon.requireLeft(empty, "afterwards");
        });
    }

    @RepeatedTest(ROUNDS)
    void createsOfOneName_oneGuestAndOneRefusal() {
        oneWinsAndTheOtherIsTold(race(create("web", "a.img"), create("web", "b.img")), "name", "web");
        assertThat(daemon.find("web")).isPresent();
        assertThat(daemon.toolstack().listDomains()).hasSize(2);
        destroyAllAndNothingIsLeft();
    }

    @RepeatedTest(ROUNDS)
    void createsWithOneDisk_oneGuestAndOneRefusal() {
        oneWinsAndTheOtherIsTold(race(create("web", "same.img"), create("mail", "same.img")), "same.img");
        assertThat(daemon.toolstack().listDomains()).hasSize(2);
        destroyAllAndNothingIsLeft();
    }

    @RepeatedTest(ROUNDS)
    void attachesOfOneDeviceName_oneDiskAndOneRefusal() {
        assertThat(daemon.create(SimulatedDaemon.configuration("web", "pvh", ""))
                        .failure())
                .isEmpty();
        daemon.awaitReady("web");
        List<Outcome> outcomes = race(
                () -> daemon.toolstack()
                        .attach("web", HotplugOnSimTest.disk("format=raw,vdev=xvdb,access=rw,target=/sim/b.img")),
                () -> daemon.toolstack()
                        .attach("web", HotplugOnSimTest.disk("format=raw,vdev=xvdb,access=rw,target=/sim/c.img")));
        oneWinsAndTheOtherIsTold(outcomes, "web");
        assertThat(daemon.toolstack().devices("web", DeviceKind.DISK)).hasSize(2);
        assertThat(daemon.world().leftovers().loops()).hasSize(2);
        destroyAllAndNothingIsLeft();
    }

    @RepeatedTest(ROUNDS)
    void attachesOfOneDiskToTwoGuests_oneHasIt() {
        assertThat(daemon.create(SimulatedDaemon.configuration("web", "pvh", ""))
                        .failure())
                .isEmpty();
        assertThat(daemon.create(SimulatedDaemon.configuration("mail", "pv", ""))
                        .failure())
                .isEmpty();
        daemon.awaitReady("web");
        daemon.awaitReady("mail");
        String disk = "format=raw,vdev=xvdb,access=rw,target=/sim/shared.img";
        oneWinsAndTheOtherIsTold(
                race(
                        () -> daemon.toolstack().attach("web", HotplugOnSimTest.disk(disk)),
                        () -> daemon.toolstack().attach("mail", HotplugOnSimTest.disk(disk))),
                "shared.img");
        assertThat(daemon.world().leftovers().loops()).hasSize(3);
        destroyAllAndNothingIsLeft();
    }

    /** Whoever comes second finds it busy, or gone. */
    @RepeatedTest(ROUNDS)
    void destroyAndReboot_oneIsDoneAndNothingIsHalf() {
        assertThat(daemon.create(SimulatedDaemon.configuration("web", "pvh", ""))
                        .failure())
                .isEmpty();
        daemon.awaitReady("web");
        List<Outcome> outcomes =
                race(act("web", new DomainAction.Destroy()), act("web", new DomainAction.Reboot(false, true)));
        assertThat(outcomes).as("%s", outcomes).anyMatch(Outcome::won);
        outcomes.stream()
                .filter(o -> !o.won())
                .forEach(o -> assertThat(o.answer())
                        .as("%s", outcomes)
                        .contains("web")
                        .doesNotContain("INTERNAL"));
        daemon.awaitQuiet();
        daemon.find("web").ifPresent(domain -> daemon.awaitReady("web"));
        destroyAllAndNothingIsLeft();
    }

    @RepeatedTest(ROUNDS)
    void twoDestroys_theDomainIsGoneAndNoneOfThemFailsOddly() {
        assertThat(daemon.create(SimulatedDaemon.configuration("web", "pvh", ""))
                        .failure())
                .isEmpty();
        List<Outcome> outcomes = race(act("web", new DomainAction.Destroy()), act("web", new DomainAction.Destroy()));
        assertThat(outcomes).as("%s", outcomes).anyMatch(Outcome::won);
        outcomes.stream()
                .filter(o -> !o.won())
                .forEach(o -> assertThat(o.answer()).contains("web"));
        assertThat(daemon.find("web")).isEmpty();
        destroyAllAndNothingIsLeft();
    }
}
