package dev.jxl.config;

import java.util.Locale;

/** A value that has a word in the JSON form and, mostly, in xl.cfg. */
public interface Worded {
    /** The constant's name. */
    String name();

    /** The word: the name in lower case unless the type says otherwise. */
    default String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
