package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jxl.xenstore.Permission.Access;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may see and change a node. */
interface PermissionsContract extends StoreUnderTest {
    @Test
    default void permissions_are_kept_in_order() {
        List<Permission> permissions = List.of(
                Permission.owner(1),
                Permission.read(2),
                new Permission(3, Access.WRITE),
                new Permission(4, Access.BOTH));
        store().mkdir(at("p"));
        store().setPermissions(at("p"), permissions);
        assertThat(store().permissions(at("p"))).isEqualTo(permissions);
    }

    @Test
    default void new_node_has_its_parents_permissions() {
        store().mkdir(at("p"));
        store().setPermissions(at("p"), List.of(Permission.owner(2), Permission.read(3)));
        store().write(at("p/made/below"), "x");
        assertThat(store().permissions(at("p/made"))).containsExactly(Permission.owner(2), Permission.read(3));
        assertThat(store().permissions(at("p/made/below"))).containsExactly(Permission.owner(2), Permission.read(3));
    }

    @Test
    default void writing_keeps_permissions() {
        store().mkdir(at("p"));
        store().setPermissions(at("p"), List.of(Permission.owner(2)));
        store().write(at("p"), "value");
        assertThat(store().permissions(at("p"))).containsExactly(Permission.owner(2));
    }

    @Test
    default void permissions_of_a_missing_node_are_an_error() {
        assertThatExceptionOfType(NoSuchPath.class).isThrownBy(() -> store().permissions(at("missing")));
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store().setPermissions(at("missing"), List.of(Permission.owner(0))));
        assertThatIllegalArgumentException().isThrownBy(() -> store().setPermissions(base(), List.of()));
    }
}
