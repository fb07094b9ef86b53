package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.rest.HttpClientOverSocket.Answer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Configurations that are read, refused and converted. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConfigApiTest extends ServedApi {
    @Test
    void wrongConfiguration_isToldWithItsPlaces() {
        Answer answer = http.post("/v1/domains?source=a.cfg", "text/x-xl-cfg", "wrong\n");
        assertProblem(answer, 422, "invalid-spec", "a.cfg", "line 2, column 5");
        JsonNode place = answer.json().get("problems").get(0);
        assertThat(place.get("severity").asText()).isEqualTo("error");
        assertThat(place.get("column").asInt()).isEqualTo(5);
    }

    @Test
    void anXlCfg_isConvertedAsXlReadsIt() {
        String cfg = """
                name='g'
                uuid='6b29fc40-ca47-1067-b31d-00dd010662da'
                kernel='/k'
                type='hvm'
                memory=64
                boot='dc'
                """;
        Answer answer = http.post("/v1/config/convert?to=libxl-json&xen=4.20", "text/x-xl-cfg", cfg);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/b_info/type.hvm/boot").asText()).isEqualTo("dc");
        assertThat(answer.json().at("/b_info/target_memkb").asInt()).isEqualTo(65536);
        Answer all = http.post("/v1/config/convert?cpus=4", "text/x-xl-cfg", cfg + "vcpus=1\ncpus='all'\n");
        assertThat(all.json().at("/b_info/vcpu_hard_affinity/0")).hasSize(8);
        Answer own = http.post("/v1/config/convert?to=jxl-json", "text/x-xl-cfg", cfg);
        assertThat(own.json().at("/platform/bootOrder").asText()).isEqualTo("dc");
        Answer back = http.post("/v1/config/convert?to=xl-cfg", "application/json", own.body());
        assertThat(back.headers().get("content-type")).startsWith("text/x-xl-cfg");
        assertThat(back.body()).contains("boot = \"dc\"").contains("memory = 64");
        Answer report = http.post("/v1/config/convert?report", "text/x-xl-cfg", cfg + "memroy=1\n");
        assertThat(report.json().get("problems").get(0).get("message").asText()).contains("did you mean 'memory'");
    }

    @Test
    void aConfigurationThatXlRefuses_isAProblemWithItsPlaces() {
        Answer answer =
                http.post("/v1/config/convert?to=libxl-json", "text/x-xl-cfg", "name='g'\nkernel='/k'\non_crash='x'\n");
        assertProblem(answer, 422, "invalid-spec", "line 3, column 10: on_crash");
        assertThat(answer.json().get("problems").get(0).get("line").asInt()).isEqualTo(3);
        assertProblem(
                http.post("/v1/config/convert?xen=4.3", "text/x-xl-cfg", "x"), 400, "bad-request", "4.17", "not '4.3'");
        assertProblem(http.post("/v1/config/convert?to=xml", "text/x-xl-cfg", "x"), 400, "bad-request", "xl-cfg");
        assertProblem(http.post("/v1/config/convert", "text/plain", "x"), 415, "unsupported-media-type", "from=xl-cfg");
        assertProblem(http.post("/v1/config/convert?cpus=0", "text/x-xl-cfg", "x"), 400, "bad-request", "cpus");
        assertProblem(http.post("/v1/config/convert", "application/json", "[1]"), 422, "invalid-spec", "JSON object");
    }

    @Test
    void folderThatIsNoWholePath_isRefused() {
        for (String path : List.of("/v1/domains", "/v1/config/convert", "/v1/domains/web/actions/config-update")) {
            assertProblem(
                    http.post(path + "?folder=here", "text/x-xl-cfg", "name='g'\n"), 400, "bad-request", "'folder'");
        }
    }

    @Test
    void relativeFiles_areConvertedFromTheFolder() {
        String cfg = "name='g'\nkernel='./k'\nramdisk='../r'\nmemory=64\ndisk=['d.raw,raw,xvda,rw']\n";
        String folder = "/v1/config/convert?folder=%2Froot%2Fa&to=";
        JsonNode own = http.post(folder + "jxl-json", "text/x-xl-cfg", cfg).json();
        assertThat(own.at("/boot/kernel").asText()).isEqualTo("/root/a/k");
        assertThat(own.at("/boot/ramdisk").asText()).isEqualTo("/root/a/../r");
        assertThat(own.at("/disks/0/target").asText()).isEqualTo("/root/a/d.raw");
        assertThat(http.post(folder + "xl-cfg", "text/x-xl-cfg", cfg).body()).contains("\"/root/a/k\"");
        assertThat(http.post(folder + "libxl-json", "text/x-xl-cfg", cfg)
                        .json()
                        .at("/b_info/kernel")
                        .asText())
                .as("as xl prints it")
                .isEqualTo("./k");
        assertProblem(
                http.post("/v1/config/convert?to=jxl-json", "text/x-xl-cfg", cfg), 422, "invalid-spec", "whole path");
    }
}
