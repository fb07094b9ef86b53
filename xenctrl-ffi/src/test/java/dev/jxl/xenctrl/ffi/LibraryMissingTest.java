package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.XenControlException.LibraryMissing;
import org.junit.jupiter.api.Test;

class LibraryMissingTest {
    @Test
    void libraryOfAnotherXen_isNamedWithThePackage() {
        assertThatThrownBy(() -> new NativeLibraries(99).handle(XcFunction.PHYSINFO))
                .isInstanceOf(LibraryMissing.class)
                .hasMessageContaining("libxenctrl.so.4.99")
                .hasMessageContaining("libxenmisc4.99");
    }
}
