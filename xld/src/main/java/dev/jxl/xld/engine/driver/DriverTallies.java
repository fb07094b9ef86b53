package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DriverDomainView.Tally;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often each driver domain has failed and come back since this jxld started: what monitoring counts. Thread-safe. */
final class DriverTallies {
    private static final Tally NOTHING = new Tally(0, 0, 0, 0);
    private static final double MILLIS = 1000.0;

    private final Map<DomainUuid, Tally> tallies = new ConcurrentHashMap<>();

    Tally of(DomainUuid driver) {
        return tallies.getOrDefault(driver, NOTHING);
    }

    /** It has been taken away, by whatever reason. */
    void failed(DomainUuid driver) {
        add(driver, new Tally(1, 0, 0, 0));
    }

    void recovered(DomainUuid driver, Duration outage) {
        add(driver, new Tally(0, 1, 0, outage.toMillis() / MILLIS));
    }

    void degraded(DomainUuid driver) {
        add(driver, new Tally(0, 0, 1, 0));
    }

    private void add(DomainUuid driver, Tally more) {
        Tally _ = tallies.merge(
                driver,
                more,
                (a, b) -> new Tally(
                        a.stops() + b.stops(),
                        a.recoveries() + b.recoveries(),
                        a.degradations() + b.degradations(),
                        a.outageSeconds() + b.outageSeconds()));
    }
}
