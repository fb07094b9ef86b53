package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jxl.xenstore.Permission.Access;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import dev.jxl.xenstore.XenStoreException.TransactionConflict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store does, whatever it is made of. A store may hold other things: each test works below its own node. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class XenStoreContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration NOW = Duration.ZERO;
    private static final AtomicInteger TESTS = new AtomicInteger();

    /** Before each test. */
    protected XenStoreContract() {}

    /** A new connection, always to the same store. */
    protected abstract XenStore connect() throws Exception;

    private XenStore store;
    private String base;

    @BeforeEach
    final void openStore() throws Exception {
        store = connect();
        base = "/contract/" + getClass().getSimpleName() + "-" + TESTS.incrementAndGet();
        store.mkdir(base);
    }

    @AfterEach
    final void closeStore() {
        store.remove(base);
        store.close();
    }

    private String at(String name) {
        return base + "/" + name;
    }

    // Values

    @Test
    final void missing_node_is_empty() {
        assertThat(store.find(at("missing"))).isEmpty();
        assertThat(store.findBytes(at("missing/deep/below"))).isEmpty();
    }

    @Test
    final void required_missing_node_is_named() {
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store.require(at("missing")))
                .satisfies(e -> assertThat(e.path()).isEqualTo(at("missing")))
                .withMessageContaining(at("missing"));
    }

    @Test
    final void written_value_is_read() {
        store.write(at("name"), "Domain-0");
        assertThat(store.require(at("name"))).isEqualTo("Domain-0");
        store.write(at("name"), "another");
        assertThat(store.find(at("name"))).contains("another");
    }

    @Test
    final void any_bytes_are_kept() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        store.writeBytes(at("bytes"), all);
        assertThat(store.findBytes(at("bytes"))).contains(all);
    }

    @Test
    final void text_is_utf_8() {
        store.write(at("text"), "Grüße, 世界");
        assertThat(store.require(at("text"))).isEqualTo("Grüße, 世界");
        assertThat(store.findBytes(at("text"))).contains("Grüße, 世界".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    final void empty_value_is_a_value() {
        store.write(at("empty"), "");
        assertThat(store.find(at("empty"))).contains("");
    }

    @Test
    final void write_makes_parents_with_empty_values() {
        store.write(at("a/b/c"), "x");
        assertThat(store.find(at("a"))).contains("");
        assertThat(store.find(at("a/b"))).contains("");
        assertThat(store.list(at("a"))).containsExactly("b");
    }

    @Test
    final void largest_value_fits_and_a_larger_one_is_not_sent() {
        int room = 4096 - at("large").length() - 1;
        store.writeBytes(at("large"), new byte[room]);
        assertThat(store.findBytes(at("large")).orElseThrow()).hasSize(room);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.writeBytes(at("large"), new byte[room + 1]))
                .withMessageContaining(at("large"))
                .withMessageContaining(Integer.toString(room));
        assertThat(store.findBytes(at("large")))
                .as("the connection is still good")
                .isPresent();
    }

    @Test
    final void illegal_paths_are_refused_before_they_are_sent() {
        for (String path :
                List.of("", "relative", "/a//b", "/a/", "/a b", "/a\0b", "/ä", "/" + "x".repeat(3071), "@special")) {
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.find(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.write(path, ""));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.mkdir(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.remove(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.list(path));
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> store.findAll(List.of(base, path)));
            assertThatIllegalArgumentException()
                    .as(path)
                    .isThrownBy(() -> store.performAll(List.of(new StoreWrite.Mkdir(path))));
        }
    }

    // Trees

    @Test
    final void children_are_listed_by_name() {
        store.write(at("one"), "1");
        store.write(at("two"), "2");
        store.write(at("two/deep"), "3");
        assertThat(store.list(base)).containsExactlyInAnyOrder("one", "two");
        assertThat(store.list(at("one"))).isEmpty();
        assertThat(store.list(at("missing"))).isEmpty();
        assertThat(store.list("/")).contains("contract");
    }

    @Test
    final void list_longer_than_a_packet_is_whole() {
        List<StoreWrite> writes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            names.add("child-" + i);
            writes.add(new StoreWrite.Mkdir(at("many/child-" + i)));
        }
        store.performAll(writes);
        assertThat(store.list(at("many"))).containsExactlyInAnyOrderElementsOf(names);
        store.transaction(tx -> assertThat(tx.list(at("many"))).containsExactlyInAnyOrderElementsOf(names));
    }

    @Test
    final void mkdir_makes_an_empty_node_and_leaves_an_existing_one() {
        store.mkdir(at("dir/below"));
        assertThat(store.find(at("dir/below"))).contains("");
        store.write(at("dir"), "kept");
        store.mkdir(at("dir"));
        assertThat(store.find(at("dir"))).contains("kept");
        assertThat(store.list(at("dir"))).containsExactly("below");
    }

    @Test
    final void remove_takes_everything_below() {
        store.write(at("gone/a/b"), "x");
        store.write(at("gone/c"), "x");
        store.remove(at("gone"));
        assertThat(store.list(base)).isEmpty();
        assertThat(store.find(at("gone/a/b"))).isEmpty();
    }

    @Test
    final void removing_what_is_not_there_does_nothing() {
        store.remove(at("missing"));
        store.remove(at("missing/below/deep"));
        assertThat(store.list(base)).isEmpty();
    }

    // Many at once

    @Test
    final void many_values_come_in_the_order_asked() {
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
        store.performAll(writes);
        assertThat(store.findAll(paths)).isEqualTo(expected);
        assertThat(store.findAll(List.of())).isEmpty();
    }

    @Test
    final void many_writes_happen_in_order() {
        store.performAll(List.of(
                new StoreWrite.Write(at("x"), "1"),
                new StoreWrite.Write(at("x"), "2"),
                new StoreWrite.Mkdir(at("y")),
                new StoreWrite.SetPermissions(at("y"), List.of(Permission.owner(3))),
                new StoreWrite.Write(at("z"), "3"),
                new StoreWrite.Remove(at("z")),
                new StoreWrite.Remove(at("missing/deep"))));
        assertThat(store.find(at("x"))).contains("2");
        assertThat(store.permissions(at("y"))).containsExactly(Permission.owner(3));
        assertThat(store.find(at("z"))).isEmpty();
    }

    @Test
    final void refused_write_among_many_is_told_and_the_connection_is_still_good() {
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store.performAll(List.of(
                        new StoreWrite.Write(at("before"), "1"),
                        new StoreWrite.SetPermissions(at("missing"), List.of(Permission.owner(0))),
                        new StoreWrite.Write(at("after"), "1"))))
                .satisfies(e -> assertThat(e.path()).isEqualTo(at("missing")));
        assertThat(store.find(at("before"))).contains("1");
        assertThat(store.find(at("after"))).contains("1");
    }

    // Permissions

    @Test
    final void permissions_are_kept_in_order() {
        List<Permission> permissions = List.of(
                Permission.owner(1),
                Permission.read(2),
                new Permission(3, Access.WRITE),
                new Permission(4, Access.BOTH));
        store.mkdir(at("p"));
        store.setPermissions(at("p"), permissions);
        assertThat(store.permissions(at("p"))).isEqualTo(permissions);
    }

    @Test
    final void new_node_has_its_parents_permissions() {
        store.mkdir(at("p"));
        store.setPermissions(at("p"), List.of(Permission.owner(2), Permission.read(3)));
        store.write(at("p/made/below"), "x");
        assertThat(store.permissions(at("p/made"))).containsExactly(Permission.owner(2), Permission.read(3));
        assertThat(store.permissions(at("p/made/below"))).containsExactly(Permission.owner(2), Permission.read(3));
    }

    @Test
    final void writing_keeps_permissions() {
        store.mkdir(at("p"));
        store.setPermissions(at("p"), List.of(Permission.owner(2)));
        store.write(at("p"), "value");
        assertThat(store.permissions(at("p"))).containsExactly(Permission.owner(2));
    }

    @Test
    final void permissions_of_a_missing_node_are_an_error() {
        assertThatExceptionOfType(NoSuchPath.class).isThrownBy(() -> store.permissions(at("missing")));
        assertThatExceptionOfType(NoSuchPath.class)
                .isThrownBy(() -> store.setPermissions(at("missing"), List.of(Permission.owner(0))));
        assertThatIllegalArgumentException().isThrownBy(() -> store.setPermissions(base, List.of()));
    }

    // Transactions

    @Test
    final void transaction_is_seen_as_a_whole_after_its_end() throws Exception {
        try (XenStore other = connect()) {
            String result = store.transaction(tx -> {
                tx.write(at("a"), "1");
                tx.write(at("b/c"), "2");
                assertThat(tx.find(at("a"))).contains("1");
                assertThat(tx.list(at("b"))).containsExactly("c");
                assertThat(other.find(at("a"))).as("outside, before the end").isEmpty();
                return tx.require(at("b/c"));
            });
            assertThat(result).isEqualTo("2");
            assertThat(other.findAll(List.of(at("a"), at("b/c")))).containsExactly(Optional.of("1"), Optional.of("2"));
        }
    }

    @Test
    final void everything_can_be_done_in_a_transaction() {
        store.write(at("old/below"), "x");
        store.transaction(tx -> {
            tx.performAll(List.of(
                    new StoreWrite.Mkdir(at("dir")),
                    new StoreWrite.SetPermissions(at("dir"), List.of(Permission.owner(5))),
                    new StoreWrite.Write(at("dir/value"), "v")));
            tx.remove(at("old"));
            assertThat(tx.findAll(List.of(at("old/below"), at("dir/value"))))
                    .containsExactly(Optional.empty(), Optional.of("v"));
            assertThat(tx.permissions(at("dir"))).containsExactly(Permission.owner(5));
            return Optional.empty();
        });
        assertThat(store.list(base)).containsExactly("dir");
        assertThat(store.permissions(at("dir/value"))).containsExactly(Permission.owner(5));
    }

    @Test
    final void failed_body_leaves_nothing() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        assertThat(catchThrowable(() -> store.transaction(tx -> {
                    tx.write(at("a"), "1");
                    throw failure;
                })))
                .isSameAs(failure);
        assertThat(store.find(at("a"))).isEmpty();
        assertThat(store.<String>transaction(tx -> "the next one works")).isEqualTo("the next one works");
    }

    @Test
    final void conflict_runs_the_body_again() throws Exception {
        store.write(at("counter"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store.transaction(tx -> {
                int value = Integer.parseInt(tx.require(at("counter")));
                if (runs.incrementAndGet() == 1) {
                    other.write(at("counter"), "10");
                }
                tx.write(at("counter"), Integer.toString(value + 1));
                return value;
            });
            assertThat(runs).hasValue(2);
            assertThat(store.find(at("counter"))).contains("11");
        }
    }

    @Test
    final void conflict_with_a_node_that_appears_or_goes_is_one() throws Exception {
        store.write(at("goes"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store.transaction(tx -> {
                tx.find(at("appears"));
                if (runs.incrementAndGet() == 1) {
                    other.write(at("appears"), "1");
                }
                tx.write(at("result"), "x");
                return runs;
            });
            assertThat(runs).hasValue(2);
            store.transaction(tx -> {
                tx.find(at("goes"));
                if (runs.incrementAndGet() == 3) {
                    other.remove(at("goes"));
                }
                tx.write(at("result"), "y");
                return runs;
            });
            assertThat(runs).hasValue(4);
        }
    }

    @Test
    final void writers_of_other_nodes_do_not_conflict() throws Exception {
        store.write(at("mine"), "1");
        store.write(at("other"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store.transaction(tx -> {
                runs.incrementAndGet();
                tx.write(at("mine"), "2");
                other.write(at("other"), "2");
                return runs;
            });
            assertThat(runs).hasValue(1);
            assertThat(store.find(at("mine"))).contains("2");
            assertThat(store.find(at("other"))).contains("2");
        }
    }

    @Test
    final void endless_conflict_ends() throws Exception {
        store.write(at("contended"), "0");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            assertThatExceptionOfType(TransactionConflict.class)
                    .isThrownBy(() -> store.transaction(tx -> {
                        tx.find(at("contended"));
                        other.write(at("contended"), Integer.toString(runs.incrementAndGet()));
                        tx.write(at("contended"), "mine");
                        return runs;
                    }))
                    .withMessageContaining("32");
            assertThat(runs).hasValue(XenStore.MAX_TRANSACTION_TRIES);
        }
    }

    @Test
    final void ended_transaction_cannot_be_used() {
        AtomicReference<Transaction> leaked = new AtomicReference<>();
        store.transaction(tx -> {
            leaked.set(tx);
            return true;
        });
        assertThatIllegalStateException().isThrownBy(() -> leaked.get().find(base));
        assertThatIllegalStateException().isThrownBy(() -> leaked.get().write(base, ""));
    }

    @Test
    final void concurrent_transactions_all_succeed() throws Exception {
        store.write(at("counter"), "0");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    for (int n = 0; n < 5; n++) {
                        store.transaction(tx -> {
                            int value = Integer.parseInt(tx.require(at("counter")));
                            tx.write(at("counter"), Integer.toString(value + 1));
                            return value;
                        });
                    }
                    return 0;
                }));
            }
            for (Future<Integer> each : all) {
                each.get();
            }
        }
        assertThat(store.find(at("counter"))).contains("20");
    }

    // Watches

    private static List<String> changedPaths(Watch watch, String until) {
        List<String> paths = new ArrayList<>();
        while (true) {
            Optional<WatchEvent> event = watch.next(SOON);
            assertThat(event).as("event until " + until + ", after " + paths).isPresent();
            if (event.get() instanceof WatchEvent.Changed(String path)) {
                paths.add(path);
                if (path.equals(until)) {
                    return paths;
                }
            }
        }
    }

    @Test
    final void first_event_comes_at_once() {
        try (Watch watch = store.watch(at("not-there-yet"))) {
            assertThat(watch.path()).isEqualTo(at("not-there-yet"));
            assertThat(watch.next(SOON)).contains(new WatchEvent.Changed(at("not-there-yet")));
            assertThat(watch.next(NOW)).isEmpty();
        }
    }

    @Test
    final void change_at_or_below_is_told_and_beside_is_not() {
        store.mkdir(at("w"));
        try (Watch watch = store.watch(at("w"))) {
            changedPaths(watch, at("w"));
            store.write(at("w-beside"), "x");
            store.write(at("w/deep/below"), "x");
            store.mkdir(at("w/dir"));
            store.setPermissions(at("w/dir"), List.of(Permission.owner(1)));
            store.write(at("w"), "end");
            assertThat(changedPaths(watch, at("w")))
                    .contains(at("w/deep/below"), at("w/dir"))
                    .doesNotContain(at("w-beside"));
        }
    }

    @Test
    final void removed_parent_is_told_to_who_watches_below() {
        store.write(at("p/q/r"), "x");
        try (Watch watch = store.watch(at("p/q/r"))) {
            changedPaths(watch, at("p/q/r"));
            store.remove(at("p"));
            assertThat(watch.next(SOON)).contains(new WatchEvent.Changed(at("p/q/r")));
        }
    }

    @Test
    final void transaction_is_told_when_it_ends_and_only_then() throws Exception {
        try (Watch watch = store.watch(at("t"));
                Watch fence = store.watch(at("fence"))) {
            changedPaths(watch, at("t"));
            changedPaths(fence, at("fence"));
            store.transaction(tx -> {
                tx.write(at("t/a"), "1");
                store.write(at("fence"), "x");
                changedPaths(fence, at("fence"));
                assertThat(watch.next(NOW)).isEmpty();
                return true;
            });
            assertThat(changedPaths(watch, at("t/a"))).containsExactly(at("t/a"));
            assertThat(catchThrowable(() -> store.transaction(tx -> {
                        tx.write(at("t/b"), "1");
                        throw new IllegalStateException("on purpose");
                    })))
                    .isNotNull();
            store.write(at("t/end"), "1");
            assertThat(changedPaths(watch, at("t/end"))).containsExactly(at("t/end"));
        }
    }

    @Test
    final void two_watches_on_one_node_are_both_told() {
        try (Watch two = store.watch(at("same"))) {
            try (Watch one = store.watch(at("same"))) {
                changedPaths(one, at("same"));
            }
            changedPaths(two, at("same"));
            store.write(at("same"), "x");
            assertThat(changedPaths(two, at("same"))).isNotEmpty();
        }
    }

    @Test
    final void closed_watch_wakes_who_waits() throws Exception {
        Watch watch = store.watch(at("w"));
        changedPaths(watch, at("w"));
        CountDownLatch waiting = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Throwable> waiter = threads.submit(() -> {
                waiting.countDown();
                return catchThrowable(() -> watch.next(Duration.ofDays(1_000_000)));
            });
            waiting.await();
            watch.close();
            watch.close();
            assertThat(waiter.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
        }
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> watch.next(NOW));
    }

    @Test
    final void slow_watcher_is_told_once_that_events_are_missing() {
        try (Watch slow = store.watch(at("busy"));
                Watch fence = store.watch(at("busy/end"))) {
            changedPaths(slow, at("busy"));
            changedPaths(fence, at("busy/end"));
            List<StoreWrite> writes = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                writes.add(new StoreWrite.Write(at("busy/" + i), "x"));
            }
            store.performAll(writes);
            store.write(at("busy/end"), "x");
            changedPaths(fence, at("busy/end"));
            assertThat(slow.next(SOON)).contains(new WatchEvent.Overflowed());
            assertThat(slow.next(NOW)).as("told once").isEmpty();
            store.write(at("busy/later"), "x");
            assertThat(slow.next(SOON)).contains(new WatchEvent.Changed(at("busy/later")));
        }
    }

    @Test
    final void domains_that_come_and_go_are_told() {
        try (Watch coming = store.watch("@introduceDomain");
                Watch going = store.watch("@releaseDomain")) {
            changedPaths(coming, "@introduceDomain");
            changedPaths(going, "@releaseDomain");
            store.introduce(17, 4096, 3);
            assertThat(changedPaths(coming, "@introduceDomain")).isNotEmpty();
            assertThat(going.next(NOW)).isEmpty();
            store.write(at("owned/below"), "x");
            store.setPermissions(at("owned"), List.of(Permission.owner(17)));
            store.write(at("named"), "x");
            store.setPermissions(at("named"), List.of(Permission.owner(0), Permission.read(17)));
            store.release(17);
            assertThat(changedPaths(going, "@releaseDomain")).isNotEmpty();
            assertThat(store.find(at("owned/below")))
                    .as("what a domain owns goes with it")
                    .isEmpty();
            assertThat(store.find(at("named"))).contains("x");
        }
    }

    @Test
    final void stub_domain_gets_its_target() {
        store.introduce(18, 4096, 3);
        store.introduce(19, 4096, 3);
        store.setTarget(19, 18);
        store.release(19);
        store.release(18);
    }

    @Test
    final void stopped_domain_runs_again() {
        store.introduce(21, 4096, 3);
        store.resume(21);
        store.release(21);
    }

    @Test
    final void unknown_domain_cannot_be_resumed() {
        assertThatExceptionOfType(XenStoreException.Refused.class)
                .isThrownBy(() -> store.resume(22))
                .withMessageContaining("resume")
                .withMessageContaining("domain 22")
                .withMessageContaining("ENOENT");
    }

    @Test
    final void unknown_domain_cannot_be_released() {
        assertThatExceptionOfType(XenStoreException.Refused.class)
                .isThrownBy(() -> store.release(20))
                .withMessageContaining("domain 20")
                .withMessageContaining("ENOENT");
    }

    // Waiting

    @Test
    final void await_gives_what_is_there_or_comes() throws Exception {
        store.write(at("state"), "4");
        assertThat(store.await(at("state"), SOON, s -> s.find(at("state")))).contains("4");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch asked = new CountDownLatch(2);
            Future<Optional<String>> waiter = threads.submit(() -> store.await(at("state"), SOON, s -> {
                asked.countDown();
                return s.find(at("state")).filter(v -> v.equals("6"));
            }));
            asked.await();
            store.write(at("state"), "5");
            store.write(at("state"), "6");
            assertThat(waiter.get()).contains("6");
        }
    }

    @Test
    final void await_gives_up() {
        assertThat(store.await(at("never"), Duration.ofMillis(50), s -> s.find(at("never"))))
                .isEmpty();
        assertThat(store.await(at("never"), NOW, s -> s.find(at("never")))).isEmpty();
    }

    // Threads and ends

    @Test
    final void many_threads_use_one_connection() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int t = 0; t < 32; t++) {
                int number = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        String path = at("t" + number + "/" + i);
                        store.write(path, number + ":" + i);
                        assertThat(store.require(path)).isEqualTo(number + ":" + i);
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    @Test
    final void interrupted_caller_gets_its_answer_and_harms_nobody() throws Exception {
        store.write(at("x"), "1");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> {
                                Thread.currentThread().interrupt();
                                String value = store.require(at("x"));
                                return Thread.interrupted() ? value : "not interrupted any more";
                            })
                            .get())
                    .isEqualTo("1");
        }
        assertThat(store.find(at("x"))).contains("1");
    }

    @Test
    final void closed_store_says_so() throws Exception {
        XenStore closing = connect();
        Watch watch = closing.watch(at("w"));
        closing.close();
        closing.close();
        watch.close();
        assertThatExceptionOfType(ConnectionLost.class)
                .isThrownBy(() -> closing.find(base))
                .withMessageContaining("closed");
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> closing.watch(base));
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> closing.transaction(tx -> true));
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> watch.next(SOON));
    }
}
