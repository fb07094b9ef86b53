package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void pvhGuestWithDiskAndNic_movesByJxlToXlAndBack_andStaysWhereNobodyTakesIt() {
        host.must("jxl create /root/guest/full.cfg");
        host.waitForGuest("full1");
        CountingGuest guest = new CountingGuest("full1");
        guest.begin(host);

        XenHost.Answer nobody = host.run("jxl migrate -s '' full1 'head -c 30000000 | xl migrate-receive'");
        assertThat(nobody.status()).as(nobody.toString()).isNotZero();
        assertThat(nobody.err()).contains("full1");
        guest.requireGoesOn(host, "stayed");

        host.must("jxl migrate full1 localhost");
        guest.requireGoesOn(host, "here");
        host.must("jxl migrate -s '' full1 'xl migrate-receive'");
        guest.requireGoesOn(host, "toxl");
        host.must("xl migrate -s '' full1 'jxl migrate-receive'");
        guest.requireGoesOn(host, "back");
        end("full1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"full1 localhost", "-s '' full1 'jxl migrate-receive'"})
    @Tag("long")
    void interruptedMigration_guestStaysAndNothingIsLeft(String where) {
        host.must("jxl create /root/guest/full.cfg");
        host.waitForGuest("full1");
        CountingGuest guest = new CountingGuest("full1");
        guest.begin(host);
        String number = host.must("jxl domid full1").text();

        // Job control, since a shell without it makes background jobs deaf to Ctrl-C.
        XenHost.Answer answer = host.run("set -m; jxl migrate " + where + " & sent=$!; for i in $(seq 300); do"
                + " xl domid full1--incoming >/dev/null 2>&1 && break; sleep 0.1; done; kill -INT $sent; wait $sent");
        assertThat(answer.status()).as("%s", answer).isEqualTo(130);
        assertThat(host.must("jxl operations | grep -m 1 ' migrate '").text()).contains("cancelled");
        assertThat(host.must("jxl domid full1").text()).isEqualTo(number);
        host.must(
                "for i in $(seq 300); do xl domid full1--incoming >/dev/null 2>&1 || exit 0; sleep 0.1; done; xl list; exit 1");
        String pipes = "ls -d /run/jxld/link-* /tmp/jxl-migrate-* 2>/dev/null";
        host.must("for i in $(seq 100); do [ -n \"$(" + pipes + ")\" ] || exit 0; sleep 0.1; done; " + pipes
                + "; exit 1");
        guest.requireGoesOn(host, "stayed");
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
