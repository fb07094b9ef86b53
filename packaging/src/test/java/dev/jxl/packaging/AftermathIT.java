package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of a guest on real Xen whose kernel panics, by each of xl's actions; and one that is suspended, renamed and asked by its keys.
 * Cores are those of PV guests: of the others libxenguest asks for each frame below 4 GiB, which takes ten minutes on an emulated CPU.
 */
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class AftermathIT extends GuestsOnXen {
    @AfterEach
    void destroyWhatIsLeft() {
        host.run(
                "for g in $(xl list | awk '$1 ~ /^(full1|other1)/ {print $1}'); do xl destroy $g; done; rm -f /var/lib/xen/dump/full1");
    }

    private void create(String type, String action) {
        host.must("jxl create /root/guest/full.cfg 'type=\"" + type + "\"' 'on_crash=\"" + action + "\"'");
        host.waitForGuest("full1");
    }

    private void panic() {
        host.must("console-ask jxl full1 'echo c > /proc/sysrq-trigger' 'Kernel panic' 60");
    }

    private void await(String condition) {
        host.must("for i in $(seq 300); do " + condition + " && exit 0; sleep 0.2; done; jxl list; exit 1");
    }

    private void end(String... commands) {
        for (String command : commands) {
            host.must(command);
        }
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void renameRestart_keepsTheOldOneAndMakesItAgain() {
        create("pvh", "rename-restart");
        String old = host.must("jxl domid full1").text();
        panic();
        await("[ \"$(jxl domid full1 2>/dev/null || echo " + old + ")\" != " + old + " ]");
        host.waitForGuest("full1");
        host.must("console-ask jxl full1 'echo again-$((1+1))' again-2 60");

        String kept = host.must("xl domname " + old).text();
        assertThat(kept).startsWith("full1-");
        assertThat(host.must("jxl list " + kept).lines().get(1)).contains("c-");
        end("jxl destroy " + kept, "jxl destroy full1");
    }

    @Test
    void preserve_leavesItAsItIs() {
        create("pvh", "preserve");
        panic();
        await("jxl list full1 | grep -q -- '---.c'");
        end("jxl destroy full1");
    }

    @Test
    void coredumpDestroy_leavesItsCoreOnly() {
        create("pv", "coredump-destroy");
        panic();
        await("! jxl domid full1 2>/dev/null");
        assertThat(host.must("head -c 4 /var/lib/xen/dump/full1 | tr -d '\\177'; stat -c %s /var/lib/xen/dump/full1")
                        .out())
                .startsWith("ELF")
                .containsPattern("[0-9]{8,}");
        end("rm /var/lib/xen/dump/full1");
    }

    @Test
    void coredumpRestart_leavesItsCoreAndMakesItAgain() {
        create("pv", "coredump-restart");
        String old = host.must("jxl domid full1").text();
        panic();
        await("[ \"$(jxl domid full1 2>/dev/null || echo " + old + ")\" != " + old + " ]");
        host.waitForGuest("full1");
        end("test -s /var/lib/xen/dump/full1; rm /var/lib/xen/dump/full1", "jxl destroy full1");
    }

    @Test
    void suspendedRenamedAndAskedByItsKeys_goesOn() {
        create("pvh", "destroy");
        host.must("console-ask jxl full1 'kept=$((40+2)); echo set-$((1+1))' set-2 60");
        host.must("jxl suspend full1");
        assertThat(host.must("jxl list full1").lines().get(1)).contains("s");
        host.must("jxl resume full1");
        host.must("console-ask jxl full1 'echo on-$kept' on-42 60");
        host.must("jxl rename full1 other1");
        assertThat(host.must("xl domname $(jxl domid other1)").text()).isEqualTo("other1");
        host.must("jxl sysrq other1 h");
        host.must("console-ask jxl other1 'dmesg; echo seen-$((1+1))' 'sysrq: HELP' 60");
        host.must("console-ask jxl other1 'ping -c 1 10.77.0.1 >/dev/null && echo ping-$((1+1))' ping-2 60");
        end("jxl shutdown -w other1");
    }
}
