package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        host.run("xl destroy pvh1");
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
}
