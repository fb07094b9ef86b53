package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CPUs and memory on real Xen: what jxl and xl say of the same host, and what a change by one is to the other. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CpuMemoryIT {
    private final XenHost host = XenHost.withJxl();

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("xl destroy pvh1 2>/dev/null; xl cpupool-destroy spare 2>/dev/null");
    }

    /** Times and free memory change from one look to the next. */
    private List<String> lines(String command) {
        return host.must(command).lines().stream()
                .map(line -> line.stripTrailing()
                        .replaceAll(" +[0-9]+\\.[0-9]  ", " TIME  ")
                        .replaceAll(" [r-][b-]- ", " STATE ")
                        .replaceAll("^(free_memory +:).*", "$1")
                        .replaceAll("^( +0: +[0-9]+) +[0-9]+", "$1"))
                .filter(line -> !line.startsWith("jxl_toolstack"))
                .toList();
    }

    private void same(String arguments) {
        assertThat(lines("jxl " + arguments)).as(arguments).isEqualTo(lines("xl " + arguments));
    }

    @Test
    void jxlTellsTheHostAsXlDoes() {
        for (String arguments : List.of(
                "vcpu-list",
                "cpupool-list",
                "cpupool-list -c",
                "sched-credit2",
                "sched-credit2 -d 0",
                "sched-credit2 -s",
                "sched-credit",
                "sched-rtds",
                "info -n",
                "sharing",
                "vm-list")) {
            same(arguments);
        }
    }

    @Test
    void changesByJxl_areSeenByXl() {
        host.must("jxl create /root/guest/pvh.cfg maxvcpus=2 maxmem=256");
        host.waitForGuest("pvh1");

        host.must("jxl vcpu-pin pvh1 0 0 0");
        host.must("jxl vcpu-set -i pvh1 2");
        host.must("jxl sched-credit2 -d pvh1 -w 512");
        host.must("jxl mem-max pvh1 300");
        host.must("jxl mem-set pvh1 100");

        assertThat(host.must("xl sched-credit2 -d pvh1").lines().get(1)).endsWith("512    0");
        host.must(
                "for i in $(seq 300); do [ \"$(xl list pvh1 | awk 'NR==2{print $3}')\" -le 101 ] && exit 0; sleep 0.2;"
                        + " done; xl list pvh1; exit 1");
        host.must("d=$(xl domid pvh1); [ $(xenstore-read /local/domain/$d/memory/target) = 102400 ]"
                + " && [ $(xenstore-read /local/domain/$d/memory/static-max) = 307200 ]"
                + " && [ $(xenstore-read /local/domain/$d/cpu/1/availability) = online ]");
        same("vcpu-list pvh1");
        same("sched-credit2");
        assertThat(host.run("jxl mem-set pvh1 301").status()).isEqualTo(2);
    }

    @Test
    void portsInterruptsAndMemoryOfDevices_areTheGuests() {
        host.must("jxl create -p /root/guest/pvh.cfg 'ioports=[\"3f0-3f5\"]' irqs=[6] 'iomem=[\"a0,20\"]'");
        host.must("xl dmesg -c >/dev/null; jxl debug-keys q");
        assertThat(host.must(
                                "for i in $(seq 50); do xl dmesg | grep -q 'I/O Ports  { 3f0-3f5 }' && break; sleep 0.2; done; xl dmesg")
                        .out())
                .contains("I/O Ports  { 3f0-3f5 }", "Interrupts { 6 }", "I/O Memory { a0-bf }");
    }

    @Test
    void cpupoolOfJxl_isXlsToo() {
        host.must("jxl cpupool-create 'name=\"spare\"'");
        same("cpupool-list");
        host.must("jxl cpupool-rename spare other");
        assertThat(host.must("xl cpupool-list").out()).contains("other ");
        host.must("xl cpupool-rename other spare");
        host.must("jxl cpupool-destroy spare");
        assertThat(host.must("xl cpupool-list").lines()).hasSize(2);
        host.must("jxl debug-keys h");
        assertThat(host.must("jxl dmesg").out()).contains("'h' pressed");
    }
}
