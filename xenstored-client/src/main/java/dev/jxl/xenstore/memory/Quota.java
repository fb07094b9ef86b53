package dev.jxl.xenstore.memory;

/**
 * What a domain that is not privileged may use up.
 *
 * @param nodes how many nodes it may own
 * @param nodeBytes bytes of one node: its value and its permissions
 * @param watches how many watches it may have
 * @param transactions how many transactions it may have begun and not ended
 * @param permissions entries of one node's permissions
 */
public record Quota(int nodes, int nodeBytes, int watches, int transactions, int permissions) {
    /**
     * What xenstored allows unless told otherwise.
     *
     * @source tools/xenstored/core.c: quota_nb_entry_per_domain, quota_max_entry_size, quota_nb_watch_per_domain,
     *     quota_max_transaction, quota_nb_perms_per_node
     */
    public static final Quota DEFAULT = new Quota(1000, 2048, 128, 10, 5);
}
