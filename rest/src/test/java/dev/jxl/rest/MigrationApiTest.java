package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.rest.HttpClientOverSocket.Answer;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes by which guests go to other hosts and come from them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MigrationApiTest extends ServedApi {
    private static final String MIGRATE = "/v1/domains/web/actions/migrate";
    private static final String RECEIVE = "/v1/host/actions/migrate-receive";

    @Test
    void host_isReachedBySshWithoutQuestionsAndByWhicheverToolstackItHas() {
        assertThat(http.post(MIGRATE + "?to=root@b.example", "", "").status()).isEqualTo(202);
        assertThat(http.post(MIGRATE + "?to=%5Bfe80::1%5D&offline&paused", "", "")
                        .status())
                .isEqualTo(202);
        assertThat(toolstack.actions)
                .containsExactly(
                        new DomainAction.Migrate(
                                "root@b.example",
                                "exec ssh -o BatchMode=yes -- 'root@b.example' 'if command -v jxl >/dev/null 2>&1;"
                                        + " then exec jxl migrate-receive; else exec xl migrate-receive; fi'",
                                true),
                        new DomainAction.Migrate(
                                "[fe80::1]",
                                "exec ssh -o BatchMode=yes -- '[fe80::1]' 'if command -v jxl >/dev/null 2>&1;"
                                        + " then exec jxl migrate-receive -p; else exec xl migrate-receive -p; fi'",
                                false));
    }

    @Test
    void jxldOfAnotherHost_isReachedByItsPortWithLimits() {
        assertThat(http.post(MIGRATE + "?to=jxl://b.example&downtime=250&bandwidth=100&auto-converge", "", "")
                        .status())
                .isEqualTo(202);
        assertThat(http.post(MIGRATE + "?to=jxl://%5Bfe80::1%5D:7000&paused&offline", "", "")
                        .status())
                .isEqualTo(202);
        assertThat(toolstack.actions)
                .containsExactly(
                        new DomainAction.Migrate(
                                "b.example",
                                new Peer("b.example", 8474, false, 100L << 20),
                                true,
                                Duration.ofMillis(250),
                                true),
                        new DomainAction.Migrate(
                                "[fe80::1]:7000",
                                new Peer("fe80::1", 7000, true, 0),
                                false,
                                DomainAction.Migrate.DOWNTIME,
                                false));
        for (String bad : new String[] {"jxl://", "jxl://b:0", "jxl://b:70000", "jxl://a@b", "jxl://-b", "jxl://b/c"}) {
            assertThat(http.post(MIGRATE + "?to=" + encoded(bad), "", "").status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(http.post(MIGRATE + "?to=b&bandwidth=100", "", "").status()).isEqualTo(400);
    }

    @Test
    void guestBetweenHosts_isListedAndDecided() {
        assertThat(http.get("/v1/migrations").body())
                .contains("\"state\":\"given\"")
                .contains("\"settled\":false");
        assertThat(http.get("/v1/migrations/op-1").body()).contains("\"peer\":\"b.example\"");
        assertThat(http.get("/v1/migrations/op-2").status()).isEqualTo(404);
        assertThat(http.post("/v1/migrations/op-1/actions/resolve?keep=here", "", "")
                        .body())
                .contains("\"state\":\"kept\"");
        assertThat(http.post("/v1/migrations/op-1/actions/resolve?keep=both", "", "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void thisHost_isReachedWithNothingBetween() {
        assertThat(http.post(MIGRATE + "?to=localhost&paused", "", "").status()).isEqualTo(202);
        assertThat(toolstack.actions)
                .containsExactly(new DomainAction.Migrate(
                        "localhost", new DomainAction.Migrate.Here(true), true, DomainAction.Migrate.DOWNTIME, false));
    }

    @Test
    void ownCommand_isTakenAsItIsAndTheHostIsOnlyItsName() {
        String command = "exec nc 'host b' 1234";
        assertThat(http.post(MIGRATE + "?to=the%20other%20one&command=" + encoded(command), "", "")
                        .status())
                .isEqualTo(202);
        assertThat(toolstack.actions).containsExactly(new DomainAction.Migrate("the other one", command, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-oProxyCommand=x",
                "-b",
                "root@-b",
                "b c",
                "b;reboot",
                "b'",
                "$(reboot)",
                "`reboot`",
                "b|c",
                "b&c",
                "b/c",
                "b\nc",
                "a@b@c",
                "@b",
                "h\u00f6st",
                "*"
            })
    void hostThatAShellOrSshCouldTakeForMore_isRefused(String host) {
        assertBadRequest(http.post(MIGRATE + "?to=" + encoded(host), "", ""), "'to'");
        assertThat(toolstack.actions).isEmpty();
    }

    @Test
    void whatIsMissingOrContradictory_isNamed() {
        assertBadRequest(http.post(MIGRATE, "", ""), "'to' is missing");
        assertBadRequest(http.post(MIGRATE + "?to=", "", ""), "'to' is missing");
        assertBadRequest(http.post(MIGRATE + "?to=b&command=", "", ""), "'command' is missing");
        assertBadRequest(http.post(MIGRATE + "?to=b&command=a%00b", "", ""), "'command' is one line");
        assertBadRequest(http.post(MIGRATE + "?to=a%0Ab&command=x", "", ""), "'to' is one line");
        assertBadRequest(http.post(MIGRATE + "?to=b&command=x&paused", "", ""), "'paused' does not go with");
        assertBadRequest(http.post(MIGRATE + "?to=b&live", "", ""), "unknown query parameter 'live'");
        assertBadRequest(http.post(RECEIVE + "?from=/a", "", ""), "'to' is missing");
        assertBadRequest(http.post(RECEIVE + "?to=/a", "", ""), "'from' is missing");
        assertBadRequest(http.post(RECEIVE + "?from=a&to=/b", "", ""), "'from' is a whole path");
        assertBadRequest(http.post(RECEIVE + "?from=/a&to=b%00", "", ""), "'to' is not a path");
        assertThat(http.post("/v1/domains/none/actions/migrate?to=b", "", "").status())
                .isEqualTo(404);
        assertThat(toolstack.actions).isEmpty();
        assertThat(toolstack.received).isEmpty();
    }

    @Test
    void receiver_isStartedOncePerKeyAndItsEndNamesTheDomain() {
        Answer first = http.post(RECEIVE + "?from=/run/a&to=/run/b", "", "", "Idempotency-Key: k");
        Answer again = http.post(RECEIVE + "?from=/run/a&to=/run/b", "", "", "Idempotency-Key: k");
        Answer other = http.post(RECEIVE + "?from=/run/a&to=/run/b&paused", "", "", "Idempotency-Key: k");
        assertThat(first.status()).isEqualTo(202);
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(other.status()).isEqualTo(422);
        Answer ended = http.post(RECEIVE + "?from=/run/c&to=/run/d&paused&wait=5", "", "");
        assertThat(ended.status()).isEqualTo(201);
        assertThat(ended.headers().get("location")).startsWith("/v1/domains/");
        assertThat(toolstack.received).containsExactly("/run/a /run/b", "/run/c /run/d paused");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void assertBadRequest(Answer answer, String about) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("bad-request");
        assertThat(answer.json().get("detail").asText()).contains(about);
    }
}
