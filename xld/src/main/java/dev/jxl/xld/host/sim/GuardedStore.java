package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** jxld's connection to the simulated xenstore, for one life of jxld. */
final class GuardedStore extends GuardedAccess implements XenStore {
    /** A node that transactions and somebody else want at the same time. */
    private static final String CONTENDED = "/tool/contended";

    private final XenStore store;
    private final SimXen xen;
    private final int hurry;

    GuardedStore(Incarnation life, XenStore store, SimXen xen, int hurry) {
        super(life, store);
        this.store = store;
        this.xen = xen;
        this.hurry = hurry;
    }

    /** One call, whatever is in it: a transaction is all or nothing, so a fault inside it is a fault of it. */
    @Override
    public <T extends @Nullable Object> T transaction(Function<? super Transaction, ? extends T> body) {
        return life.call("store.transaction", () -> {
            AtomicInteger conflicts = new AtomicInteger(SimFaults.takeConflicts());
            return store.<T>transaction(t -> {
                T result = body.apply(t);
                if (conflicts.getAndDecrement() > 0) {
                    Optional<String> _ = t.find(CONTENDED);
                    store.write(CONTENDED, conflicts.toString());
                }
                return result;
            });
        });
    }

    @Override
    public Watch watch(String path) {
        return life.call("store.watch " + path, () -> new GuardedWatch(store.watch(path)));
    }

    @Override
    public <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        Duration shortened = timeout.dividedBy(hurry);
        return life.call(
                "store.await " + path,
                () -> life.losesEvents() ? awaitDeaf(shortened, probe) : store.await(path, shortened, probe));
    }

    /** What is left of a wait when no event comes: a look before it and one after it. */
    private <T> Optional<T> awaitDeaf(Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        Optional<T> found = probe.apply(store);
        if (found.isPresent()) {
            return found;
        }
        try {
            Thread.sleep(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for xenstore");
        }
        return probe.apply(store);
    }

    /** As the real one, it maps the ring and binds the port before it believes them. */
    @Override
    public void introduce(int domid, long gfn, int port) {
        life.perform("store.introduce " + domid, () -> {
            boolean fits = xen.find(new DomainId(domid))
                    .map(domain -> domain.introduce(gfn, port))
                    .orElse(false);
            if (!fits) {
                throw new XenStoreException.Refused("introduce", "domain " + domid, "EINVAL");
            }
            store.introduce(domid, gfn, port);
        });
    }

    @Override
    public void release(int domid) {
        life.perform("store.release " + domid, () -> store.release(domid));
    }

    @Override
    public void resume(int domid) {
        life.perform("store.resume " + domid, () -> store.resume(domid));
    }

    @Override
    public void setTarget(int domid, int targetDomid) {
        life.perform("store.setTarget " + domid, () -> store.setTarget(domid, targetDomid));
    }

    @Override
    public void onReconnect(Consumer<? super XenStore> listener) {
        store.onReconnect(ignored -> {
            if (life.alive()) {
                listener.accept(this);
            }
        });
    }

    @Override
    public void close() {
        store.close();
    }

    private final class GuardedWatch implements Watch {
        private final Watch watch;

        GuardedWatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        public String path() {
            return watch.path();
        }

        @Override
        public Optional<WatchEvent> next(Duration timeout) {
            return life.uncounted("watch.next " + path(), () -> {
                long end = System.nanoTime() + timeout.toNanos();
                Optional<WatchEvent> event;
                do {
                    event = watch.next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                } while (event.isPresent() && life.losesEvents());
                return event;
            });
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
