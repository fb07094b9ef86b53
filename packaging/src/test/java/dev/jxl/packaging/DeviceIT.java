package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices come to and go from running guests on real Xen, seen by jxl, by xl and from inside the guest. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DeviceIT {
    private static final String DISK = "/root/guest/extra.raw";

    private final XenHost host = XenHost.withJxl();
    private List<String> before;

    @BeforeEach
    void lookAround() {
        host.must("truncate -s 16M " + DISK);
        before = host.traces();
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in pv1 pvh1; do xl destroy $g; done 2>/dev/null; rm -f " + DISK
                + " /etc/xen/scripts/block-jxl-*");
    }

    private void guest(String config, String name) {
        host.must("jxl create /root/guest/" + config + ".cfg");
        host.waitForGuest(name);
    }

    private void ask(String name, String line, String expected) {
        host.must("console-ask jxl " + name + " '" + line + "' " + expected + " 120");
    }

    @ParameterizedTest
    @CsvSource({"pv,pv1", "pvh,pvh1"})
    void disk_isUsedByTheGuestListedLikeXlAndLetGo(String config, String name) {
        guest(config, name);
        host.must("jxl block-attach " + name + " " + DISK + " raw xvdb w");
        ask(name, "echo hello-from-$((40+2)) | dd of=/dev/xvdb conv=sync bs=512; sync; echo wrote-$((1+1))", "wrote-2");
        assertThat(host.must("head -c 13 " + DISK).out()).isEqualTo("hello-from-42");
        assertThat(host.must("jxl block-list " + name).out())
                .isEqualTo(host.must("xl block-list " + name).out())
                .contains("51728");
        assertThat(host.must("xl list -l " + name).out()).contains(DISK);
        assertThat(host.must("jxl block-list -o json " + name).out()).contains("\"wr_req\":");

        host.must("jxl block-detach " + name + " xvdb");
        ask(name, "echo left-$(grep -c xvdb /proc/partitions)", "left-0");
        assertThat(host.must("losetup -a").out()).doesNotContain("extra.raw");
        assertThat(host.must("xl block-list " + name).out()).doesNotContain("51728");
        host.must("jxl destroy " + name);
        assertThat(host.traces()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"pv,pv1", "pvh,pvh1"})
    void nic_carriesTrafficListedLikeXlAndLetGo(String config, String name) {
        guest(config, name);
        host.must("jxl network-attach " + name + " bridge=xenbr0 mac=00:16:3e:77:00:31");
        ask(
                name,
                "ip addr add 10.77.0.31/24 dev eth0; ip link set eth0 up; ping -c 3 10.77.0.1 >/dev/null && echo"
                        + " ping-$((1+1))",
                "ping-2");
        assertThat(host.must("jxl network-list " + name).out())
                .isEqualTo(host.must("xl network-list " + name).out())
                .contains("00:16:3e:77:00:31");
        assertThat(host.must("jxl network-list -o json " + name).out()).contains("\"rx_bytes\":");

        host.must("jxl network-detach " + name + " 00:16:3e:77:00:31");
        ask(name, "echo left-$(grep -c eth0 /proc/net/dev)", "left-0");
        host.must("jxl destroy " + name);
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void attachedDisk_staysOverARebootOfTheGuest() {
        guest("pvh", "pvh1");
        host.must("jxl block-attach pvh1 " + DISK + " raw xvdb w");
        String domid = host.must("jxl domid pvh1").text();
        host.must("jxl reboot -w pvh1");
        host.waitForGuest("pvh1");
        assertThat(host.must("jxl domid pvh1").text()).isNotEqualTo(domid);
        ask("pvh1", "echo there-$(grep -c xvdb /proc/partitions)", "there-1");
        host.must("jxl destroy pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void xlAndJxl_detachWhatTheOtherAttached() {
        guest("pvh", "pvh1");
        host.must("jxl block-attach pvh1 " + DISK + " raw xvdb w");
        ask("pvh1", "echo there-$(grep -c xvdb /proc/partitions)", "there-1");
        host.must("xl block-detach pvh1 xvdb");
        assertThat(host.must("losetup -a; jxl block-list pvh1").out()).doesNotContain("extra.raw", "51728");
        host.must("xl block-attach pvh1 " + DISK + " raw xvdb w");
        ask("pvh1", "echo again-$(grep -c xvdb /proc/partitions)", "again-1");
        host.must("jxl block-detach pvh1 xvdb");
        assertThat(host.must("losetup -a; xl block-list pvh1").out()).doesNotContain("extra.raw", "51728");
        host.must("jxl destroy pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void oneFileForTwoWriters_isRefusedAndForTwoReadersNot() {
        guest("pvh", "pvh1");
        guest("pv", "pv1");
        host.must("jxl block-attach pvh1 " + DISK + " raw xvdb r");
        host.must("jxl block-attach pv1 " + DISK + " raw xvdb r");
        XenHost.Answer writer = host.run("jxl block-attach pv1 " + DISK + " raw xvdc w");
        assertThat(writer.status()).isEqualTo(7);
        assertThat(writer.err()).contains(DISK, "in use for reading");
        host.must("jxl destroy pvh1; jxl destroy pv1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void scripts_connectWhatTheyAreNamedForAndAreQuotedWhenTheyFail() {
        host.must("cp /etc/xen/scripts/block /etc/xen/scripts/block-jxl-copy");
        host.write("#!/bin/sh\necho this lun is not there >&2\nexit 3\n", "/etc/xen/scripts/block-jxl-no");
        host.must("chmod 755 /etc/xen/scripts/block-jxl-no");
        guest("pvh", "pvh1");
        host.must("jxl block-attach pvh1 script=block-jxl-copy,vdev=xvdb,access=rw,target=" + DISK);
        ask("pvh1", "echo there-$(grep -c xvdb /proc/partitions)", "there-1");
        host.must("jxl block-detach pvh1 xvdb");
        assertThat(host.must("losetup -a").out()).doesNotContain("extra.raw");

        XenHost.Answer failed = host.run("jxl block-attach pvh1 script=block-jxl-no,vdev=xvdb,access=rw,target=lun7");
        assertThat(failed.status()).isEqualTo(7);
        assertThat(failed.err()).contains("block-jxl-no", "this lun is not there", "exit status 3");
        assertThat(host.must("jxl block-list pvh1").out()).doesNotContain("51728");

        host.must("jxl network-attach pvh1 bridge=xenbr0,script=vif-bridge,ip=10.77.0.31");
        ask("pvh1", "ip link set eth0 up && echo up-$((1+1))", "up-2");
        host.must("jxl network-detach pvh1 0");
        host.must("jxl destroy pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void forcedDetachOfAMountedDisk_leavesNothingInDom0() {
        host.must("mke2fs -q -t ext4 -F " + DISK);
        guest("pvh", "pvh1");
        host.must("jxl block-attach pvh1 " + DISK + " raw xvdb w");
        ask("pvh1", "mount -t ext4 /dev/xvdb /mnt && echo mounted-$((1+1))", "mounted-2");
        host.must("jxl block-detach -f pvh1 xvdb");
        assertThat(host.must("losetup -a").out()).doesNotContain("extra.raw");
        host.must("jxl destroy pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
