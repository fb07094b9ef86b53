package dev.jxl.xld.engine.operation;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.store.Database.StoreFailure;
import java.util.Optional;
import java.util.function.Supplier;

/** What jxld itself stands on and does not have: xenstored, its own database. Told as the host's fault, with what to do. */
public final class Outage {
    private Outage() {}

    /** What the user is told; empty when it is no outage. */
    static Optional<ToolstackException> of(Throwable e) {
        return switch (e) {
            case XenStoreException _ ->
                Optional.of(new ToolstackException.HostUnavailable(
                        e.getMessage() + "; see whether xenstored runs and dom0 has memory and disk left", e));
            case StoreFailure _ ->
                Optional.of(new ToolstackException.HostUnavailable(
                        "jxld cannot use its database (" + e.getMessage()
                                + "); see whether the file system of its state folder, /var/lib/jxl, is full or"
                                + " read-only. Guests run on, and jxld works again as soon as it can write",
                        e));
            default -> Optional.empty();
        };
    }

    /** Does something that needs them. */
    public static <T> T told(Supplier<T> call) {
        try {
            return call.get();
        } catch (XenStoreException | StoreFailure e) {
            throw of(e).orElseThrow();
        }
    }
}
