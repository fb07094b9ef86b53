package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * HVM guests on real Xen: booted by firmware from a disk, and what is told when QEMU cannot do what is asked.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class HvmIT {
    /** Directly booted, with all that an HVM guest has: PV disk and nic, a CD drive, a screen with a password, a serial port. */
    private static final String DIRECT = """
            disk = ["format=raw,vdev=xvda,access=rw,target=/root/guest/disk.raw",
                    "format=raw,vdev=hdc,access=ro,devtype=cdrom,target=/root/guest/cd1.iso"]
            vif = ["mac=00:16:3e:77:00:23,bridge=xenbr0"]
            vga = "stdvga"
            vnc = 1
            vnclisten = "127.0.0.1"
            extra = "console=hvc0 quiet nokaslr cryptomgr.notests initcall_blacklist=jent_mod_init guestname=hvm1 \
            guestip=10.77.0.23/24 guestping=10.77.0.1"
            """;

    private final XenHost host = XenHost.withJxl();
    private List<String> before;

    @BeforeEach
    void lookAround() {
        before = host.traces();
        host.write(DIRECT, "/tmp/more.cfg");
        host.must("grep -vE '^(extra|vga)' /root/guest/hvm.cfg | cat - /tmp/more.cfg >/root/hvm-full.cfg");
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in hvm1 hvmdisk1; do xl destroy $g; done 2>/dev/null");
    }

    private void awaitGone(String guest) {
        host.must("for i in $(seq 200); do xl domid " + guest + " >/dev/null 2>&1 || exit 0; sleep 0.2; done; exit 1");
    }

    /** Debian's QEMU for Xen cannot ask for passwords; it says so when it has told already that it is ready. */
    @Test
    void deviceModelThatCannotDoWhatIsAsked_isToldInItsOwnWordsAndNothingIsLeft() {
        XenHost.Answer answer = host.run("jxl create /root/hvm-full.cfg vncpasswd=\\\"secret\\\"");
        assertThat(answer.status()).as("%s", answer).isNotZero();
        assertThat(answer.err()).contains("starting the device model of 'hvm1'").contains("DES");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void guestBootedByABiosFromItsDisk_runsAndEndsByItsPowerButton() {
        host.must("jxl create /root/guest/hvmdisk.cfg");
        assertThat(host.must("guest-wait hvmdisk1 900").text())
                .contains("disk=ok")
                .contains("ping=ok");
        host.must("jxl trigger hvmdisk1 power");
        awaitGone("hvmdisk1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
