package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimPipesOfAStranger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest that goes from one simulated machine to another. */
@Timeout(120)
class MigrationOnSimTest extends TwoSimulatedHosts {
    @ParameterizedTest
    @CsvSource({"pvh, true, ''", "hvm, true, ''", "hvm, true, dm_restrict = 1; disk = []", "pv, false, ''"})
    void sentGuest_goesOnThereAndNothingIsLeftHere(String type, boolean live, String more) {
        hosts.guest(type, more);
        DomainView before = hosts.here.find("web").orElseThrow();

        OperationView sent = hosts.send(live);

        assertThat(sent.failure()).isEmpty();
        assertThat(hosts.here.find("web")).isEmpty();
        hosts.here.requireLeft(hosts.emptyHere, "afterwards");
        hosts.there.awaitQuiet();
        DomainView after = hosts.there.find("web").orElseThrow();
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.state()).isEqualTo("running");
        assertThat(after.managedBy()).isEqualTo("jxl");
        // It has not booted again: it went on.
        assertThat(hosts.there.world().consoleText(new DomainId(after.domid()))).doesNotContain("GUEST-READY");
        assertThat(hosts.there.act("web", new DomainAction.Destroy()).failure()).isEmpty();
        hosts.there.requireLeft(hosts.emptyThere, "afterwards");
    }

    /** From its memory's end on the guest stands still on both hosts. */
    @Test
    void whatDoesNotNeedItsMemory_isDoneBeforeThatComes() {
        hosts.guest("pvh");
        assertThat(stepsThere())
                .containsSubsequence(
                        "waiting for the backends of 1 disk(s) and 1 nic(s)",
                        "saving the configuration of 'web--incoming'",
                        "restoring the guest's memory from another host",
                        "introducing 'web--incoming' to xenstored",
                        "starting 'web--incoming'");
    }

    /** A script may take the disk for this host alone, and the sender uses it until the memory has come. */
    @Test
    void diskWithAScript_isWaitedForWhenTheMemoryIsThere() {
        hosts.guest("pvh", "disk = [ \"script=block-iscsi,vdev=xvda,access=rw,target=iqn=x:portal=1.2.3.4\" ]");
        assertThat(stepsThere())
                .containsSubsequence(
                        "restoring the guest's memory from another host",
                        "waiting for the backends of 1 disk(s) and 1 nic(s)",
                        "starting 'web--incoming'");
    }

    /** Sends the guest; what its receiver did. */
    private List<String> stepsThere() {
        assertThat(hosts.send(true).failure()).isEmpty();
        hosts.there.awaitQuiet();
        List<String> steps = new ArrayList<>();
        try (EventSubscription events = hosts.there.toolstack().events(0)) {
            Optional<DomainEvent> next = events.next(Duration.ofMillis(1));
            while (next.isPresent()) {
                steps.add(next.get().data().getOrDefault("step", ""));
                next = events.next(Duration.ofMillis(1));
            }
        }
        return steps;
    }

    @Test
    void guestOfThatNameThere_isToldToTheSenderByTheEndOfTheLink_andTheGuestGoesOnHere() {
        hosts.there.create(SimulatedDaemon.configuration("web", "pvh", ""));
        hosts.guest("pvh");
        OperationView sent = hosts.send(true);
        assertThat(sent.failure().orElseThrow().code()).isEqualTo("migration-failed");
        hosts.requireRunsHereOnly();
    }

    @Test
    void tooLittleMemoryThere_guestGoesOnHere() {
        hosts.there.create(SimulatedDaemon.configuration("large", "pvh", "")
                .replace(
                        "memory = 256",
                        "memory = " + (hosts.there.toolstack().host().freeMemoryKib() / 1024 - 100)));
        hosts.guest("pvh");
        OperationView sent = hosts.send(true);
        assertThat(sent.status()).isEqualTo(Status.FAILED);
        hosts.requireRunsHereOnly();
    }

    @Test
    void strangerAtTheOtherEnd_isRefusedInWords() {
        hosts.guest("pvh");
        hosts.here
                .world()
                .links()
                .receiver((from, to) -> SimPipesOfAStranger.write(
                        to,
                        "Welcome to Debian GNU/Linux! Type help for help, please.\n"
                                .getBytes(StandardCharsets.US_ASCII)));
        OperationView sent = hosts.send(true);
        assertThat(sent.failure().orElseThrow().message())
                .contains("Welcome to Debian")
                .contains("migrate-receive");
        assertThat(hosts.here.find("web").orElseThrow().state()).isEqualTo("running");
    }

    @Test
    void whatCannotBeSent_isRefusedBeforeAnythingIsDone() {
        hosts.here.create(SimulatedDaemon.configuration("web", "pvh", SimulatedDaemon.UNSAVABLE));
        assertThatThrownBy(() -> hosts.here.act("web", new Migrate("there", "true", true)))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("virtual NUMA nodes");
    }
}
