package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices come to and go from running guests on real Xen, seen by jxl, by xl and from inside the guest. One PV and one PVH guest
 * live through all tests; each test leaves them without devices.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeviceIT {
    private static final String DISK = "/root/guest/extra.raw";
    private static final String IMAGE = "/root/guest/extra.qcow2";

    private static final XenHost HOST = XenHost.withJxl();
    private static List<String> empty;
    private static List<String> before;

    @BeforeAll
    static void makeGuests() {
        HOST.must("truncate -s 16M " + DISK + "; qemu-img create -q -f qcow2 " + IMAGE + " 16M");
        empty = HOST.traces();
        HOST.must("jxl create /root/guest/pv.cfg; jxl create /root/guest/pvh.cfg");
        HOST.waitForGuest("pv1");
        HOST.waitForGuest("pvh1");
        before = HOST.traces();
    }

    @AfterAll
    static void destroyWhatIsLeft() {
        HOST.run("for g in pv1 pvh1; do xl destroy $g; done 2>/dev/null; rm -f " + DISK + " " + IMAGE
                + " /etc/xen/scripts/block-jxl-*");
    }

    /** Only a reboot gives a guest another number. What a failed test leaves must not fail the next one. */
    @AfterEach
    void nothingIsLeft() {
        List<String> traces = HOST.traces();
        if (!traces.equals(before)) {
            HOST.run("for g in pv1 pvh1; do for v in xvdb xvdc; do jxl block-detach -f $g $v; done;"
                    + " jxl network-detach -f $g 0; done");
        }
        assertThat(traces).isEqualTo(before);
    }

    private static void ask(String name, String line, String expected) {
        HOST.must("console-ask jxl " + name + " '" + line + "' " + expected + " 120");
    }

    private static String out(String command) {
        return HOST.must(command).out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv1", "pvh1"})
    @Order(1)
    void disk_isUsedByTheGuestListedLikeXlAndLetGo(String name) {
        HOST.must("jxl block-attach " + name + " " + DISK + " raw xvdb w");
        ask(name, "echo hello-from-$((40+2)) | dd of=/dev/xvdb conv=sync bs=512; sync; echo wrote-$((1+1))", "wrote-2");
        assertThat(out("head -c 13 " + DISK)).isEqualTo("hello-from-42");
        assertThat(out("jxl block-list " + name))
                .isEqualTo(out("xl block-list " + name))
                .contains("51728");
        assertThat(out("xl list -l " + name)).contains(DISK);
        assertThat(out("jxl block-list -o json " + name)).contains("\"wr_req\":");

        HOST.must("jxl block-detach " + name + " xvdb");
        ask(name, "echo left-$(grep -c xvdb /proc/partitions)", "left-0");
        assertThat(out("xl block-list " + name)).doesNotContain("51728");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv1", "pvh1"})
    @Order(2)
    void diskOfQemu_isUsedByTheGuestListedLikeXlAndLetGo(String name) {
        HOST.must("jxl block-attach " + name + " format=qcow2,vdev=xvdb,access=rw,target=" + IMAGE);
        ask(name, "echo hello-from-$((40+2)) | dd of=/dev/xvdb conv=sync bs=512; sync; echo wrote-$((1+1))", "wrote-2");
        assertThat(out("jxl block-list " + name))
                .isEqualTo(out("xl block-list " + name))
                .contains("51728", "backend/qdisk");
        assertThat(out("xl list -l " + name)).contains(IMAGE, "\"qcow2\"");

        HOST.must("jxl block-detach " + name + " xvdb");
        ask(name, "echo left-$(grep -c xvdb /proc/partitions)", "left-0");
        assertThat(out("qemu-img convert -O raw " + IMAGE
                        + " /root/plain.raw && head -c 13 /root/plain.raw; rm -f /root/plain.raw"))
                .isEqualTo("hello-from-42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv1", "pvh1"})
    @Order(3)
    void nic_carriesTrafficListedLikeXlAndLetGo(String name) {
        HOST.must("jxl network-attach " + name + " bridge=xenbr0 mac=00:16:3e:77:00:31");
        ask(
                name,
                "ip addr add 10.77.0.31/24 dev eth0; ip link set eth0 up; ping -c 3 10.77.0.1 >/dev/null && echo"
                        + " ping-$((1+1))",
                "ping-2");
        assertThat(out("jxl network-list " + name))
                .isEqualTo(out("xl network-list " + name))
                .contains("00:16:3e:77:00:31");
        assertThat(out("jxl network-list -o json " + name)).contains("\"rx_bytes\":");

        HOST.must("jxl network-detach " + name + " 00:16:3e:77:00:31");
        ask(name, "echo left-$(grep -c eth0 /proc/net/dev)", "left-0");
    }

    @Test
    @Order(4)
    void xlAndJxl_detachWhatTheOtherAttached() {
        HOST.must("jxl block-attach pvh1 " + DISK + " raw xvdb w");
        ask("pvh1", "echo there-$(grep -c xvdb /proc/partitions)", "there-1");
        // xl gives a guest ten seconds; one on a busy emulated host may need more, so it is asked again.
        HOST.must("for i in 1 2 3 4; do xl block-detach pvh1 xvdb && break; done");
        assertThat(out("losetup -a; jxl block-list pvh1")).doesNotContain("extra.raw", "51728");
        HOST.must("xl block-attach pvh1 " + DISK + " raw xvdb w");
        ask("pvh1", "echo again-$(grep -c xvdb /proc/partitions)", "again-1");
        HOST.must("jxl block-detach pvh1 xvdb");
        assertThat(out("losetup -a; xl block-list pvh1")).doesNotContain("extra.raw", "51728");
    }

    @Test
    @Order(5)
    void blockDeviceReadOnly_isSharedByReadersAndRefusedToAWriter() {
        String device = HOST.must("losetup -f --show " + DISK).text();
        try {
            HOST.must("jxl block-attach pvh1 phy:" + device + " xvdb r");
            HOST.must("jxl block-attach pv1 phy:" + device + " xvdb r");
            XenHost.Answer writer = HOST.run("jxl block-attach pv1 phy:" + device + " xvdc w");
            assertThat(writer.status()).isEqualTo(7);
            assertThat(writer.err()).contains(device, "uses it for reading");
            ask("pvh1", "echo ro-$(cat /sys/block/xvdb/ro)", "ro-1");
            HOST.must("jxl block-detach pvh1 xvdb; jxl block-detach pv1 xvdb");
            XenHost.Answer cd = HOST.run("jxl block-attach pvh1 " + DISK + ",raw,xvdb,r,cdrom");
            assertThat(cd.status()).isNotZero();
            assertThat(cd.err()).contains("CD-ROM");
        } finally {
            HOST.run("losetup -d " + device);
        }
    }

    @Test
    @Order(6)
    void scripts_connectWhatTheyAreNamedForAndAreQuotedWhenTheyFail() {
        HOST.must("cp /etc/xen/scripts/block /etc/xen/scripts/block-jxl-copy");
        HOST.write("#!/bin/sh\necho this lun is not there >&2\nexit 3\n", "/etc/xen/scripts/block-jxl-no");
        HOST.must("chmod 755 /etc/xen/scripts/block-jxl-no");
        HOST.must("jxl block-attach pvh1 script=block-jxl-copy,vdev=xvdb,access=rw,target=" + DISK);
        ask("pvh1", "echo there-$(grep -c xvdb /proc/partitions)", "there-1");
        HOST.must("jxl block-detach pvh1 xvdb");
        assertThat(out("losetup -a")).doesNotContain("extra.raw");

        XenHost.Answer failed = HOST.run("jxl block-attach pvh1 script=block-jxl-no,vdev=xvdb,access=rw,target=lun7");
        assertThat(failed.status()).isEqualTo(7);
        assertThat(failed.err()).contains("block-jxl-no", "this lun is not there", "exit status 3");
        assertThat(out("jxl block-list pvh1")).doesNotContain("51728");

        HOST.must("jxl network-attach pvh1 bridge=xenbr0,script=vif-bridge,ip=10.77.0.31");
        ask("pvh1", "ip link set eth0 up && echo up-$((1+1))", "up-2");
        HOST.must("jxl network-detach pvh1 0");
    }

    @Test
    @Order(7)
    @Tag("long")
    void imageThatIsNone_isRefusedWithQemusWords() {
        XenHost.Answer failed = HOST.run("jxl block-attach pvh1 format=qcow2,vdev=xvdb,access=rw,target=" + DISK);
        assertThat(failed.status()).isEqualTo(7);
        assertThat(failed.err()).contains("xvdb", "QEMU");
    }

    @Test
    @Order(8)
    void attachedDisks_stayOverARebootOfTheGuestAndGoWithIt() {
        HOST.must("jxl block-attach pvh1 " + DISK + " raw xvdb w");
        HOST.must("jxl block-attach pvh1 format=qcow2,vdev=xvdc,access=rw,target=" + IMAGE);
        String domid = HOST.must("jxl domid pvh1").text();
        HOST.must("jxl reboot -w pvh1");
        HOST.waitForGuest("pvh1");
        assertThat(HOST.must("jxl domid pvh1").text()).isNotEqualTo(domid);
        ask("pvh1", "echo there-$(grep -c xvd[bc] /proc/partitions)", "there-2");
        HOST.must("jxl destroy pvh1");
        before = HOST.traces();
        assertThat(before).noneMatch(line -> line.contains("/root/guest/extra"));
    }

    @Test
    @Order(9)
    void forcedDetachOfAMountedDisk_leavesNothingInDom0() {
        HOST.must("cp /root/guest/disk.raw " + DISK);
        HOST.must("jxl block-attach pv1 " + DISK + " raw xvdb w");
        ask("pv1", "mount -t ext4 /dev/xvdb /mnt && echo mounted-$((1+1))", "mounted-2");
        HOST.must("jxl block-detach -f pv1 xvdb");
        assertThat(out("losetup -a")).doesNotContain("extra.raw");
        HOST.must("jxl destroy pv1");
        before = HOST.traces();
        assertThat(before).isEqualTo(empty);
    }
}
