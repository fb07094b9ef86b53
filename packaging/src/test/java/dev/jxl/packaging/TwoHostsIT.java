package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two Xen hosts with a disk that both reach: a guest goes from one jxld to the other by TLS, and is on one of them whoever dies. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
@Tag("long")
class TwoHostsIT {
    private static final int KILLS = Integer.getInteger("jxl.migration.kills", 4);
    private static final Duration SETTLED = Duration.ofMinutes(5);
    private static final CountingGuest GUEST = new CountingGuest("full1");

    private static JoinedHosts hosts;
    private static XenHost first;
    private static XenHost second;

    @BeforeAll
    static void joinTheHosts(@TempDir Path folder) throws IOException, InterruptedException {
        hosts = JoinedHosts.join(XenHost.withJxl(), XenHost.peer(""), folder);
        first = hosts.first();
        second = hosts.second();
    }

    @AfterEach
    void destroyWhatIsLeft() {
        hosts.clear();
    }

    @AfterAll
    static void partTheHosts() {
        if (hosts != null) {
            hosts.part();
        }
    }

    private static String to(XenHost host) {
        return hosts.migrationTo(host);
    }

    private static void create() {
        hosts.create("");
        GUEST.begin(first);
    }

    private static void end(XenHost host) {
        host.must("jxl shutdown -w full1");
        hosts.requireNothingLeft();
    }

    @Test
    void guestGoesAndComesBack_withItsDiskHandedOver() {
        create();
        first.run("rm -f /root/hooks");
        first.must(to(second));
        GUEST.requireGoesOn(second, "there");
        assertThat(first.must("cat /root/hooks").text())
                .startsWith("pre-release full1 [{")
                .contains("/dev/nbd0");
        assertThat(second.must("cat /root/hooks").text()).startsWith("post-acquire full1 [{");

        second.must(to(first));
        GUEST.requireGoesOn(first, "back");
        end(first);
    }

    @Test
    void strangerIsRefused_andWhatIsMissingThereIsToldBeforeAnythingIsSent() {
        create();
        second.must("echo c.example > /etc/jxl/tls/peers");
        XenHost.Answer stranger = first.run(to(second));
        assertThat(stranger.status()).as(stranger.toString()).isNotZero();
        assertThat(stranger.err()).contains("full1");
        second.must("rm /etc/jxl/tls/peers; ip link set xenbr0 name xenbr9");
        XenHost.Answer noBridge = first.run(to(second));
        second.must("ip link set xenbr9 name xenbr0");
        assertThat(noBridge.status()).as(noBridge.toString()).isNotZero();
        assertThat(noBridge.err()).contains("xenbr0");
        GUEST.requireGoesOn(first, "stayed");
        end(first);
    }

    @Test
    void jxldIsKilledInAMigration_oneCopyGoesOn() {
        long seed = Long.getLong("jxl.kills.seed", System.nanoTime() % 1_000_000);
        Random random = new Random(seed);
        create();
        XenHost here = first;
        long started = System.nanoTime();
        here.must(to(second));
        int takes = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        here = second;
        for (int round = 0; round < KILLS; round++) {
            XenHost there = here == first ? second : first;
            XenHost victim = round % 2 == 0 ? here : there;
            int moment = random.nextInt(takes);
            System.out.printf(
                    Locale.ROOT,
                    "migration kills: round %d of seed %d: the %s is killed after %d of %d ms%n",
                    round,
                    seed,
                    victim == here ? "sender" : "receiver",
                    moment,
                    takes);
            victim.must("(sleep " + moment / 1000.0
                    + "; kill -9 $(systemctl show -p MainPID --value jxld)) > /dev/null 2>&1 < /dev/null &");
            here.run(to(there));
            here = awaitOneCopy();
            GUEST.requireGoesOn(here, "round" + round);
        }
        end(here);
    }

    /** Waits until one host has the guest and nothing else of it is anywhere, and gives that host. */
    private static XenHost awaitOneCopy() {
        first.awaitDaemon();
        second.awaitDaemon();
        long end = System.nanoTime() + SETTLED.toNanos();
        List<List<String>> copies;
        do {
            copies = Stream.of(first, second).map(TwoHostsIT::copies).toList();
            if (copies.equals(List.of(List.of("full1"), List.of()))) {
                return first;
            }
            if (copies.equals(List.of(List.of(), List.of("full1")))) {
                return second;
            }
        } while (System.nanoTime() < end);
        throw new AssertionError("no host has it alone: " + copies);
    }

    private static List<String> copies(XenHost host) {
        return host.must("jxl list | awk 'NR > 1 && $2 != 0 {print $1}'").lines();
    }
}
