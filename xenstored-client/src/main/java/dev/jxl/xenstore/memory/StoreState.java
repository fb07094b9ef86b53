package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.rules.StoreErrors;
import dev.jxl.xenstore.rules.StorePath;
import dev.jxl.xenstore.rules.WatchQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What all connections to one store in memory share. Everything here happens under one lock and never waits inside it. */
final class StoreState {
    static final String INTRODUCE_DOMAIN = "@introduceDomain";
    static final String RELEASE_DOMAIN = "@releaseDomain";

    private record Registered(int domid, WatchQueue queue) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Quota quota;
    /** By the path they watch: a change asks for those on its own and on each one above, however many there are. */
    private final Map<String, List<Registered>> watches = new HashMap<>();

    private final Set<Integer> introduced = new HashSet<>();
    private final Map<Integer, Integer> targets = new HashMap<>();
    private final Map<Integer, Integer> openTransactions = new HashMap<>();
    private long generation;
    private Node root;
    private volatile Interceptor interceptor = (operation, domid, path) -> {};

    StoreState(Quota quota) {
        this.quota = quota;
        this.root = Node.empty(List.of(Permission.owner(0)), 0);
        Edit edit = edit(0);
        // What xenstored has in the beginning.
        edit.mkdir("/tool/xenstored");
        edit.mkdir("/local/domain");
        root = edit.root();
    }

    void intercept(Interceptor newInterceptor) {
        interceptor = newInterceptor;
    }

    void before(Interceptor.Operation operation, int domid, String path) {
        interceptor.before(operation, domid, path);
    }

    private Caller caller(int domid) {
        return new Caller(domid, targets.getOrDefault(domid, domid));
    }

    private Edit edit(int domid) {
        return new Edit(root, caller(domid), quota, () -> ++generation);
    }

    /** One operation outside of a transaction: all of it happens, or, when it throws, nothing. */
    <T extends @Nullable Object> T atOnce(int domid, Function<? super Edit, ? extends T> operation) {
        lock.lock();
        try {
            Edit edit = edit(domid);
            T result = operation.apply(edit);
            root = edit.root();
            fire(edit);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Begins a transaction. */
    Edit begin(int domid) {
        lock.lock();
        try {
            int open = openTransactions.merge(domid, 1, Integer::sum);
            if (domid != 0 && open > quota.transactions()) {
                openTransactions.merge(domid, -1, Integer::sum);
                throw StoreErrors.of("begin a transaction on", "/", "ENOSPC");
            }
            return edit(domid);
        } finally {
            lock.unlock();
        }
    }

    /** One operation inside a transaction. */
    <T extends @Nullable Object> T inside(Edit edit, Function<? super Edit, ? extends T> operation) {
        lock.lock();
        try {
            return operation.apply(edit);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a transaction with its changes.
     *
     * @param operations those that change something, in order: they are performed again when others have changed other
     *     nodes since
     * @return false when somebody changed what it has looked at
     */
    boolean commit(int domid, Edit edit, List<Consumer<Edit>> operations) {
        lock.lock();
        try {
            openTransactions.merge(domid, -1, Integer::sum);
            if (!edit.agreesWith(root)) {
                return false;
            }
            Edit again = edit(domid);
            operations.forEach(operation -> operation.accept(again));
            root = again.root();
            fire(again);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void abort(int domid) {
        lock.lock();
        try {
            openTransactions.merge(domid, -1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void addWatch(int domid, WatchQueue queue) {
        lock.lock();
        try {
            if (domid != 0 && countWatchesOf(domid) >= quota.watches()) {
                throw StoreErrors.of("watch", queue.path(), "E2BIG");
            }
            watches.computeIfAbsent(queue.path(), path -> new ArrayList<>()).add(new Registered(domid, queue));
            queue.offer(queue.path());
        } finally {
            lock.unlock();
        }
    }

    void removeWatch(WatchQueue queue) {
        lock.lock();
        try {
            watches.computeIfPresent(queue.path(), (path, there) -> {
                there.removeIf(w -> w.queue() == queue);
                return there.isEmpty() ? null : there;
            });
        } finally {
            lock.unlock();
        }
    }

    void introduce(int domid) {
        lock.lock();
        try {
            if (introduced.add(domid)) {
                fireSpecial(INTRODUCE_DOMAIN);
            }
        } finally {
            lock.unlock();
        }
    }

    void release(int domid) {
        lock.lock();
        try {
            if (!introduced.remove(domid)) {
                throw new XenStoreException.Refused("release", "domain " + domid, "ENOENT");
            }
            targets.remove(domid);
            Edit edit = edit(0);
            edit.forgetDomain(domid);
            root = edit.root();
            fire(edit);
            fireSpecial(RELEASE_DOMAIN);
        } finally {
            lock.unlock();
        }
    }

    void resume(int domid) {
        lock.lock();
        try {
            if (!introduced.contains(domid)) {
                throw new XenStoreException.Refused("resume", "domain " + domid, "ENOENT");
            }
        } finally {
            lock.unlock();
        }
    }

    void setTarget(int domid, int targetDomid) {
        lock.lock();
        try {
            if (!introduced.contains(domid) || !introduced.contains(targetDomid)) {
                throw new XenStoreException.Refused("set the target of", "domain " + domid, "ENOENT");
            }
            targets.put(domid, targetDomid);
        } finally {
            lock.unlock();
        }
    }

    void tellOfShutdown() {
        lock.lock();
        try {
            fireSpecial(RELEASE_DOMAIN);
        } finally {
            lock.unlock();
        }
    }

    private long countWatchesOf(int domid) {
        return watches.values().stream()
                .flatMap(List::stream)
                .filter(w -> w.domid() == domid)
                .count();
    }

    private void fireSpecial(String name) {
        for (Registered watch : watches.getOrDefault(name, List.of())) {
            if (watch.domid() == 0) {
                watch.queue().offer(name);
            }
        }
    }

    private void fire(Edit edit) {
        for (Edit.Change change : edit.changes()) {
            String at = change.path();
            tell(at, change);
            while (!change.exact() && !at.equals("/")) {
                at = StorePath.parent(at);
                tell(at, change);
            }
        }
    }

    private void tell(String watched, Edit.Change change) {
        for (Registered watch : watches.getOrDefault(watched, List.of())) {
            if (mayKnow(caller(watch.domid()), change)) {
                watch.queue().offer(change.path());
            }
        }
    }

    /**
     * Whether somebody may be told of a change: of a node it can or could read, or in a directory that it can read.
     *
     * @source tools/xenstored/watch.c: watch_permitted
     */
    private boolean mayKnow(Caller caller, Edit.Change change) {
        List<Permission> before = change.before();
        if (caller.isPrivileged() || (before != null && caller.mayRead(before))) {
            return true;
        }
        Node node = root.find(change.path());
        Node parent = root.find(StorePath.parent(change.path()));
        return (node != null && caller.mayRead(node.permissions()))
                || (parent != null && caller.mayRead(parent.permissions()));
    }
}
