package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Linux in an HVM guest on real Xen goes on with another kernel by kexec, which asks Xen for a soft reset. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SoftResetIT extends GuestsOnXen {
    private static final String QUICK =
            "console=hvc0 quiet nokaslr cryptomgr.notests initcall_blacklist=jent_mod_init guestip=10.77.0.24/24 guestping=10.77.0.1";

    private static final String LOG = "/var/log/xen/console/guest-hvm1.log";

    /** Its second disk has what it goes on with. */
    private static final String MORE = """
            memory = 384
            disk = ["format=raw,vdev=xvda,access=rw,target=/root/guest/disk.raw",
                    "format=raw,vdev=xvde,access=ro,target=/root/kexec.raw"]
            vif = ["mac=00:16:3e:77:00:24,bridge=xenbr0"]
            """;

    @BeforeEach
    void makeDisk(@TempDir Path folder) throws IOException, InterruptedException {
        host.must("rm -rf /root/kexec; mkdir /root/kexec; cp /root/guest/vmlinuz /root/guest/initrd-full /root/kexec");
        host.put(XenHost.make(folder, "kexec").resolve("kexec-into"), "/root/kexec/kexec-into");
        host.write(QUICK + " guestname=second1\n", "/root/kexec/arguments");
        host.must("chmod 755 /root/kexec/kexec-into");
        host.must("tar -C /root/kexec -cf /root/kexec.raw . && truncate -s %1M /root/kexec.raw");
        host.write(MORE + "extra = \"" + QUICK + " guestname=first1\"\n", "/tmp/more.cfg");
        host.must("grep -vE '^(extra|memory)' /root/guest/hvm.cfg | cat - /tmp/more.cfg >/root/kexec.cfg");
    }

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("xl destroy hvm1 2>/dev/null; rm -rf /root/kexec /root/kexec.raw");
    }

    @Test
    void kexecInAnHvmGuest_goesOnUnderItsNumberWithItsDisksAndItsNic() {
        host.must("jxl create /root/kexec.cfg");
        assertThat(host.waitForGuest("hvm1")).contains(" first1 ", "disk=ok", "ping=ok");
        String number = host.must("jxl domid hvm1").text();
        String uuid = host.must("xl vm-list | awk '$3 == \"hvm1\" {print $1}'").text();
        String terminal = host.must("xenstore-read /local/domain/" + number + "/console/tty")
                .text();

        ask(
                "hvm1",
                "mkdir -p /k; tar -C /k -xf /dev/xvde; (sleep 3; /k/kexec-into /k/vmlinuz /k/initrd-full"
                        + " \"$(cat /k/arguments)\" >/dev/hvc0 2>&1) & echo asked-$((1+1))",
                "asked-2");
        String second = host.must("for i in $(seq 400); do grep -a \"GUEST-READY .* second1 uuid=" + uuid + " \" " + LOG
                        + " && exit 0; sleep 1; done; jxl operations; tail -n 20 " + LOG + "; exit 1")
                .text();
        assertThat(second).contains("disk=ok", "ping=ok");

        assertThat(host.must("jxl domid hvm1").text()).isEqualTo(number);
        assertThat(host.must("jxl list hvm1").out()).contains("hvm1").contains(" " + number + " ");
        assertThat(host.must("xenstore-read /local/domain/" + number + "/console/tty")
                        .text())
                .isEqualTo(terminal);
        String newest = host.must("jxl operations | grep -m 1 hvm1").text();
        assertThat(newest).contains("soft-reset", "succeeded");
        ask("hvm1", "ping -c 1 10.77.0.1 >/dev/null && echo ping-$((1+1))", "ping-2");
        ask("hvm1", "dd if=/dev/xvde of=/dev/null bs=4096 count=100 iflag=direct && echo read-$((1+1))", "read-2");

        host.must("jxl destroy hvm1");
        assertThat(host.traces()).isEqualTo(before);
        assertThat(host.run("ls /var/lib/xen/qemu-*").out()).isEmpty();
    }
}
