package dev.jxl.xld.api;

/**
 * A guest that went, or goes, from one jxld to another: what this host has written down of it.
 *
 * @param id the same on both hosts; on the sender's the operation's
 * @param outgoing whether this host is the sender
 * @param domainName the guest
 * @param domainUuid the guest
 * @param peer the other host: as it is called, or as its certificate says
 * @param state of the sender: {@code given}, {@code gone} or {@code kept}; of the receiver: {@code ready}, {@code starting}, {@code runs} or
 *     {@code refused}
 * @param settled whether nothing is left to be done; a sender's that is not asks the other host
 */
public record MigrationView(
        String id,
        boolean outgoing,
        String domainName,
        String domainUuid,
        String peer,
        String state,
        boolean settled) {}
