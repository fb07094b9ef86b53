package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.XenControlException.SymbolMissing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Net 3: every function exists in the installed libraries and is declared in the headers as we believe. */
@Timeout(60)
class SignatureIT {
    @TempDir
    Path folder;

    @Test
    void prototypes_areTheHeaders() throws Exception {
        int minor = InstalledXen.minor();
        // C refuses a second declaration of another type, and so compares better than text would.
        String source = Stream.of(XcFunction.values(), StoreFunction.values())
                .flatMap(Stream::of)
                .filter(function -> function.existsIn(minor))
                .map(function -> "extern " + function.prototype().text() + ";")
                .collect(Collectors.joining("\n", headers(), "\n"));
        Path file = folder.resolve("prototypes.c");
        Files.writeString(file, source);

        InstalledXen.compile(folder, "-fsyntax-only", file.toString());
    }

    @Test
    void wrongPrototype_wouldBeNoticed() throws Exception {
        Path file = folder.resolve("wrong.c");
        Files.writeString(file, headers() + "extern int xc_domain_pause(xc_interface *xch, uint64_t domid);\n");

        assertThatThrownBy(() -> InstalledXen.compile(folder, "-fsyntax-only", file.toString()))
                .hasMessageContaining("conflicting types");
    }

    @Test
    void symbols_areInTheLibraries() {
        int minor = InstalledXen.minor();
        NativeLibraries libraries = new NativeLibraries(minor);

        List<String> missing = Stream.of(XcFunction.values(), StoreFunction.values(), LibcFunction.values())
                .flatMap(Stream::of)
                .filter(function -> function.existsIn(minor) && !libraries.has(function))
                .map(CFunction::symbol)
                .toList();

        assertThat(missing).isEmpty();
    }

    @Test
    void functionThisVersionLacks_isNamedWhenCalled() {
        int minor = InstalledXen.minor();
        CFunction fantasy = new CFunction() {
            @Override
            public Library library() {
                return Library.XENCTRL;
            }

            @Override
            public Prototype prototype() {
                return Prototype.of("int xc_no_such_thing(xc_interface *xch)");
            }
        };
        assertThatThrownBy(() -> new NativeLibraries(minor).handle(fantasy))
                .isInstanceOf(SymbolMissing.class)
                .hasMessageContaining("libxenctrl.so.4." + minor)
                .hasMessageContaining("xc_no_such_thing");
    }

    @Test
    void functionThatThisVersionDeclaresOtherwise_isNotCalled() {
        int minor = InstalledXen.minor();
        XcFunction other = XcFunction.DOMAIN_RESTORE.existsIn(minor)
                ? XcFunction.DOMAIN_RESTORE_WITH_MEMFLAGS
                : XcFunction.DOMAIN_RESTORE;
        NativeLibraries libraries = new NativeLibraries(minor);

        assertThat(libraries.has(other)).isFalse();
        assertThatThrownBy(() -> libraries.handle(other)).isInstanceOf(SymbolMissing.class);
    }

    private static String headers() {
        return """
                #define XC_WANT_COMPAT_MAP_FOREIGN_API
                #include <stdbool.h>
                #include <stdint.h>
                #include <sys/mman.h>
                #include <xenctrl.h>
                #include <xenguest.h>
                #include <xenhypfs.h>
                #include <xenstore.h>
                """;
    }
}
