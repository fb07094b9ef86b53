package dev.jxl.xld.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u001b", "\r", "\n", "\u007f", "\u0085", "\u009b", "\u202e", "\u2066", "\u200b", "\u2028",
                "\u2029", "\ud83d", "\udc00", "\ufeff"
            })
    void whatATerminalObeys_isNotShown(String character) {
        assertThat(Printable.line("a" + character + "b")).isEqualTo("a?b");
    }

    @Test
    void otherScripts_stay() {
        assertThat(Printable.line("Größe 磁盘 😀 é")).isEqualTo("Größe 磁盘 😀 é");
    }

    @Test
    void longText_isCutAndMarkedAndNoHalfOfACharacterStays() {
        assertThat(Printable.line("ab😀", 3)).isEqualTo("ab?…");
        assertThat(Printable.line("abc", 3)).isEqualTo("abc");
    }

    @Test
    void lines_stayLines() {
        assertThat(Printable.lines("a\n\tb\u009bc\r\n")).isEqualTo("a\n\tb?c?\n");
    }
}
