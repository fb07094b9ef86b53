package dev.jxl.xenstore;

import java.util.List;

/** One change of the store, as data: plans and devices are lists of these. */
public sealed interface StoreWrite {
    /** The node that changes. */
    String path();

    /** Write a value. */
    record Write(String path, String value) implements StoreWrite {}

    /** Make a node. */
    record Mkdir(String path) implements StoreWrite {}

    /** Remove a node and all below it. */
    record Remove(String path) implements StoreWrite {}

    /** Set permissions, the owner first. */
    record SetPermissions(String path, List<Permission> permissions) implements StoreWrite {}
}
