package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainUuid;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** For how long the heartbeat of each driver domain has stood still, as far as jxld has looked. Thread-safe. */
final class DriverBeats {
    private final Map<DomainUuid, Beat> beats = new ConcurrentHashMap<>();

    private record Beat(long value, long sinceNanos) {}

    /** What is read now. A heart that has beaten and says nothing any more stands still. */
    void seen(DomainUuid driver, OptionalLong value) {
        if (value.isPresent()) {
            Beat now = new Beat(value.getAsLong(), System.nanoTime());
            Beat _ = beats.merge(driver, now, (before, after) -> before.value() == after.value() ? before : after);
        }
    }

    /** Another life begins, or it is stopped on purpose. */
    void forget(DomainUuid driver) {
        beats.remove(driver);
    }

    /** For how long; empty when its heart has not beaten yet. */
    Optional<Duration> age(DomainUuid driver) {
        return Optional.ofNullable(beats.get(driver)).map(b -> Duration.ofNanos(System.nanoTime() - b.sinceNanos()));
    }
}
