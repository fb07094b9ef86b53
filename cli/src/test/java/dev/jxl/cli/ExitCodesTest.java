package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.ErrorCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodesTest {
    @Test
    void eachErrorCode_hasTheSameExitCodeHere() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ExitCodes.of(code.code())).as(code.code()).isEqualTo(code.exitCode());
            assertThat(Arrays.stream(ExitCodes.TABLE).flatMap(row -> Arrays.stream(row[1].split(" ", -1))))
                    .contains(code.code());
        }
        assertThat(ExitCodes.of("no-such-code")).isEqualTo(ErrorCode.INTERNAL.exitCode());
    }
}
