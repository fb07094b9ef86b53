package dev.jxl.xld.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether guests are being stopped with the host: nothing is started meanwhile, and nothing that stops is started again. Thread-safe.
 */
final class HostStopping {
    private final AtomicInteger stops = new AtomicInteger();

    /** Whether it is so. */
    boolean isSet() {
        return stops.get() > 0;
    }

    /** It is, while this is done. */
    void during(Runnable stop) {
        stops.incrementAndGet();
        try {
            stop.run();
        } finally {
            stops.decrementAndGet();
        }
    }
}
