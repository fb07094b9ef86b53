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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** jxld's connection to the simulated xenstore, for one life of jxld. */
final class GuardedStore extends GuardedAccess implements XenStore {
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
        return life.call("store.transaction", () -> store.transaction(body));
    }

    @Override
    public Watch watch(String path) {
        return life.call("store.watch " + path, () -> new GuardedWatch(store.watch(path)));
    }

    @Override
    public <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        return life.call("store.await " + path, () -> store.await(path, timeout.dividedBy(hurry), probe));
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
            return life.uncounted("watch.next " + path(), () -> watch.next(timeout));
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
