package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guest's life under jxl on real Xen, seen by jxl, by xl and from inside the guest. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class GuestLifeIT {
    private final XenHost host = XenHost.withJxl();
    private List<String> before;

    @BeforeEach
    void lookAround() {
        before = host.traces();
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in pv1 pvh4 full1; do xl destroy $g; done 2>/dev/null");
    }

    @ParameterizedTest
    @CsvSource({"pv,pv1,1", "pvh4,pvh4,4", "full,full1,1"})
    void guestIsCreatedUsedAndDestroyed_nothingIsLeft(String config, String name, int cpus) {
        // From its own folder and with paths that begin there, as many keep their guests.
        host.must("cd /root/guest && sed 's|/root/guest/||' " + config + ".cfg >/root/relative.cfg"
                + " && jxl create /root/relative.cfg");

        String mark = host.waitForGuest(name);
        assertThat(mark).contains(" " + name + " ").contains("cpus=" + cpus);
        if (config.equals("full")) {
            assertThat(mark).contains("disk=ok").contains("ping=ok");
        }

        String row = host.must("jxl list").lines().stream()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow();
        String rowOfXl = host.must("xl list").lines().stream()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow();
        // Name, domid, memory, vCPUs: the same; the state's letters and the time change by the instant.
        assertThat(row.split("\\s+"))
                .startsWith(List.of(rowOfXl.split("\\s+")).subList(0, 4).toArray(String[]::new));
        assertThat(host.must("xentop -b -i1").out()).contains(name);
        assertThat(host.must("xenstore-read /local/domain/$(jxl domid " + name + ")/name")
                        .text())
                .isEqualTo(name);

        host.must("jxl pause " + name);
        assertThat(host.must("xl list " + name).lines().get(1)).contains("--p---");
        assertThat(host.must("jxl list " + name).lines().get(1)).contains("--p---");
        host.must("jxl unpause " + name);
        host.must("console-ask jxl " + name + " 'echo answer-$((6*7))' answer-42");
        host.must("console-ask xl " + name + " 'echo again-$((6*7))' again-42");

        host.must((config.equals("full") ? "jxl shutdown -w " : "jxl destroy ") + name);
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void xlDestroysGuestOfJxl_nothingIsLeft() {
        host.must("jxl create /root/guest/full.cfg");
        host.waitForGuest("full1");
        host.must("xl destroy full1");
        host.must(
                "for i in $(seq 50); do curl -s --unix-socket /run/jxld/jxld.sock http://localhost/v1/domains | grep -q full1 || exit 0; sleep 0.2; done; exit 1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void jxlDestroysGuestOfXl_nothingIsLeft() {
        host.must("xl create -q /root/guest/full.cfg");
        host.waitForGuest("full1");
        assertThat(host.must("jxl list").out()).contains("full1");
        host.must("jxl destroy full1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
