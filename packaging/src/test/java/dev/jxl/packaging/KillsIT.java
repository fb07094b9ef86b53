package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * jxld killed or stopped at moments that nobody chose, in the middle of everything that changes a guest, while xl makes and
 * destroys guests of its own: nothing is left, nothing is lost. {@code ./dev xen soak} runs it at full length.
 */
@Tag("soak")
@Timeout(value = 3, unit = TimeUnit.HOURS)
class KillsIT {
    private static final int KILLS = Integer.getInteger("jxl.kills", 4);
    private static final long SEED = Long.getLong("jxl.kills.seed", System.nanoTime() & 0xfffff);
    private static final List<String> TYPES = List.of("pvh", "pv", "hvm");

    private static final XenHost HOST = XenHost.withJxl();
    private static List<String> empty;
    private static List<String> before;

    private final Random random = new Random(SEED);
    private int stops;

    /** What is under way when jxld is hit; the numbers are milliseconds in which it is done on an idle host. */
    private enum Deed {
        CREATE("jxl create -p /root/kill.cfg", 6000),
        DESTROY("jxl destroy kill1", 4000),
        ATTACH("jxl block-attach kill1 /root/guest/kill-b.raw raw xvdb w", 3500),
        DETACH("jxl block-detach -f kill1 xvdb", 3500),
        REBOOT("jxl reboot -w kill1", 9000);

        final String command;
        final int millis;

        Deed(String command, int millis) {
            this.command = command;
            this.millis = millis;
        }
    }

    /** A guest that lives through all of it. */
    @BeforeAll
    static void makeBystander() {
        HOST.must("truncate -s 16M /root/guest/kill-a.raw /root/guest/kill-b.raw;"
                + " sed 's/pvh1/beside1/; s/^memory.*/memory = 128/' /root/guest/pvh.cfg >/root/beside.cfg");
        HOST.write("""
                while [ -e /root/xl-goes-on ]; do
                  xl create -q -p /root/beside.cfg && sleep 0.5 && xl destroy beside1
                done
                while pgrep -x xl >/dev/null; do sleep 0.2; done
                """, "/root/xl-beside");
        empty = HOST.traces();
        HOST.must("jxl create /root/guest/pvh.cfg");
        HOST.waitForGuest("pvh1");
        before = HOST.traces();
    }

    @AfterAll
    static void destroyWhatIsLeft() {
        HOST.run(
                "rm -f /root/xl-goes-on /root/guest/kill-[ab].raw; for g in pvh1 kill1 beside1; do xl destroy $g; done 2>/dev/null");
    }

    @Test
    void jxldKilledAtAnyMoment_nothingIsLeftAndNothingIsLost() {
        System.out.println("kills: " + KILLS + " to come, seed " + SEED + " (-Djxl.kills.seed=" + SEED + ")");
        int kills = 0;
        for (int round = 0; kills < KILLS; round++) {
            Deed deed = Deed.values()[round % Deed.values().length];
            String type = TYPES.get(random.nextInt(TYPES.size()));
            int after = random.nextInt(deed.millis);
            boolean stop = random.nextInt(6) == 0;
            String what = "round " + round + " of seed " + SEED + ": " + deed + " of a " + type + " guest, jxld "
                    + (stop ? "stopped" : "killed") + " after " + after + " ms";
            System.out.println("kills: " + what);
            prepare(deed, type);
            hit(deed, after, stop);
            cleanUpAndLook(what);
            kills += stop ? 0 : 1;
            stops += stop ? 1 : 0;
        }
        HOST.must("console-ask jxl pvh1 'echo answer-$((6*7))' answer-42");
        HOST.must("jxl destroy pvh1");
        assertThat(HOST.traces()).isEqualTo(empty);
        System.out.println("kills: " + kills + " kills, " + stops + " stops, 0 leftovers, 0 lost guests, seed " + SEED);
    }

    private void prepare(Deed deed, String type) {
        HOST.write("""
                name = "kill1"
                type = "%s"
                kernel = "/root/guest/vmlinuz"
                ramdisk = "/root/guest/initrd"
                extra = "console=hvc0 quiet nokaslr cryptomgr.notests initcall_blacklist=jent_mod_init guestname=kill1"
                memory = 192
                tsc_mode = "native"
                disk = ["format=raw,vdev=xvda,access=rw,target=/root/guest/kill-a.raw"]
                vif = ["bridge=xenbr0,type=vif"]
                on_reboot = "restart"
                """.formatted(type), "/root/kill.cfg");
        switch (deed) {
            case CREATE -> {}
            case DESTROY, ATTACH -> HOST.must("jxl create -p /root/kill.cfg");
            case DETACH -> HOST.must("jxl create -p /root/kill.cfg && " + Deed.ATTACH.command);
            case REBOOT -> {
                HOST.must("jxl create /root/kill.cfg");
                HOST.waitForGuest("kill1");
            }
        }
    }

    /** The client may end in any way: its jxld was killed. */
    private static void hit(Deed deed, int afterMillis, boolean stop) {
        String blow = stop ? "kill -STOP $pid; sleep 3; kill -CONT $pid" : "kill -9 $pid";
        HOST.must("touch /root/xl-goes-on; sh /root/xl-beside >/dev/null 2>&1 & beside=$!;"
                + " pid=$(systemctl show -p MainPID --value jxld); " + deed.command + " >/root/kill.out 2>&1 & deed=$!;"
                + " sleep " + afterMillis / 1000 + "." + "%03d".formatted(afterMillis % 1000) + "; " + blow
                + "; rm -f /root/xl-goes-on; wait $deed; wait $beside; true");
        HOST.awaitDaemon();
    }

    private static void cleanUpAndLook(String what) {
        HOST.must(
                "for i in $(seq 200); do"
                        + " curl -sf -o /tmp/operations --unix-socket /run/jxld/jxld.sock http://localhost/v1/operations"
                        + " && ! grep -q '\"status\":\"running\"' /tmp/operations && exit 0; sleep 0.5; done; cat /tmp/operations; exit 1");
        // Whole or not at all: one that is there can be destroyed as any other.
        HOST.must("! jxl domid kill1 >/dev/null 2>&1 || jxl destroy kill1;"
                + " for i in $(seq 100); do xl domid kill1 >/dev/null 2>&1 || exit 0; sleep 0.2; done; exit 1");
        assertThat(HOST.traces()).as(what).isEqualTo(before);
    }
}
