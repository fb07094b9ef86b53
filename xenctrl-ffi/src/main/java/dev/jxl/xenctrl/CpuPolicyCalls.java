package dev.jxl.xenctrl;

import java.util.List;

/** What guests' CPUs say of themselves. */
public interface CpuPolicyCalls {
    /** A CPU as Xen describes it: {@link CpuidPolicy} is what it is made by. */
    record Policy(List<Leaf> leaves, List<Msr> msrs) {
        /** Copies the lists. */
        public Policy {
            leaves = List.copyOf(leaves);
            msrs = List.copyOf(msrs);
        }
    }

    /**
     * What CPUID answers.
     *
     * @param leaf its eax before
     * @param subleaf its ecx before; -1 when the leaf has none
     */
    record Leaf(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {}

    /** A model specific register that tells of features. */
    record Msr(int index, long value) {}

    /** A domain's CPU now. */
    Policy ofDomain(int domid);

    /**
     * All that a guest's CPU can have on this host.
     *
     * @param hvm for a PVH or HVM guest; otherwise for a PV one
     * @throws XenControlException.HypercallFailed EOPNOTSUPP when this Xen runs no such guests
     */
    Policy most(boolean hvm);
}
