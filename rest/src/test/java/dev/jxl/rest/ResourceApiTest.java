package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.rest.HttpClientOverSocket.Answer;
import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.DomainChange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of CPUs and memory: what reaches the toolstack, and what is refused before. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ResourceApiTest extends ServedApi {
    private static final String JSON = "application/json";
    private static final String JSON_TYPE = "Content-Type: application/json\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains/web/vcpus",
                "/v1/domains/web/memory",
                "/v1/domains/web/scheduler",
                "/v1/host/vcpus",
                "/v1/host/memory",
                "/v1/host/schedulers",
                "/v1/host/uptimes",
                "/v1/host/numa",
                "/v1/cpupools",
                "/v1/cpupools/Pool-0"
            })
    void whatThereIs_isShown(String path) {
        Answer answer = http.get(path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().isEmpty()).isFalse();
    }

    @Test
    void changes_reachTheToolstackAsTheyWereAsked() {
        put("/v1/domains/web/vcpus", "{\"online\": 3, \"ignoreHost\": true}");
        put("/v1/domains/web/vcpus/2", "{\"hardAffinity\": \"1-3,^2\"}");
        put("/v1/domains/web/vcpus/all", "{\"softAffinity\": \"nodes:0\", \"hardAffinity\": null}");
        put("/v1/domains/web/memory", "{\"targetKib\": 4096}");
        put("/v1/domains/web/memory", "{\"maximumKib\": 5000000000}");
        put("/v1/domains/web/scheduler", "{\"scheduler\": \"credit2\", \"weight\": 5}");
        put("/v1/domains/web/scheduler", "{\"periodMicros\": 10, \"budgetMicros\": 5, \"extratime\": true}");
        put("/v1/domains/web/scheduler", "{\"vcpus\": [{\"vcpu\": 1, \"periodMicros\": 10, \"budgetMicros\": 5}]}");
        put("/v1/domains/web/cpupool", "{\"pool\": \"1\"}");
        put("/v1/cpupools/Pool-0/name", "{\"name\": \"first\"}");
        put("/v1/cpupools/0/scheduler", "{\"ratelimitMicros\": 100}");

        DomainChange.Budget budget = new DomainChange.Budget(10, 5, true);
        assertThat(toolstack.resources.changes)
                .containsExactly(
                        new DomainChange.SetVcpus(3, true),
                        new DomainChange.Pin(Optional.of(2), Optional.of("1-3,^2"), Optional.empty(), false),
                        new DomainChange.Pin(Optional.empty(), Optional.empty(), Optional.of("nodes:0"), false),
                        new DomainChange.SetMemory(4096),
                        new DomainChange.SetMaxMemory(5_000_000_000L),
                        new DomainChange.SetShare(Optional.of("credit2"), Optional.of(5), Optional.empty()),
                        new DomainChange.SetBudgets(List.of(), List.of(budget)),
                        new DomainChange.SetBudgets(List.of(1), List.of(new DomainChange.Budget(10, 5, false))),
                        new DomainChange.MoveToPool("1"),
                        new CpuPoolChange.Rename("Pool-0", "first"),
                        new CpuPoolChange.Tune(
                                "0", Optional.empty(), Optional.empty(), Optional.of(100), Optional.empty()));
    }

    private void put(String path, String body) {
        Answer answer = http.send("PUT", path, JSON_TYPE, body);
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(202);
        assertThat(answer.headers()).containsKey("location");
    }

    @Test
    void pool_isMadeOfJsonAndOfXlsFile() {
        http.post("/v1/cpupools", JSON, "{\"name\": \"a\", \"cpus\": \"1-2\"}");
        http.post("/v1/cpupools?override=sched%3D1&name=file&source=f.cfg", "text/x-xl-cfg", "cpus=[]");

        assertThat(toolstack.resources.changes)
                .containsExactly(
                        new CpuPoolChange.Create("a", Optional.empty(), Optional.of("1-2")),
                        "cpus=[][sched=1]f.cfg",
                        new CpuPoolChange.Create("file", Optional.empty(), Optional.empty()));
        assertThat(http.post("/v1/cpupools?plan", JSON, "{\"name\": \"b\"}")
                        .json()
                        .get("id")
                        .asInt())
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/domains/web/vcpus | {} | online",
                "/v1/domains/web/vcpus | {\"online\": \"3\"} | online",
                "/v1/domains/web/vcpus | {\"online\": 1.5} | online",
                "/v1/domains/web/vcpus | {\"vcpus\": 3} | unknown member",
                "/v1/domains/web/vcpus | [] | JSON object",
                "/v1/domains/web/vcpus | {\"online\": 3} x | not JSON",
                "/v1/domains/web/vcpus/two | {} | 'two'",
                "/v1/domains/web/memory | {} | one of",
                "/v1/domains/web/memory | {\"targetKib\": 1, \"maximumKib\": 2} | one of",
                "/v1/domains/web/scheduler | {\"vcpus\": [1]} | array of objects",
                "/v1/domains/web/cpupool | {\"pool\": 1} | a text"
            })
    void nonsense_isRefusedWithItsName(String path, String body, String words) {
        Answer answer = http.send("PUT", path.strip(), JSON_TYPE, body.strip());

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains(words.strip());
        assertThat(toolstack.resources.changes).isEmpty();
    }

    @Test
    void xensOwn_areAskedByQuery() {
        assertThat(http.post("/v1/host/actions/debug-keys?keys=h", "", "").status())
                .isEqualTo(200);
        assertThat(http.post("/v1/host/actions/set-parameters?parameters=a%3D1%20no-b", "", "")
                        .status())
                .isEqualTo(200);
        assertThat(http.post("/v1/host/actions/debug-keys", "", "").status()).isEqualTo(400);
        assertThat(toolstack.resources.changes).containsExactly("keys h", "parameters a=1 no-b");
    }

    @Test
    void unknownPool_isNotFound() {
        assertThat(http.get("/v1/cpupools/nothing").status()).isEqualTo(404);
    }
}
