package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jxl.xenstore.XenStoreException.TransactionConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Transactions: whole, alone, and again when somebody else was faster. */
interface TransactionsContract extends StoreUnderTest {
    @Test
    default void transaction_is_seen_as_a_whole_after_its_end() throws Exception {
        try (XenStore other = connect()) {
            String result = store().transaction(tx -> {
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
    default void everything_can_be_done_in_a_transaction() {
        store().write(at("old/below"), "x");
        store().transaction(tx -> {
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
        assertThat(store().list(base())).containsExactly("dir");
        assertThat(store().permissions(at("dir/value"))).containsExactly(Permission.owner(5));
    }

    @Test
    default void failed_body_leaves_nothing() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        assertThat(catchThrowable(() -> store().transaction(tx -> {
                    tx.write(at("a"), "1");
                    throw failure;
                })))
                .isSameAs(failure);
        assertThat(store().find(at("a"))).isEmpty();
        assertThat(store().<String>transaction(tx -> "the next one works")).isEqualTo("the next one works");
    }

    @Test
    default void conflict_runs_the_body_again() throws Exception {
        store().write(at("counter"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store().transaction(tx -> {
                int value = Integer.parseInt(tx.require(at("counter")));
                if (runs.incrementAndGet() == 1) {
                    other.write(at("counter"), "10");
                }
                tx.write(at("counter"), Integer.toString(value + 1));
                return value;
            });
            assertThat(runs).hasValue(2);
            assertThat(store().find(at("counter"))).contains("11");
        }
    }

    @Test
    default void conflict_with_a_node_that_appears_or_goes_is_one() throws Exception {
        store().write(at("goes"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store().transaction(tx -> {
                tx.find(at("appears"));
                if (runs.incrementAndGet() == 1) {
                    other.write(at("appears"), "1");
                }
                tx.write(at("result"), "x");
                return runs;
            });
            assertThat(runs).hasValue(2);
            store().transaction(tx -> {
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
    default void writers_of_other_nodes_do_not_conflict() throws Exception {
        store().write(at("mine"), "1");
        store().write(at("other"), "1");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            store().transaction(tx -> {
                runs.incrementAndGet();
                tx.write(at("mine"), "2");
                other.write(at("other"), "2");
                return runs;
            });
            assertThat(runs).hasValue(1);
            assertThat(store().find(at("mine"))).contains("2");
            assertThat(store().find(at("other"))).contains("2");
        }
    }

    @Test
    default void endless_conflict_ends() throws Exception {
        store().write(at("contended"), "0");
        try (XenStore other = connect()) {
            AtomicInteger runs = new AtomicInteger();
            assertThatExceptionOfType(TransactionConflict.class)
                    .isThrownBy(() -> store().transaction(tx -> {
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
    default void ended_transaction_cannot_be_used() {
        AtomicReference<Transaction> leaked = new AtomicReference<>();
        store().transaction(tx -> {
            leaked.set(tx);
            return true;
        });
        assertThatIllegalStateException().isThrownBy(() -> leaked.get().find(base()));
        assertThatIllegalStateException().isThrownBy(() -> leaked.get().write(base(), ""));
    }

    @Test
    default void concurrent_transactions_all_succeed() throws Exception {
        store().write(at("counter"), "0");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    for (int n = 0; n < 5; n++) {
                        store().transaction(tx -> {
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
        assertThat(store().find(at("counter"))).contains("20");
    }
}
