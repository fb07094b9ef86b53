package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What QEMU serves to guests that are not HVM: one PV and one PVH guest with all of it, used from inside and from dom0. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OtherDevicesIT {
    private static final XenHost HOST = XenHost.withJxl();

    private List<String> before;

    @BeforeEach
    void lookAround() {
        HOST.must("mkdir -p /root/share; echo shared-$((1+1)) >/root/share/file;"
                + " qemu-img create -q -f qcow2 /root/guest/od.qcow2 16M");
        before = HOST.traces();
    }

    @AfterEach
    void destroyWhatIsLeft() {
        HOST.run("xl destroy od1 2>/dev/null; rm -rf /root/share /root/guest/od.qcow2 /root/guest/od.cfg");
    }

    private static void ask(String line, String expected) {
        HOST.must("console-ask jxl od1 '" + line + "' " + expected + " 120");
    }

    /** The framebuffer has brought number 0. */
    private void keyboardComesAndGoes() {
        HOST.must("jxl vkb-attach od1 backend-type=qemu width=800 height=600");
        String keyboards = HOST.must("xl vkb-list od1").out();
        assertThat(keyboards).contains("/backend/vkbd/").hasLineCount(3);
        assertThat(HOST.must("jxl vkb-list od1").out()).isEqualTo(keyboards);
        HOST.must("jxl vkb-detach -f od1 1");
        assertThat(HOST.must("xl vkb-list od1").out()).hasLineCount(2);
    }

    @Test
    void everyDeviceOfQemuInAPvGuest_worksAndLeavesNothing() {
        everyDeviceOfQemuWorks("pv");
    }

    @Test
    @Tag("long")
    void everyDeviceOfQemuInAPvhGuest_worksAndLeavesNothing() {
        everyDeviceOfQemuWorks("pvh");
    }

    private void everyDeviceOfQemuWorks(String type) {
        HOST.write("""
                name = "od1"
                type = "%s"
                memory = 192
                tsc_mode = "native"
                kernel = "/root/guest/vmlinuz"
                ramdisk = "/root/guest/initrd-full"
                extra = "console=hvc0 quiet nokaslr cryptomgr.notests initcall_blacklist=jent_mod_init guestname=od1"
                vfb = ["vnc=1,vnclisten=127.0.0.1"]
                channel = ["connection=pty,name=org.jxl.one", "connection=socket,name=org.jxl.two,path=/run/od1.sock"]
                p9 = ["tag=share,path=/root/share,security_model=none"]
                disk = ["format=qcow2,vdev=xvdb,access=rw,target=/root/guest/od.qcow2"]
                """.formatted(type), "/root/guest/od.cfg");
        HOST.must("jxl create /root/guest/od.cfg");
        HOST.waitForGuest("od1");
        String domid = HOST.must("xl domid od1").text();
        String home = "/local/domain/" + domid;

        ask("mount -t 9p -o trans=xen,version=9p2000.L share /mnt; cat /mnt/file", "shared-2");
        ask("echo disk-$(grep -c xvdb /proc/partitions)", "disk-1");
        HOST.must("[ -c $(xenstore-read " + home + "/device/console/1/tty) ]");
        HOST.must("port=$(xenstore-read " + home + "/console/vnc-port);"
                + " timeout 20 socat -T 5 - TCP:127.0.0.1:$port </dev/null | head -c 3 | grep RFB");
        for (String backend : List.of("9pfs")) {
            assertThat(HOST.must("xenstore-read /local/domain/0/backend/" + backend + "/" + domid + "/0/state")
                            .text())
                    .as(backend)
                    .isEqualTo("4");
        }
        for (String list : List.of("channel-list", "vkb-list")) {
            assertThat(HOST.must("jxl " + list + " od1").out())
                    .as(list)
                    .isEqualTo(HOST.must("xl " + list + " od1").out());
        }
        keyboardComesAndGoes();
        HOST.must("jxl destroy od1");
        assertThat(HOST.traces()).isEqualTo(before);
    }
}
