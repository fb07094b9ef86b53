package dev.jxl.xenctrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.GuestImage.Layout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GuestLayoutTest {
    private static final long GIB_KIB = 1024 * 1024;

    @Test
    void smallPvhGuest_liesBelowTheHole() {
        assertThat(Layout.pvh(128 * 1024, 128 * 1024))
                .isEqualTo(new Layout(32768, 0xfc00_0000L, 0x400_0000L, 0x800_0000L, 0));
    }

    @Test
    void bigPvhGuest_continuesAbove4GiB() {
        Layout layout = Layout.pvh(5 * GIB_KIB, 5 * GIB_KIB);

        assertThat(layout.lowmemEnd()).isEqualTo(0xfc00_0000L);
        assertThat(layout.highmemEnd()).isEqualTo(0x1_0000_0000L + 5 * GIB_KIB * 1024 - 0xfc00_0000L);
    }

    @Test
    void hvmGuest_hasAHoleOf256MibOrMore() {
        assertThat(Layout.hvm(4 * GIB_KIB, GIB_KIB, 0))
                .isEqualTo(new Layout(GIB_KIB / 4, 0xf000_0000L, 0x1000_0000L, 0xf000_0000L, 0x1_1000_0000L));
        assertThat(Layout.hvm(GIB_KIB, GIB_KIB, 1024).mmioSize()).isEqualTo(0x1000_0000L);
        assertThat(Layout.hvm(GIB_KIB, GIB_KIB, 2 * GIB_KIB).mmioStart()).isEqualTo(0x8000_0000L);
    }

    @Test
    void moreModulesThanLibxenguestTakes_areRefused() {
        assertThatThrownBy(() -> new GuestImage(
                        1,
                        Path.of("/k"),
                        Collections.nCopies(3, new GuestImage.BootModule(Path.of("/m"))),
                        "",
                        1024,
                        1,
                        false,
                        new GuestImage.Channels(1, 0, 2, 0),
                        new GuestImage.Pv("")))
                .hasMessageContaining("2 modules");
    }

    @Test
    void shutdownReason_isThereOnlyAfterShutdown() {
        assertThat(info(0xffff0020).shutdownReason()).isEmpty();
        assertThat(info(0x00030004).shutdownReason()).isEqualTo(OptionalInt.of(ShutdownReason.CRASH));
    }

    private static DomainInfo info(int flags) {
        return new DomainInfo(7, flags, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, new UUID(0, 0), 0, 40, 0, 0);
    }
}
