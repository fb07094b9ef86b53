package dev.jxl.xld.api;

import java.util.Map;

/**
 * Whether jxld can do its work.
 *
 * @param up everything that is needed is there
 * @param checks by name (xen, xenstore, database): {@code ok} or what is wrong
 */
public record Health(boolean up, Map<String, String> checks) {
    /** Makes the map immutable. */
    public Health {
        checks = Map.copyOf(checks);
    }
}
