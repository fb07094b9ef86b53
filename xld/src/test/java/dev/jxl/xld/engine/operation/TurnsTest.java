package dev.jxl.xld.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.Journal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has a domain, seen by the one whose turn has come. */
@Timeout(60)
class TurnsTest {
    private static final int ROUNDS = 5000;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final DomainUuid uuid = DomainUuid.random();

    @Test
    void whoseTurnHasCome_isTheHolder(@TempDir Path folder) throws Exception {
        try (Database database = Database.open(folder.resolve("jxl.db"))) {
            Operations operations =
                    new Operations(new Journal(database), new EventLog(database, Clock.systemUTC()), Clock.systemUTC());
            for (int round = 0; round < ROUNDS; round++) {
                Turns turns = new Turns();
                OperationRun restart = run(operations, "restart");
                OperationRun destroy = run(operations, "destroy");
                assertThat(turns.take(uuid, restart)).isEmpty();
                assertThat(turns.takeNext(uuid, destroy)).isEmpty();
                CompletableFuture<Optional<OperationRun>> seen = CompletableFuture.supplyAsync(() -> {
                    assertThat(destroy.awaitTurn(SOON)).isTrue();
                    return turns.findHolder(uuid);
                });
                turns.release(uuid, restart);
                assertThat(seen.get(SOON.toSeconds(), TimeUnit.SECONDS))
                        .as("in round %d", round)
                        .contains(destroy);
            }
        }
    }

    private OperationRun run(Operations operations, String kind) {
        OperationView view = new OperationView(
                kind,
                kind,
                "web",
                uuid.toString(),
                Optional.empty(),
                Status.RUNNING,
                "accepted",
                0,
                1,
                Clock.systemUTC().instant(),
                Optional.empty(),
                List.of(),
                Optional.empty());
        return new OperationRun(operations, view, kind.equals("restart"));
    }
}
