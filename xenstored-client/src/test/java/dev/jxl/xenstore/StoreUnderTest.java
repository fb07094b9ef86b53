package dev.jxl.xenstore;

import java.time.Duration;

/** What a part of {@link XenStoreContract} needs: a store, and a node of its own in it for each test. */
interface StoreUnderTest {
    /** Long enough for what has to come. */
    Duration SOON = Duration.ofSeconds(20);

    /** Only a look. */
    Duration NOW = Duration.ZERO;

    /** A new connection, always to the same store. */
    XenStore connect() throws Exception;

    /** The connection of this test. */
    XenStore store();

    /** This test's own node. */
    String base();

    /** A path below this test's own node. */
    default String at(String name) {
        return base() + "/" + name;
    }
}
