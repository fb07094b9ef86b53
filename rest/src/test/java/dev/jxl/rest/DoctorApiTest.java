package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes of what does not belong on the host. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DoctorApiTest extends ServedApi {
    private static final String FIX = "/v1/host/doctor/actions/fix";

    @Test
    void findings_areToldAndNothingIsDone() {
        JsonNode diagnosis = http.get("/v1/host/doctor").json();
        assertThat(diagnosis.get("healthy").asBoolean()).isFalse();
        assertThat(diagnosis.has("lastRepair")).isFalse();
        JsonNode finding = diagnosis.get("findings").get(0);
        assertThat(finding.get("code").asText()).isEqualTo("loop-without-domain");
        assertThat(finding.get("severity").asText()).isEqualTo("warning");
        assertThat(finding.get("fixable").asBoolean()).isTrue();
        assertThat(finding.has("done")).isFalse();
    }

    @Test
    void fix_isAnOperationAndWhatItDidIsTold() {
        var answer = http.send("POST", FIX, "", "");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("kind").asText()).isEqualTo("doctor-fix");
        JsonNode diagnosis = http.get("/v1/host/doctor").json();
        assertThat(diagnosis.get("healthy").asBoolean()).isTrue();
        JsonNode repair = diagnosis.get("lastRepair");
        assertThat(repair.get("operation").asText())
                .isEqualTo(answer.json().get("id").asText());
        assertThat(repair.get("findings").get(0).get("done").asText()).isEqualTo("it was freed");
    }

    @Test
    void fixAskedTwiceWithOneKey_isOneOperation() {
        String key = "Idempotency-Key: once\r\n";
        String first =
                http.send("POST", FIX + "?wait=5", key, "").json().get("id").asText();
        assertThat(http.send("POST", FIX + "?wait=5", key, "").json().get("id").asText())
                .isEqualTo(first);
        assertThat(http.send("POST", FIX + "?force", key, "").status()).isEqualTo(400);
    }
}
