package dev.jxl.config.xl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class XlCpuPoolTest {
    @Test
    void fileOfTheManual_isReadAsXlReadsIt() {
        XlCpuPool pool = XlCpuPool.read("name = \"Pool-1\"\nsched = \"credit\"\ncpus = [\"2\", \"3\"]\n", List.of());

        assertThat(pool.usable()).isTrue();
        assertThat(pool.name()).contains("Pool-1");
        assertThat(pool.scheduler()).contains("credit");
        assertThat(pool.cpus()).contains("2,3");
    }

    @Test
    void nodes_winOverCpus() {
        XlCpuPool pool = XlCpuPool.read("nodes=[\"0\",\"2\"]\ncpus=\"5\"", List.of("name=\"x\""));

        assertThat(pool.cpus()).contains("nodes:0,nodes:2");
        assertThat(pool.name()).contains("x");
    }

    @Test
    void rangesInAText_stayAsTheyAre() {
        assertThat(XlCpuPool.read("cpus=\"1-3,^2\"", List.of()).cpus()).contains("1-3,^2");
    }

    @Test
    void whatIsNoCpu_isToldWithItsPlace() {
        XlCpuPool pool = XlCpuPool.read("name=\"p\"\ncpus=[\"two\"]", List.of());

        assertThat(pool.usable()).isFalse();
        assertThat(pool.problems()).anySatisfy(p -> {
            assertThat(p.line()).isEqualTo(2);
            assertThat(p.message()).contains("'two'");
        });
    }

    @Test
    void unknownKey_isAWarning() {
        XlCpuPool pool = XlCpuPool.read("name=\"p\"\nvcpus=3", List.of());

        assertThat(pool.usable()).isTrue();
        assertThat(pool.problems())
                .singleElement()
                .satisfies(p -> assertThat(p.field()).isEqualTo("vcpus"));
    }
}
