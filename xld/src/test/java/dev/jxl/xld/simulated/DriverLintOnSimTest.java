package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.SpecProblem;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.OperationView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code jxl driver lint} tells of driver domains and of what they serve. */
@Timeout(120)
class DriverLintOnSimTest extends PciCards {
    private OperationView driver(String more) {
        OperationView made = daemon.create(OneDriverDomain.driver("jxl", more));
        assertThat(made.failure()).isEmpty();
        daemon.awaitReady("driver");
        return made;
    }

    private Diagnosis lint() {
        return daemon.toolstack().drivers().lint("driver");
    }

    private List<String> found() {
        return lint().findings().stream().map(f -> f.code() + " " + f.object()).toList();
    }

    @Test
    void aCardOfItsOwn_isNothingToTell() {
        keep(CARD, Optional.empty());
        assertThat(driver("pci = [ \"" + CARD + "\" ]").warnings()).isEmpty();
        assertThat(lint().findings()).isEmpty();
        assertThat(lint().healthy()).isTrue();
    }

    @Test
    void whatTheConfigurationWeakens_isToldAndSaidAtCreate() {
        keep(CARD, Optional.empty());
        OperationView made = driver("pci = [ \"" + CARD + ",permissive=1,rdm_policy=relaxed\" ]");
        String card = "driver domain 'driver', PCI device " + CARD;
        assertThat(found()).containsExactly("permissive " + card, "rdm-relaxed " + card);
        assertThat(lint().healthy()).isFalse();
        assertThat(made.warnings()).extracting(SpecProblem::message).anyMatch(m -> m.startsWith("permissive: " + card));
    }

    @Test
    void anHvmOne_needsAQemuInDom0() {
        assertThat(daemon.create(OneDriverDomain.driver("jxl", "").replace("\"pv\"", "\"hvm\"") + "\nnestedhvm = 1")
                        .failure())
                .isEmpty();
        assertThat(found())
                .containsExactly("nested-virtualisation driver domain 'driver'", "device-model driver domain 'driver'");
    }

    @Test
    void portsOfTheHost_areTold() {
        OperationView made = driver("ioports = [ \"2f8-2ff\" ]");
        assertThat(found()).containsExactly("host-io driver domain 'driver'");
        assertThat(lint().findings().getFirst().meaning()).contains("I/O ports 2f8-2ff");
        assertThat(made.warnings()).extracting(SpecProblem::message).anyMatch(m -> m.startsWith("host-io: "));
    }

    @Test
    void devicesThatTheIommuCannotTellApart_areTold() {
        keep("03:00.0", Optional.empty());
        daemon.world().pci().setBehindOneBridge(Set.of("0000:03:00.0", CARD));
        driver("pci = [ \"03:00.0\" ]");
        String card = "driver domain 'driver', PCI device 0000:03:00.0";
        assertThat(found()).containsExactly("iommu-group-split " + card, "functions-split " + card);
        assertThat(lint().findings().getFirst().meaning()).contains(CARD).doesNotContain("03:00.1");
    }

    @Test
    void withoutAnIommu_itsCardsAreAnError() {
        keep(CARD, Optional.empty());
        driver("pci = [ \"" + CARD + "\" ]");
        daemon.world().pci().setIommu(false);
        assertThat(lint().findings().getFirst().severity()).isEqualTo(Finding.Severity.ERROR);
        assertThat(found()).containsExactly("no-iommu driver domain 'driver'");
    }

    @Test
    void clients_areToldApartByWhomTheyTrust() {
        driver("");
        String client = OneDriverDomain.client("").replace("target=", "untrusted, target=");
        assertThat(daemon.create(client).failure()).isEmpty();
        daemon.awaitReady("client");
        int d = daemon.find("client").orElseThrow().domid();
        assertThat(found())
                .containsExactly(
                        "trusts-backend 'client' (" + d + "), nic 0", "bounce-buffers-unknown 'client' (" + d + ")");
    }

    @Test
    void aDiskThatDom0Uses_isAnError() {
        driver("");
        int n = daemon.find("driver").orElseThrow().domid();
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            for (String disk : List.of("51712", "51728")) {
                dom0.write("/libxl/0/device/vbd/" + disk + "/backend", "/local/domain/" + n + "/backend/vbd/0/" + disk);
                dom0.write("/local/domain/0/device/vbd/" + disk + "/trusted", "0");
            }
        }
        daemon.world().mountInDom0(51728);
        assertThat(found()).first().asString().startsWith("dom0-depends ").endsWith(", disk 51728");
        assertThat(lint().findings())
                .filteredOn(f -> f.code().equals("dom0-depends"))
                .hasSize(1);
    }

    @Test
    void codes_areExplained() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/jxl/xld/engine/driver/DriverLint.java"));
        String document = Files.readString(Path.of("../docs/driver-domains.md"));
        List<String> codes = Pattern.compile("finding\\(\\s*\"([a-z0-9-]+)\"")
                .matcher(source)
                .results()
                .map(m -> m.group(1))
                .toList();
        assertThat(codes)
                .hasSizeGreaterThan(8)
                .allSatisfy(code -> assertThat(document).contains("| `" + code + "` |"));
    }
}
