package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.rest.HttpClientOverSocket.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the API, served over a socket for a toolstack that only notes what it is asked for; both are new for each test. */
abstract class ServedApi {
    @TempDir
    Path folder;

    final FakeToolstack toolstack = new FakeToolstack();
    HttpClientOverSocket http;
    private AutoCloseable frontend;

    @BeforeEach
    void startServer() {
        Path socket = folder.resolve("jxld.sock");
        frontend = new HttpFrontend().start(toolstack, socket);
        http = new HttpClientOverSocket(socket);
    }

    @AfterEach
    void stopServer() throws Exception {
        frontend.close();
    }

    static void assertProblem(Answer answer, int status, String code, String... words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("type").asText()).isEqualTo("urn:jxl:error:" + code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).contains(words);
    }
}
