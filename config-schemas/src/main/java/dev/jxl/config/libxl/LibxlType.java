package dev.jxl.config.libxl;

import dev.jxl.config.XenVersion;
import java.util.List;
import java.util.Optional;

/**
 * A type of libxl's configuration.
 *
 * @param kind which of the three
 * @param name without libxl_
 * @param initial an enumeration's number as initialised
 * @param by a union's deciding field and its enumeration: {@code type:domain_type}
 * @param members fields, words or variants, in order
 */
record LibxlType(Kind kind, String name, long initial, String by, List<Member> members) {
    LibxlType {
        members = List.copyOf(members);
    }

    enum Kind {
        ENUM,
        STRUCT,
        UNION
    }

    /**
     * A field, a word or a variant.
     *
     * @param type a field's or variant's type; a word's number
     * @param initial a field's value as initialised; empty: its type's
     */
    record Member(String name, String type, Optional<String> initial, XenVersion since, XenVersion until) {
        boolean in(XenVersion version) {
            return version.atLeast(since) && until.atLeast(version);
        }
    }

    Optional<Member> find(String member, XenVersion version) {
        return members.stream()
                .filter(m -> m.name().equals(member) && m.in(version))
                .findFirst();
    }

    /** The word of a number. */
    Optional<String> word(long number) {
        return members.stream()
                .filter(m -> Long.parseLong(m.type()) == number)
                .map(Member::name)
                .findFirst();
    }

    /** A word of any case, as libxl reads it; in lower case. */
    Optional<String> findWord(String text, XenVersion version) {
        return members.stream()
                .filter(m -> m.name().equalsIgnoreCase(text) && m.in(version))
                .map(Member::name)
                .findFirst();
    }

    /** A union's deciding field. */
    String field() {
        return by.substring(0, by.indexOf(':'));
    }

    /** The enumeration of a union's deciding field. */
    String decidedBy() {
        return by.substring(by.indexOf(':') + 1);
    }
}
