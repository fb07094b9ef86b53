package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver domain whose program writes what nobody should believe, as many nodes as it may, and never answers or always says yes ({@code
 * driver-domain/hostile}): jxld goes on answering and making guests, what users read is fit to be shown, and nothing is left.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class HostileDriverDomainIT extends GuestsOnXen {
    private static final String FOLDER = "/root/hostile";
    private static final String API = "timeout 20 curl -sS --fail --unix-socket /run/jxld/jxld.sock http://localhost";

    @BeforeAll
    static void putImage(@TempDir Path folder) throws IOException, InterruptedException {
        XenHost host = XenHost.withJxl();
        host.awaitDaemon();
        host.must("mkdir -p " + FOLDER + "/add/bin");
        host.put(XenHost.make(folder, "hostile").resolve("hostile"), FOLDER + "/add/bin/jxl-backend");
        host.must("cd " + FOLDER + " && chmod 755 add/bin/jxl-backend && /usr/lib/jxl/driver-domain/image base.initrd"
                + " && (cd add && find . | cpio -o -H newc --quiet | gzip -1) | cat base.initrd - > bad.initrd");
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in of-silent of-liar pvh1 silent liar; do jxl destroy $g || xl destroy $g; done 2>/dev/null");
    }

    /** It has the name of what it does. */
    private void makeDriverDomain(String way) {
        host.write("""
            name = "%1$s"
            type = "pv"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "%2$s/bad.initrd"
            extra = "console=hvc0 quiet jxl.bridge=br0 jxl.hostile=%1$s"
            memory = 128
            driver_domain = 1
            """.formatted(way, FOLDER), FOLDER + "/" + way + ".cfg");
        host.must("rm -f /var/log/xen/console/guest-" + way + ".log; jxl create " + FOLDER + "/" + way + ".cfg");
        host.must("for i in $(seq 400); do grep -aq 'hostile: round' /var/log/xen/console/guest-" + way
                + ".log && exit 0; sleep 0.5; done; exit 1");
    }

    private void beginVictimOf(String way) {
        host.write("""
            name = "of-%1$s"
            type = "pvh"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "/root/guest/initrd"
            extra = "console=hvc0 quiet"
            memory = 128
            disk = [ "format=raw,vdev=xvda,access=rw,backend=%1$s,target=/dev/xvda" ]
            vif = [ "type=vif,backend=%1$s" ]
            """.formatted(way), FOLDER + "/of-" + way + ".cfg");
        host.must("cd " + FOLDER + "; rm -f of-" + way + ".status; nohup sh -c 'jxl create of-" + way + ".cfg >of-"
                + way + ".out 2>&1; echo $? >of-" + way + ".status' >/dev/null 2>&1 </dev/null &");
    }

    /** The exit status of its creation. */
    private String awaitVictimOf(String way) {
        return host.must("cd " + FOLDER + "; for i in $(seq 500); do [ -s of-" + way + ".status ] && exec cat of-" + way
                        + ".status; sleep 0.5; done; exit 1")
                .text();
    }

    /** What a user reads; neither a terminal nor a reader is to be fooled. */
    private static void requirePrintable(String text) {
        assertThat(text).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]").hasSizeLessThan(100_000);
    }

    /** Both at once: what takes longest is to wait for the one that never answers. */
    @Test
    void silentAndLyingOnes_othersDoNotNotice_andNothingIsLeft() {
        List<String> ways = List.of("silent", "liar");
        ways.forEach(this::makeDriverDomain);
        ways.forEach(this::beginVictimOf);

        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        ways.forEach(this::requireFitToBeRead);
        host.must("jxl destroy pvh1");

        String status = awaitVictimOf("silent");
        String said = host.must("cat " + FOLDER + "/of-silent.out").out();
        assertThat(status).isNotEqualTo("0");
        assertThat(said).contains("driver domain").contains("did not answer within");
        awaitVictimOf("liar");
        requirePrintable(said + host.must("cat " + FOLDER + "/of-liar.out").out());
        for (String way : ways) {
            XenHost.Answer upgrade = host.run("timeout 300 jxl driver upgrade " + way);
            assertThat(upgrade.status()).as("%s", upgrade).isBetween(1, 123);
            requirePrintable(upgrade.out() + upgrade.err());
            host.run("jxl destroy of-" + way);
            host.must("jxl destroy " + way);
        }
        assertThat(host.traces()).isEqualTo(before);
        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 300").out())
                .doesNotContain("defect")
                .doesNotContain("Exception in thread");
    }

    private void requireFitToBeRead(String way) {
        for (String request :
                List.of("/v1/domains", "/v1/driver-domains", "/v1/driver-domains/" + way + "/lint", "/metrics")) {
            requirePrintable(host.must(API + request).out());
        }
        for (String command : List.of("jxl list", "jxl driver list", "jxl driver show " + way, "jxl doctor; true")) {
            requirePrintable(host.must("timeout 120 sh -c '" + command + "'").out());
        }
        assertThat(host.must("jxl driver show " + way).out()).contains("name        " + way);
    }
}
