package dev.jxl.xenstore;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every store does, whatever it is made of: the tests are in the contracts by theme. A store may hold other things: each
 * test works below its own node.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class XenStoreContract
        implements ValuesContract, PermissionsContract, TransactionsContract, WatchesContract, ConnectionContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private XenStore store;
    private String base;

    /** Before each test. */
    protected XenStoreContract() {}

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

    @Override
    public final XenStore store() {
        return store;
    }

    @Override
    public final String base() {
        return base;
    }
}
