package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.PlayedJxld.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during a create, against a server that this test plays by hand: the create does not end by itself. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class InterruptTest {
    private static final String OPERATION =
            "{\"id\":\"op-7\",\"kind\":\"create\",\"domainName\":\"web\",\"status\":\"%s\",\"step\":\"build\"}";

    @TempDir
    Path folder;

    @Test
    void interruptedCreate_isFoundByItsKeyAndCancelled() throws Exception {
        Path config = config();
        try (PlayedJxld jxld = new PlayedJxld(folder.resolve("s"))) {
            assertCancelled(jxld, jxld.jxl("create", config.toString()));
        }
    }

    @Test
    void interruptedCreateOfAFront_isCancelledTheSame() throws Exception {
        config();
        try (ServedJxl served = new ServedJxl(folder);
                PlayedJxld jxld = new PlayedJxld(folder.resolve("s"))) {
            assertCancelled(jxld, served.start(folder, "--socket=" + jxld.socket(), "create", "web.cfg"));
        }
    }

    @Test
    void createWhoseFrontIsKilled_isCancelled() throws Exception {
        config();
        try (ServedJxl served = new ServedJxl(folder);
                PlayedJxld jxld = new PlayedJxld(folder.resolve("s"))) {
            Process front = served.start(folder, "--socket=" + jxld.socket(), "create", "web.cfg");
            try (Client waiting = jxld.accept()) {
                waiting.request();
                front.destroyForcibly();
                try (Client cancelling = jxld.accept()) {
                    cancelling.request();
                    cancelling.answer("202 Accepted", OPERATION.formatted("running"));
                    assertThat(cancelling.request()).startsWith("POST /v1/operations/op-7/actions/cancel?wait=");
                }
                assertThat(waiting.ended()).isTrue();
            }
        }
    }

    @Test
    void interruptOfWhatHasNothingToCleanUp_endsItAtOnce() throws Exception {
        try (ServedJxl served = new ServedJxl(folder);
                PlayedJxld jxld = new PlayedJxld(folder.resolve("s"))) {
            Process front = served.start(folder, "--socket=" + jxld.socket(), "destroy", "web", "db");
            try (Client waiting = jxld.accept()) {
                waiting.request();
                PlayedJxld.interrupt(front);
                assertThat(front.waitFor()).isEqualTo(143);
                assertThat(front.getErrorStream().readAllBytes()).isEmpty();
                assertThat(waiting.ended()).isTrue();
            }
            // The second domain is not destroyed after that: what jxld is asked next is somebody else's.
            Process next = served.start(folder, "--socket=" + jxld.socket(), "domid", "web");
            try (Client asked = jxld.accept()) {
                assertThat(asked.request()).startsWith("GET /v1/domains/web");
            }
            next.waitFor();
        }
    }

    private Path config() throws IOException {
        return Files.writeString(folder.resolve("web.cfg"), "name='web'\n");
    }

    private static void assertCancelled(PlayedJxld jxld, Process jxl) throws Exception {
        try (Client waiting = jxld.accept()) {
            String create = waiting.request();
            assertThat(create).startsWith("POST /v1/domains?").contains("&wait=");
            PlayedJxld.interrupt(jxl);
            try (Client cancelling = jxld.accept()) {
                String again = cancelling.request();
                assertThat(again).startsWith("POST /v1/domains?").doesNotContain("wait=");
                assertThat(PlayedJxld.key(again)).isEqualTo(PlayedJxld.key(create));
                cancelling.answer("202 Accepted", OPERATION.formatted("running"));
                assertThat(cancelling.request()).startsWith("POST /v1/operations/op-7/actions/cancel?wait=");
                cancelling.answer("200 OK", OPERATION.formatted("cancelled"));
                String err = new String(jxl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(jxl.waitFor()).isEqualTo(130);
                assertThat(err).isEqualTo("""
                                jxl: interrupted: cancelling, and waiting until what was made is removed
                                jxl: domain 'web' was not created: cancelled, nothing is left of it
                                """);
            }
        }
    }
}
