package dev.jxl.xld.engine.driver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** When each part of a driver domain's restart was done, in seconds since it was found to be needed. Used by one thread. */
final class DriverTimeline {
    private final Clock clock;
    private final Instant begin;
    private final Map<String, String> reached = new LinkedHashMap<>();

    DriverTimeline(Clock clock, Instant begin) {
        this.clock = clock;
        this.begin = begin;
    }

    void reached(String part) {
        reached.putIfAbsent(part, seconds());
    }

    Duration soFar() {
        return Duration.between(begin, clock.instant());
    }

    /** Seconds so far, with three digits. */
    String seconds() {
        return String.format(Locale.ROOT, "%.3f", soFar().toMillis() / 1000.0);
    }

    /** What was reached, and when it began. */
    Map<String, String> data() {
        Map<String, String> data = new LinkedHashMap<>(reached);
        data.put("detected", begin.toString());
        return data;
    }
}
