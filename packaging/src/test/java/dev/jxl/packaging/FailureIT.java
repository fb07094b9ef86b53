package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What jxld stands on fails, on real Xen: it says so, guests are unharmed, and it goes on by itself (docs/recovery.md). */
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FailureIT {
    private static final String HEALTH =
            "curl -sS -o /root/health -w '%{http_code}' --unix-socket /run/jxld/jxld.sock http://localhost/health; cat /root/health";

    private final XenHost host = XenHost.withJxl();
    private List<String> before;

    @BeforeEach
    void lookAround() {
        before = host.traces();
    }

    @AfterEach
    void repair() {
        host.run(
                "for g in $(xl list | awk 'NR > 2 {print $1}'); do xl destroy $g; done; systemctl stop jxld; umount /root/small; umount /var/lib/jxl; rm -f /root/small.img"
                        + " /etc/modprobe.d/noblk.conf /run/systemd/system/jxld.service.d/proxy.conf; systemctl daemon-reload;"
                        + " modprobe xen-blkback; systemctl reset-failed jxld; systemctl start jxld");
    }

    private void guestIsUnharmed() {
        host.must("console-ask xl pvh1 'echo answer-$((6*7))' answer-42");
    }

    /** jxld's state in a small file system of its own. */
    private void smallState() {
        host.must("systemctl stop jxld; cp --sparse=always /root/guest/disk.raw /root/small.img"
                + " && mount -o loop,errors=remount-ro /root/small.img /var/lib/jxl && systemctl start jxld");
    }

    @Test
    void stateThatCannotBeWritten_isSaidAndReadingWorks() {
        smallState();
        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");

        host.must("dd if=/dev/zero of=/var/lib/jxl/filler bs=1M 2>/dev/null; true");
        nothingIsBegun();
        host.must("rm /var/lib/jxl/filler");
        assertThat(host.must(HEALTH).out()).startsWith("200");
        host.must("jxl pause pvh1 && jxl unpause pvh1");

        host.must("echo test > /sys/fs/ext4/$(basename $(findmnt -no SOURCE /var/lib/jxl))/trigger_fs_error");
        nothingIsBegun();
        host.must("systemctl stop jxld; umount /var/lib/jxl; systemctl start jxld");
        host.must("jxl destroy pvh1");
        assertThat(withoutSmallState(host.traces())).isEqualTo(before);
    }

    private void nothingIsBegun() {
        XenHost.Answer create = host.run("jxl create -p /root/guest/pv.cfg");
        assertThat(create.status()).as("%s", create).isBetween(1, 125);
        assertThat(create.err()).contains("database").contains("/var/lib/jxl").doesNotContain("Exception");
        XenHost.Answer destroy = host.run("jxl destroy pvh1");
        assertThat(destroy.status()).as("%s", destroy).isBetween(1, 125);
        assertThat(host.must(HEALTH).out()).startsWith("503").contains("\"database\"");
        assertThat(host.must("jxl list").out()).contains("pvh1").doesNotContain("pv1 ");
        guestIsUnharmed();
    }

    private static List<String> withoutSmallState(List<String> traces) {
        return traces.stream().filter(line -> !line.contains("small.img")).toList();
    }

    @Test
    void backendWhoseDriverIsNotThere_createFailsAndLeavesNothing() {
        host.must("echo 'install xen-blkback /bin/false' > /etc/modprobe.d/noblk.conf; modprobe -r xen-blkback");

        XenHost.Answer create = host.run("jxl create /root/guest/full.cfg");

        assertThat(create.status()).as("%s", create).isBetween(1, 125);
        assertThat(create.err()).contains("xvda").contains("xen-blkback");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void jxldThatHangs_isStartedAgainByItsWatchdog() {
        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        String pid = host.must("systemctl show -p MainPID --value jxld").text();
        host.must("kill -STOP " + pid);
        host.must("for i in $(seq 300); do [ \"$(systemctl show -p MainPID --value jxld)\" != " + pid
                + " ] && exit 0; sleep 1; done; exit 1");
        host.awaitDaemon();

        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 100").out())
                .containsIgnoringCase("watchdog");
        guestIsUnharmed();
        host.must("jxl shutdown -w pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    /** With a bad cache of classes no JVM starts: a JVM that has crashed is started without. */
    @Test
    void jvmThatCrashes_isStartedAgainWithoutItsCache() {
        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        host.must("touch /var/cache/jxl/jxld-test.aot");
        String pid = host.must("systemctl show -p MainPID --value jxld").text();

        host.must("kill -SEGV " + pid + "; for i in $(seq 300); do [ ! -d /proc/" + pid
                + " ] && exit 0; sleep 1; done; exit 1");
        host.awaitDaemon();

        assertThat(host.must("ls /var/cache/jxl").out()).doesNotContain("jxld-");
        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 100").out())
                .contains("class cache")
                .contains("/var/lib/jxl/jvm-crash.log");
        host.must("grep -q SIGSEGV /var/lib/jxl/jvm-crash.log");
        guestIsUnharmed();
        host.must("jxl shutdown -w pvh1");
        assertThat(host.traces()).isEqualTo(before);
        host.must("/usr/lib/jxl/make-aot-caches && ls /var/cache/jxl/jxld-*.aot");
    }

    @Test
    void xenstoredOutOfReach_isSaidAndJxldFindsItAgain() {
        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        host.must(
                "mkdir -p /run/systemd/system/jxld.service.d; printf '[Service]\\nEnvironment=XENSTORED_PATH=/run/proxy.sock\\n'"
                        + " > /run/systemd/system/jxld.service.d/proxy.conf; systemctl daemon-reload");
        startProxy();
        host.must("systemctl restart jxld");
        host.awaitDaemon();
        host.must("systemctl stop xenproxy; rm -f /run/proxy.sock");

        assertThat(host.must(HEALTH).out()).startsWith("503").contains("xenstore");
        XenHost.Answer list = host.run("jxl list");
        assertThat(list.status()).as("%s", list).isBetween(1, 125);
        assertThat(list.err()).contains("xenstored").doesNotContain("defect");
        guestIsUnharmed();

        startProxy();
        host.awaitDaemon();
        assertThat(host.must(HEALTH).out()).startsWith("200");
        host.must("jxl shutdown -w pvh1");
        host.must("systemctl stop xenproxy");
        assertThat(host.traces()).isEqualTo(before);
    }

    private void startProxy() {
        host.must(
                "systemd-run -q --collect -u xenproxy socat UNIX-LISTEN:/run/proxy.sock,fork UNIX-CONNECT:/run/xenstored/socket;"
                        + " for i in $(seq 100); do [ -S /run/proxy.sock ] && exit 0; sleep 0.1; done; exit 1");
    }

    @Test
    void xlAndJxlCreateAtTheSameMoment_allLive() {
        host.write("""
                for i in $(seq 0 4); do
                  for tool in xl jxl; do
                    sed "s/pvh1/$tool$i/; s/^memory.*/memory = 128/" /root/guest/pvh.cfg > /root/at-once-$tool$i.cfg
                    $tool create -q -p /root/at-once-$tool$i.cfg > /root/at-once-$tool$i.out 2>&1 &
                  done
                done
                status=0
                for job in $(jobs -p); do wait $job || status=1; done
                cat /root/at-once-*.out
                exit $status
                """, "/root/at-once");
        host.must("bash /root/at-once");
        List<String> names = host.must("xl list | awk 'NR > 2 {print $1}'").lines();
        assertThat(names).hasSize(10).doesNotHaveDuplicates();
        assertThat(host.must("jxl list | awk 'NR > 2 {print $1}'").lines()).containsExactlyInAnyOrderElementsOf(names);
        host.must(
                "for g in xl0 jxl0 xl4 jxl4; do jxl unpause $g; done; for g in xl0 jxl0 xl4 jxl4; do guest-wait $g 400; done");
        host.must("for g in " + String.join(" ", names) + "; do jxl destroy $g & done; wait");
        assertThat(host.traces()).isEqualTo(before);
    }
}
