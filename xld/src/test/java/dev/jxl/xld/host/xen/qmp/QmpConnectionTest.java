package dev.jxl.xld.host.xen.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.host.xen.qmp.QmpConnection.Event;
import dev.jxl.xld.host.xen.qmp.QmpException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ParameterizedClass(name = "files can be handed over: {0}")
@ValueSource(booleans = {false, true})
class QmpConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    @Parameter
    boolean forFiles;

    private final List<Event> events = new ArrayList<>();

    private Path socket() {
        return folder.resolve("qmp");
    }

    private FakeQemu qemu(String answer) throws IOException {
        return new FakeQemu(socket(), FakeQemu.GREETING, line -> answer);
    }

    private QmpConnection connect(Duration patience) {
        return forFiles
                ? QmpConnection.openForFiles(socket(), patience, events::add)
                : QmpConnection.open(socket(), patience, events::add);
    }

    private Kind kindOf(String answer, Duration patience) throws IOException {
        try (FakeQemu _ = qemu(answer);
                QmpConnection qmp = connect(patience)) {
            qmp.execute("query-status", Map.of());
            throw new AssertionError("an answer came of " + answer);
        } catch (QmpException e) {
            return e.kind();
        }
    }

    @Test
    void command_hasItsArgumentsAndAnswer() throws IOException {
        try (FakeQemu qemu =
                        qemu("{\"return\": {\"a\": [1, true, null, 1.5, 18446744073709551615]}, \"id\": \"ID\"}\r\n");
                QmpConnection qmp = connect(PATIENCE)) {
            Object answer = qmp.execute("eject", Map.of("id", "ide-5632", "force", true));

            assertThat(answer).isEqualTo(Map.of("a", List.of(1L, true, Map.of(), 1.5, 1.8446744073709552E19)));
            assertThat(qemu.heard.get(0)).contains("\"execute\":\"qmp_capabilities\"");
            assertThat(qemu.heard.get(1)).contains("\"execute\":\"eject\"", "\"id\":\"ide-5632\"", "\"force\":true");
        }
    }

    @Test
    void eventsAndForeignAnswersInBetween_areSortedOut() throws IOException {
        String answer = """
                {"event": "SHUTDOWN", "data": {"guest": true}, "timestamp": {}}
                {"return": "somebody else's", "id": "libxl-1"}
                {"return": "ours", "id": "ID"}
                """;
        try (FakeQemu _ = qemu(answer);
                QmpConnection qmp = connect(PATIENCE)) {
            assertThat(qmp.execute("query-status", Map.of())).isEqualTo("ours");
            assertThat(events).containsExactly(new Event("SHUTDOWN", Map.of("guest", true)));
        }
    }

    @Test
    void refusal_isToldInQemusWords() throws IOException {
        try (FakeQemu _ = qemu("{\"id\": \"ID\", \"error\": {\"class\": \"GenericError\","
                        + " \"desc\": \"Device 'x' is\\u0007\\n locked\"}}\r\n");
                QmpConnection qmp = connect(PATIENCE)) {
            assertThatThrownBy(() -> qmp.execute("eject", Map.of()))
                    .isInstanceOfSatisfying(
                            QmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessage("Device 'x' is locked");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n",
                "[]\r\n",
                "{\"id\": \"ID\"}\r\n",
                "{\"return\": {}, \"return\": {}, \"id\": \"ID\"}\r\n",
                "{\"return\": {}, \"id\": \"ID\"} {}\r\n",
                "{\"return\": 1e999999999999999999999999999999999999999999999, \"id\": \"ID\"}\r\n",
                "{\"return\": {\r\n",
            })
    void whatIsNotQmp_isRefused(String answer) throws IOException {
        assertThat(kindOf(answer, PATIENCE)).isEqualTo(Kind.NOT_QMP);
    }

    @Test
    void deepNesting_isRefused() throws IOException {
        String deep = "{\"return\": " + "[".repeat(100_000) + "]".repeat(100_000) + ", \"id\": \"ID\"}\r\n";
        assertThat(kindOf(deep, PATIENCE)).isEqualTo(Kind.NOT_QMP);
    }

    @Test
    void endlessLine_isRefused() throws IOException {
        assertThat(kindOf("x".repeat(QmpJson.MAX_BYTES + 1), PATIENCE)).isEqualTo(Kind.NOT_QMP);
    }

    @Test
    void endlessEvents_areRefused() throws IOException {
        assertThat(kindOf("{\"event\": \"E\"}\r\n".repeat(10_001), PATIENCE)).isEqualTo(Kind.NOT_QMP);
    }

    @Test
    void silence_timesOut() throws IOException {
        assertThat(kindOf(FakeQemu.SILENCE, SHORT)).isEqualTo(Kind.TIMED_OUT);
    }

    @Test
    void hangUp_isTold() throws IOException {
        assertThat(kindOf("HANG UP", PATIENCE)).isEqualTo(Kind.GONE);
    }

    @Test
    void nobodyThere_isTold() {
        assertThatThrownBy(() -> connect(PATIENCE))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.GONE));
    }

    @Test
    void strangersGreeting_isRefused() throws IOException {
        try (FakeQemu _ = new FakeQemu(socket(), "{\"hello\": 1}\r\n", line -> FakeQemu.OK)) {
            assertThatThrownBy(() -> connect(PATIENCE))
                    .isInstanceOfSatisfying(
                            QmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_QMP));
        }
    }
}
