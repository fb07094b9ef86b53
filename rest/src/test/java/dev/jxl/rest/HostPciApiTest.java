package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes of the host's PCI devices. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostPciApiTest {
    private static final String JSON_TYPE = "Content-Type: application/json\r\n";

    @TempDir
    Path folder;

    private final FakeToolstack toolstack = new FakeToolstack();
    private AutoCloseable frontend;
    private HttpClientOverSocket http;

    @BeforeEach
    void start() {
        Path socket = folder.resolve("jxld.sock");
        frontend = new HttpFrontend().start(toolstack, socket);
        http = new HttpClientOverSocket(socket);
    }

    @AfterEach
    void stop() throws Exception {
        frontend.close();
    }

    @Test
    void devices_areListedWithTheirDrivers() {
        var device = http.get("/v1/host/pci").json().get(0);
        assertThat(device.get("address").asText()).isEqualTo("0000:03:00.0");
        assertThat(device.get("driver").asText()).isEqualTo("pciback");
        assertThat(device.has("domid")).isFalse();
    }

    @Test
    void keepingAndGivingBack_reachTheToolstackAsTheyWereAsked() {
        assertThat(send("PUT", "03:00.0/assignable", "{}")).isEqualTo(202);
        assertThat(send("PUT", "0000:03:00.0/assignable?force", "{\"name\": \"spare\"}"))
                .isEqualTo(202);
        assertThat(send("DELETE", "spare/assignable?rebind", "")).isEqualTo(202);
        assertThat(send("PUT", "03:00.0/assignable", "{\"nmae\": \"spare\"}")).isEqualTo(400);

        assertThat(toolstack.pci.changes)
                .containsExactly("keep 03:00.0 - false", "keep 0000:03:00.0 spare true", "give back spare true");
    }

    private int send(String method, String path, String body) {
        return http.send(method, "/v1/host/pci/" + path, JSON_TYPE, body).status();
    }
}
