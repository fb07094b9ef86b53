package dev.jxl.xld.api;

import java.util.Optional;

/**
 * Something on the host that is not as it should be.
 *
 * @param code what kind of thing, one of those in docs/doctor.md or docs/driver-domains.md: {@code loop-without-domain}
 * @param severity how bad it is
 * @param object what it is about: a path, a domain, a process
 * @param meaning what it means, one sentence
 * @param advice what to do about it
 * @param fixable whether a fix can mend it
 * @param done what a fix has done about it
 * @param failure why a fix could not mend it
 */
public record Finding(
        String code,
        Severity severity,
        String object,
        String meaning,
        String advice,
        boolean fixable,
        Optional<String> done,
        Optional<String> failure) {
    /** How bad a finding is. */
    public enum Severity {
        /** Something does not work. */
        ERROR,
        /** A leftover: it holds something, or may be in the way later. */
        WARNING,
        /** Worth knowing; the host is healthy with it. */
        NOTE
    }

    /** Before a fix. */
    public static Finding of(
            String code, Severity severity, String object, String meaning, String advice, boolean fixable) {
        return new Finding(code, severity, object, meaning, advice, fixable, Optional.empty(), Optional.empty());
    }

    /** The same, mended. */
    public Finding mended(String what) {
        return new Finding(code, severity, object, meaning, advice, fixable, Optional.of(what), Optional.empty());
    }

    /** The same, that a fix could not mend. */
    public Finding failed(String why) {
        return new Finding(code, severity, object, meaning, advice, fixable, Optional.empty(), Optional.of(why));
    }
}
