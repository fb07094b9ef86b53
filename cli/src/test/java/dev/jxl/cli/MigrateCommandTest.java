package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.PlayedJxld.Client;
import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What of xl's options reaches jxld, and as what. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MigrateCommandTest {
    private static final String DONE =
            "{\"id\":\"op-7\",\"kind\":\"migrate\",\"domainName\":\"web\",\"status\":\"succeeded\"}";

    @TempDir
    Path folder;

    @Test
    void hostAlone_leavesTheWayToJxld() throws Exception {
        String asked = asked("migrate", "web", "root@b");
        assertThat(asked)
                .startsWith("POST /v1/domains/web/actions/migrate?to=root%40b&wait=")
                .contains("Idempotency-Key: ");
        assertThat(asked("migrate", "-e", "-p", "--offline", "--live", "a/b", "b"))
                .startsWith("POST /v1/domains/a%2Fb/actions/migrate?to=b&paused&offline&wait=");
    }

    @Test
    void jxldOfAnotherHost_isToldWithItsLimits() throws Exception {
        assertThat(asked(
                        "migrate", "--downtime=250", "--bandwidth=100", "--auto-converge", "-p", "web", "jxl://b:7000"))
                .startsWith(
                        "POST /v1/domains/web/actions/migrate?to=jxl%3A%2F%2Fb%3A7000&paused&auto-converge&downtime=250&bandwidth=100&wait=");
    }

    @Test
    void decisionByHand_isForOneThatWaits() throws Exception {
        assertThat(SimulatedJxld.run(folder, "migrate", "--resolve=both", "web").code())
                .isEqualTo(2);
        Result nothing =
                against("[]", "200 OK", "migrate", "--resolve=here", "web").result();
        assertThat(nothing.code()).isEqualTo(ExitCodes.of("wrong-state"));
        assertThat(nothing.err()).contains("no migration of 'web'");
    }

    @Test
    void sshCommand_isFollowedByWhatXlPutsBehindIt() throws Exception {
        assertThat(command("migrate", "-s", "ssh -p 2222", "web", "b"))
                .isEqualTo("exec ssh -p 2222 b xl migrate-receive");
        assertThat(command("migrate", "-s", "/srv/via x", "-e", "-p", "web", "b"))
                .isEqualTo("exec /srv/via x b xl migrate-receive -e -p");
    }

    @Test
    void emptySshCommand_makesTheHostTheCommand() throws Exception {
        assertThat(command("migrate", "-s", "", "-e", "--offline", "web", "ssh b jxl migrate-receive"))
                .isEqualTo("ssh b jxl migrate-receive");
        Result refused = SimulatedJxld.run(folder, "migrate", "-s", "", "-p", "web", "ssh b jxl migrate-receive");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("-p does not go with -s ''").hasLineCount(1);
    }

    @Test
    void whatJxlDoesNotHave_isRefusedWithWhatToUseInstead() {
        Result domid = SimulatedJxld.run(folder, "migrate", "-D", "web", "b");
        assertThat(domid.code()).isEqualTo(11);
        assertThat(domid.err()).contains("-D: ").contains("'xl migrate -D'");
        Result configuration = SimulatedJxld.run(folder, "migrate", "-C", "b.cfg", "web", "b");
        assertThat(configuration.code()).isEqualTo(11);
        assertThat(configuration.err()).contains("-C: ").contains("'xl migrate -C'");
        assertThat(SimulatedJxld.run(folder, "migrate", "web").code()).isEqualTo(2);
        assertThat(SimulatedJxld.run(folder, "migrate-receive", "web").code()).isEqualTo(2);
    }

    @Test
    void end_isToldWithItsCode() throws Exception {
        Result done = against(DONE, "200 OK", "migrate", "--debug", "web", "b").result();
        assertThat(done.code()).isZero();
        assertThat(done.out()).isEqualTo("migrated domain 'web' to b\n");
        assertThat(done.err()).isEqualTo("jxl: warning: --debug has no effect\n");
        Result undecided = against(
                        "{\"code\":\"migration-undecided\",\"detail\":\"look at b\"}",
                        "504 Gateway Timeout",
                        "migrate",
                        "web",
                        "b")
                .result();
        assertThat(undecided.code()).isEqualTo(21);
        assertThat(undecided.err()).isEqualTo("jxl: look at b\n");
    }

    private String command(String... arguments) throws Exception {
        return PlayedJxld.parameter(asked(arguments), "command");
    }

    private String asked(String... arguments) throws Exception {
        return against(DONE, "200 OK", arguments).asked();
    }

    private Exchange against(String body, String status, String... arguments) throws Exception {
        Path socket = folder.resolve("s" + System.nanoTime());
        try (PlayedJxld jxld = new PlayedJxld(socket)) {
            CompletableFuture<Result> result = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> result.complete(SimulatedJxld.run(socket, arguments)));
            return exchange(jxld, body, status, result);
        }
    }

    private static Exchange exchange(PlayedJxld jxld, String body, String status, CompletableFuture<Result> result)
            throws IOException {
        try (Client client = jxld.accept()) {
            String asked = client.request();
            client.answer(status, body);
            return new Exchange(asked, result.join());
        }
    }

    private record Exchange(String asked, Result result) {}
}
