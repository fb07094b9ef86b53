package dev.jxl.config.xl;

/**
 * One key with its last value.
 *
 * @param place of the key
 * @param added made by {@code +=}: not usable as a number
 */
record XlSetting(String key, XlPlace place, XlValue value, boolean added) {}
