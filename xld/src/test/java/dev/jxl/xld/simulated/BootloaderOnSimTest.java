package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests whose kernel is inside of their disk. */
@Timeout(120)
class BootloaderOnSimTest extends OneSimulatedHost {
    private static String configuration(String type, String program, String disk) {
        return """
                name = "g"
                type = "%s"
                memory = 64
                bootloader = "%s"
                bootloader_args = ["--entry=1"]
                disk = [ %s ]
                """.formatted(type, program, disk);
    }

    private static String raw(String file) {
        return "\"format=raw,vdev=xvda,access=ro,target=" + file + "\"";
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void guest_isBuiltFromWhatTheBootloaderFound_alsoTheNextTime(String type) {
        OperationView made = daemon.create(configuration(type, "pygrub", raw("/sim/disk.img")));
        assertThat(made.failure()).isEmpty();
        DomainView first = daemon.find("g").orElseThrow();
        awaitConsole(first);
        assertThat(daemon.world().leftovers().userdata()).noneMatch(name -> name.contains("kernel found"));

        assertThat(daemon.act("g", new DomainAction.Reboot(false, true)).failure())
                .isEmpty();
        awaitConsole(daemon.find("g").orElseThrow());
        daemon.act("g", new DomainAction.Destroy());
        daemon.requireLeft(empty, "afterwards");
    }

    private void awaitConsole(DomainView domain) {
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().consoleText(new DomainId(domain.domid())))
                        .contains("found-by=pygrub --entry=1", "GUEST-READY"));
    }

    @Test
    void bootloaderThatFindsNothing_saysWhyAndLeavesNothing() {
        OperationView made = daemon.create(configuration("pvh", "pygrub", raw("/sim/empty.img")));
        assertThat(made.failure().orElseThrow().code()).isEqualTo("build-failed");
        assertThat(made.failure().orElseThrow().message()).contains("'pygrub'", "no kernel in there");
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void bootloaderThatIsNotThere_isTold() {
        OperationView made = daemon.create(configuration("pvh", "missing", raw("/sim/disk.img")));
        assertThat(made.failure().orElseThrow().code()).isEqualTo("host-unsupported");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"format=qcow2,vdev=xvda,access=rw,target=/sim/disk.img\""})
    void diskThatABootloaderCannotRead_isRefusedBeforeAnythingIsMade(String disk) {
        assertThatThrownBy(() -> daemon.create(configuration("pvh", "pygrub", disk)))
                .hasMessageContaining("bootloader");
    }
}
