package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.HvmParam;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.ShutdownReason;
import dev.jxl.xenctrl.XenControlException.AbiMismatch;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed tables against the differences between Xen's versions that were found by other means. */
class AbiTableTest {
    @ParameterizedTest
    @CsvSource({
        "17, 64, 48, 52, 56, 21, 21", "18, 64, 48, 52, 56, 22, 21", "19, 68, 52, 56, 60, 23, 21",
        "20, 68, 52, 56, 60, 23, 21", "21, 68, 52, 56, 60, 23, 22", "22, 68, 52, 56, 60, 24, 22"
    })
    void createDomain_differsAsKnown(
            int minor, long size, long vmtrace, long cpupool, long emulation, int domctl, int sysctl) {
        AbiTable abi = AbiTable.of(minor);
        CStruct create = abi.struct("xen_domctl_createdomain");

        assertThat(abi.minor()).isEqualTo(minor);
        assertThat(create.size()).isEqualTo(size);
        assertThat(create.field("vmtrace_size", 4).offset()).isEqualTo(vmtrace);
        assertThat(create.field("cpupool_id", 4).offset()).isEqualTo(cpupool);
        assertThat(create.field("arch.emulation_flags", 4).offset()).isEqualTo(emulation);
        assertThat(create.field("arch.misc_flags", 4).offset()).isEqualTo(emulation + 4);
        assertThat(abi.constant("XEN_DOMCTL_INTERFACE_VERSION")).isEqualTo(domctl);
        assertThat(abi.constant("XEN_SYSCTL_INTERFACE_VERSION")).isEqualTo(sysctl);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18, 19, 20, 21, 22})
    void domainImage_isWhereLibxenguestReadsIt(int minor) {
        CStruct dom = AbiTable.of(minor).struct("xc_dom_image");

        assertThat(dom.size()).isEqualTo(1952);
        Map<String, Long> known = Map.ofEntries(
                Map.entry("num_modules", 16L),
                Map.entry("console_pfn", 384L),
                Map.entry("xenstore_pfn", 392L),
                Map.entry("pv_p2m", 480L),
                Map.entry("total_pages", 504L),
                Map.entry("flags", 560L),
                Map.entry("console_evtchn", 568L),
                Map.entry("xenstore_domid", 580L),
                Map.entry("claim_enabled", 604L),
                Map.entry("container_type", 1712L),
                Map.entry("target_pages", 1720L),
                Map.entry("lowmem_end", 1744L),
                Map.entry("device_model", 1768L),
                Map.entry("acpi_modules", 1800L),
                Map.entry("smbios_module", 1896L),
                Map.entry("e820", 1920L),
                Map.entry("max_vcpus", 1944L));
        known.forEach((field, offset) ->
                assertThat(dom.fields().get(field).offset()).as(field).isEqualTo(offset));
        assertThat(dom.has("memflags")).isEqualTo(minor >= 22);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18, 19, 20, 21, 22})
    void everythingElse_isTheSameInAllVersions(int minor) {
        AbiTable oldest = AbiTable.of(AbiTable.OLDEST);
        AbiTable abi = AbiTable.of(minor);

        assertThat(abi.structs().keySet()).isEqualTo(oldest.structs().keySet());
        abi.structs().forEach((name, struct) -> {
            if (!name.equals("xen_domctl_createdomain") && !name.equals("xc_dom_image")) {
                assertThat(struct).as(name).isEqualTo(oldest.struct(name));
            }
        });
        assertThat(abi.struct("xen_domctl_getdomaininfo").size()).isEqualTo(112);
        assertThat(abi.struct("xen_domctl_getdomaininfo").field("handle", 16).offset())
                .isEqualTo(76);
        assertThat(abi.struct("xen_sysctl_physinfo").size()).isEqualTo(112);
        assertThat(abi.struct("xc_hvm_firmware_module").size()).isEqualTo(24);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18, 19, 20, 21, 22})
    void constantsInJava_areXens(int minor) {
        Map<String, Integer> ours = Map.ofEntries(
                Map.entry("XEN_DOMCTL_CDF_hvm", CreateDomain.FLAG_HVM),
                Map.entry("XEN_DOMCTL_CDF_hap", CreateDomain.FLAG_HAP),
                Map.entry("XEN_DOMCTL_CDF_oos_off", CreateDomain.FLAG_OOS_OFF),
                Map.entry("XEN_DOMCTL_CDF_xs_domain", CreateDomain.FLAG_XS_DOMAIN),
                Map.entry("XEN_DOMCTL_CDF_iommu", CreateDomain.FLAG_IOMMU),
                Map.entry("XEN_DOMCTL_CDF_nested_virt", CreateDomain.FLAG_NESTED_VIRT),
                Map.entry("XEN_DOMCTL_CDF_vpmu", CreateDomain.FLAG_VPMU),
                Map.entry("XEN_DOMCTL_IOMMU_no_sharept", CreateDomain.IOMMU_NO_SHAREPT),
                Map.entry("XEN_X86_EMU_LAPIC", CreateDomain.EMULATE_LAPIC),
                Map.entry("XEN_X86_EMU_USE_PIRQ", CreateDomain.EMULATE_USE_PIRQ),
                Map.entry("XEN_X86_MSR_RELAXED", CreateDomain.MISC_MSR_RELAXED),
                Map.entry("XEN_DOMINF_dying", DomainInfo.FLAG_DYING),
                Map.entry("XEN_DOMINF_hvm_guest", DomainInfo.FLAG_HVM),
                Map.entry("XEN_DOMINF_shutdown", DomainInfo.FLAG_SHUTDOWN),
                Map.entry("XEN_DOMINF_paused", DomainInfo.FLAG_PAUSED),
                Map.entry("XEN_DOMINF_blocked", DomainInfo.FLAG_BLOCKED),
                Map.entry("XEN_DOMINF_running", DomainInfo.FLAG_RUNNING),
                Map.entry("XEN_DOMINF_debugged", DomainInfo.FLAG_DEBUGGED),
                Map.entry("XEN_DOMINF_xs_domain", DomainInfo.FLAG_XS_DOMAIN),
                Map.entry("XEN_DOMINF_hap", DomainInfo.FLAG_HAP),
                Map.entry("HVM_PARAM_CALLBACK_IRQ", HvmParam.CALLBACK_IRQ),
                Map.entry("HVM_PARAM_STORE_PFN", HvmParam.STORE_PFN),
                Map.entry("HVM_PARAM_STORE_EVTCHN", HvmParam.STORE_EVTCHN),
                Map.entry("HVM_PARAM_PAE_ENABLED", HvmParam.PAE_ENABLED),
                Map.entry("HVM_PARAM_IOREQ_PFN", HvmParam.IOREQ_PFN),
                Map.entry("HVM_PARAM_VIRIDIAN", HvmParam.VIRIDIAN),
                Map.entry("HVM_PARAM_TIMER_MODE", HvmParam.TIMER_MODE),
                Map.entry("HVM_PARAM_HPET_ENABLED", HvmParam.HPET_ENABLED),
                Map.entry("HVM_PARAM_ACPI_S_STATE", HvmParam.ACPI_S_STATE),
                Map.entry("HVM_PARAM_VPT_ALIGN", HvmParam.VPT_ALIGN),
                Map.entry("HVM_PARAM_CONSOLE_PFN", HvmParam.CONSOLE_PFN),
                Map.entry("HVM_PARAM_CONSOLE_EVTCHN", HvmParam.CONSOLE_EVTCHN),
                Map.entry("HVM_PARAM_ACPI_IOPORTS_LOCATION", HvmParam.ACPI_IOPORTS_LOCATION),
                Map.entry("HVM_PARAM_VM_GENERATION_ID_ADDR", HvmParam.VM_GENERATION_ID_ADDR),
                Map.entry("HVM_PARAM_ALTP2M", HvmParam.ALTP2M),
                Map.entry("HVM_PARAM_MCA_CAP", HvmParam.MCA_CAP),
                Map.entry("SHUTDOWN_poweroff", ShutdownReason.POWEROFF),
                Map.entry("SHUTDOWN_reboot", ShutdownReason.REBOOT),
                Map.entry("SHUTDOWN_suspend", ShutdownReason.SUSPEND),
                Map.entry("SHUTDOWN_crash", ShutdownReason.CRASH),
                Map.entry("SHUTDOWN_watchdog", ShutdownReason.WATCHDOG),
                Map.entry("SHUTDOWN_soft_reset", ShutdownReason.SOFT_RESET),
                Map.entry("XEN_SYSCTL_PHYSCAP_vmtrace", PhysInfo.CAP_VMTRACE),
                Map.entry("XEN_SYSCTL_PHYSCAP_hvm", PhysInfo.CAP_HVM),
                Map.entry("XEN_SYSCTL_PHYSCAP_pv", PhysInfo.CAP_PV),
                Map.entry("XEN_SYSCTL_PHYSCAP_directio", PhysInfo.CAP_DIRECTIO),
                Map.entry("XEN_SYSCTL_PHYSCAP_hap", PhysInfo.CAP_HAP),
                Map.entry("XEN_SYSCTL_PHYSCAP_shadow", PhysInfo.CAP_SHADOW),
                Map.entry("XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share", PhysInfo.CAP_IOMMU_HAP_PT_SHARE),
                Map.entry("XEN_SYSCTL_PHYSCAP_vpmu", PhysInfo.CAP_VPMU),
                Map.entry("XEN_SYSCTL_PHYSCAP_gnttab_v1", PhysInfo.CAP_GNTTAB_V1),
                Map.entry("XEN_SYSCTL_PHYSCAP_gnttab_v2", PhysInfo.CAP_GNTTAB_V2));
        AbiTable abi = AbiTable.of(minor);
        ours.forEach((name, value) -> assertThat(abi.constant(name)).as(name).isEqualTo(value));
        int hvm = abi.constant("XEN_X86_EMU_ALL")
                & ~abi.constant("XEN_X86_EMU_VPCI")
                & ~abi.constant("XEN_X86_EMU_USE_PIRQ");
        assertThat(hvm).isEqualTo(CreateDomain.EMULATE_HVM);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 23})
    void unknownVersion_isRefusedWithWhatIsKnown(int minor) {
        assertThatThrownBy(() -> AbiTable.of(minor))
                .isInstanceOf(AbiMismatch.class)
                .hasMessageContaining("Xen 4." + minor)
                .hasMessageContaining("4.17 to 4.22");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} x", "[1]", "{\"a\": }", "{\"a\": \"x\\n\"}", "{\"a\": 1e}", "{\"a\" 1}"})
    void brokenTable_isRefused(String text) {
        assertThatThrownBy(() -> AbiTable.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memberOfAnotherSizeThanTheCodeBelieves_isOurBug() {
        CStruct info = AbiTable.of(20).struct("xen_domctl_getdomaininfo");

        assertThatThrownBy(() -> info.field("domain", 4))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("domain");
        assertThatThrownBy(() -> info.field("nothing", 4)).isInstanceOf(AssertionError.class);
    }
}
