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

    private static Options read(String... args) {
        return Options.of(Options.commandLine("jxl test", KNOWN, "FILE"), List.of(args));
    }

    @Test
    void gettingOptionsAsGetoptDoes() {
        Options read = read("a.cfg", "-pq", "-n3", "--number=4", "-x", "-1", "b=c", "--", "-p", "--paused", "-");
        assertThat(read.has("paused")).isTrue();
        assertThat(read.has("quiet")).isTrue();
        assertThat(read.value("number")).contains("4");
        assertThat(read.value("x")).contains("-1");
        assertThat(read.operands()).containsExactly("a.cfg", "b=c", "-p", "--paused", "-");
    }

    @Test
    void whatFollowsAnOption_isItsValueWhateverItLooksLike() {
        Options read = read("-x", "-z", "-n", "-p", "-qx-y", "", "@file");
        assertThat(read.value("x")).contains("-y");
        assertThat(read.has("paused")).isFalse();
        assertThat(read.has("quiet")).isTrue();
        assertThat(read.value("number")).contains("-p");
        assertThat(read.operands()).containsExactly("", "@file");
        assertThat(read("--number=").value("number")).contains("");
        assertThat(read("\"a b\"", "k='v'", "$HOME", "${sys:user.home}").operands())
                .containsExactly("\"a b\"", "k='v'", "$HOME", "${sys:user.home}");
    }

    @Test
    void optionsBeforeTheCommand_leaveTheRestAlone() {
        Options read = Options.of(
                Options.commandLine("jxl", KNOWN, "COMMAND").setStopAtPositional(true),
                List.of("-p", "--number=1", "list", "-z", "--", "--number", "-q"));
        assertThat(read.value("number")).contains("1");
        assertThat(read.operands()).containsExactly("list", "-z", "--", "--number", "-q");
    }

    @Test
    void wrongOptions_areNamed() {
        assertThatThrownBy(() -> read("-pz")).hasMessage("unknown option -z");
        assertThatThrownBy(() -> read("--zero")).hasMessage("unknown option --zero");
        assertThatThrownBy(() -> read("a", "--zero=one", "b")).hasMessage("unknown option --zero");
        assertThatThrownBy(() -> read("-n")).hasMessage("option --number needs N");
        assertThatThrownBy(() -> read("--paused=no"))
                .hasMessageContaining("'--paused'")
                .hasMessageContaining("without 'no'");
    }
}
