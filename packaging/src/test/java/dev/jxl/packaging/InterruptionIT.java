package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** jxld killed, the user gone: on real Xen, whatever was half done is finished or cleaned up. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class InterruptionIT {
    private final XenHost host = XenHost.withJxl();

    /** When the domain, its loop device and its disk's nodes have come to be; {@link KillsIT} has the other moments. */
    @Test
    void daemonKilledInTheMiddleOfACreate_cleansUpOrFinishes() {
        List<String> before = host.traces();
        host.run(
                "jxl create -p /root/guest/full.cfg >/dev/null 2>&1 & "
                        + "pid=$(systemctl show -p MainPID --value jxld); "
                        + "for i in $(seq 2000); do xenstore-list /local/domain/0/backend/vbd 2>/dev/null | grep -q . && break; done; kill -9 $pid; wait");
        host.awaitDaemon();

        if (host.run("jxl domid full1").status() == 0) {
            host.must("jxl unpause full1; guest-wait full1 240");
            host.must("jxl destroy full1");
        }
        host.must("for i in $(seq 50); do xl domid full1 >/dev/null 2>&1 || exit 0; sleep 0.2; done; exit 1");
        assertThat(host.traces()).isEqualTo(before);
        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 30").out())
                .contains("full1");
    }

    /** {@link KillsIT} has such a guest too. */
    @Test
    @Tag("long")
    void daemonKilledBesideARunningGuest_guestGoesOn() {
        List<String> before = host.traces();
        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        host.killDaemon();
        host.must("console-ask jxl pvh1 'echo answer-$((6*7))' answer-42");
        host.must("jxl shutdown -w pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void interruptedCreate_isCancelled() {
        List<String> before = host.traces();
        // Job control, since a shell without it makes background jobs deaf to Ctrl-C.
        XenHost.Answer answer = host.run("set -m; jxl create -p /root/guest/full.cfg & "
                + "for i in $(seq 2000); do xl list | grep -q '192 ' && break; done; kill -INT $!; wait $!");
        if (answer.status() == 0) {
            host.must("jxl destroy full1"); // it was done before the signal came
        } else {
            assertThat(answer.status()).as("%s", answer).isEqualTo(130);
        }
        assertThat(host.traces()).isEqualTo(before);
    }
}
