package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many guests after one another, PV, PVH and PVH with a disk and a nic: nothing piles up. {@code ./dev xen soak} makes a hundred.
 */
@Tag("soak")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CyclesIT {
    private static final int CYCLES = Integer.getInteger("jxl.cycles", 40);

    /** After these jxld has all that it needs. */
    private static final int WARM_UP = 16;

    private final XenHost host = XenHost.withJxl();

    @Test
    void guestsCreatedAndDestroyed_nothingPilesUp() {
        List<String> before = host.traces();
        host.write("""
                set -eu
                api() { curl -sS --fail-with-body -o /root/cycle.out --unix-socket /run/jxld/jxld.sock "$@" || { cat /root/cycle.out; exit 1; }; }
                for i in $(seq $1); do
                  case $((i % 3)) in 0) guest=full ;; 1) guest=pv ;; 2) guest=pvh ;; esac
                  api -H 'Content-Type: text/x-xl-cfg' --data-binary @/root/guest/$guest.cfg 'http://localhost/v1/domains?paused&wait=120'
                  api -X DELETE "http://localhost/v1/domains/${guest}1?wait=120"
                done
                """, "/root/cycles");

        host.must("sh /root/cycles " + WARM_UP);
        long memoryKib = residentKib();
        long files = openFiles();
        host.must("sh /root/cycles " + (CYCLES - WARM_UP) / 2);
        host.must("sh /root/cycles " + (CYCLES - WARM_UP - (CYCLES - WARM_UP) / 2));

        assertThat(openFiles()).as("open files of jxld").isBetween(files - 5, files + 5);
        assertThat(residentKib()).as("resident KiB of jxld").isLessThan(memoryKib + 20 * 1024);
        assertThat(host.traces()).isEqualTo(before);
    }

    private long residentKib() {
        return Long.parseLong(
                host.must("awk '/^VmRSS/ {print $2}' /proc/$(systemctl show -p MainPID --value jxld)/status")
                        .text());
    }

    private long openFiles() {
        return Long.parseLong(host.must("ls /proc/$(systemctl show -p MainPID --value jxld)/fd | wc -l")
                .text()
                .strip());
    }
}
