package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        host.run("for g in victim pvh1 bad; do jxl destroy $g || xl destroy $g; done 2>/dev/null");
    }

    private void makeDriverDomain(String way) {
        host.write("""
            name = "bad"
            type = "pv"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "%s/bad.initrd"
            extra = "console=hvc0 quiet jxl.bridge=br0 jxl.hostile=%s"
            memory = 128
            driver_domain = 1
            """.formatted(FOLDER, way), FOLDER + "/bad.cfg");
        host.write("""
            name = "victim"
            type = "pvh"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "/root/guest/initrd"
            extra = "console=hvc0 quiet"
            memory = 128
            disk = [ "format=raw,vdev=xvda,access=rw,backend=bad,target=/dev/xvda" ]
            vif = [ "mac=00:16:3e:77:02:01,type=vif,backend=bad" ]
            """, FOLDER + "/victim.cfg");
        host.must("rm -f /var/log/xen/console/guest-bad.log " + FOLDER + "/victim.status; jxl create " + FOLDER
                + "/bad.cfg");
        host.must("for i in $(seq 400); do grep -aq 'hostile: round' /var/log/xen/console/guest-bad.log && exit 0;"
                + " sleep 0.5; done; exit 1");
    }

    private void beginVictim() {
        host.must("cd " + FOLDER + "; nohup sh -c 'jxl create victim.cfg >victim.out 2>&1; echo $? >victim.status'"
                + " >/dev/null 2>&1 </dev/null &");
    }

    private String awaitVictim() {
        return host.must("cd " + FOLDER + "; for i in $(seq 500); do [ -s victim.status ] && exec cat victim.status;"
                        + " sleep 0.5; done; exit 1")
                .text();
    }

    /** What a user reads; neither a terminal nor a reader is to be fooled. */
    private static void requirePrintable(String text) {
        assertThat(text).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]").hasSizeLessThan(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "liar"})
    void othersDoNotNotice_andNothingIsLeft(String way) {
        makeDriverDomain(way);
        beginVictim();

        host.must("jxl create /root/guest/pvh.cfg");
        host.waitForGuest("pvh1");
        for (String request : List.of("/v1/domains", "/v1/driver-domains", "/v1/driver-domains/bad/lint", "/metrics")) {
            requirePrintable(host.must(API + request).out());
        }
        for (String command : List.of("jxl list", "jxl driver list", "jxl driver show bad", "jxl doctor; true")) {
            requirePrintable(host.must("timeout 120 sh -c '" + command + "'").out());
        }
        assertThat(host.must("jxl driver show bad").out()).contains("name        bad");
        host.must("jxl destroy pvh1");

        String status = awaitVictim();
        String said = host.must("cat " + FOLDER + "/victim.out").out();
        requirePrintable(said);
        if (way.equals("silent")) {
            assertThat(status).isNotEqualTo("0");
            assertThat(said).contains("driver domain").contains("did not answer within");
        }
        XenHost.Answer upgrade = host.run("timeout 300 jxl driver upgrade bad");
        assertThat(upgrade.status()).as("%s", upgrade).isBetween(1, 123);
        requirePrintable(upgrade.out() + upgrade.err());

        host.run("jxl destroy victim");
        host.must("jxl destroy bad");
        assertThat(host.traces()).isEqualTo(before);
        assertThat(host.must("journalctl -u jxld -o cat --no-pager -n 300").out())
                .doesNotContain("defect")
                .doesNotContain("Exception in thread");
    }
}
