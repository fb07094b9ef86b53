package dev.jxl.xld.host;

import java.util.List;

/** A guest's CPU as Xen describes it, or the most that one can have. */
public record CpuPolicy(List<Leaf> leaves, List<Msr> msrs) {
    /** Of a leaf that has none. */
    public static final int NO_SUBLEAF = -1;

    /** Copies the lists. */
    public CpuPolicy {
        leaves = List.copyOf(leaves);
        msrs = List.copyOf(msrs);
    }

    /** Where CPUID answers. */
    public enum Register {
        EAX,
        EBX,
        ECX,
        EDX
    }

    /**
     * What CPUID answers.
     *
     * @param leaf its eax before
     * @param subleaf its ecx before, or {@link #NO_SUBLEAF}
     */
    public record Leaf(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {
        private int value(Register register) {
            return switch (register) {
                case EAX -> eax;
                case EBX -> ebx;
                case ECX -> ecx;
                case EDX -> edx;
            };
        }
    }

    /** A model specific register that tells of features. */
    public record Msr(int index, long value) {}

    /** What CPUID answers; 0 where the leaf is not there. */
    public int cpuid(int leaf, int subleaf, Register register) {
        return leaves.stream()
                .filter(l -> l.leaf == leaf && l.subleaf == subleaf)
                .findFirst()
                .map(l -> l.value(register))
                .orElse(0);
    }

    /** What a register holds; 0 where it is not there. */
    public long msr(int index) {
        return msrs.stream()
                .filter(m -> m.index == index)
                .findFirst()
                .map(Msr::value)
                .orElse(0L);
    }
}
