package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.CpuidPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A CPU policy's differences as C has them: arrays that end with an unused number.
 *
 * @source tools/include/xenctrl.h: xc_xend_cpuid, xc_msr, XC_MSR_INPUT_UNUSED; xen/include/public/domctl.h:
 *     XEN_CPUID_INPUT_UNUSED
 */
final class CpuidArguments {
    private CpuidArguments() {}

    /** NULL when no leaf differs. */
    static MemorySegment leaves(AbiTable abi, CpuidPolicy policy, Arena arena) {
        List<CpuidPolicy.Leaf> leaves = policy.leaves();
        if (leaves.isEmpty()) {
            return MemorySegment.NULL;
        }
        CStruct layout = abi.struct("xc_xend_cpuid");
        int unused = abi.constant("XEN_CPUID_INPUT_UNUSED");
        MemorySegment array = arena.allocate(layout.size() * (leaves.size() + 1L), Long.BYTES);
        for (int i = 0; i < leaves.size(); i++) {
            StructView view = StructView.element(layout, array, i);
            view.u32("leaf", leaves.get(i).leaf());
            view.u32("subleaf", leaves.get(i).subleaf());
            MemorySegment registers = view.slice("policy");
            int at = 0;
            for (String bits : registersOf(leaves.get(i))) {
                MemorySegment text =
                        bits.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(bits, StandardCharsets.US_ASCII);
                registers.setAtIndex(ValueLayout.ADDRESS_UNALIGNED, at++, text);
            }
        }
        StructView.element(layout, array, leaves.size()).u32("leaf", unused);
        return array;
    }

    private static List<String> registersOf(CpuidPolicy.Leaf leaf) {
        return List.of(leaf.eax(), leaf.ebx(), leaf.ecx(), leaf.edx());
    }

    /** NULL when no register differs. */
    static MemorySegment msrs(AbiTable abi, CpuidPolicy policy, Arena arena) {
        List<CpuidPolicy.Msr> msrs = policy.msrs();
        if (msrs.isEmpty()) {
            return MemorySegment.NULL;
        }
        CStruct layout = abi.struct("xc_msr");
        MemorySegment array = arena.allocate(layout.size() * (msrs.size() + 1L), Long.BYTES);
        for (int i = 0; i < msrs.size(); i++) {
            StructView view = StructView.element(layout, array, i);
            view.u32("index", msrs.get(i).index());
            view.slice("policy").setString(0, msrs.get(i).bits(), StandardCharsets.US_ASCII);
        }
        StructView.element(layout, array, msrs.size()).u32("index", abi.constant("XC_MSR_INPUT_UNUSED"));
        return array;
    }
}
