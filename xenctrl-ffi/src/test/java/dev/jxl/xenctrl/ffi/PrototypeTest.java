package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrototypeTest {
    @Test
    void declaration_becomesSymbolAndTypes() {
        Prototype prototype = Prototype.of(
                "int xc_x(xc_interface *xch, uint32_t domid, bool a, uint8_t b, unsigned long c, struct e820entry d[],"
                        + " xc_cpumap_t e, unsigned int f)");

        assertThat(prototype.symbol()).isEqualTo("xc_x");
        assertThat(prototype.descriptor())
                .isEqualTo(FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_BOOLEAN,
                        ValueLayout.JAVA_BYTE,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
    }

    @Test
    void resultPointerAndVoid_areKnown() {
        assertThat(Prototype.of("char **xs_f(void)").descriptor().returnLayout())
                .contains(ValueLayout.ADDRESS);
        assertThat(Prototype.of("void f(int a)").descriptor().returnLayout()).isEmpty();
    }

    @Test
    void unknownType_isRefusedWithItsName() {
        assertThatThrownBy(() -> Prototype.of("int f(strange_t x)")).hasMessageContaining("strange_t");
    }

    @Test
    void everyBoundFunction_hasAReadablePrototype() {
        Stream.of(XcFunction.values(), StoreFunction.values(), LibcFunction.values())
                .flatMap(Stream::of)
                .forEach(function -> assertThat(function.symbol()).isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18, 19, 20, 21, 22})
    void eachVersionOfXen_hasOneDeclarationOfAFunction(int minor) {
        List<String> symbols = Stream.of(XcFunction.values())
                .filter(function -> function.existsIn(minor))
                .map(CFunction::symbol)
                .toList();

        assertThat(symbols).doesNotHaveDuplicates();
        assertThat(symbols).contains("xc_domain_restore");
        assertThat(symbols.contains("xc_domain_set_llc_colors")).isEqualTo(minor >= 20);
        int arguments = Stream.of(XcFunction.values())
                .filter(function ->
                        function.existsIn(minor) && function.symbol().equals("xc_domain_restore"))
                .mapToInt(function ->
                        function.prototype().descriptor().argumentLayouts().size())
                .sum();
        assertThat(arguments).isEqualTo(minor < 22 ? 12 : 13);
    }

    @Test
    void whatXen422AddsToARestore_isTheLastArgument() {
        assertThat(XcFunction.DOMAIN_RESTORE_WITH_MEMFLAGS.prototype().descriptor())
                .isEqualTo(
                        XcFunction.DOMAIN_RESTORE.prototype().descriptor().appendArgumentLayouts(ValueLayout.JAVA_INT));
    }
}
