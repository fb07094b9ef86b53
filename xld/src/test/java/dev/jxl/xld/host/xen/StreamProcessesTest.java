package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.xld.api.ToolstackException.HypercallRefused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that speak as {@link StreamChild} does, with a shell in the place of libxenguest: who is used again, and who is not. */
@Timeout(60)
class StreamProcessesTest {
    /** Ends what it does with its number; words are encoded. */
    private static final String CHILD = """
            while read -r what word; do
              case $what in
                save) echo suspend; read -r answer; echo "done $$ $answer $word" ;;
                fail) echo 'failed no such guest'; exit 1 ;;
                die) echo 'Assertion failed' >&2; kill -9 $$ ;;
              esac
            done
            """;

    private final StreamProcesses processes = new StreamProcesses(() -> new ProcessBuilder("sh", "-c", CHILD).start());

    @AfterEach
    void close() {
        processes.close();
    }

    private List<String> save(String word) {
        return processes.run(List.of("save", word), "saving domain 5", asked -> "ok", () -> {});
    }

    @Test
    void oneThatHasDoneItsWork_doesTheNext() {
        List<String> first = save("a file");

        assertThat(first).hasSize(3).endsWith("ok", "a+file");
        assertThat(save("another")).element(0).isEqualTo(first.getFirst());
    }

    @Test
    void twoAtOnce_areTwo() {
        List<String> inner = new ArrayList<>();
        List<String> outer = processes.run(
                List.of("save", "1"),
                "saving domain 5",
                asked -> {
                    inner.addAll(save("2"));
                    return "ok";
                },
                () -> {});

        assertThat(inner.getFirst()).isNotEqualTo(outer.getFirst());
    }

    @Test
    void oneThatFailed_saysWhyAndIsNotUsedAgain() {
        String before = save("x").getFirst();

        assertThatThrownBy(() -> processes.run(List.of("fail"), "saving domain 5", asked -> "ok", () -> {}))
                .isInstanceOf(HypercallRefused.class)
                .hasMessageContaining("saving domain 5 failed: no such guest");
        assertThat(save("x").getFirst()).isNotEqualTo(before);
    }

    @Test
    void oneThatDied_saysItsLastWords() {
        assertThatThrownBy(() -> processes.run(List.of("die"), "restoring domain 5", asked -> "ok", () -> {}))
                .isInstanceOf(HypercallRefused.class)
                .hasMessageContaining("restoring domain 5 failed: its process ended (it said: Assertion failed)");
    }

    @Test
    void whoeverRefusesWhatItAsks_endsIt() {
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(save("x").getFirst())).orElseThrow();

        assertThatThrownBy(() -> processes.run(
                        List.of("save", "x"),
                        "saving domain 5",
                        asked -> {
                            throw new IllegalStateException("the guest does not suspend");
                        },
                        () -> {}))
                .hasMessage("the guest does not suspend");
        await().until(() -> !child.isAlive());
    }

    @Test
    void closed_endsThoseThatWait() {
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(save("x").getFirst())).orElseThrow();

        processes.close();
        await().until(() -> !child.isAlive());
    }
}
