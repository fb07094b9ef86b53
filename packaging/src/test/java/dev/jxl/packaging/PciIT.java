package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A network card and a USB mouse of the host given to guests, on a real Xen with an IOMMU of its own host: seen by jxl, by xl and from
 * inside the guest, taken away and given again while it runs, and back when it has gone.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PciIT {
    private static final String NIC = "0000:00:10.0";
    private static final XenHost HOST = XenHost.withIommu();
    private static List<String> before;

    @BeforeAll
    static void keepTheCard() {
        HOST.must("modprobe xen-pciback; jxl pci-assignable-add 00:10.0");
        // A PV guest needs the initrd with xen-pcifront; the kernel's own words tell what it finds.
        HOST.must(
                "cd /root/guest; for t in pv hvm; do sed 's/guest\\/initrd\"/guest\\/initrd-full\"/; s/^memory.*/memory = 256/; s/quiet/loglevel=7/;"
                        + " s/'$t'1/pci'$t'/' $t.cfg > pci$t.cfg; echo 'pci = [\"00:10.0\"]' >> pci$t.cfg; done");
        before = HOST.traces();
    }

    @AfterAll
    static void endTheHost() {
        HOST.down();
    }

    @AfterEach
    void cardIsBack_andNothingIsLeft() {
        HOST.run("for g in pcipv pcihvm hvm1; do jxl destroy $g; done 2>/dev/null");
        assertThat(HOST.must("xl pci-assignable-list").text()).contains(NIC);
        assertThat(HOST.must("jxl pci-assignable-list").text()).contains(NIC);
        assertThat(HOST.must("xenstore-ls -f /libxl/pci").out()).doesNotContain("domid", "unfinished");
        assertThat(HOST.traces()).isEqualTo(before);
    }

    /** Waits until the guest's driver has found the card so many times. */
    private static void awaitFound(String guest, int times) {
        HOST.must("for i in $(seq 300); do [ $(grep -c 'eth.: Intel(R) PRO/1000 Network Connection'"
                + " /var/log/xen/console/guest-" + guest + ".log) -lt " + times
                + " ] || exit 0; sleep 1; done; tail -20 /var/log/xen/console/guest-" + guest + ".log; exit 1");
    }

    @Test
    void cardOfAPvGuest_goesAndComesWhileItRuns_andIsBackAtItsEnd() {
        goesAndComes("pcipv");
    }

    @Test
    @Tag("long")
    void cardOfAnHvmGuest_goesAndComesWhileItRuns_andIsBackAtItsEnd() {
        goesAndComes("pcihvm");
    }

    /** The mouse is the only USB device of the host; usbhid is dom0's driver for it. */
    @Test
    @Tag("long")
    void usbDeviceOfAnHvmGuest_isSeenInsideAndComesBackToDom0sDriver() {
        HOST.must(
                "modprobe xhci_pci; for i in $(seq 100); do [ -e /sys/bus/usb/drivers/usbhid/1-1:1.0 ] && exit 0; sleep 0.2; done;"
                        + " lsusb >&2; exit 1");
        String address = HOST.must("printf 'hostbus=%d,hostaddr=%d' $(cat /sys/bus/usb/devices/1-1/busnum)"
                        + " $(cat /sys/bus/usb/devices/1-1/devnum)")
                .text();
        HOST.must("jxl create /root/guest/hvm.cfg 'usbdev=[\"" + address + "\"]'");
        HOST.waitForGuest("hvm1");
        seenInside();
        HOST.must("jxl usbdev-detach hvm1 0 1");
        mouseIsDom0s();
        HOST.must("jxl usbdev-attach hvm1 " + address.replace(',', ' '));
        assertThat(HOST.must("jxl usb-list hvm1").out())
                .isEqualTo(HOST.must("xl usb-list hvm1").out())
                .contains("Port 1: Bus 001 Device");
        seenInside();
        HOST.must("jxl destroy hvm1");
        mouseIsDom0s();
    }

    private static void seenInside() {
        HOST.must("console-ask jxl hvm1 'cat /sys/bus/usb/devices/*/product' 'QEMU USB Mouse' 120");
    }

    private static void mouseIsDom0s() {
        HOST.must(
                "for i in $(seq 50); do [ -e /sys/bus/usb/drivers/usbhid/1-1:1.0 ] && exit 0; sleep 0.2; done; exit 1");
    }

    private static void goesAndComes(String guest) {
        HOST.must("jxl create /root/guest/" + guest + ".cfg");
        HOST.waitForGuest(guest);
        awaitFound(guest, 1);
        assertThat(HOST.must("jxl pci-list " + guest).out())
                .isEqualTo(HOST.must("xl pci-list " + guest).out())
                .contains(NIC);
        assertThat(HOST.must("xl pci-assignable-list; jxl pci-assignable-list").out())
                .doesNotContain(NIC);
        assertThat(HOST.run("jxl create /root/guest/" + guest + ".cfg 'name=\"other\"'")
                        .err())
                .contains("belongs to domain");

        HOST.must("jxl pci-detach " + guest + " 00:10.0");
        assertThat(HOST.must("jxl pci-assignable-list").out()).contains(NIC);

        HOST.must("jxl pci-attach " + guest + " 00:10.0");
        awaitFound(guest, 2);
        assertThat(HOST.must("xl pci-list " + guest).out()).contains(NIC);
        HOST.must("jxl destroy " + guest);
    }
}
