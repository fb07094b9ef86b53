package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.GuestType;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.MigrationView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that goes from one jxld to another, which both write down. */
@Timeout(120)
class HandOverOnSimTest extends TwoSimulatedHosts {
    @ParameterizedTest
    @ValueSource(strings = {"pvh", "hvm"})
    void sentGuest_runsThereAndBothKnowIt(String type) {
        hosts.guest(type);

        OperationView sent = hosts.sendToJxld();

        assertThat(sent.failure()).isEmpty();
        hosts.there.awaitQuiet();
        hosts.requireExactlyOne("sent");
        assertThat(hosts.there.find("web")).isPresent();
        MigrationView here = hosts.here.toolstack().migrations().require(sent.id());
        MigrationView there = hosts.there.toolstack().migrations().require(sent.id());
        assertThat(here).extracting(MigrationView::state, MigrationView::peer).containsExactly("gone", "there");
        assertThat(there).extracting(MigrationView::state, MigrationView::peer).containsExactly("runs", "here");
        assertThat(hosts.settled()).isTrue();
    }

    @Test
    void pausedGuest_isPausedThere() {
        hosts.guest("pvh");
        OperationView sent = hosts.here.act(
                "web", new Migrate("there", new Peer("there", Peer.PORT, true, 0), true, Migrate.DOWNTIME, false));
        assertThat(sent.failure()).isEmpty();
        hosts.there.awaitQuiet();
        assertThat(hosts.there.find("web").orElseThrow().state()).isEqualTo("built");
        assertThat(hosts.there.toolstack().migrations().require(sent.id()).state())
                .isEqualTo("runs");
    }

    @Test
    void nameInUseThere_isToldBeforeAnythingIsSent() {
        hosts.guest("pvh");
        assertThat(hosts.there
                        .create(SimulatedDaemon.configuration("web", "pvh", ""))
                        .failure())
                .isEmpty();
        hosts.here.world().faults().reset();

        OperationView refused = hosts.sendToJxld();

        assertThat(refused.failure().orElseThrow().code()).isEqualTo("migration-failed");
        assertThat(refused.failure().orElseThrow().message())
                .contains("there does not take 'web'")
                .contains("a domain named 'web' exists here already");
        assertThat(hosts.here.world().faults().calls()).noneMatch(c -> c.name().startsWith("streams."));
        assertThat(hosts.here.find("web").orElseThrow().state()).isEqualTo("running");
    }

    @Test
    void cpuThatLacksFeatures_isToldBeforeAnythingIsSent() {
        hosts.guest("pvh");
        CpuPolicy most = hosts.there.host().hypervisor().mostCpuPolicy(GuestType.PVH);
        hosts.there
                .world()
                .cpu(new CpuPolicy(
                        most.leaves().stream().filter(l -> l.leaf() != 7).toList(), most.msrs()));
        hosts.here.world().faults().reset();

        OperationView refused = hosts.sendToJxld();

        assertThat(refused.failure().orElseThrow().message())
                .contains("there does not take 'web'")
                .contains("cpuid: the guest's CPU has")
                .contains("avx2")
                .contains("it goes on here");
        assertThat(hosts.here.world().faults().calls()).noneMatch(c -> c.name().startsWith("streams."));
        assertThat(hosts.here.find("web").orElseThrow().state()).isEqualTo("running");
    }

    @Test
    void cpuThatIsNone_endsTheCall() {
        assertThatThrownBy(() -> hosts.offerThere(offer -> offer.put("cpu", "00/")))
                .isInstanceOf(ToolstackException.MigrationFailed.class);
    }

    @ParameterizedTest
    @CsvSource({"/sim/web.img, /sim/missing.img, disk: xvda", "xenbr0, xenbr7, vif: nic 0", "262144, 999999999, memory"
    })
    void whatIsMissingThere_isToldByItsField(String word, String other, String field) {
        assertThat(hosts.refusalThere(word, other)).contains("refused").contains(field);
    }

    @Test
    void silentReceiver_isAskedOnAndNothingElseCanBeDone() {
        silent();
        OperationView asking = hosts.here.toolstack().act("web", TwoHosts.TO_JXLD);
        SimulatedDaemon.soon()
                .until(() -> hosts.here
                        .toolstack()
                        .operation(asking.id())
                        .step()
                        .contains("asking there whether 'web' runs there: there cannot be reached"));
        assertThat(hosts.here.find("web--migratedaway").orElseThrow().shutdownReason())
                .contains("suspend");
        assertThatThrownBy(() -> hosts.here.toolstack().act("web--migratedaway", new DomainAction.Resume()))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("--resolve=here");
        hosts.here.world().links().down(false);
        OperationView end = hosts.here.end(asking);
        assertThat(end.status()).isEqualTo(Status.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("it goes on here");
        hosts.requireExactlyOne("answered");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wordOfAnOperator_isDoneAtOnceAndAfterARestart(boolean restarted) {
        silent();
        OperationView asking = hosts.here.toolstack().act("web", TwoHosts.TO_JXLD);
        SimulatedDaemon.soon()
                .until(() -> hosts.here.find("web--migratedaway").isPresent()
                        && !hosts.here.toolstack().migrations().list().isEmpty());
        if (restarted) {
            hosts.here.killAndStart();
            hosts.here.nudge();
        }
        MigrationView decided = hosts.here.toolstack().migrations().resolve(asking.id(), restarted);
        assertThat(decided.state()).isEqualTo(restarted ? "kept" : "gone");
        SimulatedDaemon.soon().until(hosts::settled);
        hosts.here.awaitQuiet();
        assertThat(hosts.here.find("web").isPresent()).isEqualTo(restarted);
        assertThat(hosts.here.find("web--migratedaway")).isEmpty();
        assertThatThrownBy(() -> hosts.here.toolstack().migrations().resolve(asking.id(), true))
                .isInstanceOf(ToolstackException.WrongState.class);
    }

    @Test
    void strangerWhoAsks_isToldNothing() {
        hosts.guest("pvh");
        OperationView sent = hosts.sendToJxld();
        assertThat(hosts.answerThere("here", sent.id())).contains("RUNS");
        assertThat(hosts.answerThere("mallory", sent.id())).contains("UNKNOWN");
        assertThat(hosts.answerThere("here", "no such one")).contains("UNKNOWN");
    }

    @Test
    void whatIsNoQuestion_endsTheCall() {
        for (String bad : new String[] {"", "{", "[]", "{\"jxl\":2,\"ask\":\"whose\",\"id\":\"x\"}", "{\"jxl\":1}"}) {
            assertThatThrownBy(() -> hosts.ask("here", bad))
                    .as(bad)
                    .isInstanceOf(ToolstackException.MigrationFailed.class);
        }
    }

    /** The network goes when the guest is given away. */
    private void silent() {
        hosts.guest("pvh");
        hosts.here.world().faults().at("link.send", hosts.lastWordOfTheSender(), Moment.BEFORE, call -> {
            hosts.here.world().links().down(true);
            hosts.here.world().links().cut();
        });
    }
}
