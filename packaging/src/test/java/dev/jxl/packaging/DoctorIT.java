package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was left on a real Xen is named, explained and taken away, beside a guest that runs. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DoctorIT {
    private static final XenHost HOST = XenHost.withJxl();
    private static final String NOBODY = "6b29fc40-ca47-1067-b31d-00dd010662da";

    /** Gives a loop device the name that jxl gives its own: LOOP_GET_STATUS64, LOOP_SET_STATUS64, lo_file_name. */
    private static final String MARK = "perl -e 'open(F, \"+<\", $ARGV[0]) or die; $b = \"\\0\" x 232;"
            + " ioctl(F, 0x4c05, $b) or die; substr($b, 56, 64) = pack(\"a64\", $ARGV[1]);"
            + " ioctl(F, 0x4c04, $b) or die'";

    @AfterEach
    void destroyWhatIsLeft() {
        HOST.run("xl destroy full1 2>/dev/null; pkill -x -f 'sleep 4711'; losetup -a | grep doctor.img | cut -d: -f1"
                + " | xargs -r -n 1 losetup -d; rm -f /root/doctor.img");
    }

    private static void leaveThings() {
        HOST.must("truncate -s 1M /root/doctor.img; loop=$(losetup -f --show /root/doctor.img); " + MARK + " $loop jxl:"
                + NOBODY + ":xvda");
        HOST.must("xenstore-write /local/domain/0/backend/vbd/9999/51712/state 4 /libxl/9998/type pvh /vm/" + NOBODY
                + "/name old");
        HOST.must("touch /var/lib/xen/userdata-d.9999." + NOBODY + ".libxl-json");
        HOST.must("JXL_DEVICE_MODEL='9999 " + NOBODY + "' setsid sleep 4711 </dev/null >/dev/null 2>&1 &");
    }

    @Test
    void leftovers_areNamedAndMendedAndTheRunningGuestIsLeftAlone() {
        List<String> before = HOST.traces();
        HOST.must("jxl create /root/guest/full.cfg");
        List<String> healthy = HOST.traces();
        assertThat(HOST.must("jxl doctor").text()).contains("Nothing is wrong with the host");
        leaveThings();

        XenHost.Answer sick = HOST.run("jxl doctor");
        assertThat(sick.status()).as("%s", sick).isEqualTo(19);
        assertThat(sick.out())
                .contains("loop-without-domain  /dev/loop")
                .contains("backend-without-domain  /local/domain/0/backend/vbd/9999")
                .contains("store-without-domain  /libxl/9998")
                .contains("vm-without-domain  /vm/" + NOBODY)
                .contains("notes-without-domain  /var/lib/xen/userdata-d.9999." + NOBODY)
                .contains("device-model-without-domain  process ")
                .contains("'jxl doctor --fix' mends 6");

        assertThat(HOST.must("jxl doctor --fix").text()).contains("Mended:").contains("Nothing is wrong with the host");
        assertThat(HOST.traces()).isEqualTo(healthy);
        HOST.must("! pgrep -x -f 'sleep 4711'");
        assertThat(HOST.must("jxl doctor -o json").text()).contains("\"healthy\":true");

        HOST.must("jxl destroy full1");
        assertThat(HOST.traces()).isEqualTo(before);
    }

    @Test
    void withoutJxldOrWithoutPermission_thatIsToldAndNothingElseIsWrong() {
        XenHost.Answer alone = HOST.run("jxl --socket=/run/no.sock doctor -o json");
        assertThat(alone.status()).as("%s", alone).isEqualTo(19);
        assertThat(alone.out())
                .contains("\"complete\":false")
                .containsOnlyOnce("\"code\":")
                .contains("\"code\":\"jxld-not-running\"");
        XenHost.Answer nobody = HOST.run("runuser -u nobody -- jxl doctor");
        assertThat(nobody.status()).as("%s", nobody).isEqualTo(19);
        assertThat(nobody.out()).contains("user-not-in-group  user nobody").contains("usermod -aG jxl nobody");
    }
}
