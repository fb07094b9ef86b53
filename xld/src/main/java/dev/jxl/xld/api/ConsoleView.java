package dev.jxl.xld.api;

/**
 * One console.
 *
 * @param type pv or serial
 * @param number from 0
 * @param tty the pseudo terminal in dom0, e.g. /dev/pts/3
 */
public record ConsoleView(String type, int number, String tty) {}
