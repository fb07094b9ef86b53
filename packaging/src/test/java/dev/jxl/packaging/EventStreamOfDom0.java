package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** A client of jxld's event stream in dom0: curl, which can be cut off and goes on after the last event that it had. */
final class EventStreamOfDom0 implements AutoCloseable {
    private static final String LOG = "/root/sse.log";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final XenHost host;

    /** Connects; what follows is recorded. */
    EventStreamOfDom0(XenHost host) {
        this.host = host;
        host.must("rm -f " + LOG);
        connect("");
    }

    private void connect(String header) {
        host.must("setsid curl -sSN " + header + " --unix-socket /run/jxld/jxld.sock http://localhost/v1/events"
                + " >>" + LOG + " 2>&1 </dev/null & echo $! >/root/sse.pid; n=$(grep -c '^: jxl events' " + LOG + ");"
                + " for i in $(seq 100); do [ \"$(grep -c '^: jxl events' " + LOG
                + ")\" -gt \"$n\" ] && exit 0; sleep 0.1; done; exit 1");
    }

    /** The connection breaks. */
    void drop() {
        host.must("kill $(cat /root/sse.pid)");
    }

    /** Connects again, as browsers do. */
    void reconnect() {
        String last = host.must("sed -n 's/^id: //p' " + LOG + " | tail -n 1").text();
        connect("-H 'Last-Event-ID: " + last + "'");
    }

    /** Waits, in dom0, until a guest's event of that type (and state) has come {@code times} times. */
    void await(String name, String type, int times) {
        host.must("for i in $(seq 600); do [ $(grep '^data: ' " + LOG + " | grep '\"" + type + "\"' | grep -c '\""
                + name + "\"') -ge " + times + " ] && exit 0; sleep 0.2; done; tail -n 40 " + LOG + "; exit 1");
    }

    /**
     * One event.
     *
     * @param what the type and the state, and the reason where there is one
     */
    record Told(long id, String name, int domid, String what) {
        private static Told of(String json) {
            try {
                JsonNode e = JSON.readTree(json);
                JsonNode data = e.get("data");
                String reason = data.path("reason").asText();
                return new Told(
                        e.get("id").asLong(),
                        e.get("domainName").asText(),
                        e.get("domid").asInt(),
                        e.get("type").asText().substring("domain.".length() * (isOfDomain(e) ? 1 : 0))
                                + (data.has("state") ? " " + data.get("state").asText() : "")
                                + (reason.isEmpty() ? "" : " " + reason));
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + json, e);
            }
        }

        private static boolean isOfDomain(JsonNode event) {
            return event.get("type").asText().startsWith("domain.");
        }
    }

    /** All that came so far, checked to be without a gap and without a repetition. */
    List<Told> all() {
        List<Told> all = host.must("cat " + LOG).lines().stream()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Told.of(line.substring("data: ".length())))
                .toList();
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).id())
                    .as("the event after %s", all.get(i - 1))
                    .isEqualTo(all.get(i - 1).id() + 1);
        }
        return all;
    }

    /** The changes of state of a guest so far. */
    List<String> changesOf(String name) {
        return all().stream()
                .filter(told -> told.name().equals(name) && !told.what().startsWith("operation."))
                .map(Told::what)
                .toList();
    }

    @Override
    public void close() {
        host.run("kill $(cat /root/sse.pid)");
    }
}
