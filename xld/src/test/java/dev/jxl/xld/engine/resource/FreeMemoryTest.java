package dev.jxl.xld.engine.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether xl's autoballoon="auto" would take memory from dom0. */
class FreeMemoryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dom0_mem=2048M",
                "placeholder dom0_mem=2G,max:2G loglvl=all",
                "dom0_mem=min:1G,max:4G",
                "dom0_mem=max:-2g",
                "dom0_mem=1G+10%"
            })
    void dom0WithAFixedSize_givesNothing(String commandLine) {
        assertThat(FreeMemory.givenByDom0(commandLine)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loglvl=all", "xdom0_mem=2G", "dom0_mem=", "dom0_mem=lots", "dom0_max_vcpus=2"})
    void otherDom0_gives(String commandLine) {
        assertThat(FreeMemory.givenByDom0(commandLine)).isTrue();
    }
}
