package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that move on real Xen, to the host where they are: what is in their memory goes on, with their disks and cards. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MigrationIT extends GuestsOnXen {
    @AfterEach
    void destroyWhatIsLeft() {
        host.run(
                "for g in full1 pv1 hvm1; do for n in $g $g--incoming $g--migratedaway; do xl destroy $n; done; done 2>/dev/null");
    }

    private void start(String config, String guest) {
        host.must("jxl create /root/guest/" + config + ".cfg");
        host.waitForGuest(guest);
        ask(guest, "kept=$((40+2)); echo set-$((1+1))", "set-2");
    }

    private void end(String guest) {
        host.must("jxl shutdown -w " + guest);
        assertThat(host.traces()).isEqualTo(before);
    }

    /** It counts, and writes its count to its disk: the disk has the count, or that before it, and both grow. */
    private void requireWork(String step) {
        ask("full1", "echo " + step + "-$kept", step + "-42");
        ask("full1", "ping -c 1 10.77.0.1 >/dev/null && echo ping-" + step + "-$((1+1))", "ping-" + step + "-2");
        ask(
                "full1",
                "a=$(cat /n); b=$(dd if=/dev/xvda bs=512 count=1 iflag=direct 2>/dev/null); while [ $(cat /n) = $a ]; do :; done;"
                        + " [ $((b-a)) -ge -1 ] && echo disk-" + step + "-$((1+1))",
                "disk-" + step + "-2");
    }

    @Test
    void pvhGuestWithDiskAndNic_movesByJxlToXlAndBack_andStaysWhereNobodyTakesIt() {
        start("full", "full1");
        host.must("console-ask jxl full1 'i=0; while :; do i=$((i+1)); printf %-512s $i >/s;"
                + " dd if=/s of=/dev/xvda bs=512 count=1 oflag=direct 2>/dev/null; echo $i >/m; mv /m /n; sleep 0.2; done &"
                + " echo counting-$((1+1))' counting-2 60");

        XenHost.Answer nobody = host.run("jxl migrate -s '' full1 'head -c 30000000 | xl migrate-receive'");
        assertThat(nobody.status()).as(nobody.toString()).isNotZero();
        assertThat(nobody.err()).contains("full1");
        requireWork("stayed");

        host.must("jxl migrate full1 localhost");
        requireWork("here");
        host.must("jxl migrate -s '' full1 'xl migrate-receive'");
        requireWork("toxl");
        host.must("xl migrate -s '' full1 'jxl migrate-receive'");
        requireWork("back");
        end("full1");
    }

    @Test
    @Tag("long")
    void hvmGuest_movesWithItsDeviceModel() {
        start("hvm", "hvm1");
        host.must("jxl migrate hvm1 localhost");
        ask("hvm1", "echo on-$kept", "on-42");
        end("hvm1");
    }

    @Test
    @Tag("long")
    void pvGuest_isSuspendedFirstWhereXenCannotDoBetter() {
        start("pv", "pv1");
        XenHost.Answer live = host.run("jxl migrate pv1 localhost");
        assertThat(live.status()).as(live.toString()).isNotZero();
        assertThat(live.err()).contains("--offline");
        host.must("jxl migrate --offline pv1 localhost");
        ask("pv1", "echo on-$kept", "on-42");
        end("pv1");
    }
}
