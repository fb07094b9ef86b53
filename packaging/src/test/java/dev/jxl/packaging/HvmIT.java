package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * HVM guests on real Xen: booted directly and by firmware, their machine used while they run, their device model killed. Each test
 * does much with one guest, because a guest's boot takes most of the time.
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

    /**
     * In the guest: the label of the CD as its emulated drive reads it. A console's shell has no jobs, so no pipes. It speaks when the drive
     * is closed again: as long as it is open, the guest keeps its tray locked, and xl does not eject.
     */
    private static final String READ_CD = "found=$(grep -ao \"this is CD .\" /dev/sr0); echo $found";

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
        host.run("for g in hvm1 hvmdisk1 hvmefi1 pvh1; do xl destroy $g; done 2>/dev/null");
    }

    private void ask(String guest, String line, String expected) {
        host.must("console-ask jxl " + guest + " '" + line + "' '" + expected + "' 120");
    }

    private void awaitGone(String guest) {
        host.must("for i in $(seq 200); do xl domid " + guest + " >/dev/null 2>&1 || exit 0; sleep 0.2; done; exit 1");
    }

    @Test
    void directlyBootedGuest_itsMachineIsUsedWhileItRuns() {
        XenHost.Answer made = host.must("jxl create -V /root/hvm-full.cfg");
        assertThat(made.out()).contains("created domain 'hvm1'").containsPattern("127\\.0\\.0\\.1:59\\d\\d");
        String mark = host.waitForGuest("hvm1");
        assertThat(mark).contains("disk=ok").contains("ping=ok");

        screenAnswers();
        cdIsChanged();
        consolesAndMonitorAnswer();
        usbControllersComeAndGo();
        triggersReachTheGuest();
        resetMakesItAgain();
        assertThat(host.traces()).isEqualTo(before);
    }

    /** RFB 3.8: the server names its version; asked for 3.8, it lists one kind of security, 1: none. */
    private void screenAnswers() {
        String port = host.must("jxl vncviewer hvm1 2>/dev/null").text().replaceAll(".*:", "");
        String dump = host.must("{ sleep 1; printf 'RFB 003.008\\n'; sleep 2; } | socat -t 3 - TCP:127.0.0.1:" + port
                        + " | od -An -c | tr -d ' \\n'")
                .text();
        assertThat(dump).startsWith("RFB003.008\\n").endsWith("001001");
    }

    private void cdIsChanged() {
        ask("hvm1", READ_CD, "this is CD 1");
        host.must("jxl cd-insert hvm1 hdc /root/guest/cd2.iso");
        ask("hvm1", READ_CD, "this is CD 2");
        String id = host.must("jxl domid hvm1").text();
        String params = "xenstore-read /libxl/" + id + "/device/vbd/5632/params";
        assertThat(host.must(params).text()).isEqualTo("aio:/root/guest/cd2.iso");
        host.must("jxl cd-eject hvm1 hdc");
        assertThat(host.must(params).text()).isEmpty();
        ask("hvm1", "dd if=/dev/sr0 of=/dev/null count=1 2>/dev/null || echo no-$((6*7))-medium", "no-42-medium");

        host.must("xl cd-insert hvm1 hdc /root/guest/cd1.iso");
        ask("hvm1", READ_CD, "this is CD 1");
        host.must("curl -sf --unix-socket /run/jxld/jxld.sock -X POST"
                + " 'http://localhost/v1/domains/hvm1/actions/cd-insert?drive=hdc&file=/root/guest/cd2.iso&wait=60'");
        ask("hvm1", READ_CD, "this is CD 2");
        host.must("xl cd-eject hvm1 hdc");

        assertThat(host.run("jxl cd-insert hvm1 hda /root/guest/cd2.iso").err()).contains("it has hdc");
        assertThat(host.run("jxl cd-insert hvm1 hdc /root/guest/none.iso").err())
                .contains("none.iso");
    }

    private void consolesAndMonitorAnswer() {
        host.must("console-ask 'jxl' '-t pv hvm1' 'echo pv-$((6*7))' pv-42");
        host.must("console-ask 'jxl' '-t serial hvm1' 'echo serial-$((6*7))' serial-42");
        assertThat(host.must("jxl qemu-monitor-command hvm1 info block").out()).contains("ide-5632");
        assertThat(host.must("jxl qemu-monitor-command hvm1 'info status'").text())
                .isEqualTo(
                        host.must("xl qemu-monitor-command hvm1 'info status'").text());
        assertThat(host.run("jxl qemu-monitor-command hvm1 nonsense").out()).contains("unknown command");
    }

    private void usbControllersComeAndGo() {
        host.must("jxl usbctrl-attach hvm1 version=3 ports=4");
        String list = host.must("xl usb-list hvm1").out();
        assertThat(list).contains("devicemodel  0   0     3       4").contains("Port 4:");
        assertThat(host.must("jxl usb-list hvm1").out()).isEqualTo(list);
        assertThat(host.must("jxl qemu-monitor-command hvm1 'info qtree'").out())
                .contains("nec-usb-xhci, id \"xenusb-0\"");
        ask("hvm1", "cat /sys/bus/pci/devices/*/class", "0x0c0330");
        assertThat(host.run("jxl usbdev-attach hvm1 hostbus=99 hostaddr=99").err())
                .contains("no USB device 99:99");
        host.must("jxl usbctrl-detach hvm1 0");
        assertThat(host.must("xl usb-list hvm1").out()).isEmpty();
    }

    private void triggersReachTheGuest() {
        host.must("jxl trigger hvm1 nmi");
        ask("hvm1", "awk \"/NMI/ {print \\\"nmis-\\\" \\$2}\" /proc/interrupts", "nmis-1");
        assertThat(host.run("jxl trigger hvm1 init").err()).contains("Xen on x86");
        assertThat(host.run("jxl trigger hvm1 nmi 1").err()).contains("has no vCPU 1");
        assertThat(host.run("jxl trigger hvm1 s3resume").err()).contains("system_wakeup");
        host.must("jxl button-press hvm1 sleep");
        ask("hvm1", "echo alive-$((6*7))", "alive-42");
    }

    private void resetMakesItAgain() {
        String id = host.must("jxl domid hvm1").text();
        host.must("jxl trigger hvm1 reset");
        host.must("for i in $(seq 300); do n=$(xl domid hvm1 2>/dev/null); [ -n \"$n\" ] && [ \"$n\" != " + id
                + " ] && exit 0; sleep 0.3; done; exit 1");
        // The restart is still under way: a destroy overrules it.
        host.must("jxl destroy hvm1");
    }

    /** QEMU runs as a user of its own in an empty root: jxld opens for it what it is to read and write. */
    @Test
    void lockedUpDeviceModel_isHandedItsMedia() {
        host.must("useradd -r -u 131072 -M -s /usr/sbin/nologin xen-qemuuser-range-base");
        try {
            // QEMU 10 that is locked up ends when it is to serve a PV keyboard ("Duplicate device ID 'xen-vkbd-0'"),
            // xl's too.
            host.must("jxl create /root/hvm-full.cfg dm_restrict=1 vkb_device=0");
            assertThat(host.waitForGuest("hvm1")).contains("disk=ok").contains("ping=ok");
            runsAsItsOwnUser();
            mediaAreHandedOver();
            // Its QEMU could not open the disk for writing when it is to go on (seen here: "Permission denied").
            assertThat(host.run("jxl save hvm1 /root/hvm1.save").err()).contains("dm_restrict");
            host.must("jxl cd-insert hvm1 hdc /root/guest/cd1.iso");
            ask("hvm1", READ_CD, "this is CD 1");
            host.must("jxl shutdown -w hvm1");
            assertThat(host.traces()).isEqualTo(before);
        } finally {
            host.run("xl destroy hvm1; userdel xen-qemuuser-range-base; rm -f /root/hvm1.save");
        }
    }

    private void runsAsItsOwnUser() {
        String id = host.must("jxl domid hvm1").text();
        assertThat(host.must("awk '/^Uid/ {print $3}' /proc/$(xenstore-read /local/domain/" + id
                                + "/image/device-model-pid)/status")
                        .text())
                .isEqualTo(String.valueOf(131072 + Integer.parseInt(id)));
    }

    private void mediaAreHandedOver() {
        ask("hvm1", READ_CD, "this is CD 1");
        host.must("jxl cd-insert hvm1 hdc /root/guest/cd2.iso");
        ask("hvm1", READ_CD, "this is CD 2");
        host.must("jxl cd-eject hvm1 hdc");
        ask("hvm1", "dd if=/dev/sr0 of=/dev/null count=1 2>/dev/null || echo no-$((6*7))-medium", "no-42-medium");

        host.must("losetup -r /dev/loop63 /root/guest/cd1.iso && jxl cd-insert hvm1 hdc /dev/loop63");
        ask("hvm1", READ_CD, "this is CD 1");
        host.must("xl cd-insert hvm1 hdc /root/guest/cd2.iso && losetup -d /dev/loop63");
        ask("hvm1", READ_CD, "this is CD 2");
        host.must("jxl cd-insert hvm1 hdc /root/guest/cd2.iso");
        assertThat(host.must("jxl qemu-monitor-command hvm1 info block").out()).contains("/dev/fdset/");
    }

    /** Nothing in it listens to xenstore: its kernel takes Xen for a plain machine. */
    @Test
    @Tag("long")
    void guestWithoutPvDrivers_endsByItsPowerButton() {
        host.must("grep -v '^extra' /root/guest/hvm.cfg >/root/hvm-plain.cfg && echo 'extra = \"quiet nokaslr"
                + " cryptomgr.notests initcall_blacklist=jent_mod_init nopv guestname=hvm1\"' >>/root/hvm-plain.cfg");
        host.must("jxl create /root/hvm-plain.cfg");
        host.must(
                "console-ask 'jxl' '-t serial hvm1' 'test -e /sys/hypervisor/uuid || echo plain-$((6*7))' plain-42 900");

        assertThat(host.run("jxl shutdown hvm1").err())
                .contains("has no PV drivers")
                .contains("-F");
        host.must("jxl shutdown -F -w hvm1");
        assertThat(host.run("jxl domid hvm1").status()).isNotZero();
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void deviceModelKilled_isNoticedWithinASecondToldAndFollowedByThePolicy() {
        host.must("jxl create -p /root/hvm-full.cfg on_device_model_crash=\\\"preserve\\\"");
        String lateness = killDeviceModel();
        assertThat(Double.parseDouble(lateness)).as("seconds until the event").isLessThan(1.0);
        assertThat(host.must("jxl list hvm1").out()).contains("hvm1");
        host.must("jxl destroy hvm1");

        host.must("jxl create -p /root/hvm-full.cfg on_device_model_crash=\\\"destroy\\\"");
        host.must("kill -9 $(xenstore-read /local/domain/$(jxl domid hvm1)/image/device-model-pid)");
        awaitGone("hvm1");
        assertThat(host.traces()).isEqualTo(before);
    }

    /** Kills QEMU and gives the seconds until the event about it, as the two clocks of dom0 and jxld, which are one, tell. */
    private String killDeviceModel() {
        return host.must("curl -sN --max-time 20 --unix-socket /run/jxld/jxld.sock"
                        + " http://localhost/v1/events >/tmp/events & sleep 1; "
                        + "pid=$(xenstore-read /local/domain/$(jxl domid hvm1)/image/device-model-pid); "
                        + "echo last words of hvm1 >>/var/log/xen/qemu-dm-hvm1.log; "
                        + "killed=$(date +%s.%N); kill -9 $pid; "
                        + "for i in $(seq 100); do grep -q device-model-ended /tmp/events && break; sleep 0.1; done; "
                        + "grep -q 'last words of hvm1' /tmp/events || { cat /tmp/events >&2; exit 1; }; "
                        + "at=$(grep device-model-ended /tmp/events | tail -1 | sed -E 's/.*\"at\":\"([^\"]*)\".*/\\1/'); "
                        + "echo \"$(date -d \"$at\" +%s.%N) - $killed\" | awk '{print $1 - $3}'; kill %1")
                .text();
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
    @Tag("long")
    void daemonRestartedAndKilled_guestsLiveOnAndAreStillLookedAfter() {
        host.must("jxl create /root/hvm-full.cfg on_reboot=\\\"restart\\\"");
        host.must("jxl create /root/guest/pvh.cfg on_poweroff=\\\"preserve\\\"");
        host.waitForGuest("hvm1");
        host.waitForGuest("pvh1");
        String id = host.must("jxl domid hvm1").text();

        host.must("systemctl restart jxld");
        host.awaitDaemon();
        ask("hvm1", "echo after-restart-$((6*7))", "after-restart-42");
        host.killDaemon();
        ask("hvm1", "echo after-kill-$((6*7))", "after-kill-42");
        ask("pvh1", "echo after-kill-$((6*7))", "after-kill-42");

        ask("pvh1", "/sbin/poweroff", "Power down");
        host.must("for i in $(seq 200); do jxl list pvh1 | grep -q -- '---s--' && exit 0; sleep 0.3; done; exit 1");
        host.must("jxl destroy pvh1");
        host.must("jxl reboot -w hvm1");
        String next = host.must("jxl domid hvm1").text();
        assertThat(next).isNotEqualTo(id);
        host.must("kill -9 $(xenstore-read /local/domain/" + next + "/image/device-model-pid)");
        awaitGone("hvm1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void guestBootedByABiosFromItsDisk_runsAndEndsByItsPowerButton() {
        host.must("jxl create /root/guest/hvmdisk.cfg");
        assertThat(host.must("guest-wait hvmdisk1 900").text())
                .contains("disk=ok")
                .contains("ping=ok");
        host.must("jxl trigger hvmdisk1 power");
        awaitGone("hvmdisk1");
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    @Tag("long")
    void guestBootedByOvmfFromItsDisk_runsAndEndsByItsPowerButton() {
        host.must("jxl create /root/guest/hvmefi.cfg");
        assertThat(host.must("guest-wait hvmefi1 900").text())
                .contains("disk=ok")
                .contains("ping=ok");
        ask("hvmefi1", "echo efi-$(cat /sys/firmware/efi/fw_platform_size)", "efi-64");
        host.must("jxl trigger hvmefi1 power");
        awaitGone("hvmefi1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
