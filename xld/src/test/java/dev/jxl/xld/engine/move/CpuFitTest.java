package dev.jxl.xld.engine.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.CpuPolicy.Leaf;
import dev.jxl.xld.host.CpuPolicy.Msr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuFitTest {
    private static final int NONE = CpuPolicy.NO_SUBLEAF;
    private static final Leaf INTEL = new Leaf(0, NONE, 0xd, 0x756e6547, 0x6c65746e, 0x49656e69);
    private static final Leaf AMD = new Leaf(0, NONE, 0xd, 0x68747541, 0x444d4163, 0x69746e65);

    private static CpuPolicy cpu(Leaf first, Leaf... others) {
        List<Leaf> leaves = new ArrayList<>(List.of(others));
        leaves.add(first);
        return new CpuPolicy(leaves, List.of());
    }

    @Test
    void sameCpu_fits() {
        CpuPolicy cpu = cpu(INTEL, new Leaf(7, 0, 2, -1, -1, -1));
        assertThat(CpuFit.problems(cpu, cpu)).isEmpty();
    }

    @Test
    void richerHost_fits() {
        assertThat(CpuFit.problems(cpu(INTEL), cpu(INTEL, new Leaf(7, 0, 2, -1, -1, -1))))
                .isEmpty();
    }

    @Test
    void featuresThatTheHostLacks_areNamedWithWhatHelps() {
        CpuPolicy guest = cpu(
                INTEL, new Leaf(7, 0, 0, 1 << 5 | 1 << 16, 0, 0), new Leaf(1, NONE, 0, 0, 1 << 12, 1 << 28 | 1 << 10));
        assertThat(CpuFit.problems(guest, cpu(INTEL)))
                .containsExactly(
                        "the guest's CPU has bit 10 of CPUID leaf 0x1 edx, fma, avx2, avx512f, which this host's"
                                + " has not; a guest that is to run on both is started with cpuid=\"host,fma=0,avx2=0,avx512f=0\"");
    }

    @Test
    void otherVendor_isSaidAlone() {
        assertThat(CpuFit.problems(cpu(AMD, new Leaf(7, 0, 2, 32, 0, 0)), cpu(INTEL)))
                .containsExactly("the guest's CPU is AuthenticAMD, this host's GenuineIntel");
    }

    @Test
    void moreLeaves_areSaid() {
        CpuPolicy guest = cpu(new Leaf(0, NONE, 0x14, 0x756e6547, 0x6c65746e, 0x49656e69), new Leaf(7, 0, 2, 0, 0, 0));
        assertThat(CpuFit.problems(guest, cpu(INTEL)))
                .containsExactly(
                        "the guest's CPU has CPUID leaves up to 0x14, this host's up to 0xd",
                        "the guest's CPU has CPUID subleaves of leaf 7 up to 0x2, this host's up to 0x0");
    }

    @ParameterizedTest
    @CsvSource({"0x10a, 0x1, rdcl-no", "0xce, 0x80000000, bit 31 of MSR 0xce"})
    void promisesInMsrs_count(String msr, String value, String name) {
        CpuPolicy guest = new CpuPolicy(List.of(), List.of(new Msr(Integer.decode(msr), Long.decode(value))));
        assertThat(CpuFit.problems(guest, new CpuPolicy(List.of(), List.of())))
                .singleElement()
                .asString()
                .contains(" " + name + ", which");
    }

    @Test
    void whatPromisesNothing_doesNotCount() {
        CpuPolicy guest = new CpuPolicy(
                List.of(
                        INTEL,
                        new Leaf(1, NONE, 0, 0, 1 << 27, 1 << 28),
                        new Leaf(0x80000001, NONE, 0, 0, 1 << 1, 0x0183f3ff),
                        new Leaf(7, 0, 0, 1 << 6 | 1 << 13, 1 << 4, 1 << 10)),
                List.of(new Msr(0x10a, 1L << 2 | 1L << 17 | 1L << 19 | 1L << 28)));
        assertThat(CpuFit.problems(guest, cpu(INTEL))).isEmpty();
    }

    @Test
    void cpuAsText_isReadAgain() {
        CpuPolicy cpu = new CpuPolicy(
                List.of(INTEL, new Leaf(7, 0, -1, 2, 3, 4)), List.of(new Msr(0x10a, -1), new Msr(0xce, 5)));
        assertThat(CpuText.parse(CpuText.of(cpu))).isEqualTo(cpu);
        CpuPolicy none = new CpuPolicy(List.of(), List.of());
        assertThat(CpuText.parse(CpuText.of(none))).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "//", "00/", "/00", "/00000000000000000000000g", "-1/"})
    void textThatIsNoCpu_isRefused(String text) {
        assertThatThrownBy(() -> CpuText.parse(text)).isInstanceOf(MigrationFailed.class);
    }

    @Test
    void cpuThatNeverEnds_isRefused() {
        assertThatThrownBy(() -> CpuText.parse("0".repeat(48 * 1025) + "/")).isInstanceOf(MigrationFailed.class);
    }
}
