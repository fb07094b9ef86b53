package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellRequestTest {
    private static final DomainUuid UUID = DomainUuid.parse("6b29fc40-ca47-1067-b31d-00dd010662da");
    private static final int USUAL = PhysInfo.CAP_PV
            | PhysInfo.CAP_HVM
            | PhysInfo.CAP_HAP
            | PhysInfo.CAP_SHADOW
            | PhysInfo.CAP_GNTTAB_V1
            | PhysInfo.CAP_GNTTAB_V2;

    private static DomainSpec spec(String type, String more) {
        return XlCfg.read("name=\"g\"\ntype=\"" + type + "\"\nkernel=\"/k\"\nmemory=256\nvcpus=2\n" + more)
                .spec()
                .orElseThrow();
    }

    private static PhysInfo host(int capabilities) {
        return new PhysInfo(1, 1, 1, 0, 1, 0, 1, capabilities, 0, 1, 1, 0, 0, 1, List.of());
    }

    @Test
    void pvh_asksForWhatXlAsksFor() {
        assertThat(ShellRequest.of(spec("pvh", ""), UUID, host(USUAL), 0))
                .isEqualTo(new CreateDomain(0, UUID.value(), 0x3, 0, 2, 1023, -1, -1, 2, 0, 12, 1, 0));
    }

    @Test
    void pv_asksForWhatXlAsksFor() {
        assertThat(ShellRequest.of(spec("pv", ""), UUID, host(USUAL), 3))
                .isEqualTo(new CreateDomain(0, UUID.value(), 0, 0, 2, 1023, -1, -1, 2, 3, 12, 0, 0));
    }

    @Test
    void devicesOfTheHost_needTheIommu() {
        int able = USUAL | PhysInfo.CAP_DIRECTIO | PhysInfo.CAP_IOMMU_HAP_PT_SHARE;
        String pci = "pci=[\"03:00.0\"]\n";
        CreateDomain pv = ShellRequest.of(spec("pv", pci), UUID, host(able), 0);
        assertThat(pv.flags()).isEqualTo(CreateDomain.FLAG_IOMMU);
        assertThat(pv.iommuOpts()).isEqualTo(CreateDomain.IOMMU_NO_SHAREPT);
        CreateDomain hvm = ShellRequest.of(spec("hvm", pci), UUID, host(able), 0);
        assertThat(hvm.flags() & CreateDomain.FLAG_IOMMU).isNotZero();
        assertThat(hvm.iommuOpts()).isZero();
        assertThat(ShellRequest.of(spec("hvm", "passthrough=\"sync_pt\"\n"), UUID, host(able), 0)
                        .iommuOpts())
                .isEqualTo(CreateDomain.IOMMU_NO_SHAREPT);
    }

    @Test
    void limitsOfTheConfiguration_arePassedOn() {
        CreateDomain request = ShellRequest.of(
                spec(
                        "pvh",
                        "max_grant_frames=64\nmax_maptrack_frames=0\nmax_grant_version=1\nmax_event_channels=127\nhap=0\n"),
                UUID,
                host(USUAL),
                0);
        assertThat(request.maxGrantFrames()).isEqualTo(64);
        assertThat(request.maxMaptrackFrames()).isZero();
        assertThat(request.grantVersion()).isEqualTo(1);
        assertThat(request.maxEventChannelPort()).isEqualTo(127);
        assertThat(request.flags()).as("no hardware assisted paging").isEqualTo(CreateDomain.FLAG_HVM);
    }

    @Test
    void countersAndRelaxedMsrs_areAskedFor_whereXenHasThem() {
        String keys = "vpmu=1\nmsr_relaxed=1\n";
        CreateDomain request = ShellRequest.of(spec("pvh", keys), UUID, host(USUAL), 0);
        assertThat(request.flags() & CreateDomain.FLAG_VPMU).isNotZero();
        assertThat(request.miscFlags()).isEqualTo(CreateDomain.MISC_MSR_RELAXED);
        assertThatCode(() -> ShellRequest.requireAbilities(spec("pv", keys), host(USUAL | PhysInfo.CAP_VPMU)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pv", keys), host(USUAL)))
                .isInstanceOf(HostUnsupported.class)
                .hasMessageContaining("vpmu=1");
    }

    @Test
    void hostWithoutGrantTables2_getsVersion1() {
        assertThat(ShellRequest.of(spec("pv", ""), UUID, host(PhysInfo.CAP_PV | PhysInfo.CAP_GNTTAB_V1), 0)
                        .grantVersion())
                .isEqualTo(1);
    }

    @Test
    void pagingMemory_isWhatXlComputes() {
        assertThat(ShellRequest.pagingKib(spec("pvh", ""), true)).isEqualTo(4 * (256 * 2 + 256));
        assertThat(ShellRequest.pagingKib(spec("pvh", ""), false)).isEqualTo(4 * (256 * 2 + 2 * 256));
        assertThat(ShellRequest.pagingKib(spec("pvh", "shadow_memory=16\n"), true))
                .isEqualTo(16 * 1024);
    }

    @Test
    void missingAbilities_areSaidBeforeADomainIsMade() {
        assertThatCode(() -> ShellRequest.requireAbilities(spec("pvh", ""), host(USUAL)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pvh", ""), host(PhysInfo.CAP_PV)))
                .isInstanceOf(HostUnsupported.class)
                .hasMessageContaining("domain 'g' cannot be made on this host: the CPU has no virtualisation");
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pv", ""), host(PhysInfo.CAP_HVM)))
                .hasMessageContaining("without PV guests");
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pvh", "hap=1\n"), host(PhysInfo.CAP_HVM)))
                .hasMessageContaining("hap=1 is set");
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pvh", ""), host(PhysInfo.CAP_HVM)))
                .hasMessageContaining("neither hardware assisted paging nor shadow paging");
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pvh", "maxvcpus=200\n"), host(USUAL)))
                .hasMessageContaining("maxvcpus=200 is more than the 128");
        String pci = "pci=[\"03:00.0\"]\n";
        assertThatThrownBy(() -> ShellRequest.requireAbilities(spec("pv", pci), host(USUAL)))
                .hasMessageContaining("Xen has no IOMMU");
        assertThatThrownBy(() -> ShellRequest.requireAbilities(
                        spec("pv", pci + "passthrough=\"share_pt\"\n"), host(USUAL | PhysInfo.CAP_DIRECTIO)))
                .hasMessageContaining("share_pt");
    }
}
