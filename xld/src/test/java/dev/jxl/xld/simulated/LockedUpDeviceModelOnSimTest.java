package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a device model that {@code dm_restrict} locks up is still good for: it opens no file, but takes open ones. */
@Timeout(120)
class LockedUpDeviceModelOnSimTest extends OneSimulatedHost {
    private static final String DRIVE = "ide-5632";

    private DomainId domain;

    @BeforeEach
    void create() {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", "hvm", """
                disk = [ "format=raw,vdev=hdc,access=ro,devtype=cdrom,target=/sim/cd1.iso" ]
                dm_restrict = 1
                """));
        assertThat(made.failure()).isEmpty();
        domain = new DomainId(daemon.find("g").orElseThrow().domid());
    }

    private OperationView change(Optional<Path> medium) {
        return daemon.act("g", new DomainAction.ChangeCd("hdc", medium));
    }

    @Test
    void fileOfDom0_isNotOpenedByItsName() {
        Map<String, String> named = Map.of("id", DRIVE, "filename", "/sim/cd2.iso", "format", "raw");
        assertThatThrownBy(() -> daemon.host().deviceModel().ask(domain, "blockdev-change-medium", named))
                .hasMessageContaining("Could not open '/sim/cd2.iso'");
    }

    @Test
    void medium_isHandedOverOpen_andTakenOutAgain() {
        assertThat(change(Optional.of(Path.of("/sim/cd2.iso"))).failure()).isEmpty();
        assertThat(daemon.world().qemus().mediumIn(domain, DRIVE)).contains("/sim/cd2.iso");
        assertThat(daemon.world().leftovers().toString()).doesNotContain("fdset");
        assertThat(daemon.toolstack().configOf("g").libxlJson()).contains("/sim/cd2.iso");

        assertThat(change(Optional.empty()).failure()).isEmpty();
        assertThat(daemon.world().qemus().mediumIn(domain, DRIVE)).isEmpty();
    }

    @Test
    void mediumThatCannotBeRead_isRefusedBeforeTheOldOneIsEjected(@TempDir Path folder) throws Exception {
        assertThat(change(Optional.of(Path.of("/sim/cd2.iso"))).failure()).isEmpty();
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        OperationView refused = change(Optional.of(loop));

        assertThat(refused.status()).isEqualTo(Status.FAILED);
        assertThat(refused.failure().orElseThrow().message()).contains("'" + loop + "'");
        assertThat(daemon.world().qemus().mediumIn(domain, DRIVE)).contains("/sim/cd2.iso");
    }
}
