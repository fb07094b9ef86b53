package dev.jxl.config.xl;

import dev.jxl.config.libxl.CpuFeature;
import java.util.Optional;

/** What xl.cfg calls the features of CPUs. */
public final class XlCpuFeatures {
    private XlCpuFeatures() {}

    /**
     * What {@code cpuid="host,NAME=0"} takes away.
     *
     * @param leaf CPUID's eax, or an MSR's index
     * @param subleaf CPUID's ecx, where it matters
     * @param register {@code eax}, {@code ebx}, {@code ecx}, {@code edx} or {@code msr}
     */
    public static Optional<String> findName(long leaf, Optional<Long> subleaf, String register, int bit) {
        return CpuFeature.names(leaf, subleaf, register, bit).findFirst();
    }
}
