package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP API in dom0, as curl sees it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RestIT {
    private static final String CURL = "curl -sS --unix-socket /run/jxld/jxld.sock http://localhost/v1/";

    private final XenHost host = XenHost.withJxl();
    private final ObjectMapper json = new ObjectMapper();

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("pkill -F /root/sse.pid; xl destroy pvh1");
    }

    @Test
    void domainsOverHttp_areWhatListShows() throws Exception {
        host.must("jxl create -p /root/guest/pvh.cfg");
        JsonNode overHttp = withoutClocks(host.must(CURL + "domains").out());
        JsonNode listed = withoutClocks(host.must("jxl list -o json").out());
        assertThat(overHttp).isEqualTo(listed);
        assertThat(overHttp.toString()).contains("\"pvh1\"");
    }

    /** A domain's CPU time goes on between two looks. */
    private JsonNode withoutClocks(String text) throws Exception {
        JsonNode domains = json.readTree(text);
        for (JsonNode domain : domains) {
            ((ObjectNode) domain).remove("cpuTimeNanos");
        }
        return domains;
    }

    @Test
    void eventStream_tellsEveryStateOfAGuest() {
        host.must("sh -c '" + CURL.replace("-sS", "-sSN")
                + "events >/root/sse.log 2>&1 </dev/null & echo $! >/root/sse.pid'");
        host.must("jxl create -p /root/guest/pvh.cfg");
        host.must("jxl unpause pvh1");
        host.must("jxl pause pvh1");
        host.must("jxl destroy pvh1");
        host.must("for i in $(seq 50); do grep -qi absent /root/sse.log && exit 0; sleep 0.2; done;"
                + " cat /root/sse.log; exit 1");
        String events = host.must("cat /root/sse.log").out();
        assertThat(events.toLowerCase(Locale.ROOT))
                .contains("pvh1")
                .contains("paused")
                .contains("running")
                .contains("absent");
    }
}
