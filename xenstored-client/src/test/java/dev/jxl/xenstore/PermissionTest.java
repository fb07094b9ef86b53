package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jxl.xenstore.Permission.Access;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermissionTest {
    @Test
    void text_is_read_as_it_is_written() {
        for (Permission permission : List.of(
                Permission.owner(0),
                Permission.read(7),
                new Permission(65535, Access.BOTH),
                new Permission(12, Access.WRITE))) {
            assertThat(Permission.parse(permission.toString())).isEqualTo(permission);
        }
        assertThat(Permission.read(7)).hasToString("r7");
    }

    @Test
    void anything_else_is_refused() {
        for (String text : List.of("", "n", "7", "x7", "n-1", "n65536", "n1234567", "n7 ", "N7")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Permission.parse(text));
        }
    }
}
