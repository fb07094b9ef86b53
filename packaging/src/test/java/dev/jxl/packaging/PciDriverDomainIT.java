package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver domain of jxl's own image with a network card of the host, on a real Xen with an IOMMU of its own host: a guest behind it reaches
 * the network outside, and a TCP connection from outside into it goes on after the driver domain's kernel has panicked.
 */
@Tag("long")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class PciDriverDomainIT {
    private static final String NIC = "0000:00:10.0";

    /** The card's network is QEMU's own, whose gateway answers to pings. */
    private static final String GATEWAY = "10.0.2.2";

    private static final String ADDRESS = "10.0.2.77";

    private static final XenHost HOST = XenHost.withIommu();
    private static List<String> before;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeTheImageAndTheFiles() throws IOException, InterruptedException {
        HOST.must("modprobe xen-pciback; jxl pci-assignable-add 00:10.0");
        HOST.must("/usr/lib/jxl/driver-domain/image -d e1000e /root/ddpci.initrd");
        HOST.must("""
                cat >/root/ddpci.cfg <<'E'
                name = "ddpci"
                type = "pv"
                kernel = "/root/guest/vmlinuz"
                ramdisk = "/root/ddpci.initrd"
                extra = "console=hvc0 nokaslr jxl.shell jxl.bridge=br0"
                memory = 256
                tsc_mode = "native"
                driver_domain = 1
                driver_restart = 1
                driver_heartbeat = 60
                pci = [ "00:10.0" ]
                E
                """);
        HOST.must("mkdir -p /root/add/bin");
        HOST.put(XenHost.make(folder, "load").resolve("dd-load"), "/root/add/bin/dd-load");
        HOST.must("cd /root/add && chmod 755 bin/dd-load && (find . | cpio -o -H newc --quiet | gzip -1)"
                + " | cat /root/guest/initrd - >/root/ddclient.initrd");
        HOST.must("sed 's/pv1/ddclient/; s/quiet/quiet guestip=" + ADDRESS + "\\/24 guestping=" + GATEWAY
                + "/; s/guest.initrd/ddclient.initrd/' /root/guest/pv.cfg >/root/ddclient.cfg;"
                + " echo 'vif = [ \"mac=00:16:3e:77:00:77,backend=ddpci\" ]' >>/root/ddclient.cfg");
        before = HOST.traces();
    }

    @AfterAll
    static void endTheHost() {
        HOST.down();
    }

    @Test
    void connectionFromOutside_goesOnAfterTheDriverDomainHasCrashed() throws IOException, InterruptedException {
        HOST.must("jxl create /root/ddpci.cfg");
        HOST.must("for i in $(seq 240); do jxl driver show ddpci | grep -q 'ready *yes' && exit 0; sleep 1; done;"
                + " tail -30 /var/log/xen/console/guest-ddpci.log; exit 1");
        String domid = HOST.must("jxl domid ddpci").text();
        HOST.must("jxl create /root/ddclient.cfg");
        assertThat(HOST.waitForGuest("ddclient")).contains("ping=ok");
        assertThat(HOST.run("jxl driver lint ddpci").out()).doesNotContain("no-iommu", "iommu-group-split");

        try (OutsideConnection connection = new OutsideConnection(HOST, "ddclient", ADDRESS, folder)) {
            connection.requireGoesOn();
            HOST.must("printf 'echo c >/proc/sysrq-trigger\\n' >$(xenstore-read /local/domain/" + domid
                    + "/console/tty)");
            HOST.must("for i in $(seq 300); do jxl driver show ddpci -o json | grep -q '\"recoveries\": *1' && exit 0;"
                    + " sleep 2; done; jxl driver show ddpci; tail -30 /var/log/xen/console/guest-ddpci.log; exit 1");
            assertThat(HOST.must("jxl domid ddpci").text()).isEqualTo(domid);
            assertThat(HOST.must("jxl pci-list ddpci").out()).contains(NIC);
            System.out.println(HOST.must("jxl driver show ddpci").out() + connection);
            connection.requireGoesOn();
            connection.end();
            System.out.println(connection);
        }

        HOST.must("jxl destroy ddclient; jxl destroy ddpci");
        assertThat(HOST.must("jxl pci-assignable-list").text()).contains(NIC);
        assertThat(HOST.must("xenstore-ls -f /libxl/pci").out()).doesNotContain("domid", "unfinished");
        assertThat(HOST.traces()).isEqualTo(before);
    }
}
