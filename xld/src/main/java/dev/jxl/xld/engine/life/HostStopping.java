package dev.jxl.xld.engine.life;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether guests are being stopped with the host: nothing is started meanwhile, and nothing that stops is started again. Thread-safe.
 */
public final class HostStopping {
    private final AtomicInteger stops = new AtomicInteger();

    /** Whether it is so. */
    public boolean isSet() {
        return stops.get() > 0;
    }

    /** It is, while this is done. */
    public void during(Runnable stop) {
        stops.incrementAndGet();
        try {
            stop.run();
        } finally {
            stops.decrementAndGet();
        }
    }
}
