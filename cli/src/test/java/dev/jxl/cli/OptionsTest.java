package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.cli.Options.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final List<Option> KNOWN = List.of(
            new Option('p', "paused", "", ""),
            new Option('q', "quiet", "", ""),
            new Option('n', "number", "N", ""),
            new Option('x', "", "X", ""));

    @Test
    void gettingOptionsAsGetoptDoes() {
        Options read = Options.of(
                KNOWN, List.of("a.cfg", "-pq", "-n3", "--number=4", "-x", "-1", "b=c", "--", "-p", "--paused", "-"));
        assertThat(read.has("paused")).isTrue();
        assertThat(read.has("quiet")).isTrue();
        assertThat(read.value("number")).contains("4");
        assertThat(read.count("number")).isEqualTo(2);
        assertThat(read.value("x")).contains("-1");
        assertThat(read.operands()).containsExactly("a.cfg", "b=c", "-p", "--paused", "-");
    }

    @Test
    void wrongOptions_areNamed() {
        assertThatThrownBy(() -> Options.of(KNOWN, List.of("-pz"))).hasMessage("unknown option -z");
        assertThatThrownBy(() -> Options.of(KNOWN, List.of("--zero"))).hasMessage("unknown option --zero");
        assertThatThrownBy(() -> Options.of(KNOWN, List.of("-n"))).hasMessage("option -n needs N");
        assertThatThrownBy(() -> Options.of(KNOWN, List.of("--paused=no"))).hasMessageContaining("has no value");
    }
}
