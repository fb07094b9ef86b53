package dev.jxl.xld.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** xl's words for sets of CPUs, on a host with 16 CPUs on 8 nodes: what xl vcpu-pin -N prints for the same words. */
class CpuRangesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "all | all",
                "0 | 0",
                "3 | 3",
                "3-5 | 3-5",
                "3-5,8 | 3-5,8",
                "0-15 | all",
                "all,^0 | 1-15",
                "all,^7 | 0-6,8-15",
                "1-3,^2 | 1,3",
                "^2,1-3 | 1-3",
                "nodes:0 | 0-1",
                "node:0-1 | 0-3",
                "nodes:1,^3 | 2",
                "all,^nodes:1 | 0-1,4-15",
                "nodes:0-3,^node:1,6 | 0-1,4-7",
                "nodes:all | all",
                "2,2,2 | 2",
                "0-99 | all",
            })
    void words_areTheSetThatXlMakesOfThem(String words, String set) {
        assertThat(CpuRanges.text(CpuRanges.parse(words.strip(), Hosts.EIGHT_NODES), 16))
                .isEqualTo(set.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "1,,2",
                "x",
                "-",
                "1-",
                "-1",
                "3-1",
                "^all",
                "^nodes:all",
                "nodes:",
                "1.5",
                "99999",
                "0x1"
            })
    void otherWords_areRefusedWithWhatCanBeWritten(String words) {
        assertThatThrownBy(() -> CpuRanges.parse(words, Hosts.EIGHT_NODES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + words + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"16", "1,^1", "nodes:8", "20-30"})
    void setWithoutAnyCpuOfTheHost_isRefusedWithThoseThereAre(String words) {
        assertThatThrownBy(() -> CpuRanges.parse(words, Hosts.EIGHT_NODES)).hasMessageContaining("0 to 15");
    }

    @Test
    void noCpu_isNone() {
        assertThat(CpuRanges.text(new BitSet(), 16)).isEqualTo("none");
    }

    @Test
    void whatIsBeyondTheHost_isNotWritten() {
        BitSet set = new BitSet();
        set.set(0, 64);

        assertThat(CpuRanges.text(set, 16)).isEqualTo("all");
        set.clear(0);
        assertThat(CpuRanges.text(set, 16)).isEqualTo("1-15");
    }
}
