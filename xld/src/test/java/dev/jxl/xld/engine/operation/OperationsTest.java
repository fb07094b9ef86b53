package dev.jxl.xld.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.operation.Operations.Subject;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.Journal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose turn it is with a domain. */
@Timeout(60)
class OperationsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Subject web = new Subject(DomainUuid.random(), "web", Optional.empty());
    private final CountDownLatch letGo = new CountDownLatch(1);
    private Database database;
    private Operations operations;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = Database.open(folder.resolve("jxl.db"));
        operations =
                new Operations(new Journal(database), new EventLog(database, Clock.systemUTC()), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        letGo.countDown();
        operations.cancelAll(SOON, "none");
        database.close();
    }

    private void deaf(OperationRun run) {
        try {
            assertThat(letGo.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatCannotBeCancelled_failsTheOtherAndKeepsTheDomain() {
        OperationRun restart = operations.startUnasked("restart", web, 1, this::deaf);
        OperationView failed =
                operations.startInstead("destroy", web, 1, SHORT, run -> {}).await(SOON);

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure().orElseThrow().code()).isEqualTo("operation-timed-out");
        assertThat(failed.failure().orElseThrow().message())
                .contains(
                        "the end of the restart of 'web'",
                        "cancelled",
                        restart.view().id());
        assertThat(operations.findHolder(web.uuid())).contains(restart.view().id());
        letGo.countDown();
        assertThat(restart.await(SOON).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(operations.findHolder(web.uuid())).isEmpty();
    }

    @Test
    void whileOneIsNext_nobodyComesBetween() {
        OperationRun restart = operations.startUnasked("restart", web, 1, this::deaf);
        OperationRun destroy = operations.startInstead(
                "destroy",
                web,
                1,
                SOON,
                run -> assertThat(operations.findHolder(web.uuid()))
                        .contains(run.view().id()));
        assertThatThrownBy(() -> operations.startUnasked("restart", web, 1, run -> {}))
                .isInstanceOf(ToolstackException.DomainBusy.class);
        assertThatThrownBy(() -> operations.startInstead("destroy", web, 1, SOON, run -> {}))
                .hasMessageContaining("destroy is under way");
        letGo.countDown();

        assertThat(destroy.await(SOON).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(restart.await(SOON).status().ended()).isTrue();
        assertThat(operations.findHolder(web.uuid())).isEmpty();
    }

    private static void untilCancelled(OperationRun run) {
        while (true) {
            run.checkCancelled();
            Thread.onSpinWait();
        }
    }

    @Test
    void cancelled_knowsWhetherSomebodyWantsItOrJxldEnds() {
        OperationRun unwanted = operations.startUnasked("restart", web, 1, OperationsTest::untilCancelled);
        unwanted.requestCancel();
        assertThat(unwanted.await(SOON).status()).isEqualTo(Status.CANCELLED);
        assertThat(unwanted.endsWithJxld()).isFalse();

        OperationRun interrupted = operations.startUnasked("restart", web, 1, OperationsTest::untilCancelled);
        operations.cancelAll(SOON, "none");
        assertThat(interrupted.view().status()).isEqualTo(Status.CANCELLED);
        assertThat(interrupted.endsWithJxld()).isTrue();
    }

    @Test
    void whatAUserAskedFor_isNotCancelled() {
        OperationRun attach = operations.start("attach", web, 1, List.of(), this::deaf);

        assertThatThrownBy(() -> operations.startInstead("destroy", web, 1, SOON, run -> {}))
                .isInstanceOf(ToolstackException.DomainBusy.class)
                .hasMessageContaining("attach is under way");
        letGo.countDown();
        assertThat(attach.await(SOON).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void cancelOfTheOneThatWaits_givesItsPlaceUp() {
        OperationRun restart = operations.startUnasked("restart", web, 1, this::deaf);
        OperationRun destroy = operations.startInstead("destroy", web, 1, SOON, run -> {});
        destroy.requestCancel();

        assertThat(destroy.await(SOON).status()).isEqualTo(Status.CANCELLED);
        letGo.countDown();
        assertThat(restart.await(SOON).status().ended()).isTrue();
        assertThat(operations
                        .start("destroy", web, 1, List.of(), run -> {})
                        .await(SOON)
                        .status())
                .isEqualTo(Status.SUCCEEDED);
    }
}
