package dev.jxl.xld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.host.xen.PeerSettings.Listen;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private static Arguments parse(String... args) {
        return Arguments.parse(args, Map.of());
    }

    @Test
    void otherHosts_callOnlyWhereItIsAskedFor() {
        assertThat(parse().listen()).isEmpty();
        assertThat(parse().certificates()).isEqualTo(Path.of("/etc/jxl/tls"));
        assertThat(parse("--tls=/srv/tls").certificates()).isEqualTo(Path.of("/srv/tls"));
        assertThat(parse("--migration-listen=8474").listen()).contains(new Listen(Optional.empty(), 8474));
        assertThat(parse("--migration-listen=192.0.2.7:99").listen())
                .contains(new Listen(Optional.of("192.0.2.7"), 99));
        assertThat(parse("--migration-listen=[fe80::1]:99").listen()).contains(new Listen(Optional.of("fe80::1"), 99));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "70000", "a:b:1", ":1", "[::1]", "host:"})
    void whatIsNoPort_isRefused(String where) {
        assertThatThrownBy(() -> parse("--migration-listen=" + where))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--migration-listen=" + where);
    }
}
