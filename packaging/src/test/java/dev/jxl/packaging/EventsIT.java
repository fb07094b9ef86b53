package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On real Xen, a client of the event stream is told every change of a guest's state: in order, none missing, none twice. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class EventsIT {
    private static final String GUEST = """
            name = "%s"
            type = "%s"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "/root/guest/initrd"
            extra = "console=hvc0 quiet nokaslr cryptomgr.notests initcall_blacklist=jent_mod_init guestname=%1$s"
            memory = 192
            tsc_mode = "native"
            on_reboot = "restart"
            on_crash = "destroy"
            """;

    private final XenHost host = XenHost.withJxl();
    private EventStreamOfDom0 events;

    @BeforeEach
    void connect() {
        events = new EventStreamOfDom0(host);
    }

    @AfterEach
    void destroyWhatIsLeft() {
        events.close();
        host.run("for g in told1 told2; do xl destroy $g; done 2>/dev/null");
    }

    @Test
    void guestOfJxl_everyChangeIsTold() {
        List<String> before = host.traces();
        host.write(GUEST.formatted("told1", "pvh"), "/root/told1.cfg");
        livesFourTimes();

        assertThat(events.changesOf("told1"))
                .containsExactly(
                        "created shell",
                        "state built",
                        "started running",
                        "paused paused",
                        "unpaused running",
                        "shutdown shutdown reboot",
                        "destroyed absent",
                        "created shell",
                        "state built",
                        "started running",
                        "rebooted",
                        "crashed shutdown crash",
                        "destroyed absent",
                        "created shell",
                        "state built",
                        "started running",
                        "shutdown shutdown poweroff",
                        "destroyed absent",
                        "created shell",
                        "state built",
                        "started running",
                        "destroyed absent");
        assertThat(events.all().stream()
                        .filter(told -> told.what().equals("created shell"))
                        .map(EventStreamOfDom0.Told::domid))
                .as("each life has a number of its own")
                .doesNotHaveDuplicates()
                .hasSize(4);
        assertThat(host.traces()).isEqualTo(before);
    }

    /** Paused and let run; rebooting, crashing, shut down, destroyed. The client loses its connection over the reboot. */
    private void livesFourTimes() {
        host.must("jxl create -p /root/told1.cfg");
        host.must("jxl unpause told1");
        host.waitForGuest("told1");
        host.must("jxl pause told1");
        events.drop();
        host.must("jxl unpause told1");
        int first = domid("told1");
        host.must("console-ask jxl told1 /sbin/reboot 'Restarting system'");
        host.must("for i in $(seq 300); do [ \"$(xl domid told1)\" -gt " + first
                + " ] && exit 0; sleep 0.3; done; exit 1");
        host.waitForGuest("told1");
        events.reconnect();
        host.must("console-ask jxl told1 'echo c > /proc/sysrq-trigger' 'Kernel panic'");
        events.await("told1", "domain.destroyed", 2);
        host.must("jxl create /root/told1.cfg");
        host.waitForGuest("told1");
        host.must("jxl shutdown -w told1");
        host.must("jxl create /root/told1.cfg");
        host.must("jxl destroy told1");
        events.await("told1", "domain.destroyed", 4);
    }

    @Test
    @Tag("long")
    void guestOfXl_everyChangeIsToldToo() {
        host.write(GUEST.formatted("told2", "pv"), "/root/told2.cfg");
        host.must("xl create -q -p /root/told2.cfg");
        events.await("told2", "domain.[a-z]*", 1);
        host.must("xl unpause told2");
        host.waitForGuest("told2");
        host.must("xl pause told2");
        events.await("told2", "domain.paused", 1);
        host.must("xl unpause told2");
        events.await("told2", "domain.unpaused", 1);
        host.must("xl reboot told2");
        events.await("told2", "domain.started", 2);
        host.waitForGuest("told2");
        host.must("console-ask xl told2 'echo c > /proc/sysrq-trigger' 'Kernel panic'");
        events.await("told2", "domain.destroyed", 2);
        host.must("xl create -q /root/told2.cfg");
        host.waitForGuest("told2");
        host.must("xl destroy told2");
        events.await("told2", "domain.destroyed", 3);

        // What lasts for less than jxld's glance at Xen's list may be told or not: a domain without a name yet or
        // without a
        // run, xl's own pause before it destroys, a domain that is dying.
        List<String> lasting = events.changesOf("told2").stream()
                .filter(what -> !what.startsWith("created ") && !what.startsWith("state "))
                .toList();
        assertThat(lasting)
                .containsSubsequence(
                        "started running",
                        "paused paused",
                        "unpaused running",
                        "shutdown shutdown reboot",
                        "destroyed absent",
                        "started running",
                        "crashed shutdown crash",
                        "destroyed absent",
                        "started running",
                        "destroyed absent");
        assertThat(lasting.size()).as("%s", lasting).isBetween(10, 13);
    }

    @Test
    void jxldRestartedMeanwhile_whatHappenedIsTold() {
        host.write(GUEST.formatted("told1", "pv"), "/root/told1.cfg");
        host.must("jxl create /root/told1.cfg");
        host.waitForGuest("told1");
        events.await("told1", "domain.started", 1);
        events.drop();
        host.must("systemctl kill -s KILL jxld; systemctl stop jxld");
        host.must("xl destroy told1");
        host.must("systemctl reset-failed jxld; systemctl start jxld");
        events.reconnect();
        events.await("told1", "domain.destroyed", 1);

        assertThat(events.changesOf("told1"))
                .containsExactly("created shell", "state built", "started running", "destroyed absent");
    }

    private int domid(String name) {
        return Integer.parseInt(host.must("jxl domid " + name).text());
    }
}
