package dev.jxl.xld.host.sim;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a backend's device stands in xenstore.
 *
 * @param backendDomid the domain that serves it
 * @param kind vbd, vif, …
 * @param frontendDomid the domain that uses it
 * @param devid its number
 */
record DevicePath(int backendDomid, String kind, int frontendDomid, int devid) {
    private static final Pattern SHAPE =
            Pattern.compile("/local/domain/(\\d{1,5})/backend/(\\w{1,16})/(\\d{1,5})/(\\d{1,9})(/.*)?");

    /** From a path at or below a device. */
    static Optional<DevicePath> of(String path) {
        Matcher matcher = SHAPE.matcher(path);
        return matcher.matches()
                ? Optional.of(new DevicePath(
                        Integer.parseInt(matcher.group(1)),
                        matcher.group(2),
                        Integer.parseInt(matcher.group(3)),
                        Integer.parseInt(matcher.group(4))))
                : Optional.empty();
    }

    /** The device's folder in the backend's domain. */
    String backend() {
        return "/local/domain/" + backendDomid + "/" + relative();
    }

    /** The same, as the backend's domain names it. */
    String relative() {
        return "backend/" + kind + "/" + frontendDomid + "/" + devid;
    }
}
