package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The administrator's programs that hand a guest's disks over with it. */
@Timeout(120)
class DiskHooksOnSimTest {
    private static final String RELEASE = "pre-release";
    private static final String ACQUIRE = "post-acquire";

    @TempDir
    Path folder;

    private TwoHosts hosts;

    @BeforeEach
    void start() {
        hosts = new TwoHosts(folder);
        hosts.guest("pvh");
    }

    @AfterEach
    void stop() {
        hosts.close();
    }

    private OperationView send(boolean toJxld) {
        return toJxld ? hosts.sendToJxld() : hosts.send(true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothRun_eachOnceWithTheGuestsDisks(boolean toJxld) {
        assertThat(send(toJxld).failure()).isEmpty();
        hosts.there.awaitQuiet();
        hosts.requireExactlyOne("sent");
        assertThat(hosts.here.world().scriptRuns())
                .singleElement()
                .asString()
                .startsWith(RELEASE + " web ")
                .contains("JXL_UUID=", "\"vdev\":\"xvda\"", "\"target\":\"/sim/web.img\"");
        assertThat(hosts.there.world().scriptRuns())
                .singleElement()
                .asString()
                .startsWith(ACQUIRE + " web ")
                .contains("JXL_NAME=web");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void preReleaseThatFails_guestGoesOnHereWithItsDisks(boolean toJxld) {
        hosts.here.world().answerScript(RELEASE, 7, "the lock is stuck");
        OperationView failed = send(toJxld);
        assertThat(failed.failure().orElseThrow().code()).isEqualTo("migration-failed");
        assertThat(failed.failure().orElseThrow().message())
                .contains("/sim/hooks/pre-release for 'web' ended with status 7: the lock is stuck");
        hosts.requireRunsHereOnly();
        assertThat(TwoHosts.lastHook(hosts.here)).isEqualTo(ACQUIRE);
        assertThat(TwoHosts.lastHook(hosts.there)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void postAcquireThatFailsThere_guestGoesOnHereWithItsDisks(boolean toJxld) {
        hosts.there.world().answerScript(ACQUIRE, 1, "no");
        OperationView failed = send(toJxld);
        assertThat(failed.failure().orElseThrow().code()).isEqualTo("migration-failed");
        hosts.requireRunsHereOnly();
        assertThat(TwoHosts.lastHook(hosts.here)).isEqualTo(ACQUIRE);
        assertThat(TwoHosts.lastHook(hosts.there)).isEqualTo(RELEASE);
    }

    /** Without its disks it must not run: it stands still, until they are here. */
    @Test
    void postAcquireThatFailsOnBothHosts_guestStandsStillUntilItSucceedsHere() {
        hosts.there.world().answerScript(ACQUIRE, 1, "no");
        hosts.here.world().answerScript(ACQUIRE, 2, "not yet");
        OperationView begun = hosts.here.toolstack().act("web", TwoHosts.TO_JXLD);
        SimulatedDaemon.soon("it is tried again")
                .until(() -> hosts.here.toolstack().operation(begun.id()).step().contains("not yet"));
        assertThat(hosts.here.find("web")).isEmpty();
        assertThat(hosts.here.find("web--migratedaway").orElseThrow().shutdownReason())
                .contains("suspend");

        hosts.here.world().answerScript(ACQUIRE, 0, "");

        assertThat(hosts.here.end(begun).status()).isEqualTo(Status.FAILED);
        hosts.requireRunsHereOnly();
    }

    /** By a command there is nobody to ask: it stands still under its own name. */
    @Test
    void postAcquireThatFailsAfterACommand_guestStandsStillAndCanBeResumed() {
        hosts.there.world().answerScript(ACQUIRE, 1, "no");
        hosts.here.world().answerScript(ACQUIRE, 2, "not yet");
        assertThat(send(false).failure()).isPresent();
        assertThat(hosts.here.find("web").orElseThrow().shutdownReason()).contains("suspend");
        assertThat(hosts.here.act("web", new DomainAction.Resume()).failure()).isEmpty();
        hosts.requireRunsHereOnly();
    }
}
