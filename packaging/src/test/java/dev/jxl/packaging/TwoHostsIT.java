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
    private static final int LISTENING = 8474;
    private static final int KILLS = Integer.getInteger("jxl.migration.kills", 4);
    private static final Duration SETTLED = Duration.ofMinutes(5);
    private static final CountingGuest GUEST = new CountingGuest("full1");

    private static XenHost first;
    private static XenHost second;
    private static Process disk;
    private static List<List<String>> before;

    @BeforeAll
    static void joinTheHosts(@TempDir Path folder) throws IOException, InterruptedException {
        first = XenHost.withJxl();
        second = XenHost.peer();
        int diskPort = first.port() + 15;
        Path shared = folder.resolve("shared.raw");
        new ProcessBuilder("truncate", "-s", "16M", shared.toString())
                .inheritIO()
                .start()
                .waitFor();
        disk = new ProcessBuilder(
                        "qemu-nbd",
                        "--bind=127.0.0.1",
                        "--port=" + diskPort,
                        "--shared=2",
                        "--persistent",
                        "--format=raw",
                        shared.toString())
                .inheritIO()
                .start();
        makeCertificates();
        for (XenHost host : List.of(first, second)) {
            host.must("echo JXLD_OPTIONS=--migration-listen=" + LISTENING
                    + " > /etc/default/jxld; mkdir -p /etc/jxl/hooks; for h in pre-release post-acquire; do"
                    + " printf '#!/bin/sh\\necho '$h' $1 $JXL_DISKS >> /root/hooks\\n' > /etc/jxl/hooks/$h;"
                    + " chmod +x /etc/jxl/hooks/$h; done; nbd-attach 10.0.2.2 " + diskPort + " /dev/nbd0;"
                    + " sed 's|/root/guest/disk.raw|/dev/nbd0|; s|format=raw,||' /root/guest/full.cfg > /root/shared.cfg;"
                    + " systemctl restart jxld");
            host.awaitDaemon();
        }
        before = List.of(first.traces(), second.traces());
    }

    /** As docs/migration.md says; both hosts call each other by the same address here. */
    private static void makeCertificates() {
        first.must(
                "mkdir -p /root/ca && cd /root/ca && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                        + " -days 3650 -subj '/CN=our Xen hosts' -keyout ca.key -out ca.pem");
        for (XenHost host : List.of(first, second)) {
            String keys = first.must(
                            "cd /root/ca && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                                    + " -subj /CN=" + (host == first ? "a" : "b")
                                    + ".example -addext subjectAltName=IP:10.0.2.2"
                                    + " -keyout key.pem -out host.csr 2>&1 && openssl x509 -req -in host.csr -CA ca.pem -CAkey ca.key"
                                    + " -CAcreateserial -days 825 -copy_extensions copy -out cert.pem 2>&1 && chmod 600 key.pem"
                                    + " && tar c key.pem cert.pem ca.pem | base64 -w 0 > keys && cat keys")
                    .lines()
                    .getLast();
            host.must("mkdir -p /etc/jxl/tls && echo " + keys + " | base64 -d | tar x -C /etc/jxl/tls");
        }
    }

    @AfterEach
    void destroyWhatIsLeft() {
        for (XenHost host : List.of(first, second)) {
            host.run(
                    "for n in full1 full1--incoming full1--migratedaway; do xl destroy $n; done; rm -f /etc/jxl/tls/peers");
        }
    }

    @AfterAll
    static void partTheHosts() {
        if (second != null) {
            second.down();
        }
        first.run("rm -rf /etc/jxl/hooks /etc/jxl/tls /etc/default/jxld; systemctl restart jxld");
        first.awaitDaemon();
        if (disk != null) {
            disk.destroy();
        }
    }

    private static String to(XenHost host) {
        return "jxl migrate full1 jxl://10.0.2.2:" + addresses().get(host == first ? 0 : 1);
    }

    private static List<Integer> addresses;

    private static synchronized List<Integer> addresses() {
        if (addresses == null) {
            addresses = List.of(first.forward(LISTENING), second.forward(LISTENING));
        }
        return addresses;
    }

    private static void create() {
        first.must("jxl create /root/shared.cfg");
        first.waitForGuest("full1");
        GUEST.begin(first);
    }

    private static void end(XenHost host) {
        host.must("jxl shutdown -w full1");
        assertThat(List.of(first.traces(), second.traces())).isEqualTo(before);
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
