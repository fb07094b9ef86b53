package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Two Xen hosts whose jxlds trust each other, a disk that both reach, and programs that note when it is handed over. {@code full1} is the guest
 * on that disk, which goes between them.
 *
 * @param disk who serves the disk
 * @param listening where each of them is called, in the same order
 * @param before what was on them
 */
record JoinedHosts(XenHost first, XenHost second, Process disk, List<Integer> listening, List<List<String>> before) {
    private static final int LISTENING = 8474;
    private static final int PORTS_TO_DISK = 15;

    /** Joins them; whoever does {@link #part}s them. */
    static JoinedHosts join(XenHost first, XenHost second, Path folder) throws IOException, InterruptedException {
        int diskPort = first.port() + PORTS_TO_DISK;
        Process disk = serveDisk(folder.resolve("shared.raw").toString(), diskPort);
        makeCertificates(first, second);
        for (XenHost host : List.of(first, second)) {
            host.must("echo JXLD_OPTIONS=--migration-listen=" + LISTENING
                    + " > /etc/default/jxld; mkdir -p /etc/jxl/hooks; for h in pre-release post-acquire; do"
                    + " printf '#!/bin/sh\\necho '$h' $1 $JXL_DISKS >> /root/hooks\\n' > /etc/jxl/hooks/$h;"
                    + " chmod +x /etc/jxl/hooks/$h; done; nbd-attach 10.0.2.2 " + diskPort + " /dev/nbd0;"
                    + " sed 's|/root/guest/disk.raw|/dev/nbd0|; s|format=raw,||' /root/guest/full.cfg > /root/shared.cfg;"
                    + " systemctl restart jxld");
            host.awaitDaemon();
        }
        return new JoinedHosts(
                first,
                second,
                disk,
                List.of(first.forward(LISTENING), second.forward(LISTENING)),
                List.of(first.traces(), second.traces()));
    }

    private static Process serveDisk(String file, int port) throws IOException, InterruptedException {
        new ProcessBuilder("truncate", "-s", "16M", file).inheritIO().start().waitFor();
        return new ProcessBuilder(
                        "qemu-nbd",
                        "--bind=127.0.0.1",
                        "--port=" + port,
                        "--shared=2",
                        "--persistent",
                        "--format=raw",
                        file)
                .inheritIO()
                .start();
    }

    /** As docs/migration.md says; both hosts call each other by the same address here. */
    private static void makeCertificates(XenHost first, XenHost second) {
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

    /** Makes the guest on the first host, and waits until it is up. */
    void create(String more) {
        first.must("jxl create /root/shared.cfg " + more);
        first.waitForGuest("full1");
    }

    /** The command that sends the guest to one of them. */
    String migrationTo(XenHost host) {
        return "jxl migrate full1 jxl://10.0.2.2:" + listening.get(host == first ? 0 : 1);
    }

    /** The guest has been shut down, and both are as they were. */
    void requireNothingLeft() {
        assertThat(List.of(first.traces(), second.traces())).isEqualTo(before);
    }

    /** Destroys what a test has left. */
    void clear() {
        for (XenHost host : List.of(first, second)) {
            host.run(
                    "for n in full1 full1--incoming full1--migratedaway; do xl destroy $n; done; rm -f /etc/jxl/tls/peers");
        }
    }

    /** The first one is as it was before, the second one is switched off. */
    void part() {
        second.down();
        first.run("rm -rf /etc/jxl/hooks /etc/jxl/tls /etc/default/jxld; systemctl restart jxld");
        first.awaitDaemon();
        disk.destroy();
    }
}
