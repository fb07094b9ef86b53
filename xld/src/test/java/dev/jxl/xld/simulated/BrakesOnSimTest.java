package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Command;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.move.Brakes;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.LoweredCaps;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that writes faster than its memory can be sent, and is slowed. */
@Timeout(120)
class BrakesOnSimTest extends TwoSimulatedHosts {
    @Test
    void busyGuest_isSlowedInStepsAndNotThere() {
        hosts.guest("pvh", EnumeratedBrakesTest.BUSY);

        OperationView sent = hosts.here.act("web", EnumeratedBrakesTest.SLOWLY);

        assertThat(sent.failure()).isEmpty();
        hosts.there.awaitQuiet();
        hosts.requireExactlyOne("slowed");
        // 180 % was its cap, and it is busy with the 100 % that are half of its two CPUs.
        assertThat(told("domain.slowed")).containsExactly("70 % 126", "50 % 90");
        assertThat(told("domain.slowed-no-more")).containsExactly("null % 180");
        assertThat(hosts.there.toolstack().resources().share("web").cap()).contains(EnumeratedBrakesTest.CAP);
    }

    /** Whoever asks for it may have a suspended guest in its hands, or be a jxld that starts. */
    @Test
    void recordsThatCannotBeRead_stopNobody(@TempDir Path broken) {
        try (Database database = Database.open(broken.resolve("jxl.db"))) {
            Brakes brakes = new Brakes(
                    hosts.here.host(),
                    new LoweredCaps(database),
                    new DomainLog(new EventLog(database, Clock.systemUTC())));
            database.run(false, c -> {
                try (Statement s = c.createStatement()) {
                    return s.execute("DROP TABLE lowered_cap");
                }
            });

            assertThatCode(brakes::releaseAll).doesNotThrowAnyException();
        }
    }

    @Test
    void withoutTheOption_itIsNotSlowed() {
        hosts.guest("pvh", EnumeratedBrakesTest.BUSY);
        assertThat(hosts.sendToJxld().failure()).isEmpty();
        assertThat(told("domain.slowed")).isEmpty();
    }

    @Test
    void schedulerWithoutCap_isRefused() {
        changePools(new CpuPoolChange.RemoveCpus("Pool-0", "6-7"));
        changePools(new CpuPoolChange.Create("real", Optional.of("rtds"), Optional.of("6-7")));
        hosts.guest("pvh", "pool = \"real\"");

        assertThatThrownBy(() -> hosts.here.toolstack().act("web", EnumeratedBrakesTest.SLOWLY))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("rtds scheduler, which has no cap")
                .hasMessageContaining("without --auto-converge");
    }

    @Test
    void suspendedGuest_isNotSlowed() {
        hosts.guest("pvh", "");
        Migrate offline = new Migrate("there", new Command("receive"), false, Migrate.DOWNTIME, true);

        assertThatThrownBy(() -> hosts.here.toolstack().act("web", offline))
                .isInstanceOf(ToolstackException.InvalidRequest.class)
                .hasMessageContaining("--offline");
    }

    private void changePools(CpuPoolChange change) {
        OperationView made = hosts.here.end(hosts.here.toolstack().resources().changePools(change));
        assertThat(made.failure()).isEmpty();
    }

    private List<String> told(String type) {
        List<String> all = new ArrayList<>();
        try (Toolstack.EventSubscription events = hosts.here.toolstack().events(0)) {
            Optional<DomainEvent> event = events.next(Duration.ofMillis(50));
            while (event.isPresent()) {
                event.filter(e -> e.type().equals(type))
                        .ifPresent(e -> all.add(
                                e.data().get("percent") + " % " + e.data().get("cap")));
                event = events.next(Duration.ofMillis(50));
            }
        }
        return List.copyOf(all);
    }
}
