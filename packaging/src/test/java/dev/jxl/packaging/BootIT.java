package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a PV or PVH guest's kernel comes from, when it is not just a file of dom0. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BootIT {
    private final XenHost host = XenHost.withJxl();
    private List<String> before;

    @BeforeEach
    void lookAround() {
        before = host.traces();
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in pygrub1 pvh1; do xl destroy $g; done 2>/dev/null; rm -f /usr/local/bin/find-kernel");
    }

    @Test
    void pygrub_findsTheKernelInThePvhGuestsDisk() {
        pygrubFindsTheKernel("pvh");
    }

    @Test
    @Tag("long")
    void pygrub_findsTheKernelInThePvGuestsDisk() {
        pygrubFindsTheKernel("pv");
    }

    private void pygrubFindsTheKernel(String type) {
        host.must("jxl create /root/guest/pygrub.cfg 'type=\"" + type + "\"'");
        assertThat(host.waitForGuest("pygrub1")).contains("hvmdisk1");
        assertThat(host.must("ls /run/jxl-boot; losetup -a").out()).doesNotContain("jxl-boot.", "bootloader");
        host.must("jxl destroy pygrub1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void bootloaderThatFails_isLockedUpAndQuoted() {
        host.write("""
                #!/bin/bash
                for last in "$@"; do :; done
                echo "I am $(id -un) of $(id -Gn), with $(ip -o link | wc -l) link"
                head -c 1 "$last" >/dev/null && echo "I read it"
                (echo x >"$last") 2>/dev/null && echo "I wrote to it"
                for secret in /root/guest/pv.cfg /var/lib/jxl/jxl.db /run/jxld/jxld.sock; do
                  [ ! -r "$secret" ] || echo "I can read $secret"
                done
                exit 3
                """, "/usr/local/bin/find-kernel");
        host.must("chmod 755 /usr/local/bin/find-kernel");

        XenHost.Answer answer =
                host.run("jxl create /root/guest/pygrub.cfg bootloader=\\\"/usr/local/bin/find-kernel\\\"");

        assertThat(answer.status()).as("%s", answer).isNotZero();
        assertThat(answer.err())
                .contains("/usr/local/bin/find-kernel", "exit status 3")
                .contains("I am jxl-boot of jxl-boot, with 1 link", "I read it")
                .doesNotContain("I wrote to it", "I can read");
        assertThat(host.traces()).isEqualTo(before);
    }

    /** The small Xen needs memory of its own, and shows its guest no UUID. */
    @Test
    @Tag("long")
    void pvGuestInAShim_runs() {
        host.must("jxl create /root/guest/pvh.cfg pvshim=1 memory=384");
        host.must("console-ask jxl pvh1 'echo a-$(cat /sys/hypervisor/guest_type)-guest' a-PV-guest 400");
        host.must("jxl shutdown -w pvh1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void grubForPvh_bootsTheGuestsDisk() {
        host.must("sed '/^bootloader/d' /root/guest/pygrub.cfg >/root/pvgrub.cfg;"
                + " jxl create /root/pvgrub.cfg kernel=\\\"/usr/lib/grub-xen/grub-i386-xen_pvh.bin\\\"");
        assertThat(host.must("guest-wait pygrub1 400").text()).contains("hvmdisk1");
        host.must("jxl destroy pygrub1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
