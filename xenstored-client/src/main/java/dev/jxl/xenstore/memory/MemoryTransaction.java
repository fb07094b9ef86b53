package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.memory.Interceptor.Operation;
import dev.jxl.xenstore.rules.TransactionRetry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transaction on a store in memory: a copy of the tree and the changes made to it. */
final class MemoryTransaction extends MemoryAccess implements TransactionRetry.Attempt {
    private final StoreState state;
    private final int domid;
    private final Edit edit;
    private final List<Consumer<Edit>> changes = new ArrayList<>();
    private volatile boolean ended;

    MemoryTransaction(StoreState state, int domid) {
        this.state = state;
        this.domid = domid;
        state.before(Operation.BEGIN, domid, "/");
        this.edit = state.begin(domid);
    }

    @Override
    <T extends @Nullable Object> T look(Operation operation, String path, Function<? super Edit, ? extends T> look) {
        requireOpen();
        state.before(operation, domid, path);
        return state.inside(edit, look);
    }

    @Override
    void change(Operation operation, String path, Consumer<Edit> change) {
        requireOpen();
        state.before(operation, domid, path);
        state.inside(edit, e -> {
            change.accept(e);
            return changes.add(change);
        });
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("the xenstore transaction has ended");
        }
    }

    @Override
    public boolean commit() {
        try {
            state.before(Operation.COMMIT, domid, "/");
        } catch (RuntimeException e) {
            abort();
            throw e;
        }
        ended = true;
        return state.commit(domid, edit, changes);
    }

    @Override
    public void abort() {
        if (!ended) {
            ended = true;
            state.abort(domid);
        }
    }
}
