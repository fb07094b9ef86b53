package dev.jxl.xenstore;

/**
 * The store as one transaction sees it: with its own changes, which nobody else sees before its end. Usable only inside
 * {@link XenStore#transaction}; afterwards every call is an {@link IllegalStateException}.
 *
 * <p>What it reads may not fit together: C xenstored shows each node as it is when it is first looked at, and finds out only
 * at the end that another writer came in between.
 *
 * @source tools/xenstored/transaction.c: access_node
 */
public interface Transaction extends StoreAccess {}
