package dev.jxl.xld.engine.move;

import dev.jxl.xld.api.HostInfo;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A release of Xen, as 4.20. What a newer one has saved, an older one may not understand. */
record XenRelease(int major, int minor) implements Comparable<XenRelease> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

    static XenRelease of(HostInfo host) {
        return new XenRelease(host.xenMajor(), host.xenMinor());
    }

    /** As another host says it. */
    static Optional<XenRelease> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new XenRelease(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(XenRelease other) {
        return Comparator.comparingInt(XenRelease::major)
                .thenComparingInt(XenRelease::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
