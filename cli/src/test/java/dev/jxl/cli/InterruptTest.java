package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.PlayedJxld.Client;
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
        Path config = Files.writeString(folder.resolve("web.cfg"), "name='web'\n");
        try (PlayedJxld jxld = new PlayedJxld(folder.resolve("s"))) {
            Process jxl = jxld.jxl("create", config.toString());
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
                    assertThat(err).contains("'web' was not created: cancelled, nothing is left of it");
                }
            }
        }
    }
}
