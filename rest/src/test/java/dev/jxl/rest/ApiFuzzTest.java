package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.rest.HttpClientOverSocket.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is asked of whichever route: an answer of the API, no defect, and nothing of jxld's inside. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ApiFuzzTest extends ServedApi {
    private static final int ROUNDS = 3000;

    private static final List<String> WORDS = List.of(
            "web",
            "3",
            "0",
            "-1",
            "4294967296",
            "99999999999999999999",
            "",
            " ",
            "..",
            "../..",
            "a/b",
            "all",
            "null",
            "true",
            "\u0000",
            "\u00e9\ud83d\ude00",
            "%",
            "%00",
            "'",
            "\"",
            "x".repeat(500),
            "0000:03:00.0",
            "now");

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "1",
            "\"x\"",
            "{",
            "{\"name\": \"x\"}",
            "{\"name\": 1}",
            "{\"name\": null}",
            "{\"online\": 1e400}",
            "{\"online\": -1}",
            "{\"online\": 99999999999}",
            "{\"targetKib\": 1.5}",
            "{\"vcpus\": [{\"vcpu\": []}]}",
            "{\"spec\": {\"name\": \"x\"}}",
            "{\"name\": \"x\", \"name\": \"y\"}",
            "[".repeat(5000),
            "{\"a\":".repeat(5000),
            "name = \"x\"\nmemory = 64\n",
            "memory = [\n",
            "\u0000\u0001",
            "x".repeat(70_000));

    private static final List<String> TYPES = List.of(
            "application/json", "text/x-xl-cfg", "text/plain", "application/json; charset=utf-8", "nonsense", "/", "");

    private final Random random = new Random(20_261_125);

    @Test
    void everyRequest_isAnsweredAndNoneIsADefect() {
        List<Route> routes = new Api(toolstack, new EventStream(toolstack))
                .routes().stream()
                        .filter(route -> !route.path().equals("/v1/events"))
                        .toList();
        for (int round = 0; round < ROUNDS; round++) {
            Route route = any(routes);
            String request = path(route) + query(route);
            String type = any(TYPES);
            String body = route.method().equals("GET") ? "" : any(BODIES);
            String headers = (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                    + (random.nextInt(4) == 0 ? "Idempotency-Key: k" + random.nextInt(20) + "\r\n" : "");
            Answer answer = http.send(route.method(), request, headers, body);
            String what = "round " + round + ": " + route.method() + " " + request + " " + type + " " + shortened(body)
                    + " -> " + answer.status() + " " + shortened(answer.body());
            assertThat(answer.status()).as(what).isBetween(200, 499);
            if (answer.status() >= 400) {
                assertThat(answer.headers().get("content-type")).as(what).isEqualTo("application/problem+json");
                assertThat(answer.json().get("detail").asText()).as(what).isNotBlank();
            }
            assertThat(answer.body()).as(what).doesNotContain("Exception").doesNotContain("dev.jxl.");
        }
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static String shortened(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }

    private String path(Route route) {
        StringBuilder out = new StringBuilder();
        for (String part : route.path().substring(1).split("/", -1)) {
            String word = any(WORDS);
            // An empty part would be another path.
            out.append('/').append(part.startsWith("{") ? encoded(word.isEmpty() ? "web" : word) : part);
        }
        return out.toString();
    }

    private String query(Route route) {
        StringBuilder out = new StringBuilder();
        for (String name : route.query().stream().sorted().toList()) {
            if (random.nextInt(3) == 0) {
                // Nobody waits that long here: what is asked for is answered by the fake at once.
                out.append(out.isEmpty() ? '?' : '&').append(name);
                out.append(random.nextBoolean() ? "" : "=" + encoded(name.equals("wait") ? "0" : any(WORDS)));
            }
        }
        if (random.nextInt(10) == 0) {
            out.append(out.isEmpty() ? '?' : '&').append("no-such=").append(encoded(any(WORDS)));
        }
        return out.toString();
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
