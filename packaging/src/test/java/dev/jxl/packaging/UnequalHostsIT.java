package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two Xen hosts, of which the second one's CPUs lack something: what a guest would lose there is told before anything is sent. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
@Tag("long")
class UnequalHostsIT {
    private static final CountingGuest GUEST = new CountingGuest("full1");

    private static JoinedHosts hosts;

    @BeforeAll
    static void joinTheHosts(@TempDir Path folder) throws IOException, InterruptedException {
        hosts = JoinedHosts.join(XenHost.withJxl(), XenHost.peer("lesser-cpu"), folder);
    }

    @AfterEach
    void destroyWhatIsLeft() {
        hosts.clear();
    }

    @AfterAll
    static void partTheHosts() {
        if (hosts != null) {
            hosts.part();
        }
    }

    @Test
    void guestThatWouldLoseFeatures_staysAndIsToldWhich_andOneWithoutThemGoes() {
        hosts.create("");
        GUEST.begin(hosts.first());
        XenHost.Answer refused = hosts.first().run(hosts.migrationTo(hosts.second()));
        System.out.println(refused);
        assertThat(refused.status()).as(refused.toString()).isNotZero();
        assertThat(refused.err())
                .contains("full1")
                .contains("the guest's CPU has ")
                .contains("aes")
                .contains("popcnt")
                .contains("cpuid=\"host,");
        assertThat(hosts.second().run("jxl domid full1").status()).isNotZero();
        GUEST.requireGoesOn(hosts.first(), "stayed");
        hosts.first().must("jxl destroy full1");

        String advice = refused.err().replaceAll("(?s).*(cpuid=\"host,[^\"]*\").*", "$1");
        hosts.create("'" + advice + "'");
        GUEST.begin(hosts.first());
        hosts.first().must(hosts.migrationTo(hosts.second()));
        GUEST.requireGoesOn(hosts.second(), "there");
        hosts.second().must(hosts.migrationTo(hosts.first()));
        GUEST.requireGoesOn(hosts.first(), "back");
        hosts.first().must("jxl shutdown -w full1");
        hosts.requireNothingLeft();
    }
}
