package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes of the host's PCI devices. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostPciApiTest extends ServedApi {
    private static final String JSON_TYPE = "Content-Type: application/json\r\n";

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
