package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes of driver domains. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DriverDomainApiTest extends ServedApi {
    private static final String NET = "/v1/driver-domains/net";

    @Test
    void one_hasItsClientsAndItsLastOutage() {
        JsonNode net = http.get(NET).json();
        assertThat(net.get("devices").get(0).get("client").asText()).isEqualTo("web1");
        assertThat(net.get("devices").get(0).get("answered").asLong()).isEqualTo(9);
        assertThat(net.get("lastOutage").get("reached").get("gone").asDouble()).isEqualTo(0.5);
        assertThat(net.has("restarts")).isFalse();
        assertThat(http.get("/v1/driver-domains").json()).hasSize(1);
        assertThat(http.get("/v1/driver-domains/other").status()).isEqualTo(404);
    }

    @Test
    void lint_isADiagnosis() {
        JsonNode lint = http.get(NET + "/lint").json();
        assertThat(lint.get("healthy").asBoolean()).isTrue();
        assertThat(lint.get("findings").get(0).get("severity").asText()).isEqualTo("note");
        assertThat(http.get("/v1/driver-domains/other/lint").status()).isEqualTo(404);
    }

    @Test
    void metrics_areInPrometheusForm() {
        var answer = http.get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .contains("# TYPE jxl_driver_outage_seconds summary\n")
                .contains("jxl_driver_outage_seconds_sum{driver=\"net\"} 2.5\n")
                .contains("jxl_driver_outage_seconds_count{driver=\"net\"} 1.0\n")
                .contains("jxl_driver_stops_total{driver=\"net\"} 2.0\n")
                .contains("jxl_driver_heartbeat_age_seconds{driver=\"net\"} 0.4\n")
                .contains("jxl_driver_last_outage_seconds{driver=\"net\"} 2.5\n");
    }

    @Test
    void drain_isAnOperation() {
        var answer = http.send("POST", NET + "/actions/drain", "", "");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("kind").asText()).isEqualTo("driver-drain");
    }

    @Test
    void undrain_isAnOperation() {
        var answer = http.send("POST", NET + "/actions/undrain", "", "");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("kind").asText()).isEqualTo("driver-undrain");
    }

    @Test
    void upgrade_isAnOperationWithAFileOrThePackages() {
        assertThat(kindOf("/actions/upgrade")).isEqualTo("driver-upgrade to Optional.empty");
        assertThat(kindOf("/actions/upgrade?file=b&folder=/a")).isEqualTo("driver-upgrade to Optional[/a/b]");
        assertThat(http.send("POST", NET + "/actions/upgrade?file=", "", "").status())
                .isEqualTo(400);
    }

    private String kindOf(String path) {
        return http.send("POST", NET + path, "", "").json().get("kind").asText();
    }

    @Test
    void restart_isAnOperation() {
        var answer = http.send("POST", NET + "/actions/restart", "", "");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("kind").asText()).isEqualTo("driver-restart");
        assertThat(http.send("POST", NET + "/actions/restart?force", "", "")
                        .json()
                        .get("kind")
                        .asText())
                .isEqualTo("driver-restart by force");
    }
}
