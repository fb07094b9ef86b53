package dev.jxl.xenctrl;

import java.util.List;

/**
 * How a new domain's CPU differs from the host's default for its type.
 *
 * @param pae HVM only: false hides PAE
 * @param invariantTsc true lets the guest rely on the counter (it cannot then migrate freely)
 * @param nestedVirtualisation HVM only: shows VMX or SVM
 * @param leaves changed bits of CPUID leaves
 * @param msrs changed bits of model specific registers
 * @source tools/include/xenctrl.h: xc_cpuid_apply_policy
 */
public record CpuidPolicy(
        boolean pae, boolean invariantTsc, boolean nestedVirtualisation, List<Leaf> leaves, List<Msr> msrs) {
    /** Bits of one register, highest first. */
    private static final int REGISTER_BITS = 32;

    private static final int MSR_BITS = 64;
    private static final String LETTERS = "[01xks]*";

    /** Copies the lists. */
    public CpuidPolicy {
        leaves = List.copyOf(leaves);
        msrs = List.copyOf(msrs);
    }

    /** No leaf and no register differs. */
    public static CpuidPolicy standard(boolean invariantTsc, boolean nestedVirtualisation) {
        return new CpuidPolicy(true, invariantTsc, nestedVirtualisation, List.of(), List.of());
    }

    /**
     * One leaf. A register is 32 letters from bit 31 down: {@code 0}, {@code 1}, {@code x} as Xen would have it, {@code k} as the
     * host has it, {@code s} as {@code k} and kept over migration; empty for a register that stays as it is.
     *
     * @param leaf CPUID's eax
     * @param subleaf CPUID's ecx; -1 when the leaf has none
     */
    public record Leaf(int leaf, int subleaf, String eax, String ebx, String ecx, String edx) {
        /** Checks the registers. */
        public Leaf {
            requireBits(eax, REGISTER_BITS);
            requireBits(ebx, REGISTER_BITS);
            requireBits(ecx, REGISTER_BITS);
            requireBits(edx, REGISTER_BITS);
        }
    }

    /**
     * One model specific register.
     *
     * @param index its number
     * @param bits 64 letters as in {@link Leaf}, from bit 63 down
     */
    public record Msr(int index, String bits) {
        /** Checks the bits. */
        public Msr {
            if (bits.isEmpty()) {
                throw new IllegalArgumentException("an MSR's policy has 64 letters, not none");
            }
            requireBits(bits, MSR_BITS);
        }
    }

    private static void requireBits(String bits, int length) {
        if (!bits.isEmpty() && (bits.length() != length || !bits.matches(LETTERS))) {
            throw new IllegalArgumentException(
                    "a policy has " + length + " of the letters 0 1 x k s, not \"" + bits + "\"");
        }
    }
}
