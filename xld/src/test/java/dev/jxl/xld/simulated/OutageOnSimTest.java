package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException.HostUnavailable;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jxld stands on is gone for a while: it says so, guests run on, and it works again by itself. */
@Timeout(120)
class OutageOnSimTest extends OneSimulatedHost {
    private DomainView guest;

    @BeforeEach
    void prepare() {
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "")).status())
                .isEqualTo(Status.SUCCEEDED);
        guest = daemon.find("g").orElseThrow();
    }

    private String console() {
        return daemon.world().consoleText(new DomainId(guest.domid()));
    }

    private void worksAgain() {
        assertThat(daemon.toolstack().health().checks().values()).containsOnly("ok");
        assertThat(daemon.find("g").orElseThrow())
                .extracting(DomainView::domid, DomainView::state)
                .containsExactly(guest.domid(), "running");
        assertThat(daemon.act("g", new DomainAction.Pause()).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(daemon.act("g", new DomainAction.Unpause()).status()).isEqualTo(Status.SUCCEEDED);
        daemon.world().stopGuest(new DomainId(guest.domid()), ShutdownReason.POWEROFF);
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(empty));
    }

    @Test
    void xenstoredGone_isSaidAndJxldComesBackByItself() {
        daemon.world().faults().atEach("store.", Moment.BEFORE, call -> {
            throw new XenStoreException.ConnectionLost("xenstored closed the connection", null);
        });

        assertThat(daemon.toolstack().health().up()).isFalse();
        assertThat(daemon.toolstack().health().checks().get("xenstore")).contains("xenstored");
        assertThatThrownBy(() -> daemon.toolstack().listDomains())
                .isInstanceOf(HostUnavailable.class)
                .hasMessageContaining("see whether xenstored runs");
        assertThatThrownBy(() -> daemon.toolstack().act("g", new DomainAction.Pause()))
                .isInstanceOf(HostUnavailable.class);
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("h", "pvh", "")))
                .isInstanceOf(HostUnavailable.class);
        daemon.world().faults().reset();

        worksAgain();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void xenstoredStartedAnewAndEmpty_guestsRunOn(boolean jxldToo) {
        DomainId id = new DomainId(guest.domid());
        daemon.create(SimulatedDaemon.configuration("h", "pvh", "on_crash = 'destroy'"));
        int other = daemon.find("h").orElseThrow().domid();
        forget();
        if (jxldToo) {
            daemon.killAndStart();
        }

        // When jxld has cleared this one, it has seen the other, too.
        daemon.world().stopGuest(new DomainId(other), ShutdownReason.CRASH);
        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            daemon.nudge();
            assertThat(daemon.world().domains()).extracting(DomainFacts::id).doesNotContain(new DomainId(other));
        });
        daemon.awaitQuiet();
        assertThat(daemon.world().domains()).extracting(DomainFacts::id).contains(id);
        assertThat(daemon.toolstack().operations())
                .noneMatch(o -> o.domainName().equals("g") && o.kind().equals("destroy"));

        assertThat(daemon.act(id.toString(), new DomainAction.Destroy()).status())
                .isEqualTo(Status.SUCCEEDED);
        assertThat(daemon.world().domains()).extracting(DomainFacts::id).doesNotContain(id);
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "")).status())
                .as("its name and its disk are free")
                .isEqualTo(Status.SUCCEEDED);
    }

    /** What a new xenstored knows of guests: nothing. */
    private void forget() {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            for (String top : new String[] {"/local/domain", "/libxl", "/vm"}) {
                store.list(top).stream()
                        .filter(name -> !name.equals("0"))
                        .forEach(name -> store.remove(top + "/" + name));
            }
            store.remove("/local/domain/0/backend");
        }
    }

    @Test
    void powerLost_whatWasThereIsForgottenAndSaidSo() {
        daemon.kill();
        forget();
        for (DomainFacts domain : daemon.world().domains()) {
            if (!domain.id().equals(DomainId.DOM0)) {
                daemon.host().beside().hypervisor().destroy(domain.id());
            }
        }
        daemon.startAgain();

        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            assertThat(daemon.toolstack().operations())
                    .anyMatch(o -> o.kind().equals("cleanup") && o.status() == Status.SUCCEEDED);
            daemon.requireLeft(empty, "afterwards");
        });
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "")).status())
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void databaseThatCannotBeWritten_isSaidAndGuestsRunOn() {
        writable(false);

        assertThat(daemon.toolstack().health().up()).isFalse();
        assertThat(daemon.toolstack().health().checks().get("database")).contains("readonly");
        assertThat(daemon.toolstack().listDomains()).hasSize(2);
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("h", "pvh", "")))
                .isInstanceOf(HostUnavailable.class)
                .hasMessageContaining("/var/lib/jxl");
        assertThatThrownBy(() -> daemon.toolstack().act("g", new DomainAction.Destroy()))
                .isInstanceOf(HostUnavailable.class);
        await().atMost(SimulatedDaemon.SOON).until(() -> console().contains("GUEST-READY"));
        writable(true);

        worksAgain();
    }

    /** As after an error of the file system in the middle of a write: even reading fails then. */
    @Test
    void databaseThatCannotBeRead_isSaidToRequestsWithAKeyToo() {
        daemon.database().run(false, c -> {
            try (var s = c.createStatement()) {
                return s.execute("DROP TABLE request_key");
            }
        });

        assertThatThrownBy(() -> daemon.toolstack()
                        .once("key", "request", () -> daemon.toolstack().act("g", new DomainAction.Pause())))
                .isInstanceOf(HostUnavailable.class)
                .hasMessageContaining("/var/lib/jxl");
    }

    @Test
    void guestThatStopsWhileTheDatabaseCannotBeWritten_isClearedLater() {
        writable(false);
        daemon.world().stopGuest(new DomainId(guest.domid()), ShutdownReason.CRASH);
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").orElseThrow().state().equals("shutdown"));
        daemon.nudge();
        writable(true);

        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            daemon.nudge();
            daemon.requireLeft(empty, "afterwards");
        });
    }

    private void writable(boolean writable) {
        daemon.database().run(false, c -> {
            try (var s = c.createStatement()) {
                return s.execute("PRAGMA query_only=" + (writable ? "OFF" : "ON"));
            }
        });
    }
}
