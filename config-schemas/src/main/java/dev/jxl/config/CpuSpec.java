package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * What the guest's CPUs are and where they run.
 *
 * @param hardAffinity per vCPU: where it may run; fewer entries than vCPUs: the others anywhere
 * @param softAffinity per vCPU: where it would best run
 * @param numaPlacement whether jxl may choose NUMA nodes; empty: yes when no affinity is given
 * @param scheduler its share
 * @param cpuid changes to what CPUID says, in order
 * @param msrs changes to what feature MSRs say, in order
 * @param vnuma virtual NUMA nodes; empty: none
 * @param vpmu whether the guest may use the performance counters; empty: the host's default
 * @param msrRelaxed whether unknown MSRs read as 0
 * @param vmtraceKib a buffer per vCPU for traces, in KiB; 0: none
 * @param llcColors parts of the last level cache (Arm)
 */
public record CpuSpec(
        @Field(most = 512) List<CpuSet> hardAffinity,
        @Field(most = 512) List<CpuSet> softAffinity,
        Optional<Boolean> numaPlacement,
        SchedulerSpec scheduler,
        List<CpuidLeaf> cpuid,
        List<MsrPolicy> msrs,
        List<VnumaNode> vnuma,
        Optional<Boolean> vpmu,
        Optional<Boolean> msrRelaxed,
        @Field(most = 1048576, orElse = "0") int vmtraceKib,
        @Field(most = 4294967295L) List<Long> llcColors) {
    /** What a guest has when nothing is said. */
    public static final CpuSpec DEFAULT = new CpuSpec(
            List.of(),
            List.of(),
            Optional.empty(),
            SchedulerSpec.DEFAULT,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            List.of());

    /** Makes the lists immutable. */
    public CpuSpec {
        hardAffinity = List.copyOf(hardAffinity);
        softAffinity = List.copyOf(softAffinity);
        cpuid = List.copyOf(cpuid);
        msrs = List.copyOf(msrs);
        vnuma = List.copyOf(vnuma);
        llcColors = List.copyOf(llcColors);
    }

    /** The same with its vCPUs elsewhere. */
    public CpuSpec withAffinity(List<CpuSet> hard, List<CpuSet> soft) {
        return new CpuSpec(
                hard, soft, numaPlacement, scheduler, cpuid, msrs, vnuma, vpmu, msrRelaxed, vmtraceKib, llcColors);
    }

    /** The same with another share. */
    public CpuSpec withScheduler(SchedulerSpec share) {
        return new CpuSpec(
                hardAffinity,
                softAffinity,
                numaPlacement,
                share,
                cpuid,
                msrs,
                vnuma,
                vpmu,
                msrRelaxed,
                vmtraceKib,
                llcColors);
    }

    /**
     * Changes to one leaf. A register's text has 32 characters, bit 31 first: 0 and 1 set a bit, x leaves Xen's default,
     * k keeps the host's, s keeps the host's over migrations.
     *
     * @param leaf EAX
     * @param subleaf ECX; empty: whatever it is
     * @param eax the register's bits; empty: as they are
     * @param ebx the register's bits; empty: as they are
     * @param ecx the register's bits; empty: as they are
     * @param edx the register's bits; empty: as they are
     */
    public record CpuidLeaf(
            @Field(most = 4294967295L) long leaf,
            @Field(most = 4294967294L) Optional<Long> subleaf,
            @Field(pattern = "[01xks]{32}") Optional<String> eax,
            @Field(pattern = "[01xks]{32}") Optional<String> ebx,
            @Field(pattern = "[01xks]{32}") Optional<String> ecx,
            @Field(pattern = "[01xks]{32}") Optional<String> edx) {}

    /**
     * Changes to one feature MSR.
     *
     * @param index its number
     * @param policy 64 characters, bit 63 first: 0 and 1 set a bit, x leaves Xen's default, k keeps the host's
     */
    public record MsrPolicy(
            @Field(most = 4294967294L) long index,
            @Field(pattern = "[01xk]{64}") String policy) {}

    /**
     * A virtual NUMA node.
     *
     * @param memory of the node
     * @param physicalNode the host's node that its memory comes from
     * @param vcpus which vCPUs it has
     * @param distances to each node, in order; 10 to itself
     */
    public record VnumaNode(
            MemorySize memory,
            @Field(most = 4294967295L) long physicalNode,
            CpuSet vcpus,
            @Field(most = 4294967295L) List<Long> distances) {
        /** Makes the list immutable. */
        public VnumaNode {
            distances = List.copyOf(distances);
        }
    }
}
