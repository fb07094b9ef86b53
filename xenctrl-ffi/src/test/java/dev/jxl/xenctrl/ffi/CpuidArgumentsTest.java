package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.CpuidPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What libxenguest reads of a CPU policy. */
class CpuidArgumentsTest {
    private static final String BITS = "x".repeat(31) + "0";
    private static final AbiTable ABI = AbiTable.of(20);

    @Test
    void leavesAndMsrs_endWithAnUnusedNumber() {
        CpuidPolicy policy = new CpuidPolicy(
                true,
                false,
                false,
                List.of(new CpuidPolicy.Leaf(1, -1, "", "", BITS, ""), new CpuidPolicy.Leaf(7, 0, "", BITS, "", "")),
                List.of(new CpuidPolicy.Msr(0x10a, "x".repeat(63) + "1")));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment leaves = CpuidArguments.leaves(ABI, policy, arena);
            CStruct leaf = ABI.struct("xc_xend_cpuid");

            assertThat(leaves.byteSize()).isEqualTo(3 * leaf.size());
            assertThat(StructView.element(leaf, leaves, 0).u32("leaf")).isEqualTo(1);
            assertThat(StructView.element(leaf, leaves, 0).u32("subleaf")).isEqualTo(-1);
            assertThat(register(leaf, leaves, 0, 2)).isEqualTo(BITS);
            assertThat(register(leaf, leaves, 0, 0)).isEmpty();
            assertThat(register(leaf, leaves, 1, 1)).isEqualTo(BITS);
            assertThat(StructView.element(leaf, leaves, 2).u32("leaf")).isEqualTo(-1);

            CStruct msr = ABI.struct("xc_msr");
            MemorySegment msrs = CpuidArguments.msrs(ABI, policy, arena);
            assertThat(StructView.element(msr, msrs, 0).u32("index")).isEqualTo(0x10a);
            assertThat(StructView.element(msr, msrs, 0).slice("policy").getString(0))
                    .isEqualTo("x".repeat(63) + "1");
            assertThat(StructView.element(msr, msrs, 1).u32("index")).isEqualTo(-1);
        }
    }

    private static String register(CStruct leaf, MemorySegment leaves, int index, int register) {
        MemorySegment text = StructView.element(leaf, leaves, index)
                .slice("policy")
                .getAtIndex(ValueLayout.ADDRESS_UNALIGNED, register);
        return NativeLibraries.text(text, 64);
    }

    @Test
    void nothingDifferent_isNull() {
        try (Arena arena = Arena.ofConfined()) {
            CpuidPolicy standard = CpuidPolicy.standard(true, false);

            assertThat(CpuidArguments.leaves(ABI, standard, arena)).isEqualTo(MemorySegment.NULL);
            assertThat(CpuidArguments.msrs(ABI, standard, arena)).isEqualTo(MemorySegment.NULL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "x", "2xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})
    void bitsThatCWouldReadPastTheEndOf_areRefused(String bits) {
        assertThatThrownBy(() -> new CpuidPolicy.Leaf(1, -1, bits, "", "", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
        assertThatThrownBy(() -> new CpuidPolicy.Msr(1, bits)).isInstanceOf(IllegalArgumentException.class);
    }
}
