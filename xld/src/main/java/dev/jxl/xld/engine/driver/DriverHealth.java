package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.host.Printable;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What jxl-backend in a driver domain says of itself: a stranger's words, each a number or nothing. */
final class DriverHealth {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,20}");
    private static final Pattern COUNTS = Pattern.compile("([0-9]{1,20}) ([0-9]{1,20})");

    private DriverHealth() {}

    /** A counter that rises while it lives. */
    static OptionalLong heartbeat(StoreAccess store, DomainId driver) {
        return store.find(DriverAnswers.home(driver) + "/heartbeat")
                .filter(text -> COUNT.matcher(text).matches())
                .map(DriverHealth::number)
                .orElse(OptionalLong.empty());
    }

    /** What it and a toolstack have to agree upon. */
    static OptionalLong protocol(StoreAccess store, DomainId driver) {
        return store.find(DriverAnswers.home(driver) + "/protocol")
                .filter(text -> text.length() < 5 && COUNT.matcher(text).matches())
                .map(DriverHealth::number)
                .orElse(OptionalLong.empty());
    }

    /** Its version, fit to be shown. */
    static Optional<String> version(StoreAccess store, DomainId driver) {
        return store.find(DriverAnswers.home(driver) + "/version")
                .map(Printable::brief)
                .filter(text -> !text.isBlank());
    }

    /**
     * How far a device has come since the program started.
     *
     * @param taken requests taken from the client; unsigned
     * @param answered of these; unsigned
     */
    record Progress(long taken, long answered) {
        /** Whether nothing waits for it. */
        boolean idle() {
            return taken == answered;
        }
    }

    /** How far one has come; empty when the program does not say so. */
    static Optional<Progress> progress(StoreAccess store, DomainId driver, DriverClients.Device device) {
        return store.find(progressPath(driver, device)).flatMap(DriverHealth::progress);
    }

    /** Where that stands. */
    static String progressPath(DomainId driver, DriverClients.Device device) {
        return DriverAnswers.home(driver) + "/devices/" + device.counter();
    }

    /** What stands there. */
    static Optional<Progress> progress(String text) {
        Matcher m = COUNTS.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        OptionalLong taken = number(m.group(1));
        OptionalLong answered = number(m.group(2));
        return taken.isPresent() && answered.isPresent()
                ? Optional.of(new Progress(taken.getAsLong(), answered.getAsLong()))
                : Optional.empty();
    }

    private static OptionalLong number(String digits) {
        try {
            return OptionalLong.of(Long.parseUnsignedLong(digits));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }
}
