package dev.jxl.config;

import java.util.Arrays;
import java.util.Optional;

/** A version of Xen whose configuration jxl knows. */
public enum XenVersion implements Worded {
    /** Debian 12's. */
    V4_17,
    /** Xen 4.18. */
    V4_18,
    /** Xen 4.19. */
    V4_19,
    /** Debian 13's. */
    V4_20,
    /** Xen 4.21. */
    V4_21,
    /** Xen 4.22. */
    V4_22;

    /** What is meant when nobody says. */
    public static final XenVersion USUAL = V4_20;

    /** The version written as {@code 4.20}; empty for anything else. */
    public static Optional<XenVersion> find(String text) {
        return Arrays.stream(values()).filter(v -> v.word().equals(text)).findFirst();
    }

    /** {@code 4.20}. */
    @Override
    public String word() {
        return name().substring(1).replace('_', '.');
    }

    /** Whether this version is that one or later. */
    public boolean atLeast(XenVersion that) {
        return compareTo(that) >= 0;
    }
}
