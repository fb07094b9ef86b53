package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControlException.AbiMismatch;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SelfCheckTest {
    private static final int XEN_4_20 = 4 << 16 | 20;

    @Test
    void saneAnswers_pass() {
        assertThatCode(() -> SelfCheck.check(20, XEN_4_20, Optional.of(dom0(1000, 2000, 1)), host(8000, 100)))
                .doesNotThrowAnyException();
    }

    @Test
    void otherVersionThanTheLibraries_isRefused() {
        assertThatThrownBy(() -> SelfCheck.check(17, XEN_4_20, Optional.of(dom0(1000, 2000, 1)), host(8000, 100)))
                .isInstanceOf(AbiMismatch.class)
                .hasMessageContaining("4.20")
                .hasMessageContaining("4.17");
    }

    @Test
    void dom0ThatIsNotThere_isRefused() {
        assertThatThrownBy(() -> SelfCheck.check(20, XEN_4_20, Optional.empty(), host(8000, 100)))
                .isInstanceOf(AbiMismatch.class)
                .hasMessageContaining("domain 0 is not");
    }

    @Test
    void numbersThatMakeNoSense_areRefusedWithTheNumbers() {
        assertThatThrownBy(() -> SelfCheck.check(20, XEN_4_20, Optional.of(dom0(9000, 2000, 1)), host(8000, 100)))
                .hasMessageContaining("memory")
                .hasMessageContaining("totalPages=9000");
        assertThatThrownBy(() -> SelfCheck.check(20, XEN_4_20, Optional.of(dom0(1000, 2000, 0)), host(8000, 100)))
                .hasMessageContaining("virtual CPUs");
        assertThatThrownBy(() -> SelfCheck.check(20, XEN_4_20, Optional.of(dom0(1000, 2000, 1)), host(8000, 8001)))
                .hasMessageContaining("free memory");
    }

    private static DomainInfo dom0(long totalPages, long maxPages, int vcpus) {
        return new DomainInfo(0, 0x20, totalPages, maxPages, 0, 0, 0, 5, 77, vcpus, 0, 0, new UUID(0, 0), 0, 40, 0, 0);
    }

    private static PhysInfo host(long totalPages, long freePages) {
        return new PhysInfo(1, 1, 1, 0, 1, 0, 1, 0, 0, totalPages, freePages, 0, 0, 9000, Collections.nCopies(8, 0));
    }
}
