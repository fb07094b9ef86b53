package dev.jxl.xenstore.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.Permission.Access;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException.AccessDenied;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.QuotaExceeded;
import dev.jxl.xenstore.XenStoreException.Refused;
import dev.jxl.xenstore.XenStoreException.TransactionConflict;
import dev.jxl.xenstore.memory.Interceptor.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a store in memory can show: the view of a guest, quotas, and faults on demand. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryXenStoreTest {
    private static final Duration NOW = Duration.ZERO;

    private final MemoryXenStore dom0 = new MemoryXenStore();
    private final MemoryXenStore guest = dom0.asDomain(7);

    private void makeHome() {
        dom0.mkdir("/local/domain/7");
        dom0.setPermissions("/local/domain/7", List.of(Permission.owner(0), Permission.read(7)));
        dom0.write("/local/domain/7/name", "guest");
        dom0.mkdir("/local/domain/7/data");
        dom0.setPermissions("/local/domain/7/data", List.of(Permission.owner(7)));
    }

    @Test
    void guest_reads_what_it_may_read() {
        makeHome();
        assertThat(guest.find("/local/domain/7/name")).contains("guest");
        assertThat(guest.list("/local/domain/7")).containsExactlyInAnyOrder("name", "data");
        assertThat(guest.find("/local/domain/7/missing"))
                .as("may be read, is not there")
                .isEmpty();
        assertThatExceptionOfType(AccessDenied.class)
                .isThrownBy(() -> guest.list("/local/domain"))
                .withMessageContaining("/local/domain");
        assertThatExceptionOfType(AccessDenied.class)
                .as("a guest does not learn what is missing where it may not look")
                .isThrownBy(() -> guest.find("/tool/missing"));
    }

    @Test
    void guest_writes_only_what_it_may_write() {
        makeHome();
        guest.write("/local/domain/7/data/a/b", "x");
        assertThat(dom0.permissions("/local/domain/7/data/a/b")).containsExactly(Permission.owner(7));
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> guest.write("/local/domain/7/name", "other"));
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> guest.mkdir("/local/domain/7/new"));
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> guest.remove("/local/domain/7/name"));
        assertThatExceptionOfType(AccessDenied.class)
                .isThrownBy(() -> guest.setPermissions("/local/domain/7/name", List.of(Permission.owner(7))));
        assertThat(dom0.find("/local/domain/7/name")).contains("guest");
    }

    @Test
    void what_a_guest_makes_below_another_domains_node_is_its_own() {
        dom0.mkdir("/shared");
        dom0.setPermissions("/shared", List.of(Permission.owner(3), new Permission(7, Access.BOTH)));
        guest.write("/shared/made", "x");
        assertThat(dom0.permissions("/shared/made"))
                .containsExactly(Permission.owner(7), new Permission(7, Access.BOTH));
    }

    @Test
    void owner_may_share_but_not_give_away() {
        makeHome();
        guest.setPermissions("/local/domain/7/data", List.of(Permission.owner(7), Permission.read(8)));
        assertThat(dom0.asDomain(8).find("/local/domain/7/data")).contains("");
        assertThatExceptionOfType(AccessDenied.class)
                .isThrownBy(() -> guest.setPermissions("/local/domain/7/data", List.of(Permission.owner(8))));
    }

    @Test
    void first_entry_says_what_everybody_may() {
        dom0.mkdir("/open");
        dom0.setPermissions("/open", List.of(new Permission(0, Access.BOTH), Permission.owner(8)));
        guest.write("/open/x", "x");
        assertThatExceptionOfType(AccessDenied.class)
                .as("named, with no access")
                .isThrownBy(() -> dom0.asDomain(8).find("/open"));
    }

    @Test
    void stub_domain_may_what_its_target_may() {
        makeHome();
        XenStore stub = dom0.asDomain(9);
        dom0.introduce(7, 1, 1);
        dom0.introduce(9, 1, 1);
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> stub.write("/local/domain/7/data/x", "x"));
        dom0.setTarget(9, 7);
        stub.write("/local/domain/7/data/x", "x");
        assertThat(dom0.permissions("/local/domain/7/data/x")).containsExactly(Permission.owner(9));
        assertThat(stub.find("/local/domain/7/data")).contains("");
    }

    @Test
    void guest_is_not_told_of_what_it_may_not_read() {
        makeHome();
        dom0.mkdir("/secret");
        dom0.mkdir("/secret/below");
        try (Watch all = guest.watch("/")) {
            assertThat(all.next(NOW)).contains(new WatchEvent.Changed("/"));
            dom0.write("/secret/below/x", "x");
            dom0.write("/local/domain/7/name", "renamed");
            assertThat(all.next(NOW)).contains(new WatchEvent.Changed("/local/domain/7/name"));
            assertThat(all.next(NOW)).isEmpty();
        }
    }

    @Test
    void guest_is_not_told_of_other_domains() {
        try (Watch special = guest.watch("@releaseDomain");
                Watch own = dom0.watch("@releaseDomain")) {
            assertThat(special.next(NOW)).isPresent();
            assertThat(own.next(NOW)).isPresent();
            dom0.tellOfShutdown();
            assertThat(own.next(NOW)).contains(new WatchEvent.Changed("@releaseDomain"));
            assertThat(special.next(NOW)).isEmpty();
        }
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> guest.introduce(8, 1, 1));
        assertThatExceptionOfType(AccessDenied.class).isThrownBy(() -> guest.release(7));
    }

    @Test
    void domain_that_goes_leaves_no_rights() {
        makeHome();
        dom0.introduce(7, 1, 1);
        dom0.release(7);
        assertThat(dom0.find("/local/domain/7/data")).isEmpty();
        assertThat(dom0.permissions("/local/domain/7/name")).containsExactly(Permission.owner(0));
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> dom0.release(7));
    }

    @Test
    void domain_introduced_again_is_told_once() {
        try (Watch coming = dom0.watch("@introduceDomain")) {
            assertThat(coming.next(NOW)).isPresent();
            dom0.introduce(7, 1, 1);
            assertThat(coming.next(NOW)).isPresent();
            dom0.introduce(7, 1, 2);
            assertThat(coming.next(NOW)).isEmpty();
        }
    }

    @Test
    void guest_cannot_use_up_more_than_its_quota() {
        MemoryXenStore small = new MemoryXenStore(new Quota(3, 200, 1, 1, 2));
        small.mkdir("/home");
        small.setPermissions("/home", List.of(Permission.owner(7)));
        XenStore poor = small.asDomain(7);
        poor.write("/home/1", "x");
        poor.write("/home/2", "x");
        assertThatExceptionOfType(QuotaExceeded.class)
                .isThrownBy(() -> poor.write("/home/3", "x"))
                .withMessageContaining("/home/3");
        assertThatExceptionOfType(QuotaExceeded.class).isThrownBy(() -> poor.write("/home/1", "x".repeat(200)));
        assertThatExceptionOfType(QuotaExceeded.class)
                .isThrownBy(() -> poor.setPermissions(
                        "/home/1", List.of(Permission.owner(7), Permission.read(1), Permission.read(2))));
        assertThatExceptionOfType(QuotaExceeded.class)
                .isThrownBy(() -> poor.transaction(tx -> poor.transaction(inner -> "two at once")));
        assertThat(poor.<String>transaction(tx -> "one"))
                .as("the refused one is not counted")
                .isEqualTo("one");
        try (Watch first = poor.watch("/home")) {
            assertThat(first.next(NOW)).isPresent();
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> poor.watch("/home"))
                    .withMessageContaining("E2BIG");
        }
        small.write("/home/3", "domain 0 has no quota");
    }

    @Test
    void fault_stops_the_operation_it_is_for() {
        dom0.write("/a", "1");
        List<String> seen = new ArrayList<>();
        dom0.intercept((operation, domid, path) -> {
            seen.add(domid + " " + operation + " " + path);
            if (operation == Operation.WRITE) {
                throw new ConnectionLost("on purpose", null);
            }
        });
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> dom0.write("/a", "2"));
        assertThat(dom0.find("/a")).contains("1");
        assertThat(seen).containsExactly("0 WRITE /a", "0 READ /a");
    }

    @Test
    void fault_at_commit_leaves_nothing_and_no_open_transaction() {
        AtomicInteger commits = new AtomicInteger();
        dom0.intercept((operation, domid, path) -> {
            if (operation == Operation.COMMIT && commits.incrementAndGet() == 1) {
                throw new TransactionConflict(32);
            }
        });
        assertThatExceptionOfType(TransactionConflict.class)
                .isThrownBy(() -> dom0.transaction(tx -> {
                    tx.write("/a", "1");
                    return true;
                }));
        assertThat(dom0.find("/a")).isEmpty();
        dom0.transaction(tx -> {
            tx.write("/a", "2");
            return true;
        });
        assertThat(dom0.find("/a")).contains("2");
    }

    @Test
    void reconnect_is_told_to_this_connections_watches_only() {
        AtomicInteger told = new AtomicInteger();
        dom0.onReconnect(store -> told.incrementAndGet());
        try (Watch mine = dom0.watch("/a");
                Watch theirs = guest.watch("/a")) {
            assertThat(mine.next(NOW)).isPresent();
            assertThat(theirs.next(NOW)).isPresent();
            dom0.reconnect();
            assertThat(mine.next(NOW)).contains(new WatchEvent.Reconnected());
            assertThat(theirs.next(NOW)).isEmpty();
        }
        assertThat(told).hasValue(1);
    }

    @Test
    void closing_a_guests_connection_harms_nobody() {
        guest.close();
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> guest.find("/local/domain/7/name"));
        dom0.write("/a", "1");
        assertThat(dom0.find("/a")).isEqualTo(Optional.of("1"));
    }
}
