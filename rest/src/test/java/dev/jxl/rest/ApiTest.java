package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.rest.HttpClientOverSocket.Answer;
import dev.jxl.xld.api.Frontend;
import dev.jxl.xld.api.ToolstackException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every request: problems, sizes, keys, events, the socket. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ApiTest extends ServedApi {
    @Test
    void frontend_isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(Frontend.class)).singleElement().isInstanceOf(HttpFrontend.class);
    }

    @Test
    void badRequests_areEachAProblem() {
        assertProblem(http.get("/v1/nowhere"), 404, "not-found", "/v1/nowhere");
        Answer wrongMethod = http.send("DELETE", "/v1/host", "", "");
        assertProblem(wrongMethod, 405, "method-not-allowed", "DELETE", "GET");
        assertThat(wrongMethod.headers()).containsEntry("allow", "GET");
        assertProblem(http.get("/v1/domains?verbose"), 400, "bad-request", "verbose");
        assertProblem(http.get("/v1/operations/op-1?wait=soon"), 400, "bad-request", "soon");
        assertProblem(http.post("/v1/domains", "text/plain", "x"), 415, "unsupported-media-type", "text/plain");
        assertProblem(http.post("/v1/domains", "application/json", "{\"a\":\n 1,,}"), 400, "bad-request", "line 2");
        assertProblem(http.post("/v1/domains", "application/json", "[]"), 400, "bad-request", "object");
        assertProblem(http.post("/v1/domains", "application/json", "{} x"), 400, "bad-request", "JSON");
        assertProblem(
                http.post("/v1/domains", "application/json", "{\"a\":" + "[".repeat(200)), 400, "bad-request", "nest");
        assertThat(toolstack.creates).isEmpty();
    }

    @Test
    void hugeBody_isRefusedAndTheServerLives() {
        Answer answer = http.post("/v1/domains", "text/x-xl-cfg", "#".repeat(Exchange.MAX_BODY + 1));
        assertProblem(answer, 413, "body-too-large", "larger");
        assertThat(http.get("/v1/domains").status()).isEqualTo(200);
    }

    @Test
    void defect_isNamedByAnIdWithoutItsTrace() {
        toolstack.broken = new IllegalArgumentException("secret inside");
        Answer answer = http.get("/v1/host");
        assertProblem(answer, 500, "internal", "log of jxld");
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("at dev.jxl");
    }

    @Test
    void missingXen_isToldByHealthAndByEveryAnswer() {
        toolstack.broken = new ToolstackException.HostUnavailable("this machine is not a Xen dom0", null);
        assertThat(http.get("/health").status()).isEqualTo(503);
        assertProblem(http.get("/v1/domains"), 503, "host-unavailable", "not a Xen dom0");
    }

    @Test
    void cancel_endsTheOperation() {
        http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n");
        Answer answer = http.send("POST", "/v1/operations/op-1/actions/cancel", "", "");
        assertThat(answer.json().get("status").asText()).isEqualTo("cancelled");
        assertProblem(http.send("DELETE", "/v1/operations/op-99", "", ""), 404, "operation-not-found", "op-99");
    }

    @Test
    void sameKey_startsOneOperation() {
        Answer first = http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n", "Idempotency-Key: k1");
        Answer again = http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n", "Idempotency-Key: k1");
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(toolstack.creates).hasSize(1);
        assertProblem(
                http.post("/v1/domains", "text/x-xl-cfg", "name='other'\n", "Idempotency-Key: k1"),
                422,
                "key-reused",
                "k1");
    }

    @Test
    void xenLog_isPlainText() {
        Answer answer = http.get("/v1/host/dmesg?clear");
        assertThat(answer.body()).isEqualTo("(XEN) cleared\n");
        assertThat(answer.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
    }

    @Test
    void eventClients_eachSeeEveryEventAfterTheLastOneTheyHad() throws Exception {
        toolstack.emit(FakeToolstack.event(1, "domain.created"));
        toolstack.emit(FakeToolstack.event(2, "domain.started"));
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(http.open("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\n\r\n"));
        }
        org.awaitility.Awaitility.await().until(() -> toolstack.subscribers.size() == 20);
        toolstack.emit(FakeToolstack.event(3, "domain.paused"));
        for (SocketChannel client : clients) {
            InputStream in = Channels.newInputStream(client);
            List<String> lines = new ArrayList<>();
            while (lines.stream().filter(line -> line.startsWith("data: ")).count() < 2) {
                lines.add(HttpClientOverSocket.line(in));
            }
            assertThat(lines)
                    .contains("id: 2", "event: domain.started", "id: 3", "event: domain.paused")
                    .doesNotContain("id: 1");
            assertThat(lines)
                    .anyMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("text/event-stream"));
            client.close();
        }
        assertProblem(http.send("GET", "/v1/events", "Last-Event-ID: x\r\n", ""), 400, "bad-request", "Last-Event-ID");
    }

    @Test
    void clientThatAsksToClose_seesTheEnd() throws Exception {
        try (SocketChannel channel =
                http.open("GET /v1/domains HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
            InputStream in = Channels.newInputStream(channel);
            assertThat(HttpClientOverSocket.read(in).status()).isEqualTo(200);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void socket_isForOwnerAndGroupOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("jxld.sock"))))
                .isEqualTo("rw-rw----");
    }

    @Test
    void secondServer_isRefusedWhileTheFirstServes() throws Exception {
        Path socket = folder.resolve("jxld.sock");
        assertThatThrownBy(() -> new HttpFrontend().start(toolstack, socket))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another jxld");
        assertThat(http.get("/v1/domains").status()).isEqualTo(200);
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertThatThrownBy(() -> new HttpFrontend().start(toolstack, file)).hasMessageContaining("not a socket");
        assertThat(file).hasContent("precious");
    }
}
