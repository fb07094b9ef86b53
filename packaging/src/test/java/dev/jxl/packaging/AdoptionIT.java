package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that xl made, beside jxld: xl's process does what their actions say as long as it lives, then jxld does. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class AdoptionIT {
    private final XenHost host = XenHost.withJxl();
    private List<String> empty;

    @BeforeEach
    void createByXl() {
        host.awaitDaemon();
        empty = host.traces();
        host.must("xl create -q /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("xl destroy pvh1 2>/dev/null");
    }

    @Test
    void monitorIsDead_jxldMakesTheGuestAgainAndRemovesItAtItsEnd() {
        host.must("pkill -9 -x xl; true");
        reboots();
        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 20").out())
                .contains("domain 'pvh1' is taken over", "domain 'pvh1' is started again");
        host.must("jxl shutdown -w pvh1");
        assertThat(host.traces()).isEqualTo(empty);
    }

    @Test
    void monitorLives_itMakesTheGuestAgainAndJxldDoesNothing() {
        host.must("journalctl --rotate >/dev/null 2>&1; journalctl -u jxld --vacuum-time=1s >/dev/null 2>&1; true");
        reboots();
        assertThat(host.must("journalctl -u jxld -o cat --no-pager").out())
                .doesNotContain("is taken over", "is started again");
        host.must("xl destroy pvh1");
        assertThat(host.traces()).isEqualTo(empty);
    }

    /** The guest comes back once: under the next number, and under no other after it. */
    private void reboots() {
        String before = host.must("xl domid pvh1").text();
        host.must("rm -f /var/log/xen/console/guest-pvh1.log; xl reboot pvh1; for i in $(seq 300); do"
                + " d=$(xl domid pvh1 2>/dev/null); [ \"${d:-0}\" -gt " + before
                + " ] && exit 0; sleep 0.2; done; xl list; exit 1");
        host.waitForGuest("pvh1");
        assertThat(host.must("xl domid pvh1").text()).isEqualTo(String.valueOf(Integer.parseInt(before) + 1));
    }
}
