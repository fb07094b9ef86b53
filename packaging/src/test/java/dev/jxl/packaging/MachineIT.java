package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What machine a guest on real Xen finds itself in: its NUMA nodes, its CPU's features, memory that it may grow into. */
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MachineIT extends GuestsOnXen {
    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in pvh1 hvm1; do xl destroy $g; done 2>/dev/null");
    }

    private void end(String guest) {
        host.must("jxl shutdown -w " + guest);
        assertThat(host.traces()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pvh", "hvm"})
    void virtualNumaNodes_areTheGuests(String type) {
        String guest = type + "1";
        host.must("jxl create /root/guest/" + type + ".cfg vcpus=2 memory=512 maxmem=512"
                + " 'vnuma=[[\"pnode=0\",\"size=256\",\"vcpus=0\",\"vdistances=10,25\"],"
                + "[\"pnode=0\",\"size=256\",\"vcpus=1\",\"vdistances=25,10\"]]'");
        assertThat(host.waitForGuest(guest)).contains("cpus=2");
        ask(
                guest,
                "d=$(cat /sys/devices/system/node/node1/distance); echo apart-${d% *}-of-$(ls -d /sys/devices/system/node/node[0-9] | wc -l)",
                "apart-25-of-2");
        end(guest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pvh", "hvm"})
    void cpuFeatureThatIsTaken_isNotThere(String type) {
        String guest = type + "1";
        host.must("jxl create /root/guest/" + type + ".cfg 'cpuid=\"host,popcnt=0\"'");
        host.waitForGuest(guest);
        ask(guest, "grep -w popcnt /proc/cpuinfo || echo without-$((40+2))", "without-42");
        ask(guest, "grep -cw sse2 /proc/cpuinfo; echo with-$(grep -cw sse2 /proc/cpuinfo)", "with-1");
        end(guest);
    }

    @Test
    void memoryPopulatedOnDemand_isGivenWhenTheGuestMayHaveIt() {
        host.must("jxl create /root/guest/hvm.cfg memory=256 maxmem=512");
        host.waitForGuest("hvm1");
        int given = Integer.parseInt(
                host.must("xl list hvm1 | awk 'NR == 2 {print $3}'").text());
        assertThat(given).isBetween(200, 260);
        host.must("jxl mem-set hvm1 500");
        host.must(
                "for i in $(seq 300); do [ \"$(xl list hvm1 | awk 'NR == 2 {print $3}')\" -ge 495 ] && exit 0; sleep 0.2;"
                        + " done; xl list hvm1; exit 1");
        ask(
                "hvm1",
                "mount -t tmpfs -o size=400m t /tmp; dd if=/dev/zero of=/tmp/f bs=1M count=300; echo filled-$((1+1))",
                "filled-2");
        end("hvm1");
    }

    @Test
    void hvmGuest_isSuspendedInItsMemoryAndGoesOn() {
        host.must("jxl create /root/guest/hvm.cfg");
        host.waitForGuest("hvm1");
        ask("hvm1", "kept=$((40+2)); echo set-$((1+1))", "set-2");
        host.must("jxl suspend hvm1");
        assertThat(host.must("jxl list hvm1").lines().get(1)).contains("s");
        host.must("jxl resume hvm1");
        ask("hvm1", "echo on-$kept", "on-42");
        end("hvm1");
    }
}
