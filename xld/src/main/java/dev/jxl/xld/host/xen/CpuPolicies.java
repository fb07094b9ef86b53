package dev.jxl.xld.host.xen;

import dev.jxl.config.CpuSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.TscMode;
import dev.jxl.xenctrl.CpuidPolicy;

/** What a guest's CPU says of itself. @source tools/libs/light/libxl_cpuid.c: libxl__cpuid_legacy */
final class CpuPolicies {
    private static final int ANY_SUBLEAF = -1;

    private CpuPolicies() {}

    /** As the configuration asks for. */
    static CpuidPolicy of(DomainSpec spec) {
        boolean invariantTsc = spec.noMigrate() || spec.tscMode() == TscMode.ALWAYS_EMULATE;
        return new CpuidPolicy(
                true,
                invariantTsc,
                spec.nestedVirt(),
                spec.cpu().cpuid().stream().map(CpuPolicies::leaf).toList(),
                spec.cpu().msrs().stream()
                        .map(msr -> new CpuidPolicy.Msr((int) msr.index(), msr.policy()))
                        .toList());
    }

    private static CpuidPolicy.Leaf leaf(CpuSpec.CpuidLeaf leaf) {
        return new CpuidPolicy.Leaf(
                (int) leaf.leaf(),
                leaf.subleaf().map(Long::intValue).orElse(ANY_SUBLEAF),
                leaf.eax().orElse(""),
                leaf.ebx().orElse(""),
                leaf.ecx().orElse(""),
                leaf.edx().orElse(""));
    }
}
