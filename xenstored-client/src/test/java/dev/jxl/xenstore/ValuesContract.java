package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Values and trees of nodes, one at a time and many at once. */
interface ValuesContract extends StoreUnderTest {
    // Values

    @Test
    default void missing_node_is_empty() {
        assertThat(store().find(at("missing"))).isEmpty();
        assertThat(store().findBytes(at("missing/deep/below"))).isEmpty();
    }

    @Test
    default void required_missing_node_is_named() {
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store().require(at("missing")))
                .satisfies(e -> assertThat(e.path()).isEqualTo(at("missing")))
                .withMessageContaining(at("missing"));
    }

    @Test
    default void written_value_is_read() {
        store().write(at("name"), "Domain-0");
        assertThat(store().require(at("name"))).isEqualTo("Domain-0");
        store().write(at("name"), "another");
        assertThat(store().find(at("name"))).contains("another");
    }

    @Test
    default void any_bytes_are_kept() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        store().writeBytes(at("bytes"), all);
        assertThat(store().findBytes(at("bytes"))).contains(all);
    }

    @Test
    default void text_is_utf_8() {
        store().write(at("text"), "Grüße, 世界");
        assertThat(store().require(at("text"))).isEqualTo("Grüße, 世界");
        assertThat(store().findBytes(at("text"))).contains("Grüße, 世界".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    default void empty_value_is_a_value() {
        store().write(at("empty"), "");
        assertThat(store().find(at("empty"))).contains("");
    }

    @Test
    default void write_makes_parents_with_empty_values() {
        store().write(at("a/b/c"), "x");
        assertThat(store().find(at("a"))).contains("");
        assertThat(store().find(at("a/b"))).contains("");
        assertThat(store().list(at("a"))).containsExactly("b");
    }

    @Test
    default void largest_value_fits_and_a_larger_one_is_not_sent() {
        int room = 4096 - at("large").length() - 1;
        store().writeBytes(at("large"), new byte[room]);
        assertThat(store().findBytes(at("large")).orElseThrow()).hasSize(room);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().writeBytes(at("large"), new byte[room + 1]))
                .withMessageContaining(at("large"))
                .withMessageContaining(Integer.toString(room));
        assertThat(store().findBytes(at("large")))
                .as("the connection is still good")
                .isPresent();
    }

    @Test
    default void illegal_paths_are_refused_before_they_are_sent() {
        for (String path :
                List.of("", "relative", "/a//b", "/a/", "/a b", "/a\0b", "/ä", "/" + "x".repeat(3071), "@special")) {
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().find(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().write(path, ""));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().mkdir(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().remove(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().list(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store().findAll(List.of(base(), path)));
            assertThatIllegalArgumentException()
                    .as(path)
                    .isThrownBy(() -> store().performAll(List.of(new StoreWrite.Mkdir(path))));
        }
    }

    // Trees

    @Test
    default void children_are_listed_by_name() {
        store().write(at("one"), "1");
        store().write(at("two"), "2");
        store().write(at("two/deep"), "3");
        assertThat(store().list(base())).containsExactlyInAnyOrder("one", "two");
        assertThat(store().list(at("one"))).isEmpty();
        assertThat(store().list(at("missing"))).isEmpty();
        assertThat(store().listAll(List.of(base(), at("missing"), base())))
                .extracting(List::size)
                .containsExactly(2, 0, 2);
        assertThat(store().list("/")).contains("contract");
    }

    @Test
    default void list_longer_than_a_packet_is_whole() {
        List<StoreWrite> writes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            names.add("child-" + i);
            writes.add(new StoreWrite.Mkdir(at("many/child-" + i)));
        }
        store().performAll(writes);
        assertThat(store().list(at("many"))).containsExactlyInAnyOrderElementsOf(names);
        store().transaction(tx -> assertThat(tx.list(at("many"))).containsExactlyInAnyOrderElementsOf(names));
    }

    @Test
    default void mkdir_makes_an_empty_node_and_leaves_an_existing_one() {
        store().mkdir(at("dir/below"));
        assertThat(store().find(at("dir/below"))).contains("");
        store().write(at("dir"), "kept");
        store().mkdir(at("dir"));
        assertThat(store().find(at("dir"))).contains("kept");
        assertThat(store().list(at("dir"))).containsExactly("below");
    }

    @Test
    default void remove_takes_everything_below() {
        store().write(at("gone/a/b"), "x");
        store().write(at("gone/c"), "x");
        store().remove(at("gone"));
        assertThat(store().list(base())).isEmpty();
        assertThat(store().find(at("gone/a/b"))).isEmpty();
    }

    @Test
    default void removing_what_is_not_there_does_nothing() {
        store().remove(at("missing"));
        store().remove(at("missing/below/deep"));
        assertThat(store().list(base())).isEmpty();
    }

    // Many at once

    @Test
    default void many_values_come_in_the_order_asked() {
        List<StoreWrite> writes = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        List<Optional<String>> expected = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            paths.add(at("n" + i));
            if (i % 3 != 0) {
                writes.add(new StoreWrite.Write(at("n" + i), "v" + i));
            }
            expected.add(i % 3 == 0 ? Optional.empty() : Optional.of("v" + i));
        }
        store().performAll(writes);
        assertThat(store().findAll(paths)).isEqualTo(expected);
        assertThat(store().findAll(List.of())).isEmpty();
    }

    @Test
    default void many_writes_happen_in_order() {
        store().performAll(List.of(
                new StoreWrite.Write(at("x"), "1"),
                new StoreWrite.Write(at("x"), "2"),
                new StoreWrite.Mkdir(at("y")),
                new StoreWrite.SetPermissions(at("y"), List.of(Permission.owner(3))),
                new StoreWrite.Write(at("z"), "3"),
                new StoreWrite.Remove(at("z")),
                new StoreWrite.Remove(at("missing/deep"))));
        assertThat(store().find(at("x"))).contains("2");
        assertThat(store().permissions(at("y"))).containsExactly(Permission.owner(3));
        assertThat(store().find(at("z"))).isEmpty();
    }

    @Test
    default void refused_write_among_many_is_told_and_the_connection_is_still_good() {
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store().performAll(List.of(
                        new StoreWrite.Write(at("before"), "1"),
                        new StoreWrite.SetPermissions(at("missing"), List.of(Permission.owner(0))),
                        new StoreWrite.Write(at("after"), "1"))))
                .satisfies(e -> assertThat(e.path()).isEqualTo(at("missing")));
        assertThat(store().find(at("before"))).contains("1");
        assertThat(store().find(at("after"))).contains("1");
    }
}
