package dev.jxl.xld.api;

/**
 * How long a domain has been up.
 *
 * @param domid its number
 * @param domain its name
 * @param seconds since it was started
 */
public record UptimeView(int domid, String domain, long seconds) {}
