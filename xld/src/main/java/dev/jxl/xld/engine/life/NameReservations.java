package dev.jxl.xld.engine.life;

import dev.jxl.xld.api.ToolstackException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Names of domains that are being created: two creations of one name at once cannot both pass the check. */
public final class NameReservations {
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /** A name that is held until closed, unless handed over to the operation. */
    public final class Held implements AutoCloseable {
        private final String name;
        private boolean handedOver;

        private Held(String name) {
            this.name = name;
        }

        /** The operation frees it now. */
        void handOver() {
            handedOver = true;
        }

        @Override
        public void close() {
            if (!handedOver) {
                release(name);
            }
        }
    }

    /** Keeps a name until it is released. */
    public Held reserve(String name) {
        if (!names.add(name)) {
            throw new ToolstackException.NameInUse(
                    "a domain named '" + name + "' is being created at this moment: choose another name, or wait");
        }
        return new Held(name);
    }

    void release(String name) {
        names.remove(name);
    }
}
