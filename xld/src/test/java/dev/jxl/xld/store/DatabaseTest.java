package dev.jxl.xld.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.store.Database.StoreFailure;
import dev.jxl.xld.store.DomainRecords.DomainRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DatabaseTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void operationsAndDomains_areThereAfterReopening() {
        OperationView open = operation("op-1", Status.RUNNING);
        DomainRecord domain =
                new DomainRecord("u-1", "web", OptionalInt.of(7), "{}", Optional.of("name = \"web\""), true, false);
        try (Database db = Database.open(file())) {
            new Journal(db).accepted(open);
            new DomainRecords(db).save(domain);
        }
        try (Database db = Database.open(file())) {
            assertThat(new Journal(db).listOpen()).containsExactly(open);
            assertThat(new DomainRecords(db).list()).containsExactly(domain);
        }
    }

    @Test
    void endedOperation_isNotOpenAndKeepsItsFailure() {
        try (Database db = Database.open(file())) {
            Journal journal = new Journal(db);
            journal.accepted(operation("op-1", Status.RUNNING));
            OperationView failed = operation("op-1", Status.FAILED);
            journal.ended(failed);

            assertThat(journal.listOpen()).isEmpty();
            assertThat(journal.find("op-1")).contains(failed);
        }
    }

    @Test
    void failingWork_leavesNothingBehind() {
        try (Database db = Database.open(file())) {
            DomainRecords records = new DomainRecords(db);
            assertThatThrownBy(() -> db.run(false, c -> {
                        try (var s = c.createStatement()) {
                            s.executeUpdate("INSERT INTO domain VALUES ('u', 'n', 1, '{}', NULL, 0, 0)");
                        }
                        throw new SQLException("the disk is full");
                    }))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("the disk is full");
            assertThat(records.list()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void transactionThatSqliteEndedByItself_nextWorkIsDone(boolean durable, boolean said) {
        try (Database db = Database.open(file())) {
            // What a full disk does: the transaction is gone, whether or not the statement says so.
            assertThatThrownBy(() -> db.run(durable, c -> {
                        try (var s = c.createStatement()) {
                            s.execute("ROLLBACK");
                        }
                        if (said) {
                            throw new SQLException("database or disk is full");
                        }
                        return true;
                    }))
                    .isInstanceOf(StoreFailure.class);
            db.requireWritable();
            assertThat(db.<Boolean>run(true, c -> !c.getAutoCommit())).isTrue();
        }
    }

    @Test
    void workHandedInWhileTheDatabaseIsBusy_isDoneInItsOrder_andOneThatFailsTakesNoneWithIt() throws Exception {
        try (Database db = Database.open(file())) {
            CountDownLatch busy = new CountDownLatch(1);
            db.later(c -> {
                await(busy);
                return null;
            });
            List<String> ended = new CopyOnWriteArrayList<>();
            DomainRecords records = new DomainRecords(db);
            for (String uuid : List.of("u-1", "u-1", "u-2", "u-3")) {
                // The second one has the key of the first.
                db.later(
                        c -> {
                            try (var s =
                                    c.prepareStatement("INSERT INTO domain VALUES (?, 'n', 1, '{}', NULL, 0, 0)")) {
                                s.setString(1, uuid);
                                return s.executeUpdate();
                            }
                        },
                        () -> ended.add(uuid));
            }
            CompletableFuture<Integer> awaited = CompletableFuture.supplyAsync(
                    () -> db.run(true, c -> {
                        try (var s = c.createStatement()) {
                            return s.executeUpdate("UPDATE domain SET name = 'awaited'");
                        }
                    }),
                    task -> Thread.ofPlatform().start(task));
            busy.countDown();
            assertThat(awaited.get(20, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(ended).containsExactly("u-1", "u-1", "u-2", "u-3");
            assertThat(records.list())
                    .hasSize(3)
                    .allSatisfy(r -> assertThat(r.name()).isEqualTo("awaited"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void databaseOfANewerJxld_isRefusedWithWhatToDo() {
        try (Database db = Database.open(file())) {
            db.run(false, c -> {
                try (var s = c.createStatement()) {
                    return s.executeUpdate("PRAGMA user_version=999");
                }
            });
        }
        assertThatThrownBy(() -> Database.open(file()))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("newer jxld")
                .hasMessageContaining(file().toString());
    }

    @Test
    void fileThatIsNoDatabase_isRefused() throws Exception {
        Files.writeString(
                file(),
                "not a database, and long enough that SQLite looks at its header, certainly longer than 100 bytes");
        assertThatThrownBy(() -> Database.open(file())).isInstanceOf(StoreFailure.class);
    }

    @Test
    void events_goOnWithTheirNumbersAndCanBeReadFromAnyPoint() {
        try (Database db = Database.open(file())) {
            EventLog log = new EventLog(db, Clock.systemUTC());
            log.add("domain.created", "u", "web", 3, Map.of("state", "shell"));
            log.add("domain.started", "u", "web", 3, Map.of());
        }
        try (Database db = Database.open(file())) {
            EventLog log = new EventLog(db, Clock.systemUTC());
            assertThat(log.lastId()).isEqualTo(2);
            log.add("domain.paused", "u", "web", 3, Map.of());
            try (EventSubscription all = log.subscribe(0);
                    EventSubscription fromTwo = log.subscribe(2);
                    EventSubscription onlyNew = log.subscribe(Long.MAX_VALUE)) {
                assertThat(types(all, 3)).containsExactly("domain.created", "domain.started", "domain.paused");
                assertThat(types(fromTwo, 1)).containsExactly("domain.paused");
                assertThat(onlyNew.next(Duration.ZERO)).isEmpty();
                DomainEvent next = log.add("domain.unpaused", "u", "web", 3, Map.of());
                assertThat(onlyNew.next(SOON)).contains(next);
            }
        }
    }

    @Test
    void closedSubscription_wakesItsReader() throws Exception {
        try (Database db = Database.open(file())) {
            EventSubscription events = new EventLog(db, Clock.systemUTC()).subscribe(0);
            Thread reader = Thread.ofVirtual()
                    .start(() -> assertThat(events.next(Duration.ofHours(1))).isEmpty());
            events.close();
            assertThat(reader.join(SOON)).isTrue();
        }
    }

    private static List<String> types(EventSubscription events, int count) {
        return java.util.stream.Stream.generate(
                        () -> events.next(SOON).orElseThrow().type())
                .limit(count)
                .toList();
    }

    private Path file() {
        return folder.resolve("jxl.db");
    }

    private static OperationView operation(String id, Status status) {
        boolean running = status == Status.RUNNING;
        return new OperationView(
                id,
                "create",
                "web",
                "b76c42f0-5c5a-4d1c-869b-8fc9a3ca7018",
                Optional.of(7),
                status,
                "building",
                2,
                9,
                Instant.ofEpochMilli(1_795_565_077_370L),
                running ? Optional.empty() : Optional.of(Instant.ofEpochMilli(1_795_565_078_000L)),
                List.of(new SpecProblem(SpecProblem.Severity.WARNING, 3, 1, "vnc", "ignored")),
                running
                        ? Optional.empty()
                        : Optional.of(new OperationView.Failure("build-failed", "building", "no \"kernel\"")));
    }
}
